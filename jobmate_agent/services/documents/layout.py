"""Reading order of a page: recursive XY-cut over words.

A page is cut at its widest empty band, vertical (a gutter between columns) before horizontal (a gap between
blocks), until a block has neither; boxes of a block are read line by line. Source of the method: Nagy and
Seth, "Hierarchical representation of optically scanned documents", 1984.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

MIN_COLUMN_LINES = 4
TABULAR_TEXT_LENGTH = 24
TABULAR_SHARE = 0.8
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
    """Left and right of the widest gutter, if both sides read as columns rather than as cells of a table."""
    gap = _widest_gap([(box.left, box.right) for box in boxes])
    if gap is None or gap[1] - gap[0] < unit * 0.8:
        return None
    at = (gap[0] + gap[1]) / 2
    left = [box for box in boxes if box.right <= at]
    right = [box for box in boxes if box.left >= at]
    if min(len(_lines(left, unit)), len(_lines(right, unit))) < MIN_COLUMN_LINES or _tabular(left, right, unit):
        return None
    return [left, right]


def _tabular(left: list[Box], right: list[Box], unit: float) -> bool:
    """Short texts that each stand on a line of the other side (dates beside job titles) belong to that line."""
    lines = _lines(right, unit)
    if median(sum(len(box.text) for box in line) for line in lines) > TABULAR_TEXT_LENGTH:
        return False
    middles = sorted(box.middle for box in left)
    on_line = sum(any(abs(middle - line[0].middle) < unit * 0.25 for middle in middles) for line in lines)
    return on_line >= TABULAR_SHARE * len(lines)


def _rows(boxes: list[Box], unit: float) -> list[list[Box]] | None:
    """Above and below the widest gap between lines, if it is wider than ordinary line spacing."""
    gap = _widest_gap([(box.bottom, box.top) for box in boxes])
    if gap is None or gap[1] - gap[0] < unit * 0.4:
        return None
    at = (gap[0] + gap[1]) / 2
    return [[box for box in boxes if box.bottom >= at], [box for box in boxes if box.top <= at]]


def _widest_gap(intervals: list[tuple[float, float]]) -> tuple[float, float] | None:
    """The widest stretch that no interval covers, between the first and the last of them."""
    best: tuple[float, float] | None = None
    covered = float("-inf")
    for start, end in sorted(intervals):
        if covered != float("-inf") and start > covered and (best is None or start - covered > best[1] - best[0]):
            best = (covered, start)
        covered = max(covered, end)
    return best


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
