"""Deletes runs that nobody will ask about any more, with their results; every worker does this now and then."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from jobmate_agent.background.runs import WITH_RESULT, affected
from jobmate_agent.db import Database, database_now
from jobmate_agent.models import Run, RunResult
from jobmate_agent.models.runs import FINISHED_STATES
from jobmate_agent.settings import Settings

log = structlog.get_logger(__name__)

BATCH = 200
_DAY = 86400.0
_NO_SYNC = {"synchronize_session": False}


def prune(db: Database, settings: Settings) -> int:
    """Delete finished runs that left results, and operators' runs, that are older than the settings keep them.

    One short transaction for each batch. Runs that made a report stay. Returns how many runs are gone; safe to run in
    several workers at once.
    """
    with db.reading() as session:
        ids = session.scalars(sa.select(Run.id).where(_outdated(settings)).order_by(Run.id)).all()
    gone = 0
    for start in range(0, len(ids), BATCH):
        with db.unit_of_work() as session:
            gone += _delete(session, ids[start : start + BATCH])
    if gone:
        log.info("runs_pruned", runs=gone)
    return gone


def _delete(session: Session, ids: Sequence[int]) -> int:
    """What has finished stays finished, so the ids may have been read before."""
    session.execute(sa.delete(RunResult).where(RunResult.run_id.in_(ids)).execution_options(**_NO_SYNC))
    done = session.execute(sa.delete(Run).where(Run.id.in_(ids)).execution_options(**_NO_SYNC))
    return affected(done)


def _outdated(settings: Settings) -> sa.ColumnElement[bool]:
    results = database_now(-settings.run_result_days * _DAY)
    # How old the served release is follows from looks that succeeded, so those are kept for as long as they count.
    looks = database_now(-max(settings.run_result_days, settings.onet_stale_days) * _DAY)
    of_operator = sa.and_(Run.user_id.is_(None), Run.token_id.is_(None), Run.finished_at < looks)
    with_result = sa.and_(Run.kind.in_(WITH_RESULT), Run.finished_at < results)
    return sa.and_(Run.state.in_(FINISHED_STATES), sa.or_(of_operator, with_result))
