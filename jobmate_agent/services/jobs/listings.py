"""Job listings: the public catalogue and what users added for themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import JobCollection, JobListing

# A report depends on these: a change to one of them makes it stale.
REPORTED_FIELDS = ("title", "company", "location", "description", "requirements")
NULLABLE_ON_THE_WIRE = frozenset({"requirements", "salary_min", "salary_max", "company_website", "date_expires"})
WIRE_COLUMNS = tuple(
    column for column in JobListing.__table__.columns if column.name not in {"owner_id", "version", "import_key"}
)


def job_to_wire(job: JobListing | Mapping[str, Any]) -> dict[str, Any]:
    """The contract's Job: absent values are left out, except those that clients expect as null."""
    wire: dict[str, Any] = {}
    for column in WIRE_COLUMNS:
        name = column.name
        value = job[name] if isinstance(job, Mapping) else getattr(job, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        if value is not None or name in NULLABLE_ON_THE_WIRE:
            wire[name] = value
    return wire


def not_found() -> NotFoundError:
    return NotFoundError(
        "job_not_found", "There is no such job. It may have been removed; go back to the list of jobs."
    )


def visible_job(session: Session, job_id: int, user_id: str) -> JobListing:
    """A job that the user may see: public or their own, and active unless they saved it; else ``job_not_found``."""
    saved = sa.exists().where(JobCollection.user_id == user_id, JobCollection.job_listing_id == JobListing.id)
    job = session.scalar(
        sa.select(JobListing).where(
            JobListing.id == job_id, visible_to(user_id), sa.or_(JobListing.is_active.is_(True), saved)
        )
    )
    if job is None:
        raise not_found()
    return job


def visible_to(user_id: str) -> sa.ColumnElement[bool]:
    """The condition by which ownership is in every query of listings."""
    return sa.or_(JobListing.owner_id.is_(None), JobListing.owner_id == user_id)


def list_jobs(
    session: Session, user_id: str, *, page: int, limit: int, filters: Mapping[str, str | None]
) -> tuple[Sequence[JobListing], int]:
    """One page of active jobs, newest first, and their number. ``filters``: location, company (part of), job_type."""
    conditions = [visible_to(user_id), JobListing.is_active.is_(True)]
    for name in ("location", "company"):
        if value := filters.get(name):
            conditions.append(_contains(getattr(JobListing, name), value))
    if job_type := filters.get("job_type"):
        conditions.append(sa.func.lower(JobListing.job_type) == job_type.lower())
    return _page(session, conditions, page, limit)


def search_jobs(
    session: Session, user_id: str, *, query: str, page: int, limit: int
) -> tuple[Sequence[JobListing], int]:
    """Active jobs in which every word of ``query`` occurs in title, company, location or description."""
    conditions = [visible_to(user_id), JobListing.is_active.is_(True)]
    fields = (JobListing.title, JobListing.company, JobListing.location, JobListing.description)
    for word in query.split()[:10]:
        conditions.append(sa.or_(*(_contains(field, word) for field in fields)))
    return _page(session, conditions, page, limit)


def _contains(column: Any, value: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).contains(value.lower(), autoescape=True)


def _page(
    session: Session, conditions: Sequence[sa.ColumnElement[bool]], page: int, limit: int
) -> tuple[Sequence[JobListing], int]:
    total = session.scalar(sa.select(sa.func.count()).select_from(JobListing).where(*conditions)) or 0
    rows = session.scalars(
        sa.select(JobListing).where(*conditions).order_by(JobListing.id.desc()).offset((page - 1) * limit).limit(limit)
    )
    return rows.all(), total


def add_job(
    session: Session, values: Mapping[str, Any], *, owner_id: str | None, source: str, now: datetime
) -> JobListing:
    """A new listing; one with the same owner, source and external id is updated instead."""
    key = import_key(owner_id, source, values.get("external_id"))
    job = session.scalar(sa.select(JobListing).where(JobListing.import_key == key)) if key else None
    if job is not None:
        update_job(job, {**values, "is_active": True}, now)
        return job
    job = JobListing(**values, owner_id=owner_id, source=source, import_key=key, created_at=now, updated_at=now)
    session.add(job)
    session.flush()
    return job


def import_key(owner_id: str | None, source: str, external_id: str | None) -> str | None:
    """Digest that identifies an imported posting; None where the source gives it no id."""
    if not external_id:
        return None
    return hashlib.sha256(f"{owner_id or ''}\n{source}\n{external_id}".encode()).hexdigest()


def update_job(job: JobListing, values: Mapping[str, Any], now: datetime) -> None:
    """Change a listing; ``version`` grows when something changed that a report depends on."""
    changed = {name for name, value in values.items() if getattr(job, name) != value}
    for name in changed:
        setattr(job, name, values[name])
    if changed:
        job.updated_at = now
    if changed & set(REPORTED_FIELDS):
        job.version += 1


def own_job(session: Session, job_id: int, user_id: str) -> JobListing:
    """An active listing that the user owns; the public catalogue and others' jobs are ``job_not_found``."""
    job = session.scalar(
        sa.select(JobListing).where(
            JobListing.id == job_id, JobListing.owner_id == user_id, JobListing.is_active.is_(True)
        )
    )
    if job is None:
        raise not_found()
    return job
