"""Migrated databases for tests: SQLite always, PostgreSQL and MariaDB where they are reachable."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from jobmate_agent import models, schema
from jobmate_agent.db import Base, Database

assert models

BACKENDS = ("sqlite", "postgresql", "mariadb")
ADMIN_URLS = {
    "postgresql": os.environ.get("JOBMATE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": os.environ.get("JOBMATE_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/mysql?charset=utf8mb4"),
}
LARGE_BYTES = 4 * 1024 * 1024
REQUIRED = os.environ.get("JOBMATE_REQUIRE_SERVICES") == "1"


class Servers:
    """Makes one database a backend and test process, migrated once, emptied between tests."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.name = f"jobmate_test_{worker}"
        self.made: dict[str, URL] = {}
        self.copies = 0

    def url(self, backend: str) -> str:
        """The URL of an empty, migrated database; skips or fails where the server is unreachable."""
        if backend == "sqlite":
            return self._sqlite_copy()
        if backend not in self.made:
            self.made[backend] = self._create(backend)
        else:
            self._empty(self.made[backend])
        return self.made[backend].render_as_string(hide_password=False)

    def drop(self) -> None:
        for backend in self.made:
            self._administer(backend, f"DROP DATABASE IF EXISTS {self.name}")

    def _sqlite_copy(self) -> str:
        template = self.folder / "template.db"
        if not template.exists():
            _migrate(f"sqlite:///{template}")
        self.copies += 1
        copy = self.folder / f"copy{self.copies}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    def _create(self, backend: str) -> URL:
        charset = " CHARACTER SET utf8mb4" if backend == "mariadb" else ""
        try:
            self._administer(
                backend,
                f"DROP DATABASE IF EXISTS {self.name}",
                f"CREATE DATABASE {self.name}{charset}",
                # Nothing here has to outlive a failure of power.
                *([f"ALTER DATABASE {self.name} SET synchronous_commit = off"] if backend == "postgresql" else []),
            )
        except sa.exc.OperationalError as exc:
            message = f"{backend} is not reachable at {make_url(ADMIN_URLS[backend])}: {exc.orig}"
            if REQUIRED:
                pytest.fail(message)
            pytest.skip(message)
        url = make_url(ADMIN_URLS[backend]).set(database=self.name)
        _migrate(url.render_as_string(hide_password=False))
        return url

    def _administer(self, backend: str, *statements: str) -> None:
        engine = sa.create_engine(ADMIN_URLS[backend], isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def _empty(self, url: URL) -> None:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            if url.get_backend_name() == "mysql":
                connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
                tables = [table.name for table in Base.metadata.sorted_tables]
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
                tables = _filled_postgresql_tables(connection)
            for table in tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")
        engine.dispose()


def _filled_postgresql_tables(connection: sa.Connection) -> list[str]:
    """Tables to be emptied row by row; large ones are truncated here.

    Truncating makes a new file for each table and index, which takes a second for all of them.
    """
    rows = connection.exec_driver_sql(
        "SELECT relname, pg_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    sizes = {str(name): int(size) for name, size in rows if name in Base.metadata.tables}
    large = [name for name, size in sizes.items() if size > LARGE_BYTES]
    if large:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(large)} CASCADE")
    return [name for name, size in sizes.items() if 0 < size <= LARGE_BYTES]


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    if database.backend == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
