"""Whether a resume and a posting are of one line of work: both are compared with every occupation of a release.

They are compared by words and letters alone: the evidence of :mod:`.job_occupation`, weighed so as to tell the nearest
occupations apart, tells lines of work apart less well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.services.career_engine.types import LineOfWork
from jobmate_agent.services.onet.job_occupation import TEXT_LIMIT
from jobmate_agent.services.onet.job_titles import name_of, parse, words
from jobmate_agent.services.onet.occupation_index import OccupationIndex
from jobmate_agent.services.onet.title_evidence import asked_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

SHOWN_OCCUPATIONS = 3
DECIMALS = 4
LEAST_OCCUPATIONS = 3
FULL_HISTORY = 3
"""Titles. Fewer count as if the others were like no occupation: a title by itself is quickly written."""


@dataclass(frozen=True, slots=True)
class LikenessWeights:
    """What each comparison counts: a title with the nearest one, with all of an occupation, with texts; a text."""

    nearest: float = 1.0
    support: float = 0.2
    words: float = 0.5
    grams: float = 1.0
    title_in_text: float = 0.2
    exact: float = 0.5
    text: float = 0.4


def of_resume(index: OccupationIndex, titles: Sequence[str], text: str) -> Scores:
    """(occupations,) How much a resume is like each; ``titles`` are what it calls its owner and their jobs.

    All titles together count at most as much as the text, from :data:`FULL_HISTORY` of them on; each counts as far as
    the text and the other titles bear it out, so that a headline that nothing else agrees with counts little.
    """
    found = _of_text(index, text)
    if titles:
        by_title = np.stack([_of_title(index, title) for title in titles])
        others = (by_title.sum(axis=0) - by_title) / max(len(titles) - 1, 1)
        counted = [_borne_out(own, found + rest) for own, rest in zip(by_title, others, strict=True)]
        found = found + np.array(counted) @ by_title / max(len(titles), FULL_HISTORY)
    return found


def of_posting(index: OccupationIndex, title: str, text: str) -> Scores:
    """(occupations,) How much a posting is like each."""
    return _of_title(index, title) + _of_text(index, text)


def compare(index: OccupationIndex, held: Scores, asked: Scores) -> LineOfWork | None:
    """How alike the work of a resume and of a posting is; None where one of them is like no occupation."""
    if len(index.occupations) < LEAST_OCCUPATIONS or not held.any() or not asked.any():
        return None
    nearest = np.argsort(-np.round(held, DECIMALS), kind="stable")[:SHOWN_OCCUPATIONS]
    return LineOfWork(_correlation(held, asked), tuple(index.occupations[int(place)].titles[0] for place in nearest))


def _of_title(index: OccupationIndex, title: str, weights: LikenessWeights = LikenessWeights()) -> Scores:
    parsed = parse(title)
    asked = asked_of(index, parsed)
    best, support, _ = index.nearest_titles(asked)
    by_words, by_grams = index.titles_together(asked)
    found = weights.nearest * best + weights.support * support + weights.words * by_words + weights.grams * by_grams
    # Words of a title that no occupation's title has make every likeness less telling.
    found = asked.known * (found + weights.title_in_text * index.texts(asked.terms))
    exact = index.with_name(name_of(parsed.name))
    found[list(exact)] += weights.exact / max(1, len(exact))
    return found


def _of_text(index: OccupationIndex, text: str, weights: LikenessWeights = LikenessWeights()) -> Scores:
    found = index.texts(Counter(words(text[:TEXT_LIMIT])))
    return weights.text * found / found.max() if found.any() else found


def _borne_out(title: Scores, rest: Scores) -> float:
    """0–1: how far ``rest``, the resume without a title, says the same as the title; 1 where it says nothing."""
    return max(_correlation(title, rest), 0.0) if rest.any() else 1.0


def _correlation(one: Scores, other: Scores) -> float:
    """Pearson's, to four decimals; 0 where all values of one are the same."""
    spread = one.std() * other.std()
    return round(float(np.mean((one - one.mean()) * (other - other.mean())) / spread), DECIMALS) if spread else 0.0
