"""Rows that tests of background work start from: a user, a resume, jobs."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from jobmate_agent.db import Database
from jobmate_agent.models import JobListing, Run, SkillGapReport, SkillGapStatus, User
from jobmate_agent.services.gaps import reports
from jobmate_agent.services.gaps.reports import NewReport
from jobmate_agent.services.resumes import store

RESUME_TEXT = "Jane Example\n\nExperience\nSoftware engineer, 2018-2024\n- Built Python services on PostgreSQL\n"
JOB_TEXT = "Requirements:\n- 5+ years of Python\n- PostgreSQL\n- Kubernetes is a plus\n"


def add_user(db: Database) -> str:
    user_id = str(uuid.uuid4())
    with db.unit_of_work() as session:
        session.add(User(id=user_id))
    return user_id


def add_resume(db: Database, user_id: str, text: str = RESUME_TEXT) -> int:
    with db.unit_of_work() as session:
        content = text.encode()
        resume, _ = store.add_resume(
            session, user_id, filename="cv.txt", content_type="text/plain", content=content, text=text
        )
        return resume.id


def add_job(db: Database, text: str = JOB_TEXT, owner_id: str | None = None) -> int:
    with db.unit_of_work() as session:
        job = JobListing(title="Data engineer", company="Acme", description=text, owner_id=owner_id)
        session.add(job)
        session.flush()
        return job.id


def add_report(db: Database, user_id: str, job_id: int, resume_id: int, run_id: int | None = None) -> int:
    """A report with documents that say nothing."""
    with db.unit_of_work() as session:
        return reports.add(session, new_report(user_id, job_id, resume_id, run_id))


def new_report(user_id: str, job_id: int, resume_id: int, run_id: int | None = None) -> NewReport:
    return NewReport(user_id, resume_id, job_id, 1, "v1", 5.0, None, {"matched_skills": []}, "# Report", run_id)


def run_row(db: Database, run_id: int) -> Run:
    with db.reading() as session:
        return session.get_one(Run, run_id)


def status_row(db: Database, user_id: str, job_id: int) -> tuple[str, str | None, int | None]:
    """(status, error, report id) of (user, job)."""
    with db.reading() as session:
        row = session.get_one(SkillGapStatus, (user_id, job_id))
        return row.status, row.error, row.report_id


def count(db: Database, model: type[Run] | type[SkillGapReport], *conditions: sa.ColumnElement[bool]) -> int:
    with db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0
