"""What comes back by itself: due by the database's clock, started once by many workers, on every database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from jobmate_agent.background import leases, schedule
from jobmate_agent.background.alerts import Alerts
from jobmate_agent.background.sweeper import sweep
from jobmate_agent.cli.main import cli
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.db import Database, database_now
from jobmate_agent.models import OnetRelease, Run, Schedule
from jobmate_agent.services.vocabulary import store
from jobmate_agent.settings import Settings
from tests.conftest import make_settings
from tests.onet_loading import load_mini


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(database_url, tmp_path, onet_sync="publish", onet_sync_day=31)


def rows(db: Database) -> dict[str, Schedule]:
    with db.reading() as session:
        return {row.name: row for row in schedule.listed(session)}


def make_due(db: Database, name: str) -> None:
    with db.unit_of_work() as session:
        session.execute(sa.update(Schedule).where(Schedule.name == name).values(next_at=database_now(-1)))


def runs_of(db: Database, kind: str) -> list[Run]:
    with db.reading() as session:
        return list(session.scalars(sa.select(Run).where(Run.kind == kind).order_by(Run.id)))


def test_rows_follow_the_settings(db: Database, settings: Settings, tmp_path: Path) -> None:
    assert schedule.look(db, settings) == []
    first = rows(db)
    assert set(first) == {schedule.MONTHLY, schedule.STALENESS}
    now = utcnow()
    assert all(now < row.next_at < now + timedelta(days=32) for row in first.values())
    assert schedule.look(db, settings) == []
    assert {name: row.next_at for name, row in rows(db).items()} == {name: row.next_at for name, row in first.items()}
    other = settings.model_copy(update={"onet_sync_hour": (settings.onet_sync_hour + 5) % 24})
    schedule.look(db, other)
    moved = rows(db)[schedule.MONTHLY].next_at
    assert moved.hour in {7, 8}
    schedule.look(db, settings.model_copy(update={"onet_sync": "off"}))
    assert rows(db) == {}


@pytest.mark.parametrize("mode", ["off", "check", "publish"])
def test_how_old_a_served_release_is_is_always_looked_at(
    sqlite_url: str, tmp_path: Path, mode: Literal["off", "check", "publish"]
) -> None:
    container = Container(make_settings(sqlite_url, tmp_path, onet_sync=mode))
    release_id = load_mini(container.db, tmp_path / "release").release_id
    with container.db.unit_of_work() as session:
        store.switch(session, session.get_one(OnetRelease, release_id))
    schedule.look(container.db, container.settings)
    wanted = {schedule.STALENESS} if mode == "off" else {schedule.MONTHLY, schedule.STALENESS}
    assert set(rows(container.db)) == wanted
    make_due(container.db, schedule.STALENESS)
    assert schedule.look(container.db, container.settings) == [schedule.STALENESS]
    container.db.dispose()


def test_what_is_due_is_queued_once_whoever_looks(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    make_due(db, schedule.MONTHLY)
    started: list[str] = []
    ready = threading.Barrier(6)

    def worker() -> None:
        ready.wait()
        for _ in range(3):
            started.extend(schedule.look(db, settings))

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [schedule.MONTHLY]
    (run,) = runs_of(db, schedule.ONET_SYNC)
    assert (run.user_id, run.token_id, run.state, run.isolated) == (None, None, "queued", True)
    row = rows(db)[schedule.MONTHLY]
    assert row.last_at is not None
    assert row.next_at > row.last_at
    assert row.last_outcome == schedule.STARTED


def test_an_earlier_claim_wins(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    make_due(db, schedule.STALENESS)
    version = rows(db)[schedule.STALENESS].version
    later = utcnow() + timedelta(days=1)
    claims = []
    for _ in range(2):
        with db.unit_of_work() as session:
            claims.append(schedule.claim(session, schedule.STALENESS, version, later))
    assert claims == [True, False]


def test_what_is_not_due_by_the_databases_clock_cannot_be_claimed(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    row = rows(db)[schedule.MONTHLY]
    with db.unit_of_work() as session:
        assert not schedule.claim(session, row.name, row.version, row.next_at)
    assert runs_of(db, schedule.ONET_SYNC) == []


def test_what_was_due_while_nobody_worked_is_made_up_for_once(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    with db.unit_of_work() as session:
        session.execute(sa.update(Schedule).values(next_at=datetime(2020, 1, 31, 2, tzinfo=UTC)))
    assert set(schedule.look(db, settings)) == {schedule.MONTHLY, schedule.STALENESS}
    assert schedule.look(db, settings) == []


def test_a_run_that_fails_for_good_says_so_in_its_schedule(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    make_due(db, schedule.MONTHLY)
    schedule.look(db, settings)
    with db.reading() as session:
        (claim,) = leases.due(session, (schedule.ONET_SYNC,), 10)
    with db.unit_of_work() as session:
        assert leases.claim(session, claim, "w1", 30)
    with db.unit_of_work() as session:
        assert leases.fail(session, claim, "onet_site_refuses")
    assert rows(db)[schedule.MONTHLY].last_outcome == "failed: onet_site_refuses"


def test_a_long_load_has_a_limit_of_its_own(settings: Settings) -> None:
    assert schedule.run_seconds(settings, schedule.ONET_SYNC) == settings.onet_sync_seconds > settings.run_seconds
    assert schedule.run_seconds(settings, "gap") == settings.run_seconds


def test_sweeping_leaves_schedules_alone(db: Database, settings: Settings) -> None:
    schedule.look(db, settings)
    before = {name: row.version for name, row in rows(db).items()}
    sweep(db, _Nobody(), settings, Alerts())
    assert {name: row.version for name, row in rows(db).items()} == before


class _Nobody:
    def submit(self, run_id: int) -> None:
        return


def test_the_command_lists_them(sqlite_url: str, tmp_path: Path) -> None:
    environment = {"JOBMATE_DATABASE_URL": sqlite_url, "JOBMATE_DATA_DIR": str(tmp_path), "JOBMATE_ONET_SYNC": "check"}
    shown = CliRunner().invoke(cli, ["schedules"], env=environment)
    assert shown.exit_code == 0, shown.output
    assert [line.split("\t")[0] for line in shown.output.splitlines()].count(schedule.MONTHLY) == 1
    assert "never" in shown.output
    off = CliRunner().invoke(cli, ["schedules"], env={**environment, "JOBMATE_ONET_SYNC": "off"})
    assert "JOBMATE_ONET_SYNC" in off.output
