"""Which jobs a user may ask about: those they can see, and those they have an analysis of."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobmate_agent.services.gaps import statuses
from jobmate_agent.services.jobs.listings import visible_job


def require_job(session: Session, user_id: str, job_id: int) -> None:
    """``job_not_found`` unless the user may see the job or has a report or run for it, which outlives the posting."""
    if statuses.find(session, user_id, job_id) is None:
        visible_job(session, job_id, user_id)
