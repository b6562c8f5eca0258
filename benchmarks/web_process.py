"""The processes of ``jobmate serve``: how fast they start, how much the web process takes and what it has imported."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import routes, seeding
from benchmarks.onet import release
from benchmarks.seeding import PASSWORD
from benchmarks.served import Served, whole_service
from benchmarks.table import Aim, Row
from benchmarks.wsgi import MODULES_PATH, application

RUNS = 100
RUN_SECONDS = 150.0
POLL_SECONDS = 0.5
MEGABYTE = 1024 * 1024
SMALL = Aim("value", "<=", 150)
NEVER_IN_WEB = ("torch", "chromadb", "langgraph", "langchain", "sentence_transformers", "transformers")


@dataclass(frozen=True, slots=True)
class _Memory:
    """In megabytes: resident in the process that answers requests, and what it and gunicorn's master take together.

    Together, pages that both share count once where the system tells (Linux), else twice.
    """

    answering: float
    together: float


def startup(folder: Path) -> list[Row]:
    """Seconds from starting ``jobmate serve`` until it answers, and until worker and vector index are ready.

    Twice: a new installation first loads its vocabulary and builds the index.
    """
    seeding.migrate(folder)
    with whole_service(folder) as served:
        first_ready = served.seconds_until("/ready")
    with whole_service(folder) as served:
        healthy, ready = served.seconds_until("/health"), served.seconds_until("/ready")
    return [
        Row("web.startup_seconds", healthy, "s until /health"),
        Row("web.ready_seconds", ready, "s until /ready"),
        Row("web.first_ready_seconds", first_ready, "s until /ready, new installation"),
    ]


def memory(folder: Path) -> list[Row]:
    """Resident memory and imports of the web process after every route was called, and memory after 100 runs.

    ``folder`` holds an installation that was started before. It serves the O*NET release, if one is at hand.
    """
    has_release = release.serve(folder)
    with whole_service(folder, measuring_routes=True) as served:
        served.seconds_until("/ready")
        called = _call_every_route(folder, served, has_release=has_release)
        after_routes, forbidden = _memory(served), _forbidden(served)
        seconds = _carry_runs(folder, served)
        after_runs, forbidden = _memory(served), forbidden | _forbidden(served)
    good = sum(200 <= call.status < 300 for call in called)
    return [
        Row("web.routes_answering_2xx", good, "routes", floor=len(called), aim=Aim("ratio", ">=", 1)),
        Row("web.memory_mb", after_routes.answering, "MB after every route", aim=SMALL),
        Row("web.memory_mb_after_runs", after_runs.answering, f"MB after {RUNS} runs", aim=SMALL),
        Row("web.memory_mb_with_master", after_runs.together, "MB, shared pages once", aim=SMALL),
        Row(
            "web.forbidden_modules", len(forbidden), " ".join(sorted(forbidden)) or "modules", aim=Aim("value", "<=", 0)
        ),
        Row("web.runs_rate", RUNS / seconds, "runs/s, offline"),
    ]


def _call_every_route(folder: Path, served: Served, *, has_release: bool) -> list[routes.Called]:
    account = seeding.register(served.base_url, "walker@example.com")
    resume_id = seeding.add_resume(folder, account.user_id)
    with _client(served, account.token) as client:
        job = {"title": "Welder", "company": "Quillon Systems", "description": "Weld pipes. Requirements: welding."}
        job_id = client.post("/api/jobs", json=job).raise_for_status().json()["id"]
        client.post(f"/api/job-collections/{job_id}").raise_for_status()
        _wait_until_ready(client, 1)
        queued = client.post("/api/gap/run", json={"job_id": job_id}, headers={"Prefer": "respond-async"})
        run_id = queued.raise_for_status().json()["run_id"]
        matched = _matched(client, resume_id) if has_release else 0
        skill_id = client.get("/api/skills", params={"q": "python"}).json()["skills"][0]["id"] if has_release else 0
        signed_in = client.post("/api/auth/login", json={"email": "walker@example.com", "password": PASSWORD}).json()
    known = routes.Known(
        signed_in["access_token"], signed_in["refresh_token"], job_id, resume_id, run_id, matched, skill_id
    )
    # The same application is built here, too, for its URL map.
    own = seeding.container(folder)
    called = routes.call_all(served.base_url, application(own).url_map, known, has_release=has_release)
    own.db.dispose()
    return called


def _matched(client: httpx.Client, resume_id: int) -> int:
    """A run that has matched the resume with all occupations."""
    asked = client.post("/api/occupations/match", json={"resume_id": resume_id}, headers={"Prefer": "respond-async"})
    run_id = int(asked.raise_for_status().json()["run_id"])
    deadline = time.monotonic() + RUN_SECONDS
    while client.get(f"/api/runs/{run_id}").raise_for_status().json()["state"] != "succeeded":
        if time.monotonic() > deadline:
            raise RuntimeError(f"the resume was not matched within {RUN_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    return run_id


def _carry_runs(folder: Path, served: Served) -> float:
    """Save 100 jobs, poll as a client does until all have their report; how many seconds that took."""
    account = seeding.register(served.base_url, "saver@example.com")
    seeding.add_resume(folder, account.user_id)
    began = time.perf_counter()
    with _client(served, account.token) as client:
        for job_id in seeding.add_postings(folder, RUNS):
            client.post(f"/api/job-collections/{job_id}").raise_for_status()
        _wait_until_ready(client, RUNS)
    return time.perf_counter() - began


def _wait_until_ready(client: httpx.Client, expected: int) -> None:
    etag = ""
    deadline = time.monotonic() + RUN_SECONDS
    states: list[str] = []
    while time.monotonic() < deadline:
        answer = client.get("/api/job-collections", headers={"If-None-Match": etag} if etag else {})
        if answer.status_code != 304:
            etag = answer.raise_for_status().headers["ETag"]
            states = [job.get("gap_error") or job["gap_state"] for job in answer.json()["jobs"]]
        if states.count("ready") == expected:
            return
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"not ready within {RUN_SECONDS:.0f} s: {states.count('ready')} of {expected}; {set(states)}")


def _client(served: Served, token: str) -> httpx.Client:
    return httpx.Client(base_url=served.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def _memory(served: Served) -> _Memory:
    master, answering = served.web_processes()
    sizes = [process.memory_full_info() for process in (master, answering)]
    return _Memory(sizes[1].rss / MEGABYTE, sum(getattr(size, "pss", size.rss) for size in sizes) / MEGABYTE)


def _forbidden(served: Served) -> set[str]:
    """Packages of the analysis that the web process has imported, by its own ``sys.modules``."""
    modules = httpx.get(served.base_url + MODULES_PATH, timeout=30).raise_for_status().json()["modules"]
    packages = {name.partition(".")[0] for name in modules}
    return {package for package in packages if package.startswith(NEVER_IN_WEB)}
