"""The jobs of a resume: where each is told, when it was, and under which title."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from jobmate_agent.services.career_engine.dates import DateRange, date_ranges, months_named
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.sections import Section

_WORK = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.NEUTRAL, Section.SUMMARY})
_DATED = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.EDUCATION})
_LONGEST_HEADER = 120
_LONGEST_TITLE = 80
_FEW_WORDS = 4
_FAR_MONTHS = 24
_BULLET = re.compile(r"\s*(?:[-*+•·▪●◦‣–—]|â€¢|\(?[0-9a-z]{1,2}[.)])\s*", re.IGNORECASE)
_STUDIES = re.compile(
    r"\b(?:university|college|school|bachelor|master(?:['’]s|\s+of)|degree|diploma|b\.?sc?|b\.?a|m\.?sc?|ph\.?d|gpa|institute)\b",
    re.IGNORECASE,
)
_RANGE_MAY_BE = re.compile(r"(?:19[5-9]|20\d)\d")


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """``text[start:end]`` tells of one job; ``text[start:header_end]`` is its header: title, employer, dates.

    ``dates`` None: what stands there is no possible time.
    """

    start: int
    end: int
    header_end: int
    dates: DateRange | None


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    section: Section | None
    heading: bool


class WorkHistory:
    """The dated jobs of one resume, in text order."""

    def __init__(self, document: Document) -> None:
        self.entries = _entries(document)
        self._starts = [entry.start for entry in self.entries]
        self.now = _now(document, self.entries)

    def at(self, offset: int) -> WorkEntry | None:
        """The job that is told of at ``offset``."""
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.entries[index].end:
            return self.entries[index]
        return None


def _now(document: Document, entries: list[WorkEntry]) -> int | None:
    """The latest month that the resume names: what "present" is at least, whenever it is read.

    Where every job has ended, what lies far after the last of them is no date of this life.
    """
    dates = [entry.dates for entry in entries if entry.dates is not None]
    ends = [each.first if each.last is None else each.last for each in dates]
    months = list(_other_months(document, entries))
    if ends and all(each.last is not None for each in dates):
        months = [month for month in months if month <= max(ends) + _FAR_MONTHS]
    return max([*ends, *months], default=None)


def _other_months(document: Document, entries: list[WorkEntry]) -> Iterator[int]:
    """The months of all dated sections; years by themselves count in headers of jobs and of studies."""
    text = document.text
    for sentence in document.sentences:
        if sentence.section in _DATED:
            yield from months_named(text, sentence.start, sentence.end, bare_years=False)
    for entry in entries:
        yield from months_named(text, entry.start, entry.header_end, bare_years=True)
    for line in _lines(document):
        if line.section is Section.EDUCATION and _is_header_of_studies(text[line.start : line.end].strip()):
            yield from months_named(text, line.start, line.end, bare_years=True)


def _is_header_of_studies(words: str) -> bool:
    """ "BSc Botany, Oak College, 2016", "2016": names of studies at the beginning, or no more than a few words."""
    return len(words.split()) <= _FEW_WORDS or bool(_STUDIES.search(words, 0, _LONGEST_HEADER))


def _entries(document: Document) -> list[WorkEntry]:
    text = document.text
    lines = list(_lines(document))
    named = any(line.section is Section.EXPERIENCE for line in lines)
    headers: list[tuple[int, int, DateRange | None]] = []  # numbers of the first and last line, and the dates
    for number, line in enumerate(lines):
        if not _may_be_header(text, line, named=named):
            continue
        dates = next(iter(date_ranges(text, line.start, line.end)), None)
        if dates is None and not _impossible_range(text, line):
            continue
        first = _title_above(text, lines, number, headers[-1][1] if headers else -1)
        headers.append((first, _title_below(text, lines, number), dates))
    entries = []
    for place, (first, last, dates) in enumerate(headers):
        following = headers[place + 1][0] if place + 1 < len(headers) else len(lines)
        end = _end_of_work(lines, last, following)
        entries.append(WorkEntry(lines[first].start, lines[end].end + 1, lines[last].end, dates))
    return entries


def _lines(document: Document) -> Iterator[_Line]:
    text, start = document.text, 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            inside = start + len(line) - len(line.lstrip())
            bullet = _BULLET.match(line)
            sentence = document.at(inside) or (document.at(start + bullet.end()) if bullet else None)
            yield _Line(start, end, sentence.section if sentence else None, sentence is None)
        start = end + 1


def _may_be_header(text: str, line: _Line, *, named: bool) -> bool:
    words = text[line.start : line.end].strip()
    if line.section not in _WORK or len(words) > _LONGEST_HEADER or not _RANGE_MAY_BE.search(words):
        return False
    if named and line.section not in (Section.EXPERIENCE, Section.PROJECTS):
        return False
    if words[0].islower() or words[-1] in ".;" or _BULLET.match(words):
        return False
    return line.section is Section.EXPERIENCE or not _STUDIES.search(words)


_BACKWARDS = re.compile(r"(?:19[5-9]|20\d)\d\s{0,3}(?:-|–|—|\bto\b)[^\n]{1,16}?(?:19[5-9]|20\d)\d", re.IGNORECASE)


def _impossible_range(text: str, line: _Line) -> bool:
    """ "September 2014 to May 2014": a header all the same."""
    return bool(_BACKWARDS.search(text, line.start, line.end))


def _title_above(text: str, lines: list[_Line], number: int, taken: int) -> int:
    """The number of the line with which the header begins: up to two short lines above the dates belong to it."""
    first = number
    while first - 1 > taken and number - first < 2:
        above = lines[first - 1]
        words = text[above.start : above.end].strip()
        apart = text[above.end : lines[first].start].count("\n") > 1
        if apart or above.heading or not _is_title(words):
            break
        first -= 1
    return first


def _title_below(text: str, lines: list[_Line], number: int) -> int:
    """The line under the dates, where it is short and no sentence: "2012 to 2015⏎Senior Recruiter"."""
    if number + 1 == len(lines):
        return number
    here, below = lines[number], lines[number + 1]
    apart = text[here.end : below.start].count("\n") > 1
    dated = _RANGE_MAY_BE.search(text, below.start, below.end)
    if apart or dated or below.heading or not _is_title(text[below.start : below.end].strip()):
        return number
    return number + 1


def _is_title(words: str) -> bool:
    return (
        len(words) <= _LONGEST_TITLE and words[-1] not in ".;:" and not words[0].islower() and not _BULLET.match(words)
    )


def _end_of_work(lines: list[_Line], first: int, limit: int) -> int:
    """The last line before ``limit`` that still tells of work."""
    last = first
    for number in range(first + 1, limit):
        if lines[number].section not in _WORK and not lines[number].heading:
            break
        last = number
    return last
