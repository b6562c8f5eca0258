"""Feedback: who may give it, about what, and how operators get it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jobmate_agent.cli.main import cli
from jobmate_agent.models import JobListing, Occupation, Skill
from jobmate_agent.services import service_tokens
from tests.web import Person, Web

CODE = "15-1252.00"


@pytest.fixture
def skill(web: Web) -> int:
    """The id of a skill, beside which there is an occupation."""
    with web.container.db.unit_of_work() as session:
        row = Skill(kind="skill", key="2.A.1.a")
        session.add_all([row, Occupation(onet_code=CODE, soc_code="15-1252")])
        session.flush()
        return row.id


def give(person: Person, subject: object, kind: str = "data_issue", note: object = "Wrong.") -> tuple[int, Any]:
    answer = person.post("/api/feedback", json={"subject": subject, "kind": kind, "note": note})
    return answer.status_code, answer.json()


def test_about_what_is_there(web: Web, person: Person, skill: int) -> None:
    job = person.post("/api/jobs", json={"title": "Cook", "company": "Mill", "description": "Soup."}).json()["id"]
    for subject in (f"occupation:{CODE}", f"skill:{skill}", f"job:{job}", "match", "skill-gap"):
        status, body = give(person, subject, note="  Wrong.  ")
        assert (status, body["subject"], body["note"]) == (201, subject, "Wrong.")
    stranger = web.person()
    for subject, code in (
        ("occupation:99-9999.99", "occupation_not_found"),
        ("skill:2000000000", "skill_not_found"),
        ("skill:9999999999", "skill_not_found"),
        (f"job:{job}", "job_not_found"),
        ("report:1", "report_not_found"),
    ):
        status, body = give(stranger, subject)
        assert (status, body["code"]) == (404, code)


def test_what_is_not_feedback(person: Person) -> None:
    for changes in (
        {"subject": ""},
        {"subject": "skill:0"},
        {"subject": "skill:1\n"},
        {"subject": "matches"},
        {"subject": "occupation:15-1252"},
        {"subject": "occupation:١٥-1252.00"},
        {"kind": "praise"},
        {"note": "x" * 4001},
        {"subject": 7},
    ):
        answer = person.post("/api/feedback", json={"subject": "match", "kind": "data_issue", "note": "", **changes})
        assert answer.status_code == 422, changes


def test_a_machine_client_speaks_too(web: Web, person: Person, skill: int) -> None:
    with web.container.db.unit_of_work() as session:
        _, secret = service_tokens.create(session, "a partner", ["feedback:write"])
        public = JobListing(title="Cook", company="Mill", description="Soup.")
        session.add(public)
    headers = {"X-API-Key": secret}
    said = {"subject": f"skill:{skill}", "kind": "wrong_skill"}
    assert web.http.post("/api/feedback", headers=headers, json=said).status_code == 201
    about_a_job = {**said, "subject": f"job:{public.id}"}
    assert web.http.post("/api/feedback", headers=headers, json=about_a_job).status_code == 404
    assert web.http.post("/api/feedback", json=said).status_code == 401


def test_an_operator_lists_and_exports_it(web: Web, person: Person, tmp_path: Path) -> None:
    give(person, "match", "bad_recommendation", "I cook.\nI do not fly. " + "x" * 100)
    give(person, "skill-gap", "data_issue", "Zu wenig \u00fcber Suppe")
    environment = {
        "JOBMATE_DATABASE_URL": web.container.settings.database_url,
        "JOBMATE_DATA_DIR": str(web.container.settings.data_dir),
    }

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["feedback", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    first, second = run("list").splitlines()
    assert first.split("\t")[2:4] == ["bad_recommendation", "match"]
    assert first.endswith("…")
    assert second.endswith("Zu wenig \u00fcber Suppe")
    file = tmp_path / "feedback.jsonl"
    assert run("export", str(file)) == f"2 entries written to {file}.\n"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["from"] for row in rows] == [f"user:{person.id}"] * 2
    assert rows[1]["note"] == "Zu wenig \u00fcber Suppe"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("export", str(file), "--kind", "data_issue").startswith("1 entries")
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1
    assert list(tmp_path.glob(".feedback*")) == []
