"""When things that come back are due: pure arithmetic on UTC times."""

from __future__ import annotations

import calendar
import hashlib
from datetime import datetime, timedelta

DAY = timedelta(days=1)


def next_monthly(after: datetime, day: int, hour: int, offset: timedelta = timedelta()) -> datetime:
    """The first time after ``after`` that is ``offset`` past ``hour`` on the month's ``day``, or last day if shorter.

    ``after`` is timezone-aware UTC.
    """
    # One month back: the offset may carry last month's time into this one.
    year, month = _month_after(after.year, after.month, -1)
    while True:
        last = calendar.monthrange(year, month)[1]
        due = after.replace(year=year, month=month, day=min(day, last), hour=hour, minute=0, second=0, microsecond=0)
        if due + offset > after:
            return due + offset
        year, month = _month_after(year, month, 1)


def _month_after(year: int, month: int, number: int) -> tuple[int, int]:
    years, month_index = divmod(month - 1 + number, 12)
    return year + years, month_index + 1


def next_daily(after: datetime, hour: int, offset: timedelta = timedelta()) -> datetime:
    """The first time after ``after`` that is ``offset`` past ``hour`` of a day."""
    due = after.replace(hour=hour, minute=0, second=0, microsecond=0) - DAY + offset
    while due <= after:
        due += DAY
    return due


def spread(installation: str, minutes: int) -> timedelta:
    """A fixed part of ``minutes`` for each installation, so that not all of them ask a site at the same moment."""
    digest = hashlib.blake2b(installation.encode(), digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest) % (minutes * 60) if minutes else 0)
