"""Payloads as clients with strict schemas take them: required fields there, types exact, null only where allowed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from jobmate_agent.agents.gap_agent import run_gap_agent
from jobmate_agent.background import runs
from jobmate_agent.container import Container
from jobmate_agent.models import Run
from jobmate_agent.services.vocabulary import store
from jobmate_agent.services.vocabulary.starter import make_taxonomy, read_starter
from tests.conftest import make_settings
from tests.contract import strict_schemas as contract
from tests.contract.routes import routes
from tests.contract.snapshots import Snapshot
from tests.contract.strict_schemas import Schema, complaints
from tests.contract.valid_requests import Valid, valid_requests
from tests.contract.world import POSTING, SETTINGS, World, build_world, finish_run, upload
from tests.web import PASSWORD, Person, Web

# An eighth of the vocabulary is indexed in an eighth of the time.
ONE_ENTRY_IN = 8
SAMPLES = Path(__file__).parents[2] / "jobmate_agent" / "samples"
FILES = {
    "GET /api/resume/download",
    *(f"GET /api/gap/by-job/{{job_id}}/report.{kind}" for kind in ("md", "html", "pdf")),
}
STREAMS = {"GET /api/gap/by-job/{job_id}/events"}
# The contract names what it is about, but gives it no shape.
SHAPELESS = {"GET /api/gap/summary"}
SCHEMAS: dict[str, Schema] = {
    "POST /api/auth/register": contract.SIGNED_IN,
    "POST /api/auth/login": contract.SIGNED_IN,
    "POST /api/auth/refresh": contract.TOKENS,
    "POST /api/auth/logout": contract.MESSAGE,
    "POST /api/auth/change-password": contract.MESSAGE,
    "GET /api/contact-info": contract.CONTACT_INFO,
    "PUT /api/contact-info": contract.CONTACT_INFO,
    "GET /api/preferences": contract.PREFERENCES,
    "PUT /api/preferences": contract.PREFERENCES,
    "POST /api/resume/upload": contract.UPLOADED,
    "GET /api/resumes": contract.RESUMES,
    "GET /api/resumes/default": contract.RESUME,
    "POST /api/resumes/{resume_id}/set-default": contract.MESSAGE,
    "DELETE /api/resumes/{resume_id}": contract.MESSAGE,
    "GET /api/resume/{resume_id}/download-url": contract.DOWNLOAD_URL,
    "GET /api/jobs": contract.JOBS,
    "GET /api/jobs/search": contract.JOB_SEARCH,
    "POST /api/jobs": contract.JOB,
    "POST /api/jobs/import": contract.JOB,
    "GET /api/jobs/{job_id}": contract.JOB,
    "PUT /api/jobs/{job_id}": contract.JOB,
    "DELETE /api/jobs/{job_id}": contract.MESSAGE,
    "GET /api/job-collections": contract.SAVED_JOBS,
    "POST /api/job-collections/{job_id}": contract.SAVED,
    "DELETE /api/job-collections/{job_id}": contract.UNSAVED,
    "GET /api/job-collections/{job_id}/status": contract.SAVED_STATUS,
    "POST /api/gap/run": contract.RUN_STARTED,
    "GET /api/gap/by-job/{job_id}": {"anyOf": [contract.NO_REPORT, contract.REPORT]},
    "GET /api/gap/by-job/{job_id}/history": contract.HISTORY,
    "DELETE /api/gap/by-job/{job_id}": contract.DELETED,
    "GET /api/gap/by-job/{job_id}/corrections": contract.CORRECTIONS,
    "POST /api/gap/by-job/{job_id}/corrections": contract.CORRECTED,
    "GET /api/runs/{run_id}": contract.RUN,
    "GET /api/occupations": contract.OCCUPATIONS,
    "GET /api/occupations/families": contract.FAMILIES,
    "GET /api/occupations/families/{family}": contract.FAMILY,
    "GET /api/occupations/{onet_code}": contract.OCCUPATION,
    "GET /api/occupations/{onet_code}/skills": contract.OCCUPATION_SKILLS,
    "GET /api/skills": contract.SKILLS,
    "GET /api/skills/{skill_id}": contract.SKILL,
    "POST /api/feedback": contract.FEEDBACK,
    "GET /api/v1/skill-gap": contract.SKILL_GAP,
    "GET /api/v1/skill-gap-by-lvl": contract.SKILL_GAP,
    "GET /api/v1/skill-gap-llm": {"anyOf": [contract.SKILL_GAP_ANALYSED, contract.RUN_GOES_ON]},
    "POST /api/occupations/match": {"anyOf": [contract.MATCHED_OCCUPATIONS, contract.RUN_GOES_ON]},
    "GET /api/runs/{run_id}/result": {"anyOf": [contract.SKILL_GAP_ANALYSED, contract.MATCHED_OCCUPATIONS]},
}

JSON = {"Content-Type": "application/json"}
ERRORS: list[tuple[int, str, str, dict[str, Any]]] = [
    (400, "POST", "/api/auth/login", {"content": "{", "headers": JSON}),
    (401, "POST", "/api/auth/login", {"json": {"email": "kim@example.com", "password": "wrong"}}),
    (401, "GET", "/api/jobs", {"headers": {"Authorization": "Bearer x"}}),
    (403, "GET", "/api/resume/download?token=x", {}),
    (404, "GET", "/api/nothing", {}),
    (404, "GET", "/api/jobs/999999", {}),
    (405, "PATCH", "/api/jobs", {}),
    (409, "POST", "/api/auth/register", {"json": lambda world: {"email": world.owner.email, "password": PASSWORD}}),
    (413, "POST", "/api/jobs", {"content": b"x" * 5_000_000, "headers": JSON}),
    (422, "POST", "/api/jobs", {"json": {"title": ""}}),
    (422, "POST", "/api/resume/upload", {"files": {"file": ("cv.exe", b"x")}}),
]


def send(person: Person, operation: str, valid: Valid) -> httpx.Response:
    method, template = operation.split(" ")
    files = dict(valid.files) if valid.files else None
    options = {"params": dict(valid.query), "json": valid.json, "files": files, "headers": dict(valid.headers)}
    return person.request(method, template.format(**valid.path), **options)


def body(answer: httpx.Response, schema: Schema, status: int = 200) -> Any:
    """The body, which is as the contract says."""
    request = f"{answer.request.method} {answer.request.url}"
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json"), (request, answer.text)
    found = answer.json()
    assert complaints(found, schema) == [], request
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_operation_that_answers_with_json_has_its_schema_here(world: World) -> None:
    answering = {route.operation for route in routes(world.web.app) if route.template.startswith("/api/")}
    assert answering - FILES - STREAMS - SHAPELESS == set(SCHEMAS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_answers_are_as_the_contract_says(world: World) -> None:
    snapshot = Snapshot(world.container.db)
    for operation, schema in SCHEMAS.items():
        for valid in valid_requests(world)[operation]:
            snapshot.restore()
            body(send(world.owner, operation, valid), schema, valid.status)
    snapshot.close()


def test_what_is_read_has_the_same_types_on_every_database(world: World) -> None:
    for operation, schema in SCHEMAS.items():
        if operation.startswith("GET "):
            for valid in valid_requests(world)[operation]:
                body(send(world.owner, operation, valid), schema, valid.status)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_person_without_anything(world: World) -> None:
    for operation in ("GET /api/contact-info", "GET /api/preferences", "GET /api/resumes"):
        body(send(world.stranger, operation, Valid()), SCHEMAS[operation])
    assert body(world.stranger.get("/api/job-collections"), contract.SAVED_JOBS) == {"jobs": [], "total_count": 0}
    assert body(world.stranger.get("/api/jobs/search?q=nothing"), contract.JOB_SEARCH)["jobs"] == []
    assert body(world.stranger.get(f"/api/gap/by-job/{world.public_job}"), contract.NO_REPORT) == {"exists": False}
    status = body(world.stranger.get(f"/api/job-collections/{world.public_job}/status"), contract.SAVED_STATUS)
    assert status == {"job_id": world.public_job, "saved": False, "saved_at": None}


def test_a_job_leaves_out_what_is_not_known(world: World) -> None:
    least = {name: POSTING[name] for name in ("title", "company", "description")}
    job = body(world.owner.post("/api/jobs", json=least), contract.JOB, 201)
    nullable = {"requirements", "salary_min", "salary_max", "company_website", "date_expires"}
    assert {name for name, value in job.items() if value is None} == nullable
    for absent in ("location", "job_type", "salary_currency", "external_url", "company_logo_url", "date_posted"):
        assert absent not in job
    full = body(world.owner.post("/api/jobs", json=POSTING), contract.JOB, 201)
    assert set(POSTING) <= set(full)
    assert (full["salary_min"], full["salary_max"]) == (50_000, 61_000.5)


def test_saved_jobs_say_how_their_reports_are(world: World) -> None:
    saved = body(world.owner.get("/api/job-collections"), contract.SAVED_JOBS)
    jobs = {job["id"]: job for job in saved["jobs"]}
    assert saved["total_count"] == len(jobs) == 4
    states = {number: (job["gap_state"], job["has_gap"], job.get("gap_error")) for number, job in jobs.items()}
    assert states == {
        world.job: ("ready", True, None),
        world.empty_job: ("ready", True, None),
        world.busy_job: ("generating", False, None),
        world.failed_job: ("none", False, "worker_lost"),
    }
    listed = body(world.owner.get("/api/jobs?limit=100"), contract.JOBS)["jobs"]
    assert {job["id"]: job["gap_state"] for job in listed} == {
        **{number: state for number, (state, _, _) in states.items()},
        world.fresh_job: "none",
        world.public_job: "none",
    }


def test_reports_with_and_without_a_score(world: World) -> None:
    report = body(world.owner.get(f"/api/gap/by-job/{world.job}"), contract.REPORT)
    assert 0 < report["score"] == pytest.approx(report["overall_match"] / 10)
    assert report["analysis"]["metrics"]["overall_score"] == report["overall_match"]
    assert {entry["status"] for entry in report["matched_skills"]} == {"meets_or_exceeds"}
    assert {entry["status"] for entry in report["weak_skills"]} == {"underqualified"}
    assert {entry["status"] for entry in report["analysis"]["matched_skills"]} == {"meets_or_exceeds", "underqualified"}
    methods = {entry["match"]["method"] for entry in [*report["missing_skills"], *report["analysis"]["resume_skills"]]}
    assert methods == {"exact", "alias", "vector", "custom"}
    assert "degraded_reason" not in report
    empty = body(world.owner.get(f"/api/gap/by-job/{world.empty_job}"), contract.REPORT)
    assert (empty["score"], empty["overall_match"]) == (None, None)
    metrics = empty["analysis"]["metrics"]
    assert metrics["overall_percent"] is None
    assert "overall_score" not in metrics
    history = body(world.owner.get(f"/api/gap/by-job/{world.job}/history"), contract.HISTORY)["reports"]
    assert [entry["id"] for entry in history] == sorted((entry["id"] for entry in history), reverse=True)
    assert history[0]["id"] == report["id"]
    assert len(history) == 2


@pytest.fixture
def patient_world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A service that waits for reports for as long as real ones do."""
    container = Container(make_settings(sqlite_url, tmp_path, **{**SETTINGS, "wait_seconds": 50.0}))
    try:
        with Web(container) as web:
            yield build_world(web)
    finally:
        container.db.dispose()


