"""The rows by which workers show that they live."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.background.processes import is_running
from jobmate_agent.db import database_now, insert_if_absent
from jobmate_agent.models import WorkerHeartbeat

FORGOTTEN_AFTER_SECONDS = 3600.0


class Beat(NamedTuple):
    """A worker's last sign of life. ``details``: ``{pid, engine, index, active}``."""

    name: str
    beat_at: datetime
    details: dict[str, Any]


def beat(session: Session, name: str, details: dict[str, Any]) -> None:
    """Show that worker ``name`` lives; rows of workers that are long gone are dropped."""
    insert_if_absent(session, WorkerHeartbeat, {"name": name, "beat_at": database_now(), "details": details})
    session.execute(
        sa.update(WorkerHeartbeat)
        .where(WorkerHeartbeat.name == name)
        .values(beat_at=database_now(), details=details)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.delete(WorkerHeartbeat)
        .where(WorkerHeartbeat.beat_at < database_now(-FORGOTTEN_AFTER_SECONDS))
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, name: str) -> None:
    """A worker has stopped."""
    session.execute(
        sa.delete(WorkerHeartbeat).where(WorkerHeartbeat.name == name).execution_options(synchronize_session=False)
    )


def forget_dead(session: Session, name: str) -> None:
    """Drop the rows of workers on the host of worker ``name`` whose processes are gone: nobody should count on them."""
    host = name.rpartition(":")[0]
    others = sa.select(WorkerHeartbeat.name, WorkerHeartbeat.details).where(
        WorkerHeartbeat.name.startswith(f"{host}:", autoescape=True), WorkerHeartbeat.name != name
    )
    for row in session.execute(others).all():
        if not is_running(row.details["pid"]):
            forget(session, row.name)


def living(session: Session, within_seconds: float) -> list[Beat]:
    """Workers that showed signs of life within the given time, newest first."""
    rows = session.execute(
        sa.select(WorkerHeartbeat.name, WorkerHeartbeat.beat_at, WorkerHeartbeat.details)
        .where(WorkerHeartbeat.beat_at > database_now(-within_seconds))
        .order_by(WorkerHeartbeat.beat_at.desc())
    ).all()
    return [Beat(row.name, row.beat_at, row.details) for row in rows]
