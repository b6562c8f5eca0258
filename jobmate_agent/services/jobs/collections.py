"""Jobs that a user saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.models import JobCollection, JobListing


def save(session: Session, user_id: str, job_id: int, now: datetime) -> tuple[datetime, bool]:
    """Save a job; when it was saved, and True when that was just now. Two tabs at once make one row."""
    earlier = saved_at(session, user_id, job_id)
    if earlier is not None:
        return earlier, False
    insert_if_absent(session, JobCollection, {"user_id": user_id, "job_listing_id": job_id, "added_at": now})
    added = saved_at(session, user_id, job_id)
    # Whoever lost the race finds the other's time, to the microsecond.
    return (now, True) if added is None else (added, added == now)


def saved_at(session: Session, user_id: str, job_id: int) -> datetime | None:
    """When the user saved the job, None if they did not."""
    return session.scalar(
        sa.select(JobCollection.added_at).where(
            JobCollection.user_id == user_id, JobCollection.job_listing_id == job_id
        )
    )


def unsave(session: Session, user_id: str, job_id: int) -> None:
    """Forget that the user saved the job."""
    session.execute(
        sa.delete(JobCollection)
        .where(JobCollection.user_id == user_id, JobCollection.job_listing_id == job_id)
        .execution_options(synchronize_session=False)
    )


def listings_by_id(session: Session, job_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The columns of each job, in one query and without objects."""
    columns = JobListing.__table__.columns
    rows = session.execute(sa.select(*columns).where(JobListing.id.in_(job_ids))).mappings()
    return {row["id"]: dict(row) for row in rows}
