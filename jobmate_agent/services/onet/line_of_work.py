"""Whether a resume and a posting are of one line of work: both are compared with every occupation of a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.services.career_engine.types import LineOfWork
from jobmate_agent.services.onet.job_occupation import likeness
from jobmate_agent.services.onet.occupation_index import OccupationIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

SHOWN_OCCUPATIONS = 3
DECIMALS = 4
LEAST_OCCUPATIONS = 3


def of_resume(index: OccupationIndex, titles: Sequence[str], text: str) -> Scores:
    """(occupations,) How much a resume is like each; ``titles`` are what it calls its owner and their jobs.

    All titles together count as much as the text.
    """
    nothing = likeness(index, "", "")
    found = likeness(index, "", text) - nothing
    if titles:
        found = found + np.mean([likeness(index, title, "") - nothing for title in titles], axis=0)
    return found


def of_posting(index: OccupationIndex, title: str, text: str) -> Scores:
    """(occupations,) How much a posting is like each."""
    return likeness(index, title, text) - likeness(index, "", "")


def compare(index: OccupationIndex, held: Scores, asked: Scores) -> LineOfWork | None:
    """How alike the work of a resume and of a posting is; None where one of them is like no occupation."""
    if len(index.occupations) < LEAST_OCCUPATIONS or not held.any() or not asked.any():
        return None
    nearest = np.argsort(-np.round(held, DECIMALS), kind="stable")[:SHOWN_OCCUPATIONS]
    return LineOfWork(_correlation(held, asked), tuple(index.occupations[int(place)].titles[0] for place in nearest))


def _correlation(one: Scores, other: Scores) -> float:
    """Pearson's, to four decimals; 0 where all values of one are the same."""
    spread = one.std() * other.std()
    return round(float(np.mean((one - one.mean()) * (other - other.mean())) / spread), DECIMALS) if spread else 0.0
