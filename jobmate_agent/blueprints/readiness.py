"""Is everything here that a request needs? Each part answers for itself."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, TimeoutError

from jobmate_agent import schema_check
from jobmate_agent.background.heartbeats import Beat, living
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError
from jobmate_agent.schemas.service import Check, Readiness

PARTS = ("database", "schema", "worker", "vector_store", "broker")


def readiness(container: Container) -> Readiness:
    """The state of the database, its schema, the workers, their vector index and the broker.

    The web process opens no vector index itself: workers say in their heartbeat row how theirs is.
    """
    unknown = Check(state="down", detail="could not be asked")
    checks = dict.fromkeys(PARTS, unknown)
    checks["broker"] = Check(state="not_used", detail="workers claim runs from the database")
    try:
        with container.db.reading() as session:
            session.execute(sa.text("SELECT 1"))
            checks["database"] = Check(state="ok")
        checks["schema"] = _schema(container)
        with container.db.reading() as session:
            beats = living(session, container.settings.lease_seconds)
        checks["worker"] = _worker(beats)
        checks["vector_store"] = _vector_store(beats)
    except (DBAPIError, TimeoutError) as exc:
        failed = next(part for part in PARTS if checks[part] is unknown)
        checks[failed] = Check(state="down", detail=type(exc).__name__)
    good = all(check.state != "down" for check in checks.values())
    return Readiness(status="ready" if good else "not_ready", checks=checks)


def _schema(container: Container) -> Check:
    try:
        schema_check.require_current(container.db)
    except JobMateError as exc:
        return Check(state="down", detail=exc.message)
    return Check(state="ok", detail=schema_check.head_revision())


def _worker(beats: list[Beat]) -> Check:
    if not beats:
        return Check(state="down", detail="no worker has shown signs of life; start one with: jobmate worker")
    return Check(state="ok", detail=f"{len(beats)} alive")


def _vector_store(beats: list[Beat]) -> Check:
    states = [_reported(beat.details) for beat in beats]
    if "ready" in states:
        return Check(state="ok", detail="ready")
    return Check(state="down", detail=states[0] if states else "no worker to ask")


def _reported(details: dict[str, Any]) -> str:
    return str(details.get("index") or details.get("engine") or "unknown")
