"""How well found spans agree with labelled ones: by tokens, by exact spans and by overlap."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

Span = tuple[int, int]
"""Start and end, half open: of characters, or of tokens where it says so."""

_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over one document or, added up, over many: ``right`` of ``found``, and ``met`` of ``labelled``.

    The two differ for overlaps only: one long span can meet several labelled ones.
    """

    found: int = 0
    right: int = 0
    labelled: int = 0
    met: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.found + other.found,
            self.right + other.right,
            self.labelled + other.labelled,
            self.met + other.met,
        )

    @property
    def precision(self) -> float:
        """0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """0 where nothing is labelled."""
        return self.met / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def total(scores: Iterable[Score]) -> Score:
    """All counts added up: every item weighs the same, whichever document it stands in."""
    return sum(scores, Score())


def of_sets(found: Collection[Hashable], labelled: Collection[Hashable]) -> Score:
    """Equal items only; the strict score of spans."""
    ours, theirs = set(found), set(labelled)
    both = len(ours & theirs)
    return Score(len(ours), both, len(theirs), both)


def of_tokens(found: Iterable[Span], labelled: Iterable[Span]) -> Score:
    """Tokens inside any found span against tokens inside any labelled one. The spans count tokens."""
    return of_sets(_inside(found), _inside(labelled))


def of_overlaps(found: Collection[Span], labelled: Collection[Span]) -> Score:
    """The relaxed score: a span is right, or met, if it shares a character (or token) with one of the other side."""
    ours, theirs = set(found), set(labelled)
    return Score(len(ours), len(overlapping(ours, theirs)), len(theirs), len(overlapping(theirs, ours)))


def overlapping(spans: Iterable[Span], others: Collection[Span]) -> list[Span]:
    """Those of ``spans`` that overlap one of ``others``."""
    ordered = sorted(others)
    starts = [start for start, _ in ordered]
    reach = list(accumulate((end for _, end in ordered), max))

    def meets(span: Span) -> bool:
        before = bisect_left(starts, span[1])
        return before > 0 and reach[before - 1] > span[0]

    return [span for span in spans if meets(span)]


def tokens(text: str) -> list[Span]:
    """Runs of characters without white space: the tokens of the labelled data."""
    return [found.span() for found in _TOKEN.finditer(text)]


def in_tokens(spans: Iterable[Span], places: Sequence[Span]) -> list[Span]:
    """Spans of characters as spans of the tokens that they touch, each once, in order; ``places`` as of `tokens`."""
    touched = {
        (bisect_right(places, start, key=itemgetter(1)), bisect_left(places, end, key=itemgetter(0)))
        for start, end in spans
    }
    return sorted((first, last) for first, last in touched if first < last)


def _inside(spans: Iterable[Span]) -> set[int]:
    return {number for start, end in spans for number in range(start, end)}
