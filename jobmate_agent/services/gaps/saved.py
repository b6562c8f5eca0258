"""A user's saved jobs with the state of their reports: what clients poll every five seconds.

One statement reads everything that an answer depends on, so that an unchanged answer is recognised without
building it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from jobmate_agent.models import (
    DefaultResume,
    JobCollection,
    JobListing,
    JobOccupation,
    Occupation,
    OnetRelease,
    ReleaseOccupation,
    Run,
    SkillGapReport,
    SkillGapStatus,
)
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.gaps import statuses

API_VERSION = "1"


class SavedRow(NamedTuple):
    """One saved job as the database has it; times are in the driver's form."""

    job_id: int
    saved_at: Any
    total: int
    job_version: int
    job_updated_at: Any
    job_is_active: bool
    status: str | None
    error: str | None
    report_id: int | None
    run_id: int | None
    run_version: int | None
    step: str | None
    progress: int | None
    report_resume_id: int | None
    report_job_version: int | None
    report_vocabulary: str | None
    default_resume_id: int | None
    published_vocabulary: str | None
    onet_code: str | None
    occupation: str | None
    occupation_score: float | None

    @property
    def is_stale(self) -> bool:
        """Whether there is a report that its resume, posting or vocabulary has left behind."""
        return self.report_id is not None and (
            self.report_resume_id != self.default_resume_id
            or self.report_job_version != self.job_version
            or self.report_vocabulary != self.published_vocabulary
        )


OCCUPATION_COLUMNS = (Occupation.onet_code, ReleaseOccupation.title, JobOccupation.score)


def on_occupation() -> sa.ColumnElement[bool]:
    """What the present version of a listing was read as, in the published release."""
    return sa.and_(
        JobOccupation.job_listing_id == JobListing.id,
        JobOccupation.release_id == OnetRelease.id,
        JobOccupation.job_version == JobListing.version,
    )


def on_release_occupation() -> sa.ColumnElement[bool]:
    """What that release calls the occupation."""
    return sa.and_(
        ReleaseOccupation.release_id == JobOccupation.release_id,
        ReleaseOccupation.occupation_id == JobOccupation.occupation_id,
    )


def occupation_to_wire(onet_code: str, title: str, score: float) -> dict[str, Any]:
    """The occupation that a posting was read as; ``score`` is 0–1."""
    return {"onet_code": onet_code, "title": title, "score": score}


def _statement() -> sa.Select[Any]:
    newest_first = (JobCollection.added_at.desc(), JobCollection.id.desc())
    ranked = (
        sa.select(
            JobCollection.job_listing_id.label("job_id"),
            JobCollection.added_at.label("saved_at"),
            sa.func.count().over().label("total"),
            sa.func.row_number().over(order_by=newest_first).label("position"),
        )
        .where(JobCollection.user_id == sa.bindparam("user_id"))
        .subquery()
    )
    on_status = sa.and_(
        SkillGapStatus.user_id == sa.bindparam("user_id"), SkillGapStatus.job_listing_id == ranked.c.job_id
    )
    published = OnetRelease.published_key == sa.literal_column(f"'{PUBLISHED}'")
    generating = SkillGapStatus.status == sa.literal_column(f"'{statuses.GENERATING}'")
    in_page = sa.and_(ranked.c.position > sa.bindparam("after"), ranked.c.position <= sa.bindparam("up_to"))
    return (
        sa.select(
            ranked.c.job_id,
            ranked.c.saved_at,
            ranked.c.total,
            JobListing.version,
            JobListing.updated_at,
            JobListing.is_active,
            SkillGapStatus.status,
            SkillGapStatus.error,
            SkillGapStatus.report_id,
            SkillGapStatus.run_id,
            Run.version,
            Run.step,
            Run.progress,
            SkillGapReport.resume_id,
            SkillGapReport.job_version,
            SkillGapReport.vocabulary_version,
            DefaultResume.resume_id,
            OnetRelease.vocabulary_version,
            *OCCUPATION_COLUMNS,
        )
        .select_from(ranked)
        .join(JobListing, JobListing.id == ranked.c.job_id)
        .outerjoin(SkillGapStatus, on_status)
        .outerjoin(Run, Run.id == SkillGapStatus.run_id)
        .outerjoin(SkillGapReport, SkillGapReport.id == SkillGapStatus.report_id)
        .outerjoin(DefaultResume, DefaultResume.user_id == sa.bindparam("user_id"))
        .outerjoin(OnetRelease, published)
        .outerjoin(JobOccupation, on_occupation())
        .outerjoin(Occupation, Occupation.id == JobOccupation.occupation_id)
        .outerjoin(ReleaseOccupation, on_release_occupation())
        .where(sa.or_(in_page, sa.and_(sa.bindparam("all_generating") == sa.literal_column("1"), generating)))
        .order_by(ranked.c.position)
    )


# Parameters: user_id, after and up_to (positions, newest = 1), all_generating (1: also those beyond the page).
SAVED = _statement()

# Parameter: user_id. Needed only for a page that has no rows.
COUNT = sa.select(sa.func.count()).select_from(JobCollection).where(JobCollection.user_id == sa.bindparam("user_id"))


def etag(user_id: str, query: str, total: int, rows: Sequence[tuple[Any, ...]]) -> str:
    """A digest of everything that the answer shows; ``rows`` are those of :data:`SAVED`."""
    content = repr((API_VERSION, user_id, query, total, rows))
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def state_to_wire(row: SavedRow) -> dict[str, Any]:
    """What a saved job has beside the job itself; absent values are left out."""
    state = row.status or statuses.NONE
    wire = {
        "saved_at": iso_time(row.saved_at),
        "bookmarked": True,
        "gap_state": state,
        "has_gap": row.report_id is not None,
        "gap_progress": _progress(state, row.progress),
        "gap_stale": row.is_stale,
    }
    if state == statuses.GENERATING and row.step is not None:
        wire["gap_step"] = row.step
    if row.error is not None:
        wire["gap_error"] = row.error
    if row.onet_code is not None and row.occupation is not None and row.occupation_score is not None:
        wire["occupation"] = occupation_to_wire(row.onet_code, row.occupation, row.occupation_score)
    return wire


def iso_time(value: datetime | str) -> str:
    """ISO 8601 in UTC of a time as any of the drivers gives it: naive values and texts are UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _progress(state: str, progress: int | None) -> int:
    """Percent of the way to a report."""
    if state == statuses.GENERATING:
        return progress or 0
    return 100 if state == statuses.READY else 0
