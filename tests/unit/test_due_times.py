"""When things that come back are due, over the ends of months and years."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmate_agent.background.due_times import next_daily, next_monthly, spread


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "day", "due"),
    [
        ("2026-01-10T00:00", 15, "2026-01-15T02:00"),
        ("2026-01-15T02:00", 15, "2026-02-15T02:00"),
        ("2026-01-15T01:59:59", 15, "2026-01-15T02:00"),
        ("2026-12-31T23:00", 15, "2027-01-15T02:00"),
        ("2026-01-31T03:00", 31, "2026-02-28T02:00"),
        ("2028-01-31T03:00", 31, "2028-02-29T02:00"),
        ("2028-02-29T02:00", 29, "2028-03-29T02:00"),
        ("2027-02-28T02:00", 29, "2027-03-29T02:00"),
        ("2026-04-30T02:00", 31, "2026-05-31T02:00"),
        ("2026-12-31T02:00", 31, "2027-01-31T02:00"),
        ("2100-02-01T00:00", 29, "2100-02-28T02:00"),
    ],
)
def test_monthly(after: str, day: int, due: str) -> None:
    assert next_monthly(at(after), day, 2) == at(due)


def test_every_month_has_exactly_one_due_time() -> None:
    moment, seen = at("2026-01-01T00:30"), []
    for _ in range(48):
        moment = next_monthly(moment, 31, 23, timedelta(minutes=90))
        seen.append(((moment - timedelta(minutes=90)).year, (moment - timedelta(minutes=90)).month))
    assert seen == [(2026 + number // 12, number % 12 + 1) for number in range(48)]


def test_an_offset_over_the_end_of_a_month_loses_no_month() -> None:
    late = timedelta(minutes=90)
    assert next_monthly(at("2026-02-01T00:10"), 31, 23, late) == at("2026-02-01T00:30")
    assert next_monthly(at("2026-02-01T00:30"), 31, 23, late) == at("2026-03-01T00:30")
    assert next_monthly(at("2027-01-01T00:00"), 31, 23, late) == at("2027-01-01T00:30")


@given(
    start=st.integers(0, 9 * 366 * 24 * 60).map(lambda minute: at("2024-01-01T00:00") + timedelta(minutes=minute)),
    earlier=st.timedeltas(timedelta(), timedelta(days=31)),
    day=st.integers(1, 31),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 720),
)
def test_whoever_asks_again_before_it_is_due_hears_the_same(
    start: datetime, earlier: timedelta, day: int, hour: int, minutes: int
) -> None:
    offset = timedelta(minutes=minutes)
    due = next_monthly(start, day, hour, offset)
    planned = due - offset
    assert start < due
    assert planned.hour == hour
    assert planned.day == min(day, calendar.monthrange(planned.year, planned.month)[1])
    assert next_monthly(max(start, due - earlier - timedelta(microseconds=1)), day, hour, offset) == due


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-02-28T01:00", "2026-02-28T02:10"),
        ("2026-02-28T02:10", "2026-03-01T02:10"),
        ("2026-12-31T12:00", "2027-01-01T02:10"),
        ("2026-03-01T00:05", "2026-03-01T02:10"),
    ],
)
def test_daily(after: str, due: str) -> None:
    assert next_daily(at(after), 2, timedelta(minutes=10)) == at(due)


def test_an_offset_over_midnight_loses_no_day() -> None:
    late = timedelta(hours=2)
    assert next_daily(at("2026-03-02T00:30"), 23, late) == at("2026-03-02T01:00")
    assert next_daily(at("2026-03-02T01:00"), 23, late) == at("2026-03-03T01:00")


def test_each_installation_has_its_own_moment() -> None:
    spreads = {spread(f"sqlite:///{number}", 60) for number in range(50)}
    assert len(spreads) > 40
    assert all(timedelta() <= one < timedelta(minutes=60) for one in spreads)
    assert spread("sqlite:///1", 60) == spread("sqlite:///1", 60)
    assert spread("sqlite:///1", 0) == timedelta()
