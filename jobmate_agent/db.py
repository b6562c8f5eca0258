"""The database: one declarative base, portable column types, and the only place that commits.

One schema runs on SQLite (embedded default), PostgreSQL and MySQL/MariaDB.
"""

from __future__ import annotations

import errno
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.mysql import insert as mysql_insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session

from jobmate_agent.columns import UtcDateTime

SQLITE_BUSY_SECONDS = 30.0
AFTER_COMMIT = "after_commit"


class Base(DeclarativeBase):
    """All tables, with constraint names that are the same on every database."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class database_now(sa.sql.expression.ColumnElement[datetime]):
    """The database server's clock plus ``seconds``, comparable with :class:`UtcDateTime` columns."""

    inherit_cache = False
    type = UtcDateTime()

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = float(seconds)


@compiles(database_now, "sqlite")
def _sqlite_now(element: database_now, compiler: Any, **_: Any) -> str:
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', '{element.seconds:+.3f} seconds') || '000')"


@compiles(database_now, "postgresql")
def _postgresql_now(element: database_now, compiler: Any, **_: Any) -> str:
    return f"(clock_timestamp() + interval '{element.seconds:.3f} seconds')"


@compiles(database_now, "mysql", "mariadb")
def _mysql_now(element: database_now, compiler: Any, **_: Any) -> str:
    return f"(UTC_TIMESTAMP(6) + INTERVAL {round(element.seconds * 1e6)} MICROSECOND)"


class Database:
    """An engine and its units of work. ``url`` is any SQLAlchemy URL of the three supported databases."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        parsed = make_url(url)
        self.backend = {"mariadb": "mysql"}.get(parsed.get_backend_name(), parsed.get_backend_name())
        if self.backend == "sqlite":
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(
                parsed,
                connect_args={"timeout": SQLITE_BUSY_SECONDS},
                pool_size=pool_size,
                max_overflow=pool_size,
                hide_parameters=True,
            )
            _prepare_sqlite(self.engine)
        else:
            self.engine = sa.create_engine(
                parsed,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,
                hide_parameters=True,
                isolation_level="READ COMMITTED",
                # LOAD DATA LOCAL for bulk inserts; the server is the operator's own.
                connect_args={"local_infile": True} if self.backend == "mysql" else {},
            )
            if self.backend == "mysql":
                _prepare_mysql(self.engine)
        self._writer = self.engine.execution_options(jobmate_write=True)
        # SQLite has one writer at a time and lets the others poll for their turn; threads of one process queue here.
        self._turn = threading.RLock() if self.backend == "sqlite" else nullcontext()

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session whose changes are committed together when the block ends, or not at all.

        Functions given to :func:`after_commit` run once the commit has succeeded.
        """
        with self._turn, Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
            callbacks: list[Callable[[], None]] = session.info.pop(AFTER_COMMIT, [])
        for callback in callbacks:
            callback()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; nothing it does is kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        self.engine.dispose()


class Lookup:
    """Rows by a fixed SELECT, straight through the driver: for the few questions that every request asks.

    It costs a fifth of the same statement through a session. Values are those of the driver, so the columns
    must be plain ones (no decryption; dates as the driver gives them), and the statement may hold no parameters
    but those named by its caller.
    """

    def __init__(self, database: Database, statement: sa.Select[Any]) -> None:
        compiled = statement.compile(dialect=database.engine.dialect)
        self._engine = database.engine
        self._sql = compiled.string
        self._positions: list[str] | None = getattr(compiled, "positiontup", None)

    def __call__(self, **values: str | int) -> tuple[Any, ...] | None:
        """The first row, or None."""
        return next(iter(self.rows(**values)), None)

    def rows(self, **values: str | int) -> Sequence[tuple[Any, ...]]:
        """All rows."""
        parameters = values if self._positions is None else tuple(values[name] for name in self._positions)
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._sql, parameters)
            return cast(Sequence[tuple[Any, ...]], cursor.fetchall())
        finally:
            connection.close()


