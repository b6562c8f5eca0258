"""Reading order of a page: recursive XY-cut over words.

A page is cut at its widest empty band, vertical (a gutter between columns) before horizontal (a gap between
blocks), until a block has neither; boxes of a block are read line by line. Source of the method: Nagy and
Seth, "Hierarchical representation of optically scanned documents", 1984.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

MIN_COLUMN_LINES = 4
GUTTERS_TRIED = 4
TABULAR_TEXT_LENGTH = 24
MARKER_LENGTH = 3
TABULAR_SHARE = 0.8
ON_LINE = 0.25
_DATE = re.compile(r"\d{4}|\d/\d")
PARAGRAPH_GAP = 0.45


@dataclass(frozen=True, slots=True)
class Box:
    """A word; PDF points, origin at the lower left."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def reading_order(boxes: Sequence[Box]) -> str:
    """The text of ``boxes`` as a person would read it; blocks are separated by a blank line."""
    present = [box for box in boxes if box.text.strip()]
    if not present:
        return ""
    unit = median(box.height for box in present)
    text = ""
    bottom = float("inf")
    for block in _cut(present, unit):
        gap = bottom - max(box.top for box in block)
        text += ("\n" if 0 <= gap < unit * PARAGRAPH_GAP else "\n\n" if text else "") + _block_text(block)
        bottom = min(box.bottom for box in block)
    return text


def _cut(boxes: list[Box], unit: float) -> list[list[Box]]:
    """Blocks in reading order. An explicit stack: a hostile page must not exhaust recursion."""
    finished: list[list[Box]] = []
    pending = [boxes]
    while pending:
        block = pending.pop()
        parts = _columns(block, unit) or _rows(block, unit)
        if parts:
            pending.extend(reversed(parts))
        else:
            finished.append(block)
    return finished


def _columns(boxes: list[Box], unit: float) -> list[list[Box]] | None:
    """Left and right of the widest gutter whose sides read as columns rather than as cells of a table."""
    for start, end in _gaps([(box.left, box.right) for box in boxes])[:GUTTERS_TRIED]:
        if end - start < unit * 0.8:
            return None
        at = (start + end) / 2
        left = [box for box in boxes if box.right <= at]
        right = [box for box in boxes if box.left >= at]
        if _are_columns(_lines(left, unit), _lines(right, unit), unit):
            return [left, right]
    return None


def _are_columns(left: list[list[Box]], right: list[list[Box]], unit: float) -> bool:
    if min(len(left), len(right)) < MIN_COLUMN_LINES:
        return False
    if _short(right) and _stand_on_lines(right, left, unit):
        return False
    return not (_labels(left) and _stand_on_lines(left, right, unit))


def _short(lines: list[list[Box]]) -> bool:
    """Such as dates beside job titles."""
    return median(_length(line) for line in lines) <= TABULAR_TEXT_LENGTH


def _labels(lines: list[list[Box]]) -> bool:
    """Bullets, numbers and dates before the text that they belong to; a sidebar has words."""
    labels = sum(
        _length(line) <= MARKER_LENGTH
        or (_length(line) <= TABULAR_TEXT_LENGTH and any(_DATE.search(box.text) for box in line))
        for line in lines
    )
    return labels >= TABULAR_SHARE * len(lines)


def _stand_on_lines(lines: list[list[Box]], others: list[list[Box]], unit: float) -> bool:
    """Texts that each stand on a line of the other side belong to that line."""
    middles = sorted(box.middle for line in others for box in line)
    on_line = 0
    for line in lines:
        nearest = bisect_left(middles, line[0].middle - unit * ON_LINE)
        on_line += nearest < len(middles) and middles[nearest] <= line[0].middle + unit * ON_LINE
    return on_line >= TABULAR_SHARE * len(lines)


def _length(line: list[Box]) -> int:
    return sum(len(box.text) for box in line)


def _rows(boxes: list[Box], unit: float) -> list[list[Box]] | None:
    """Above and below the widest gap between lines, if it is wider than ordinary line spacing."""
    gaps = _gaps([(box.bottom, box.top) for box in boxes])
    if not gaps or gaps[0][1] - gaps[0][0] < unit * 0.4:
        return None
    at = (gaps[0][0] + gaps[0][1]) / 2
    return [[box for box in boxes if box.bottom >= at], [box for box in boxes if box.top <= at]]


def _gaps(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The stretches between the first and the last interval that none of them covers, widest first."""
    found: list[tuple[float, float]] = []
    covered = float("inf")
    for start, end in sorted(intervals):
        if start > covered:
            found.append((covered, start))
        covered = end if covered == float("inf") else max(covered, end)
    return sorted(found, key=lambda gap: gap[0] - gap[1])


def _lines(boxes: Sequence[Box], unit: float) -> list[list[Box]]:
    """Boxes grouped by baseline, top to bottom, each line left to right."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (-box.middle, box.left)):
        if lines and abs(lines[-1][0].middle - box.middle) < unit * 0.5:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [sorted(line, key=lambda box: box.left) for line in lines]


def _block_text(boxes: list[Box]) -> str:
    unit = median(box.height for box in boxes)
    return "\n".join(_line_text(line) for line in _lines(boxes, unit))


def _line_text(line: list[Box]) -> str:
    """Words of one line; a gap of several letters (columns of a table, a date at the margin) stays visible."""
    text = line[0].text
    for previous, box in pairwise(line):
        text += ("   " if box.left - previous.right > box.height * 2 else " ") + box.text
    return text
