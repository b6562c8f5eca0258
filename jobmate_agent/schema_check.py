"""Is a database at the schema that this version of the code needs? Without Alembic, which would take 6 MB more."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*= \"(\w+)\"", re.MULTILINE)


def require_current(database: Database) -> None:
    """Raise ``schema_outdated`` (503) unless the database is at the newest revision."""
    current, head = _revision_of(database), head_revision()
    if current != head:
        raise JobMateError(
            "schema_outdated",
            f"The database is at schema {current or 'none'}, this version needs {head}; run: jobmate db upgrade",
            status=503,
        )


@lru_cache(maxsize=1)
def head_revision() -> str:
    """The newest revision that this version of the code has: the one that no other comes after."""
    own, before = set[str](), set[str]()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        for is_before, revision in _REVISION.findall(file.read_text(encoding="utf-8")):
            (before if is_before else own).add(revision)
    (head,) = own - before
    return head


def _revision_of(database: Database) -> str | None:
    """What Alembic noted; None in a database that was never migrated."""
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found
