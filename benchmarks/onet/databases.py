"""Empty, migrated databases to measure on: SQLite in a folder, and the servers where they are reachable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from jobmate_agent import models, schema
from jobmate_agent.db import Database

assert models

SERVERS = {
    "postgresql": os.environ.get("JOBMATE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": os.environ.get("JOBMATE_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/mysql?charset=utf8mb4"),
}


def reachable() -> list[str]:
    """SQLite, and each server that answers."""
    return ["sqlite", *(name for name, url in SERVERS.items() if _answers(url))]


@contextmanager
def fresh(backend: str, folder: Path, name: str) -> Iterator[Database]:
    """A database of its own, dropped at the end."""
    if backend == "sqlite":
        database = Database(f"sqlite:///{folder / f'{name}.db'}")
        schema.upgrade(database)
        yield database
        database.dispose()
        return
    own = f"jobmate_bench_{os.getpid()}_{name}"
    charset = " CHARACTER SET utf8mb4" if backend == "mariadb" else ""
    _administer(backend, f"DROP DATABASE IF EXISTS {own}", f"CREATE DATABASE {own}{charset}")
    url = make_url(SERVERS[backend]).set(database=own)
    database = Database(url.render_as_string(hide_password=False))
    try:
        schema.upgrade(database)
        yield database
    finally:
        database.dispose()
        _administer(backend, f"DROP DATABASE IF EXISTS {own}")


def _administer(backend: str, *statements: str) -> None:
    engine = sa.create_engine(SERVERS[backend], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _answers(url: str) -> bool:
    engine = sa.create_engine(url)
    try:
        with engine.connect():
            return True
    except sa.exc.OperationalError as exc:
        print(f"not measured, because it does not answer: {make_url(url).get_backend_name()} ({exc.orig})")
        return False
    finally:
        engine.dispose()
