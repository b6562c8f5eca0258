"""Bulk inserts keep every value as it is, on each database and by each of its ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent import bulk
from jobmate_agent.bulk import bulk_insert
from jobmate_agent.db import Database, out_of_space
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadFile

TABLE = LANDING["occupation"]
COLUMNS = ["load_id", "file", "line", "onet_soc_code", "title", "description"]
AWKWARD = [
    None,
    "",
    " ",
    "\\N",
    "\\",
    "\\\\N\\t\\",
    "NULL",
    "null",
    "n/a",
    '"quoted", "twice"',
    "it's; DROP TABLE users --",
    "100 % of %s and %(x)s",
    "tab\tin it",
    "line\nin it\r\nand\rmore",
    "\\.",
    "größer – 日本語 አማርኛ 🧑‍🚀",
    "e\u0301 é",
    "\x01\x1a\x7f",
    "trailing \\",
]


def make_load(session: Session) -> int:
    values = {"content_sha256": "x", "version": "1.0", "source": "x", "layout": "classic", "state": "landing"}
    load = OnetLoad(**values)
    session.add(load)
    session.flush()
    return load.id


def stored(db: Database) -> list[tuple[Any, ...]]:
    with db.reading() as session:
        statement = sa.select(TABLE.c.line, TABLE.c.title, TABLE.c.description).order_by(TABLE.c.line)
        return [tuple(row) for row in session.execute(statement)]


def insert_awkward(db: Database) -> None:
    with db.unit_of_work() as session:
        load = make_load(session)
        rows = [(load, "f", line, "c", value, value) for line, value in enumerate(AWKWARD)]
        assert bulk_insert(session, TABLE, COLUMNS, iter(rows)) == len(AWKWARD)
    assert stored(db) == [(line, value, value) for line, value in enumerate(AWKWARD)]


def test_awkward_values_stay_as_they_are(db: Database) -> None:
    insert_awkward(db)


@pytest.fixture
def no_local_files(db: Database) -> Iterator[Database]:
    if db.backend != "mysql":
        pytest.skip("LOAD DATA is MySQL's and MariaDB's")
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")

    def allow(value: int) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET GLOBAL local_infile = {value}")

    allow(0)
    yield db
    allow(1)


def test_a_server_that_refuses_local_files_gets_inserts(no_local_files: Database) -> None:
    insert_awkward(no_local_files)


@pytest.mark.parametrize("way", ["own", "inserts"])
def test_types_are_bound_as_in_any_statement(db: Database, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "inserts":
        monkeypatch.setattr(bulk, "_load_data", lambda *_: False)
    moment = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    table = OnetLoad.__table__
    assert isinstance(table, sa.Table)
    columns = ["content_sha256", "version", "released_on", "source", "layout", "state", "created_at", "updated_at"]
    with db.unit_of_work() as session:
        row = ("a", "1.0", date(2026, 5, 1), "s", "classic", "landed", moment, moment)
        assert bulk_insert(session, table, columns, [row]) == 1
        load = session.scalars(sa.select(OnetLoad)).one()
        assert (load.released_on, load.created_at, load.error) == (date(2026, 5, 1), moment, None)


def test_rows_are_streamed_in_blocks(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_BLOCK_ROWS", 7)
    with db.unit_of_work() as session:
        load = make_load(session)
        rows = ((load, "f", line, "c", "t", None) for line in range(50))
        assert bulk_insert(session, TABLE, COLUMNS, rows) == 50
        assert bulk_insert(session, TABLE, COLUMNS, []) == 0
    assert len(stored(db)) == 50


def test_an_error_in_the_rows_comes_through_and_nothing_stays(db: Database) -> None:
    def rows(load: int) -> Iterator[tuple[Any, ...]]:
        yield (load, "f", 1, "c", "t", None)
        raise LookupError("the second row is damaged")

    with pytest.raises(LookupError, match="second row"), db.unit_of_work() as session:
        bulk_insert(session, TABLE, COLUMNS, rows(make_load(session)))
    assert stored(db) == []
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OnetLoad)) == 0


@pytest.mark.parametrize("way", ["own", "inserts"])
def test_a_key_that_is_taken_is_an_integrity_error(db: Database, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "inserts":
        monkeypatch.setattr(bulk, "_load_data", lambda *_: False)
    with db.unit_of_work() as session:
        load = make_load(session)
    with pytest.raises(sa.exc.IntegrityError), db.unit_of_work() as session:
        bulk_insert(session, TABLE, COLUMNS, [(load, "f", 1, "c", title, None) for title in ("a", "b")])
    with pytest.raises(sa.exc.IntegrityError), db.unit_of_work() as session:
        bulk_insert(session, TABLE, COLUMNS, [(4711, "f", 1, "c", "no such load", None)])
    assert stored(db) == []


def test_a_value_that_does_not_fit_is_no_silent_cut(db: Database) -> None:
    if db.backend == "sqlite":
        pytest.skip("SQLite has no bounds")
    with pytest.raises(sa.exc.DataError), db.unit_of_work() as session:
        bulk_insert(session, TABLE, COLUMNS, [(make_load(session), "f", 1, "c", "x" * 201, None)])
    assert stored(db) == []


def test_the_sessions_own_rows_are_there_first(db: Database) -> None:
    with db.unit_of_work() as session:
        load = make_load(session)
        session.add(OnetLoadFile(load_id=load, name="f.txt", layout="occupation", sha256="0", rows=1))
        bulk_insert(session, TABLE, COLUMNS, [(load, "f", 1, "c", "t", None)])
    assert len(stored(db)) == 1


class ServerError(Exception):
    sqlstate: str | None = None


class DiskFull(ServerError):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("cause", "full"),
    [
        (DiskFull("could not extend file"), True),
        (ServerError(1114, "The table 'landing_task' is full"), True),
        (ServerError(1021, "Disk full (/tmp/#sql)"), True),
        (ServerError(3, 'Error writing file (Errcode: 28 "No space left on device")'), True),
        (ServerError(1030, "Got error 28 from storage engine"), True),
        (ServerError(1213, "Deadlock found"), False),
        (ServerError("server closed the connection unexpectedly"), False),
    ],
)
def test_a_full_disk_is_told_from_other_troubles(cause: Exception, full: bool) -> None:
    assert out_of_space(sa.exc.OperationalError("INSERT", None, cause)) is full
    assert out_of_space(OSError(28, "No space left on device"))
    assert not out_of_space(OSError(13, "Permission denied"))
