"""What the databases know about how many rows there are, brought up to date after many were written at once.

PostgreSQL looks at new tables a minute later by itself, SQLite never; until then they guess, and join as if there were
no rows. MySQL and MariaDB keep count as they go.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

# A sample that is enough to plan a join by, as each has it: 3,000 rows of a table, 400 entries of an index.
_FEW_ROWS = {
    "postgresql": "SET LOCAL default_statistics_target = 10",
    "sqlite": "PRAGMA analysis_limit = 400",
}


def refresh_statistics(session: Session, tables: Iterable[str]) -> None:
    """Bring the statistics of ``tables`` up to date, in the session's own transaction."""
    backend = session.get_bind().dialect.name
    if backend not in _FEW_ROWS:
        return
    session.execute(sa.text(_FEW_ROWS[backend]))
    quote = session.get_bind().dialect.identifier_preparer.quote
    for table in tables:
        session.execute(sa.text(f"ANALYZE {quote(table)}"))
