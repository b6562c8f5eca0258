"""Migrations: bring a database to the newest schema, or say how far behind it is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

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
    with database.engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back down to ``revision`` (``base``: to an empty database)."""
    with database.engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


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


def _config(connection: sa.Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
