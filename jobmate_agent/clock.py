"""The one home of the wall clock, so that everything else takes time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def utcnow() -> datetime:
    """The present time, timezone-aware UTC with microseconds."""
    return datetime.now(UTC)
