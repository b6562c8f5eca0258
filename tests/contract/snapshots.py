"""Looking at a whole database, and putting it back."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from jobmate_agent.db import Base, Database


def checksums(database: Database) -> dict[str, str]:
    """A digest of each table's rows as they are stored."""
    found = {}
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(sa.text(f"SELECT * FROM {table.name}")).all()
            stored = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in rows)
            found[table.name] = hashlib.sha256("\n".join(stored).encode()).hexdigest()
    return found


class Snapshot:
    """The content of an SQLite database at one moment."""

    def __init__(self, database: Database) -> None:
        assert database.engine.url.database
        self._path = Path(database.engine.url.database)
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self._path)) as live:
            live.backup(self._copy)

    def restore(self) -> None:
        """Put everything back as it was; connections of the application stay open."""
        with closing(sqlite3.connect(self._path, timeout=30)) as live:
            live.execute("PRAGMA synchronous = OFF")
            self._copy.backup(live)

    def close(self) -> None:
        self._copy.close()
