"""Finds runs that nobody is working on any more; every worker does this every few seconds."""

from __future__ import annotations

import sqlalchemy as sa
import structlog

from jobmate_agent.background import endings, leases
from jobmate_agent.background.alerts import Alerts
from jobmate_agent.background.dispatch import Dispatcher
from jobmate_agent.db import Database, database_now
from jobmate_agent.models import Run
from jobmate_agent.settings import Settings

log = structlog.get_logger(__name__)


def sweep(db: Database, dispatcher: Dispatcher, settings: Settings, alerts: Alerts) -> int:
    """Queue orphaned runs again (or fail them after the last attempt) and dispatch what nobody picked up.

    Returns the number of orphaned runs. Safe to run in several workers at once.
    """
    with db.reading() as session:
        orphans = leases.expired(session)
    found = 0
    for orphan in orphans:
        if endings.give_up(
            db, alerts, orphan, leases.WORKER_LOST, max_attempts=settings.max_attempts, only_expired=True
        ):
            found += 1
            log.warning("run_orphaned", run_id=orphan.run_id, attempt=orphan.attempt)
    with db.reading() as session:
        overdue = session.scalars(
            sa.select(Run.id)
            .where(Run.state == "queued", Run.updated_at < database_now(-settings.sweep_seconds))
            .where(sa.or_(Run.lease_until.is_(None), Run.lease_until <= database_now()))
            .order_by(Run.id)
        ).all()
    for run_id in overdue:
        dispatcher.submit(run_id)
    return found
