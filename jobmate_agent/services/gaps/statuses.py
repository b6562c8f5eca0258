"""What a user sees for a job: none | generating | ready, with the newest report and the last error.

Whoever changes a run changes the status in the same transaction, after the run's row, so that two
transactions about one run always lock in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.models import SkillGapStatus

NONE, GENERATING, READY = "none", "generating", "ready"
NO_DEFAULT_RESUME = "no_default_resume"

# What remains when nothing is generating: the older report, if there is one.
_AT_REST = sa.case((SkillGapStatus.report_id.is_(None), NONE), else_=READY)


def find(session: Session, user_id: str, job_id: int) -> SkillGapStatus | None:
    """The status row of (user, job), None before anything was ever started."""
    return session.get(SkillGapStatus, (user_id, job_id))


def lock(session: Session, user_id: str, job_id: int) -> SkillGapStatus | None:
    """The same, alone with it until we commit: nobody else adds a report to the job or corrects one."""
    return session.scalar(
        sa.select(SkillGapStatus)
        .where(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock_for_report(session: Session, user_id: str, job_id: int) -> None:
    """:func:`lock` for whoever is about to show a report; there may not have been anything before."""
    _ensure(session, user_id, job_id)
    lock(session, user_id, job_id)


def show_generating(session: Session, user_id: str, job_id: int, run_id: int) -> None:
    """A run is queued or running."""
    _ensure(session, user_id, job_id)
    session.execute(_row(user_id, job_id).values(status=GENERATING, error=None, run_id=run_id))


def show_waiting(session: Session, user_id: str, job_id: int, run_id: int) -> None:
    """The run waits for a default resume; an older report stays visible."""
    _ensure(session, user_id, job_id)
    session.execute(_row(user_id, job_id).values(status=_AT_REST, error=NO_DEFAULT_RESUME, run_id=run_id))


def show_ready(session: Session, user_id: str, job_id: int, run_id: int, report_id: int) -> None:
    """The run has produced a report."""
    _ensure(session, user_id, job_id)
    session.execute(
        _row(user_id, job_id).values(status=READY, error=None, run_id=run_id, report_id=report_id),
    )


def show_report(session: Session, user_id: str, job_id: int, report_id: int) -> None:
    """A report was made outside any run; a run that is under way keeps the status at generating."""
    _ensure(session, user_id, job_id)
    status = sa.case((SkillGapStatus.status == GENERATING, GENERATING), else_=READY)
    session.execute(_row(user_id, job_id).values(status=status, report_id=report_id))


def settle(session: Session, user_id: str, job_ids: Iterable[int], error: str | None = None) -> None:
    """Nothing is generating any more: back to ``ready`` with the older report, else ``none``."""
    session.execute(
        sa.update(SkillGapStatus)
        .where(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id.in_(list(job_ids)))
        .values(status=_AT_REST, error=error)
        .execution_options(synchronize_session=False)
    )


def settle_run(session: Session, user_id: str, job_id: int, run_id: int, error: str | None) -> None:
    """The same, unless a newer run has taken the status over."""
    session.execute(_row(user_id, job_id).where(SkillGapStatus.run_id == run_id).values(status=_AT_REST, error=error))


def clear(session: Session, user_id: str, job_id: int) -> None:
    """Forget the state of (user, job), as if it had never been analysed."""
    session.execute(
        sa.delete(SkillGapStatus)
        .where(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == job_id)
        .execution_options(synchronize_session=False)
    )


def _ensure(session: Session, user_id: str, job_id: int) -> None:
    insert_if_absent(session, SkillGapStatus, {"user_id": user_id, "job_listing_id": job_id, "status": NONE})


def _row(user_id: str, job_id: int) -> sa.Update:
    return (
        sa.update(SkillGapStatus)
        .where(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == job_id)
        .execution_options(synchronize_session=False)
    )
