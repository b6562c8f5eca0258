"""Somebody who has one of everything that the API makes, and a stranger who has nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from jobmate_agent.background import heartbeats, runs
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.models import JobListing, Run
from jobmate_agent.services.gaps import reports, statuses
from jobmate_agent.services.gaps.analysis_document import Subject
from tests.contract.sample_analysis import JOB_TEXT, RESUME_TEXT, VOCABULARY_VERSION, new_report
from tests.contract.sample_gap import add_programmer, add_results
from tests.contract.sample_release import add_release
from tests.web import Person, Web

SETTINGS: dict[str, object] = {
    "rate_limits_enabled": False,
    "access_token_minutes": 1440,
    "lease_seconds": 3600.0,
    "wait_seconds": 0.1,
}
POSTING = {
    "title": "Data engineer",
    "company": "Example Works",
    "description": JOB_TEXT,
    "location": "Springfield",
    "job_type": "full_time",
    "salary_min": 50_000,
    "salary_max": 61_000.5,
    "salary_currency": "EUR",
    "external_url": "https://jobs.example.com/7",
    "company_logo_url": "https://jobs.example.com/logo.png",
    "required_skills": ["Python", "SQL"],
    "is_remote": True,
    "date_posted": "2026-01-05T09:00:00+01:00",
}


@dataclass(frozen=True)
class World:
    """What there is.

    ``job``: own, saved, with two reports, the newest complete. ``empty_job``: own, saved, its report found nothing
    to score. ``busy_job``: own, saved, its run is queued. ``fresh_job``: own, never touched. ``failed_job``: own,
    saved, its run failed. ``public_job``: of the catalogue, not saved by anybody. ``results``: runs that have a result
    of their own. ``owned`` and ``reference``: ids
    that are the owner's, and values of the published release, by the names of parameters.
    """

    web: Web
    owner: Person
    stranger: Person
    resume: int
    other_resume: int
    job: int
    empty_job: int
    busy_job: int
    fresh_job: int
    failed_job: int
    public_job: int
    succeeded_run: int
    queued_run: int
    failed_run: int
    results: tuple[int, ...]
    download_tokens: tuple[str, ...]
    owned: dict[str, tuple[int, ...]] = field(default_factory=dict)
    reference: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def container(self) -> Container:
        return self.web.container


def build_world(web: Web) -> World:
    """Fill the empty database behind ``web``, over HTTP where clients can; reports come from a sample analysis."""
    container = web.container
    owner, stranger = web.person(), web.person()
    with container.db.unit_of_work() as session:
        reference = add_release(session, vocabulary_version=VOCABULARY_VERSION)
        add_programmer(session, reference["skill_id"])
        heartbeats.beat(session, "worker", {"pid": 1, "engine": "ready", "index": "ready", "active": 0})
        public = JobListing(title="Cook", company="Example Kitchen", description=JOB_TEXT, date_posted=utcnow())
        session.add(public)
    resume, other_resume = (upload(owner, name)["resume_id"] for name in ("resume.txt", 'older "résumé"; 100 %.md'))
    job, empty_job, busy_job, fresh_job, failed_job = (_post_job(owner, number) for number in range(5))
    for saved in (job, empty_job, busy_job, failed_job):
        answer = owner.post(f"/api/job-collections/{saved}")
        assert answer.status_code == 201, answer.text
    finish_run(container, owner.id, resume, job, degraded_reason="llm_timeout")
    with container.db.unit_of_work() as session:
        runs.start_gap_run(session, owner.id, job)
    succeeded = finish_run(container, owner.id, resume, job)
    finish_run(container, owner.id, resume, empty_job, empty=True)
    failed = _fail(container, owner.id, failed_job)
    with container.db.reading() as session:
        queued = session.scalars(sa.select(Run.id).where(Run.active_key == runs.gap_key(owner.id, busy_job))).one()
    with container.db.unit_of_work() as session:
        results = add_results(session, owner.id, other_resume)
    return World(
        web,
        owner,
        stranger,
        resume,
        other_resume,
        job,
        empty_job,
        busy_job,
        fresh_job,
        failed_job,
        public.id,
        succeeded,
        queued,
        failed,
        results,
        tuple(_download_token(owner, found) for found in (resume, other_resume)),
        {
            "job_id": (job, empty_job, busy_job, fresh_job, failed_job),
            "resume_id": (resume, other_resume),
            "run_id": (succeeded, queued, failed, *results),
        },
        reference,
    )


def upload(person: Person, filename: str, content: bytes | Path = RESUME_TEXT.encode()) -> dict[str, Any]:
    """Upload a resume; the answer's body."""
    data = content.read_bytes() if isinstance(content, Path) else content
    answer = person.post("/api/resume/upload", files={"file": (filename, data)})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _download_token(person: Person, resume: int) -> str:
    url = person.get(f"/api/resume/{resume}/download-url").json()["download_url"]
    return parse_qs(urlsplit(url).query)["token"][0]


def _post_job(person: Person, number: int) -> int:
    posting = {**POSTING, "title": f"Data engineer {number}", "external_id": f"posting-{number}"}
    answer = person.post("/api/jobs", json=posting)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def finish_run(container: Container, user_id: str, resume: int, job: int, **options: Any) -> int:
    """End the active run of (user, job) with a report, as a worker would; the run's id."""
    with container.db.unit_of_work() as session:
        run = _active(session, user_id, job)
        run.state, run.active_key, run.progress = "succeeded", None, 100
        run.step, run.attempt, run.finished_at = "persist_report", 1, utcnow()
        version = session.scalars(sa.select(JobListing.version).where(JobListing.id == job)).one()
        report = reports.add(session, new_report(Subject(resume, job, run.id), user_id, version, **options))
        statuses.show_ready(session, user_id, job, run.id, report)
        return run.id


def _fail(container: Container, user_id: str, job: int) -> int:
    with container.db.unit_of_work() as session:
        run = _active(session, user_id, job)
        run.state, run.active_key, run.error_code = "failed", None, "worker_lost"
        run.attempt, run.finished_at = 3, utcnow()
        statuses.settle_run(session, user_id, job, run.id, "worker_lost")
        return run.id


def _active(session: Any, user_id: str, job: int) -> Run:
    run = runs.active_run(session, runs.gap_key(user_id, job))
    assert run is not None
    return run
