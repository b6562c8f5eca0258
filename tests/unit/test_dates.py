"""Months as resumes write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.dates import date_ranges, months_named


def month(year: int, number: int = 1) -> int:
    return year * 12 + number - 1


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Jan 2010 – Mar 2014", month(2010, 1), month(2014, 3)),
        ("January 2010 to March 2014", month(2010, 1), month(2014, 3)),
        ("Sept. 2010 - Oct., 2014", month(2010, 9), month(2014, 10)),
        ("2015 to Present", month(2015), None),
        ("06/2012-Current", month(2012, 6), None),
        ("06/2012 - 11/2013", month(2012, 6), month(2013, 11)),
        ("6.2012–11.2013", month(2012, 6), month(2013, 11)),
        ("06/15/2012 to 11/01/2013", month(2012, 6), month(2013, 11)),
        ("May 5, 2012 until June 7, 2013", month(2012, 5), month(2013, 6)),
        ("2012/06 – 2013/11", month(2012, 6), month(2013, 11)),
        ("Summer 2016 – Fall 2016", month(2016, 7), month(2016, 10)),
        ("2008 - 2010", month(2008), month(2010)),
        ("since March 2019", month(2019, 3), None),
        ("Baker, Small Bakery, APRIL 2001 THROUGH MAY 2001, Town", month(2001, 4), month(2001, 5)),
        ("2019–now", month(2019), None),
    ],
)
def test_ranges(text: str, first: int, last: int | None) -> None:
    (found,) = date_ranges(text)
    assert (found.first, found.last) == (first, last)
    assert text[found.start : found.end].strip() == text[found.start : found.end] != ""


@pytest.mark.parametrize(
    "text",
    [
        "September 2014 to May 2014",
        "2014 - 2010",
        "call 555-2010-2014",
        "$2010 - 2014",
        "1000 - 2000 users",
        "13/2012 - 14/2013",
        "1950 to 2049",
        "between 5 and 10",
        "",
    ],
)
def test_what_is_no_range(text: str) -> None:
    assert date_ranges(text) == []


@pytest.mark.parametrize(
    ("text", "now", "months"),
    [
        ("Jan 2010 – Mar 2010", 0, 3),
        ("Jan 2010 – Jan 2010", 0, 1),
        ("2008 – 2010", 0, 24),
        ("2008 – 2008", 0, 0),
        ("2015 – May 2015", 0, 5),
        ("May 2015 to present", month(2016, 4), 12),
        ("May 2015 to present", month(2012), 0),
    ],
)
def test_how_long_a_range_lasts(text: str, now: int, months: int) -> None:
    first, end = date_ranges(text)[0].months(now)
    assert end - first == months


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mar 2014, 2012, 05/2013", month(2014, 3)),
        ("BSc, 2016", month(2016)),
        ("BSc 2016 in Town", month(2016)),
        ("2016 Oak College", month(2016)),
        ("2012 – 2016", month(2016)),
        ("Since 2016", month(2016)),
        ("BSc, expected May 2030; diploma 2016", month(2016)),
        ("Permit 2016, valid until June 2030", month(2016)),
        ("Expires 06/2031", None),
        ("Served 2050 customers.", None),
        ("Upgraded to Windows Server 2025.", None),
        ("Office 2024, version 2025.04", None),
        ("no date", None),
    ],
)
def test_the_latest_month_that_does_not_lie_ahead(text: str, expected: int | None) -> None:
    assert max(months_named(text, bare_years=True), default=None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moved the shop in 2025", None),
        ("Moved the shop in May 2015", month(2015, 5)),
        ("Moved the shop, summer 2015", month(2015, 7)),
        ("Kept the shop 2014-2015, grew it by 2025", month(2015)),
        ("Moved the shop (05/2015)", month(2015, 5)),
    ],
)
def test_a_year_by_itself_may_be_any_number(text: str, expected: int | None) -> None:
    assert max(months_named(text, bare_years=False), default=None) == expected


@given(st.text(alphabet="012 /-–.JanMyto\n", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert set(months_named(text, bare_years=False)) <= set(months_named(text, bare_years=True))
    for found in date_ranges(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.last is None or found.first <= found.last
