"""Migrations: bring a database to the newest schema, or say how far behind it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``."""
    with _migrating(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back down to ``revision`` (``base``: to an empty database)."""
    with _migrating(database) as connection:
        command.downgrade(_config(connection), revision)


def require_current(database: Database) -> None:
    """Raise ``schema_outdated`` unless the database is at the newest revision."""
    head = head_revision()
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise JobMateError(
            "schema_outdated",
            f"The database is at schema {current or 'none'}, this version needs {head}; run: jobmate db upgrade",
            status=503,
        )


@lru_cache(maxsize=1)
def head_revision() -> str | None:
    """The newest revision that this version of the code has."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


@contextmanager
def _migrating(database: Database) -> Iterator[sa.Connection]:
    """A connection whose changes are kept at the end.

    SQLite changes a table by making it anew and dropping the old one, which would take the rows that refer to it along;
    so it does not look after references meanwhile, and they are checked before the end.
    """
    with database.engine.connect() as connection:
        driver = cast(Any, connection.connection.driver_connection)
        is_sqlite = database.backend == "sqlite"
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
            if is_sqlite and (dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise JobMateError("migration_broke_references", f"The migration left rows without owner: {dangling}")
            connection.commit()
        finally:
            connection.rollback()
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys = ON")


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
