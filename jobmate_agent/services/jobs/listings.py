"""Job listings: the public catalogue and what users added for themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import JobCollection, JobListing
from jobmate_agent.services.documents.plain import clean_text
from jobmate_agent.services.jobs.fields import LENGTHS, MAX_TEXT, one_line

# A report depends on these: a change to one of them makes it stale.
REPORTED_FIELDS = ("title", "company", "location", "description", "requirements")
# Cleaned as documents are: a zero-width character within "Python" makes it another word.
LINES, NEEDED_LINES, PROSE, NAMES = (
    ("title", "company", "location", "job_type"),
    frozenset({"title", "company"}),
    ("description", "requirements"),
    ("required_skills", "preferred_skills"),
)
MAX_SEARCH_WORDS = 10
NULLABLE_ON_THE_WIRE = frozenset({"requirements", "salary_min", "salary_max", "company_website", "date_expires"})
WIRE_COLUMNS = tuple(
    column
    for column in JobListing.__table__.columns
    if column.name not in {"owner_id", "version", "import_key", "hidden_text"}
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
    """Active jobs in which every one of the first words of ``query`` occurs in one of the fields searched."""
    conditions = [visible_to(user_id), JobListing.is_active.is_(True)]
    fields = (JobListing.title, JobListing.company, JobListing.location, JobListing.description)
    for word in query.split()[:MAX_SEARCH_WORDS]:
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
    session: Session,
    values: Mapping[str, Any],
    *,
    owner_id: str | None,
    source: str,
    now: datetime,
    numbered_by: str = "",
) -> tuple[JobListing, bool]:
    """A listing, and whether it is new: one with the same owner, source and external id is updated instead.

    ``numbered_by`` says who gave the external id where that is not the source (employers number their own postings).
    Texts are cleaned; ``validation_error`` for a title or company of which nothing is left.
    """
    values = _clean(values)
    key = import_key(owner_id, source, numbered_by, values.get("external_id"))
    columns = {
        **values,
        "owner_id": owner_id,
        "source": source,
        "import_key": key,
        "created_at": now,
        "updated_at": now,
    }
    if key is None:
        job = JobListing(**columns)
        session.add(job)
        session.flush()
        return job, True
    known = sa.select(JobListing).where(JobListing.import_key == key).with_for_update()
    existing = session.scalar(known)
    if existing is None:
        insert_if_absent(session, JobListing, columns)
    job = existing or session.scalars(known).one()
    update_job(job, {**values, "is_active": True}, now)
    return job, existing is None


def import_key(owner_id: str | None, source: str, numbered_by: str, external_id: str | None) -> str | None:
    """Digest that identifies an imported posting; None where nobody gives it an id."""
    if not external_id:
        return None
    return hashlib.sha256("\0".join([owner_id or "", source, numbered_by, external_id]).encode()).hexdigest()


def update_job(job: JobListing, values: Mapping[str, Any], now: datetime) -> None:
    """Change a listing; ``version`` grows when something changed that a report depends on. A new description hides

    what ``values`` say that it hides, else nothing.
    Texts are cleaned. Raises ``validation_error`` for a title or company of which nothing is left, for a salary that
    ends below its beginning, and for another external id: by that the posting is recognised when it comes again.
    """
    values = _clean(values)
    if values.get("description", job.description) != job.description:
        values = {"hidden_text": None, **values}
    changed = {name for name, value in values.items() if getattr(job, name) != value}
    _check_change(job, values, changed)
    for name in changed:
        setattr(job, name, values[name])
    if changed:
        job.updated_at = now
    if changed & set(REPORTED_FIELDS):
        job.version += 1


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    clean = dict(values)
    for name in LINES:
        if clean.get(name):
            clean[name] = one_line(clean[name], LENGTHS[name]) or None
            if clean[name] is None and name in NEEDED_LINES:
                raise _invalid(name, "must contain text")
    for name in PROSE:
        if clean.get(name):
            clean[name] = clean_text(clean[name])[:MAX_TEXT]
    for name in NAMES:
        if clean.get(name):
            clean[name] = [skill for text in clean[name] if (skill := one_line(text, len(text)))]
    return clean


def _check_change(job: JobListing, values: Mapping[str, Any], changed: set[str]) -> None:
    low, high = (values.get(name, getattr(job, name)) for name in ("salary_min", "salary_max"))
    if low is not None and high is not None and low > high:
        raise _invalid("salary_min", "must not be above salary_max")
    if "external_id" in changed:
        raise _invalid("external_id", "cannot be changed; add the posting anew")


def _invalid(name: str, why: str) -> InvalidInputError:
    return InvalidInputError("validation_error", f"{name} {why}.", details=[{"loc": ["body", name], "msg": why}])


def own_job(session: Session, job_id: int, user_id: str) -> JobListing:
    """An active listing of the user's own, locked; the public catalogue and others' jobs are ``job_not_found``."""
    job = session.scalar(
        sa.select(JobListing)
        .where(JobListing.id == job_id, JobListing.owner_id == user_id, JobListing.is_active.is_(True))
        .with_for_update()
    )
    if job is None:
        raise not_found()
    return job
