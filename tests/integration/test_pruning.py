"""What is kept of runs that have finished, and for how long, on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.background import pruning, runs, schedule
from jobmate_agent.container import Container
from jobmate_agent.db import Database, database_now
from jobmate_agent.models import Run, RunResult
from jobmate_agent.services import run_results
from tests.people import add_user

DAY = 86400


def add_run(db: Database, kind: str, days: float, *, state: str = "succeeded", **values: Any) -> int:
    """A run that ended so many days ago."""
    with db.unit_of_work() as session:
        run = Run(kind=kind, subject="x", payload={}, state=state, **values)
        session.add(run)
        session.flush()
        if kind in runs.WITH_RESULT:
            run_results.store(session, run.id, {"answer": 42})
        if state not in ("queued", "running"):
            session.execute(sa.update(Run).where(Run.id == run.id).values(finished_at=database_now(-days * DAY)))
        return run.id


def left(db: Database, what: sa.orm.InstrumentedAttribute[int]) -> set[int]:
    with db.reading() as session:
        return set(session.scalars(sa.select(what)))


def test_what_is_old_goes_with_its_result(db: Database, container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    user_id = add_user(db)
    for kind in runs.WITH_RESULT:
        for state in ("succeeded", "failed", "cancelled"):
            add_run(db, kind, 31, state=state, user_id=user_id)
    add_run(db, schedule.ONET_STALENESS, 36)
    add_run(db, schedule.ONET_SYNC, 36, state="failed")
    young = {add_run(db, kind, 29, user_id=user_id) for kind in runs.WITH_RESULT}
    kept = {
        add_run(db, schedule.ONET_SYNC, 34),  # still says that the release was looked at
        add_run(db, schedule.ONET_SYNC, 0, state="running"),
        add_run(db, runs.GAP, 400, user_id=user_id),
        add_run(db, runs.MATCH, 400, state="queued", user_id=user_id),
    }
    assert pruning.prune(db, container.settings) == 8
    assert left(db, Run.id) == young | kept
    assert left(db, RunResult.run_id) <= young | kept
    assert len(left(db, RunResult.run_id)) == 3
    assert pruning.prune(db, container.settings) == 0