def test_a_report_that_was_waited_for(patient_world: World) -> None:
    world, owner = patient_world, patient_world.owner
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(owner.post, "/api/gap/run", json={"job_id": world.fresh_job})
        deadline = time.monotonic() + 30
        while not active_run_of(world, world.fresh_job):
            assert time.monotonic() < deadline
        finish_run(world.container, owner.id, world.resume, world.fresh_job)
        report = body(waiting.result(), contract.RUN_DONE)
    latest = body(owner.get(f"/api/gap/by-job/{world.fresh_job}"), contract.REPORT)
    assert (latest["id"], latest["analysis"]) == (report["gap_report_id"], report["analysis"])


def active_run_of(world: World, job_id: int) -> int | None:
    with world.container.db.reading() as session:
        return session.scalar(sa.select(Run.id).where(Run.active_key == runs.gap_key(world.owner.id, job_id)))


def test_reports_of_the_real_engine_on_the_samples(patient_world: World) -> None:
    world = patient_world
    some = make_taxonomy("part of the starter", read_starter().entries[::ONE_ENTRY_IN])
    with world.container.db.unit_of_work() as session:
        assert store.publish(session, some)
    seen: set[str] = set()
    for sample in json.loads((SAMPLES / "resumes" / "index.json").read_text()):
        person = world.web.person()
        upload(person, sample["file"], SAMPLES / "resumes" / sample["file"])
        for fit in ("strong", "poor"):
            text = (SAMPLES / "postings" / sample[fit]).read_text()
            job = body(person.post("/api/jobs/import", json={"text": text}), contract.JOB, 201)
            run_gap_agent(person.id, job["id"], container=world.container)
            report = body(person.get(f"/api/gap/by-job/{job['id']}"), contract.REPORT)
            entries = [*report["analysis"]["resume_skills"], *report["missing_skills"]]
            seen |= {entry["match"]["method"] for entry in entries} | {entry["status"] for entry in entries}
            body(person.get(f"/api/gap/by-job/{job['id']}/history"), contract.HISTORY)
        body(person.get("/api/jobs"), contract.JOBS)
    assert seen >= {"exact", "meets_or_exceeds", "missing", "resume_only"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_errors_are_problem_documents(world: World) -> None:
    for status, method, path, options in ERRORS:
        options = {name: value(world) if callable(value) else value for name, value in options.items()}
        answer = world.owner.request(method, path, **options)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), path
        problem = answer.json()
        assert complaints(problem, contract.PROBLEM) == [], path
        assert problem["status"] == status
        assert problem["request_id"] == answer.headers["X-Request-ID"]


def test_the_schemas_refuse_what_the_contract_does_not_allow() -> None:
    job = {"id": 1, "title": "Cook", "company": "Example Kitchen", "required_skills": [], "preferred_skills": []}
    job |= {"gap_state": "none", "has_gap": False}
    assert complaints({**job, "salary_min": None, "anything": {"more": 1}}, contract.JOB) == []
    for wrong in (
        {"id": "1"},
        {"title": None},
        {"location": None},
        {"required_skills": None},
        {"salary_max": "5"},
        {"has_gap": 0},
        {"gap_state": "waiting"},
        {"external_url": "javascript:x"},
        {"created_at": "2026-01-05T09:00:00"},
        {"anything": {"more": [None]}},
    ):
        assert len(complaints({**job, **wrong}, contract.JOB)) in (1, 2), wrong
    for name in job:
        assert complaints({key: value for key, value in job.items() if key != name}, contract.JOB), name
