"""How much of a release must be there, and in what state, for the gate to let it pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# By subject (see file_contracts), about three quarters of what releases 29.0 and 30.1 have.
MINIMUM_ROWS: Mapping[str, int] = MappingProxyType(
    {
        "Occupation Data": 800,
        "Content Model Reference": 400,
        "Scales Reference": 20,
        "Job Zones": 700,
        "Job Zone Reference": 5,
        "Skills": 45_000,
        "Knowledge": 42_000,
        "Technology Skills": 20_000,
        "Alternate Titles": 40_000,
        "Task Statements": 14_000,
    }
)


@dataclass(frozen=True)
class GateLimits:
    """``share_of_published`` is of the rows that the published release has of the same subject, 0–1.

    ``quarantined_share`` is the largest part of a file that may be in quarantine, 0–1. O*NET publishes about four
    times a year, so a release older than ``stale_days`` is probably not the newest.
    """

    minimum_rows: Mapping[str, int] = field(default_factory=lambda: MINIMUM_ROWS)
    share_of_published: float = 0.8
    quarantined_share: float = 0.01
    stale_days: int = 120
