"""A disk that fills up after the files have landed: told as what it is, and gone on with once there is room."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models.landing import OnetLoadStep
from jobmate_agent.models.onet import PUBLISHED, OnetRelease
from jobmate_agent.services.career_engine.types import Vocabulary
from jobmate_agent.services.onet import land, normalise, publish, sources
from jobmate_agent.services.onet.pipeline import load_release
from tests.mini_release import write_mini_release
from tests.onet_loading import TINY, load_mini


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.dispose()


@contextmanager
def room_for(database: Database, pages: int) -> Iterator[None]:
    """The database may grow by so many pages."""
    with database.reading() as session:
        used = session.execute(sa.text("PRAGMA page_count")).scalar_one()

    def limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {used + pages}")

    event.listen(database.engine, "connect", limit)
    database.dispose()
    yield
    event.remove(database.engine, "connect", limit)
    database.dispose()


def done(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(OnetLoadStep.step)))


def test_a_release_that_does_not_fit(lite: Database, tmp_path: Path) -> None:
    source = sources.open_source(write_mini_release(tmp_path / "release"))
    load_id = land.land(lite, source)
    with room_for(lite, 12), pytest.raises(JobMateError, match="No room is left") as caught:
        load_release(lite, source, limits=TINY)
    assert (caught.value.code, caught.value.status) == ("disk_full", 507)
    steps = normalise.step_names(lite, load_id)
    assert normalise.STATISTICS in done(lite)
    assert len(done(lite)) < len(steps)
    assert load_release(lite, source, limits=TINY).report.passed
    assert sorted(done(lite)) == sorted(steps)


def test_a_report_that_does_not_fit(lite: Database, tmp_path: Path) -> None:
    source = sources.open_source(write_mini_release(tmp_path / "release"))
    normalise.normalise(lite, land.land(lite, source))
    with lite.unit_of_work() as session:
        session.execute(
            sa.text(
                "CREATE TRIGGER much AFTER UPDATE ON onet_loads BEGIN INSERT INTO much VALUES (zeroblob(99999)); END"
            )
        )
        session.execute(sa.text("CREATE TABLE much (much)"))
    with room_for(lite, 0), pytest.raises(JobMateError) as caught:
        load_release(lite, source, limits=TINY)
    assert caught.value.code == "disk_full"
    assert load_release(lite, source, limits=TINY).report.passed


def test_an_index_that_does_not_fit(lite: Database, tmp_path: Path) -> None:
    loaded = load_mini(lite, tmp_path / "release")

    def full(vocabulary: Vocabulary) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "index"))

    with pytest.raises(JobMateError, match="of indexes") as caught:
        publish.publish(lite, loaded.release_id, full)
    assert caught.value.code == "disk_full"
    with lite.reading() as session:
        assert session.get_one(OnetRelease, loaded.release_id).published_key is None
    assert publish.publish(lite, loaded.release_id, lambda vocabulary: None)
    with lite.reading() as session:
        assert session.get_one(OnetRelease, loaded.release_id).published_key == PUBLISHED