def fetch(
    session: Session, statement: sa.Select[*tuple[Any, ...]], **values: Any
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """All rows of a SELECT of columns that is made once, with a ``bindparam`` for each of ``values``.

    In the session's transaction, but past the session: what that does for entities costs more than the rows do, and so
    does building a statement anew.
    """
    session.flush()
    return session.connection().execute(statement, values).all()


# Serialization failure and deadlock (PostgreSQL); deadlock (MySQL, MariaDB). The transaction was rolled back whole.
_LOST_RACES = {"40001", "40P01", 1213}


def lost_race(error: sa.exc.OperationalError) -> bool:
    """Whether the database gave this transaction up for another's sake, so that trying again is all it takes."""
    cause = error.orig
    code = getattr(cause, "sqlstate", None) or (cause.args[0] if cause is not None and cause.args else None)
    return code in _LOST_RACES


# SQLite's result codes (over a quota a write just fails); PostgreSQL's SQLSTATE; MySQL's and MariaDB's error numbers.
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, "53100", 1021, 1114}
_FULL_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_IN_WORDS = re.compile(r"(?:errno:|error) (?:28|122|27)\b|No space left on device")


def out_of_space(error: BaseException) -> bool:
    """Whether there was no room left: on the disk of the database, or on the one for temporary files."""
    if isinstance(error, OSError):
        return error.errno in _FULL_FILE
    if not isinstance(error, sa.exc.DBAPIError) or error.orig is None:
        return False
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)
    code = code or (cause.args[0] if cause.args else None)
    return code in _FULL or bool(_FULL_IN_WORDS.search(str(cause)))


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Run ``callback`` after this unit of work has committed; never when it rolls back."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


def insert_if_absent(session: Session, table: type[Base] | sa.Table, values: Mapping[str, Any]) -> None:
    """Insert a row unless a unique key already holds one; then read to see whose row it is.

    Races are settled by the database's constraint, not by reading an integrity error. Nothing is returned,
    because MySQL reports one affected row in both cases (``CLIENT_FOUND_ROWS``).
    """
    mapped = cast(sa.Table, table if isinstance(table, sa.Table) else table.__table__)
    statement = _insert_or_ignore(mapped, session.get_bind().dialect.name)
    # Rows that this one refers to may still be waiting in the session.
    session.flush()
    if any(isinstance(value, sa.ClauseElement) for value in values.values()):
        session.execute(statement.values(**values))
    else:
        session.execute(statement, dict(values))


def insert_absent_rows(session: Session, model: type[Base], columns: Sequence[str], rows: sa.Select[Any]) -> None:
    """INSERT … SELECT that leaves out the rows whose unique key is taken, also by a transaction of the same moment.

    ``rows`` has a WHERE clause of its own (SQLite cannot tell ON CONFLICT from a join's ON otherwise).
    """
    statement = _insert_or_ignore(cast(sa.Table, model.__table__), session.get_bind().dialect.name)
    session.execute(statement.from_select(list(columns), rows, include_defaults=False))


@cache
def _insert_or_ignore(table: sa.Table, backend: str) -> sa.Insert:
    """Made once a table: building a statement takes longer than running it."""
    if backend == "postgresql":
        return pg_insert(table).on_conflict_do_nothing()
    if backend == "sqlite":
        return sqlite_insert(table).on_conflict_do_nothing()
    key = next(iter(table.primary_key.columns))
    return mysql_insert(table).on_duplicate_key_update({key.name: key})


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own implicit BEGIN is switched off, so that the "begin" event below decides.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite's own knows no letters beyond ASCII; the other databases do.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes the write lock at once: upgrading a read lock later can fail without waiting.
        writes = connection.get_execution_options().get("jobmate_write")
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        try:
            driver.execute(statement)
        except sqlite3.OperationalError as exc:
            # Errors of event handlers are not translated; whoever waits for the database catches SQLAlchemy's.
            raise sa.exc.OperationalError(statement, None, exc) from exc


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _prepare_mysql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
