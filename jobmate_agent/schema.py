"""Migrations: bring a database to another schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.schema_check import MIGRATIONS


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``."""
    with _migrating(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back down to ``revision`` (``base``: to an empty database)."""
    with _migrating(database) as connection:
        command.downgrade(_config(connection), revision)


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
