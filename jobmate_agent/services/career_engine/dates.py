"""Months and spans of months as resumes write them: "Jan 2010 – Mar 2014", "06/2012-Current", "2015 to present"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobmate_agent.services.career_engine.level_claims import key_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|winter|spring|summer|fall|autumn)"
)
_YEAR = r"(?:19[5-9]\d|20\d\d)"
_NUMBER_OF_MONTH = r"(?:0?[1-9]|1[0-2])"


def _date(name: str) -> str:
    return (
        rf"(?:(?P<{name}_word>{_MONTH})\.?,?\s{{1,3}}(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s{{1,3}})?(?P<{name}_year>{_YEAR})"
        rf"|(?P<{name}_month>{_NUMBER_OF_MONTH})\s?[/.]\s?(?:\d{{1,2}}\s?[/.]\s?)?(?P<{name}_year2>{_YEAR})"
        rf"|(?P<{name}_year3>{_YEAR})(?:\s?[/.]\s?(?P<{name}_month3>0[1-9]|1[0-2]))?)(?![\d/])"
    )


_NOW = r"(?P<now>present|current(?:ly)?|now|today|ongoing|to\s?date|date)\b"
_TO = r"\s{0,3}(?:-{1,2}|[–—－~]|ï¼|\bto\b|\buntil\b|\btill\b|\bthrough\b|\bthru\b)\s{0,3}"
_RANGE = re.compile(
    rf"(?<![\w/$€£.])(?<!\d-)(?:{_date('first')}{_TO}(?:{_NOW}|{_date('last')})|since\s{{1,3}}{_date('since')})",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?<![\w/$€£.-]){_date('one')}(?!-)", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:expected|anticipated|expir\w+|valid|until|through|thru|renew\w*|due|graduating|projected)\b[^\n;]{0,24}$",
    re.IGNORECASE,
)
# "Windows Server 2025", "ISO 2015", "version 2024.10": what is named after a year.
_EDITION = re.compile(
    r"\b(?:windows|server|office|excel|word|access|outlook|powerpoint|visio|project|sharepoint|exchange|studio|sql|"
    r"visual\s+basic|dynamics|quickbooks|autocad|revit|inventor|solidworks|creo|sage|iso|nec|ibc|es|ecmascript|"
    r"v|ver|version|release|edition|build)[\s.:]{0,3}$",
    re.IGNORECASE,
)
# "2050 customers": a quantity. Small words go on with a date: "2012 in Town".
_COUNTED = re.compile(r"\s{1,3}(?!(?:to|in|at|on|by|for|from|with|and|or|as|of|until|through|when|where)\b)[a-z]")
_LONGEST_MONTHS = 60 * 12


@dataclass(frozen=True, slots=True)
class DateRange:
    """``text[start:end]`` names the months ``first`` to ``last``, counted from year 0; None: it still goes on.

    ``whole_years``: only years are named, so that ``last`` is the first month after the time meant.
    """

    start: int
    end: int
    first: int
    last: int | None
    whole_years: bool = False

    def months(self, now: int) -> tuple[int, int]:
        """The months as a half-open interval; a range that still goes on ends with the month ``now``."""
        if self.last is None:
            return self.first, max(now + 1, self.first)
        return self.first, self.last if self.whole_years else self.last + 1


def date_ranges(text: str, start: int = 0, end: int | None = None) -> list[DateRange]:
    """The ranges in ``text[start:end]`` in order. One that ends before it begins, or lasts too long, is left out."""
    found = (_range(each) for each in _RANGE.finditer(text, start, len(text) if end is None else end))
    return [each for each in found if each is not None]


def months_named(text: str, start: int = 0, end: int | None = None, *, bare_years: bool) -> Iterator[int]:
    """The months in ``text[start:end]`` that are not said to lie ahead; of a range its last, or where it begins.

    A year without a month or a season counts in a range, elsewhere only with ``bare_years``, and never as a quantity or
    as a part of a product's name.
    """
    end = len(text) if end is None else end
    ranges = date_ranges(text, start, end)
    for each in ranges:
        if not _lies_ahead(text, start, each.start):
            yield each.first if each.last is None else each.last
    for found in _SINGLE.finditer(text, start, end):
        if _lies_ahead(text, start, found.start()) or any(each.start <= found.start() < each.end for each in ranges):
            continue
        month, exact = _month(found, "one")
        if found["one_word"] or ((exact or bare_years) and _reads_as_date(text, found, start, end)):
            yield month


def _lies_ahead(text: str, start: int, at: int) -> bool:
    return bool(_TO_COME.search(text, max(start, at - 48), at))


def _reads_as_date(text: str, found: re.Match[str], start: int, end: int) -> bool:
    if _EDITION.search(text, max(start, found.start() - 24), found.start()):
        return False
    return not _COUNTED.match(text, found.end(), end)


def _range(found: re.Match[str]) -> DateRange | None:
    if found["since_year"] or found["since_year2"] or found["since_year3"]:
        return DateRange(found.start(), found.end(), _month(found, "since")[0], None)
    first, first_exact = _month(found, "first")
    if found["now"]:
        return DateRange(found.start(), found.end(), first, None)
    last, last_exact = _month(found, "last")
    if not first <= last <= first + _LONGEST_MONTHS:
        return None
    return DateRange(found.start(), found.end(), first, last, not (first_exact or last_exact))


def _month(found: re.Match[str], name: str) -> tuple[int, bool]:
    """(month counted from year 0, whether more than the year is named)."""
    year = int(found[f"{name}_year"] or found[f"{name}_year2"] or found[f"{name}_year3"])
    word, number = found[f"{name}_word"], found[f"{name}_month"] or found[f"{name}_month3"]
    if word:
        key = key_of(word)
        return year * 12 + (_SEASONS[key] if key in _SEASONS else _MONTHS.index(key[:3]) + 1) - 1, True
    return year * 12 + (int(number) - 1 if number else 0), number is not None
