"""What lists of jobs show beside the jobs: the state of the caller's gap reports, and the jobs' occupations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import (
    JobListing,
    JobOccupation,
    Occupation,
    OnetRelease,
    ReleaseOccupation,
    SkillGapStatus,
)
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.gaps.saved import (
    OCCUPATION_COLUMNS,
    occupation_to_wire,
    on_occupation,
    on_release_occupation,
)


def beside_jobs(session: Session, user_id: str, job_ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    """``{gap_state, has_gap, occupation}`` of each job, in one query; the occupation is left out where unknown.

    ``("none", False)`` is the state of a job for which nothing was ever started.
    """
    on_status = sa.and_(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == JobListing.id)
    rows = session.execute(
        sa.select(JobListing.id, SkillGapStatus.status, SkillGapStatus.report_id, *OCCUPATION_COLUMNS)
        .outerjoin(SkillGapStatus, on_status)
        .outerjoin(OnetRelease, OnetRelease.published_key == PUBLISHED)
        .outerjoin(JobOccupation, on_occupation())
        .outerjoin(Occupation, Occupation.id == JobOccupation.occupation_id)
        .outerjoin(ReleaseOccupation, on_release_occupation())
        .where(JobListing.id.in_(job_ids))
    )
    return {row[0]: _wire(row[1], row[2], row[3:]) for row in rows}


def _wire(status: str | None, report_id: int | None, occupation: Sequence[Any]) -> dict[str, Any]:
    wire: dict[str, Any] = {"gap_state": status or "none", "has_gap": report_id is not None}
    if None not in occupation:
        wire["occupation"] = occupation_to_wire(*occupation)
    return wire
