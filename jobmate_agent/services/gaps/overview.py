"""What lists of jobs show of the caller's gap reports."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import SkillGapStatus


def states_of_jobs(session: Session, user_id: str, job_ids: Sequence[int]) -> dict[int, tuple[str, bool]]:
    """(gap_state, has_gap) of each job, in one query; ``("none", False)`` where nothing was ever started."""
    found = session.execute(
        sa.select(SkillGapStatus.job_listing_id, SkillGapStatus.status, SkillGapStatus.report_id).where(
            SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id.in_(job_ids)
        )
    )
    states = {job_id: (status, report_id is not None) for job_id, status, report_id in found}
    return {job_id: states.get(job_id, ("none", False)) for job_id in job_ids}
