"""Calls every route of the URL map once over HTTP, with ids of existing objects and bodies that are accepted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
from werkzeug.routing import Map, Rule

from benchmarks.seeding import PASSWORD

METHODS = ("GET", "PUT", "POST", "DELETE")
LAST = ("/api/auth/refresh", "/api/auth/change-password", "/api/auth/logout")
SIGNED = "/api/resume/download"
RESULT = "/api/runs/<int:run_id>/result"
OCCUPATION = "15-1252.00"
PAIR = {"params": {"from_occupation": "43-4051.00", "to_occupation": OCCUPATION}}
ASSET = re.compile(r"/docs/assets/([\w.-]+)")
POSTING = "<html><title>Fitter</title><body><h1>Fitter</h1><p>Fit pipes. Requirements: welding.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Known:
    """Objects of the account that calls, and of the O*NET release that is served.

    ``run_id`` is a gap run, ``answered_run_id`` one with a result of its own; 0 where no release is at hand.
    """

    access_token: str
    refresh_token: str
    job_id: int
    resume_id: int
    run_id: int
    answered_run_id: int
    skill_id: int


@dataclass(frozen=True, slots=True)
class Called:
    """How a route answered."""

    method: str
    rule: str
    status: int


def call_all(base_url: str, url_map: Map, known: Known, *, has_release: bool) -> list[Called]:
    """Every (route, method), reading ones first, those that end the session last. A 5xx is an error.

    Without a release, those that answer 503 for want of one are left out.
    """
    calls = sorted(
        ((rule, method) for rule in url_map.iter_rules() for method in METHODS if method in (rule.methods or ())),
        key=lambda call: (
            LAST.index(call[0].rule) + 1 if call[0].rule in LAST else 0,
            METHODS.index(call[1]),
            call[0].rule,
        ),
    )
    headers = {"Authorization": f"Bearer {known.access_token}", "Origin": "http://localhost:3000"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=60, follow_redirects=False) as client:
        called = [_call(client, rule, method, known) for rule, method in calls]
    if not has_release:
        called = [call for call in called if call.status != 503]
    broken = [call for call in called if call.status >= 500]
    if broken:
        raise RuntimeError(f"routes that failed: {broken}")
    return called


def _call(client: httpx.Client, rule: Rule, method: str, known: Known) -> Called:
    path = _path(client, rule.rule, known)
    body = _bodies(known).get((method, rule.rule), {} if method == "GET" else {"json": {}})
    if method == "DELETE":
        body = {}
    with client.stream(method, path, **body) as answer:
        # The first bytes are enough of an event stream, which may go on for long.
        next(answer.iter_raw(), None)
        return Called(method, rule.rule, answer.status_code)


def _path(client: httpx.Client, rule: str, known: Known) -> str:
    if rule == SIGNED:
        answer = client.get(f"/api/resume/{known.resume_id}/download-url").raise_for_status()
        return str(answer.json()["download_url"])
    if rule == RESULT:
        return rule.replace("<int:run_id>", str(known.answered_run_id))
    values: dict[str, object] = {
        "job_id": known.job_id,
        "resume_id": known.resume_id,
        "run_id": known.run_id,
        "skill_id": known.skill_id,
        "onet_code": OCCUPATION,
        "family": OCCUPATION[:2],
    }
    if "<name>" in rule and (asset := ASSET.search(client.get("/docs").text)):
        values["name"] = asset[1]
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda match: str(values.get(match[1], "x")), rule)


def _bodies(known: Known) -> dict[tuple[str, str], dict[str, Any]]:
    account = {"email": "walker@example.com", "password": PASSWORD}
    job = {"title": "Fitter", "company": "Quillon Systems", "description": "Fit pipes."}
    return {
        ("POST", "/api/auth/register"): {"json": {**account, "email": "second@example.com", "name": "Ines Falk"}},
        ("POST", "/api/auth/login"): {"json": account},
        ("POST", "/api/auth/refresh"): {"json": {"refresh_token": known.refresh_token}},
        ("POST", "/api/auth/logout"): {"json": {"refresh_token": known.refresh_token}},
        ("POST", "/api/auth/change-password"): {
            "json": {"current_password": PASSWORD, "new_password": f"{PASSWORD}-too"}
        },
        ("PUT", "/api/contact-info"): {"json": {"name": "Ines Falk", "phone_number": "555 0100"}},
        ("PUT", "/api/preferences"): {"json": {"locale": "en-GB"}},
        ("GET", "/api/jobs/search"): {"params": {"q": "python"}},
        ("POST", "/api/jobs"): {"json": job},
        ("PUT", "/api/jobs/<int:job_id>"): {"json": {"location": "Barrow Point"}},
        ("POST", "/api/jobs/import"): {"json": {"html": POSTING, "company": "Quillon Systems"}},
        ("POST", "/api/resume/upload"): {"files": {"file": ("resume.txt", b"Welder. Six years of welding.")}},
        ("POST", "/api/gap/run"): {"json": {"job_id": known.job_id}},
        ("POST", "/api/feedback"): {"json": {"subject": "match", "kind": "bad_recommendation"}},
        ("POST", "/api/occupations/match"): {"json": {"skills": ["Python", "Welding"]}},
        ("GET", "/api/occupations"): {"params": {"q": "welder"}},
        ("GET", "/api/skills"): {"params": {"q": "welding"}},
        **{("GET", f"/api/v1/skill-gap{mode}"): PAIR for mode in ("", "-by-lvl", "-llm")},
    }
