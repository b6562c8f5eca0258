"""Which occupation a posting is of: its title against all titles of a release, its text as second evidence.

No network, and vectors of words rather than a model: the same posting and release give the same answer. ``None``
rather than a guess.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jobmate_agent.services.onet import title_evidence
from jobmate_agent.services.onet.job_titles import Title, parse, words
from jobmate_agent.services.onet.occupation_index import OccupationIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int32]

CLASSIFIER_VERSION = 2
SCORE_DECIMALS = 3
TOTAL_DECIMALS = 6
MOST_ODDS = 30.0
SHOWN_CANDIDATES = 5
TEXT_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """Weights of the evidence (:class:`~.title_evidence.TitleEvidence`), as differences of log odds.

    ``grams`` … ``titles``, and ``bias`` and ``of_chance``, which make log odds a chance, were fitted on titles
    kept back from O*NET 30.1 and are in no part of the evaluation (``make train-titles``). The others are chosen: a
    title that an occupation has word for word counts on top; what is left of a group of occupations ("All Other") has
    no ratings, so it is hardly taken but for a title of its own; ``text`` and ``text_meant`` are below what titles
    usually differ by. Below ``sure_from`` the answer is none; a title that fits any field counts only where its
    occupation's text is among the ``vague_within`` nearest.
    """

    exact: float = 1.0
    grams: float = 4.18
    in_texts: float = 2.61
    meant_broadly: float = 8.54
    meant_closely: float = 5.38
    described: float = 3.40
    told: float = 1.58
    titles: float = 0.30
    residual: float = -7.5
    text: float = 3.0
    text_meant: float = 2.0
    bias: float = 0.06
    of_chance: float = 0.77
    sure_from: float = 0.55
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
    totals: Scores
    text: Scores
    nearest: Places
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
    score = round(_chance(ranked, best, settings), SCORE_DECIMALS)
    found = index.occupations[best]
    sure = score >= settings.sure_from
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


def _rank(index: OccupationIndex, title: Title, text: str, settings: ClassifierSettings) -> _Ranked:
    evidence = title_evidence.of_title(index, title)
    totals = np.zeros(len(index.occupations))
    for kind, values in evidence.values.items():
        totals += getattr(settings, kind) * values
    told = Counter(words(text))
    likeness = index.texts(told)
    if likeness.any():
        totals += settings.text * likeness / likeness.max()
        totals += settings.text_meant * index.meant_by_texts(index.weighted(told))[1]
    return _Ranked(np.round(totals, TOTAL_DECIMALS), likeness, evidence.nearest, evidence.exact)


def _chance(ranked: _Ranked, best: int, settings: ClassifierSettings) -> float:
    """The chance (0–1) that the best one is right: a logistic function of its log odds among all."""
    others = np.delete(ranked.totals, best)
    odds = float(ranked.totals[best] - np.logaddexp.reduce(others)) if others.size else MOST_ODDS
    told = settings.bias + settings.of_chance * min(odds, MOST_ODDS)
    return 1 / (1 + math.exp(-told))
