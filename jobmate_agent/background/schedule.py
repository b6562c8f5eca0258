"""What comes back by itself. A row for each; whoever claims it by one conditional UPDATE queues its run.

Whether something is due is decided by the database's clock. Every worker looks each time it sweeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from jobmate_agent.background import runs
from jobmate_agent.background.due_times import next_daily, next_monthly, spread
from jobmate_agent.db import Database, database_now, insert_if_absent
from jobmate_agent.models import Run, Schedule
from jobmate_agent.services.onet.served import served_with_occupations
from jobmate_agent.settings import Settings

log = structlog.get_logger(__name__)

ONET_SYNC = "onet_sync"
ONET_STALENESS = "onet_staleness"
MONTHLY = "onet-monthly"
STALENESS = "onet-staleness"
STARTED = "started"
OUTCOME_LIMIT = 500
_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Plan:
    """Something that comes back. ``next_after`` says when; ``alone``: its run gets a process of its own."""

    name: str
    kind: str
    next_after: Callable[[datetime], datetime]
    alone: bool


SCHEDULE_OF_KIND = {ONET_SYNC: MONTHLY, ONET_STALENESS: STALENESS}


def plans(settings: Settings, *, serves_release: bool) -> tuple[Plan, ...]:
    """What is to come back under these settings, where a release with occupations is served or not yet.

    How old a release is that is served is looked at also where nobody looks for another one.
    """
    offset = spread(settings.effective_database_url, settings.onet_sync_spread_minutes)
    day, hour = settings.onet_sync_day, settings.onet_sync_hour
    monthly = Plan(MONTHLY, ONET_SYNC, lambda after: next_monthly(after, day, hour, offset), alone=True)
    daily = Plan(STALENESS, ONET_STALENESS, lambda after: next_daily(after, hour, offset), alone=False)
    if settings.onet_sync != "off":
        return (monthly, daily)
    return (daily,) if serves_release else ()


def run_seconds(settings: Settings, kind: str) -> float:
    """How long one attempt at a run of this kind may take."""
    return settings.onet_sync_seconds if kind == ONET_SYNC else settings.run_seconds


def look(db: Database, settings: Settings) -> list[str]:
    """Bring the rows in line with the settings and queue what is due; the names of what was queued here."""
    wanted, rows, now = adopt(db, settings)
    due = [plan for plan in wanted if plan.name in rows and rows[plan.name].next_at <= now]
    return [plan.name for plan in due if _start(db, plan, rows[plan.name].version, now)]


def adopt(db: Database, settings: Settings) -> tuple[tuple[Plan, ...], dict[str, Schedule], datetime]:
    """Bring the rows in line with the settings; what is wanted, the rows as they were, and the database's time."""
    with db.reading() as session:
        wanted = plans(settings, serves_release=served_with_occupations(session) is not None)
        now = session.scalars(sa.select(_now())).one()
        rows = {row.name: row for row in session.scalars(sa.select(Schedule))}
    if _differs(rows, wanted, now):
        with db.unit_of_work() as session:
            _adopt(session, wanted, now)
    return wanted, rows, now


def claim(session: Session, name: str, version: int, next_at: datetime) -> bool:
    """Take what is due, so that it is due again at ``next_at``; False when someone else was faster."""
    done = session.execute(
        sa.update(Schedule)
        .where(Schedule.name == name, Schedule.version == version, Schedule.next_at <= database_now())
        .values(next_at=next_at, last_at=database_now(), last_outcome=STARTED, version=version + 1)
        .execution_options(**_NO_SYNC)
    )
    return runs.affected(done) == 1


def record(session: Session, kind: str, outcome: str) -> None:
    """Keep what came of the run of a schedule, in words. Nothing for other kinds of runs."""
    name = SCHEDULE_OF_KIND.get(kind)
    if name is not None:
        session.execute(
            sa.update(Schedule)
            .where(Schedule.name == name)
            .values(last_outcome=outcome[:OUTCOME_LIMIT])
            .execution_options(**_NO_SYNC)
        )


def note_look(session: Session) -> None:
    """An operator's own look at the site has succeeded: it counts like one that came back by itself."""
    ended = {"state": "succeeded", "progress": 100, "finished_at": database_now()}
    session.add(Run(kind=ONET_SYNC, subject="by hand", payload={}, **ended))


def listed(session: Session) -> list[Schedule]:
    """All of them, what is due first before the rest."""
    return list(session.scalars(sa.select(Schedule).order_by(Schedule.next_at, Schedule.name)))


def _start(db: Database, plan: Plan, version: int, now: datetime) -> bool:
    with db.unit_of_work() as session:
        if not claim(session, plan.name, version, plan.next_after(now)):
            return False
        run = runs.enqueue(session, kind=plan.kind, subject=plan.name, user_id=None, active_key=plan.kind, payload={})
        if plan.alone:
            session.execute(
                sa.update(Run)
                .where(Run.id == run.id, Run.attempt == 0)
                .values(isolated=True)
                .execution_options(**_NO_SYNC)
            )
    log.info("schedule_due", name=plan.name, run_id=run.id)
    return True


def _differs(rows: dict[str, Schedule], wanted: tuple[Plan, ...], now: datetime) -> bool:
    if rows.keys() - SCHEDULE_OF_KIND.values() or rows.keys() != {plan.name for plan in wanted}:
        return True
    return any(rows[plan.name].next_at > now and rows[plan.name].next_at != plan.next_after(now) for plan in wanted)


def _adopt(session: Session, wanted: tuple[Plan, ...], now: datetime) -> None:
    """Rows as the settings have them. What was due while no worker ran stays due."""
    for name in SCHEDULE_OF_KIND.values():
        if name not in {plan.name for plan in wanted}:
            session.execute(sa.delete(Schedule).where(Schedule.name == name).execution_options(**_NO_SYNC))
    for plan in wanted:
        next_at = plan.next_after(now)
        insert_if_absent(session, Schedule, {"name": plan.name, "next_at": next_at})
        session.execute(
            sa.update(Schedule)
            .where(Schedule.name == plan.name, Schedule.next_at > database_now(), Schedule.next_at != next_at)
            .values(next_at=next_at, version=Schedule.version + 1)
            .execution_options(**_NO_SYNC)
        )


def _now() -> sa.ColumnElement[datetime]:
    return sa.type_coerce(database_now(), Schedule.next_at.type)
