"""Which occupation a posting is of: its title against all titles of a release, its text as second evidence.

No model and no network: the same posting and release give the same answer. ``None`` rather than a guess.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jobmate_agent.services.onet.job_titles import Title, name_of, parse, words
from jobmate_agent.services.onet.occupation_index import OccupationIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

CLASSIFIER_VERSION = 1
SCORE_DECIMALS = 3
SHOWN_CANDIDATES = 5
TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """Weights of the evidence.

    Found on 1,000 titles that are not verbatim in O*NET: by title alone the first place is right for 53 %, one of the
    first five for 76 %; 38 % are answered and 78 % of the answers right. ``bias``, ``of_total`` and ``of_margin`` turn
    the sum of evidence and its distance from the next occupation into the chance of being right, by logistic
    regression on the same titles. Below ``sure_from``, or closer than ``least_margin`` to the next, the answer is
    none; a title that fits any field counts only where its occupation's text is among the ``vague_within`` nearest.
    """

    beside: float = 0.4
    title: float = 1.0
    support: float = 0.2
    words: float = 0.5
    grams: float = 1.0
    title_in_text: float = 0.2
    exact: float = 0.5
    text: float = 0.4
    bias: float = -1.55
    of_total: float = 0.72
    of_margin: float = 3.4
    sure_from: float = 0.55
    least_margin: float = 0.15
    vague_within: int = 1


@dataclass(frozen=True, slots=True)
class JobOccupationGuess:
    """The most likely occupation of a posting. ``occupation_id`` None: unsure, and so are code and title.

    ``score`` is the estimated chance (0–1) that the first place is right, also where it was not sure enough.
    ``evidence``: ``{title, method: exact|similar|none, matched_title, text, candidates: [{onet_code, title, total}]}``.
    """

    occupation_id: int | None
    onet_code: str | None
    title: str | None
    score: float
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Ranked:
    totals: np.ndarray
    text: np.ndarray
    nearest: np.ndarray
    exact: tuple[int, ...]


def classify(
    index: OccupationIndex, title: str, text: str, settings: ClassifierSettings = ClassifierSettings()
) -> JobOccupationGuess:
    """The occupation of a posting; see :class:`JobOccupationGuess`."""
    parsed = parse(title)
    if not parsed.core or not index.occupations:
        return JobOccupationGuess(None, None, None, 0.0, {"title": "", "method": "none"})
    ranked = _rank(index, parsed, text[:TEXT_LIMIT], settings)
    order = np.argsort(-ranked.totals, kind="stable")[:SHOWN_CANDIDATES]
    best = int(order[0])
    total = float(ranked.totals[best])
    margin = total - float(ranked.totals[order[1]]) if len(order) > 1 else total
    score = round(_chance(total, margin, settings), SCORE_DECIMALS)
    found = index.occupations[best]
    sure = score >= settings.sure_from and margin >= settings.least_margin
    if parsed.is_vague:
        # Only the text can tell what a "Senior Associate" does, so it must agree.
        nearest = np.argsort(-ranked.text, kind="stable")[: settings.vague_within]
        sure = sure and bool(ranked.text.any()) and best in nearest.tolist()
    evidence = {
        "title": parsed.name,
        "method": "exact" if best in ranked.exact else "similar",
        "matched_title": index.names[int(ranked.nearest[best])],
        "text": round(float(ranked.text[best]), SCORE_DECIMALS),
        "candidates": [
            {
                "onet_code": index.occupations[int(place)].onet_code,
                "title": index.occupations[int(place)].titles[0],
                "total": round(float(ranked.totals[place]), SCORE_DECIMALS),
            }
            for place in order
        ],
    }
    if not sure:
        return JobOccupationGuess(None, None, None, score, evidence)
    return JobOccupationGuess(found.occupation_id, found.onet_code, found.titles[0], score, evidence)


def likeness(
    index: OccupationIndex, title: str, text: str, settings: ClassifierSettings = ClassifierSettings()
) -> Scores:
    """(occupations,) How much a title and a text, either of which may be "", are like each occupation: any scale."""
    return _rank(index, parse(title), text[:TEXT_LIMIT], settings).totals


def _rank(index: OccupationIndex, title: Title, text: str, settings: ClassifierSettings) -> _Ranked:
    query = dict.fromkeys(title.beside, settings.beside) | dict.fromkeys(title.core, 1.0)
    best, support, nearest = index.nearest_titles(query)
    by_words, by_grams = index.titles_together(query, " ".join(query))
    exact = index.with_name(name_of(title.name))
    # Words of a title that no occupation's title has make every likeness less telling.
    known = index.known_share(query)
    totals = known * (
        settings.title * best
        + settings.support * support
        + settings.words * by_words
        + settings.grams * by_grams
        + settings.title_in_text * index.texts(query)
    )
    for place in exact:
        totals[place] += settings.exact / len(exact)
    likeness = index.texts(Counter(words(text)))
    if likeness.any():
        totals = totals + settings.text * likeness / likeness.max()
    return _Ranked(totals, likeness, nearest, exact)


def _chance(total: float, margin: float, settings: ClassifierSettings) -> float:
    return 1 / (1 + math.exp(-(settings.bias + settings.of_total * total + settings.of_margin * margin)))
