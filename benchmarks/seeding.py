"""Filling a fresh database: accounts over HTTP, postings and finished reports by the product's own services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.documents import descriptions, resume_texts
from jobmate_agent import schema
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.models import JobCollection, Run
from jobmate_agent.services.gaps import reports, statuses
from jobmate_agent.services.gaps.reports import NewReport
from jobmate_agent.services.jobs import listings
from jobmate_agent.services.resumes import store
from jobmate_agent.settings import Settings

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True, slots=True)
class Account:
    """A registered user and their access token."""

    user_id: str
    token: str


def container(folder: Path, **changes: Any) -> Container:
    """The parts of an installation in ``folder``; its settings are read from nowhere else."""
    return Container(Settings(_env_file=None, data_dir=folder, **changes))


def migrate(folder: Path) -> None:
    """A database at the newest schema."""
    made = container(folder)
    schema.upgrade(made.db)
    made.db.dispose()


def register(base_url: str, email: str) -> Account:
    """Make an account as a client does."""
    answer = httpx.post(
        f"{base_url}/api/auth/register", json={"email": email, "password": PASSWORD, "name": "Ines Falk"}, timeout=30
    )
    answer.raise_for_status()
    body = answer.json()
    return Account(body["user"]["id"], body["access_token"])


def add_resume(folder: Path, user_id: str, text: str = "") -> int:
    """Give the user a resume, which becomes the default one; its id."""
    made = container(folder)
    text = text or resume_texts()[0]
    with made.db.unit_of_work() as session:
        resume, _ = store.add_resume(
            session, user_id, filename="resume.txt", content_type="text/plain", content=text.encode(), text=text
        )
        resume_id = resume.id
    made.db.dispose()
    return resume_id


def add_postings(folder: Path, count: int) -> list[int]:
    """Public postings with 4 kB descriptions; their ids."""
    made = container(folder)
    now = utcnow()
    with made.db.unit_of_work() as session:
        jobs = [
            listings.add_job(
                session,
                {
                    "title": f"Posting {number}",
                    "company": "Quillon Systems",
                    "location": "Barrow Point",
                    "description": text,
                    "required_skills": ["Kubernetes", "Terraform", "Python"],
                    "external_url": f"https://example.com/jobs/{number}",
                    "external_id": str(number),
                    "date_posted": now,
                },
                owner_id=None,
                source="import",
                now=now,
            )
            for number, text in enumerate(islice(descriptions(), count))
        ]
        ids = [job.id for job, _ in jobs]
    made.db.dispose()
    return ids


def save_with_reports(folder: Path, user_id: str, resume_id: int, job_ids: Sequence[int]) -> None:
    """Saved jobs whose runs have succeeded, as a user has them who looks at the list."""
    made = container(folder)
    with made.db.unit_of_work() as session:
        for job_id in job_ids:
            run = Run(
                kind="gap",
                subject=f"job:{job_id}",
                user_id=user_id,
                payload={"job_id": job_id, "resume_id": resume_id},
                state="succeeded",
                step="persist_report",
                progress=100,
                attempt=1,
                finished_at=utcnow(),
            )
            session.add_all([run, JobCollection(user_id=user_id, job_listing_id=job_id)])
            session.flush()
            report_id = reports.add(
                session, NewReport(user_id, resume_id, job_id, 1, "0" * 64, 7.5, None, {}, "# Report", run.id)
            )
            statuses.show_ready(session, user_id, job_id, run.id, report_id)
    made.db.dispose()
