"""What a posting's title says for each occupation, as numbers that weights can be given to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.services.onet.job_titles import Title, name_of
from jobmate_agent.services.onet.occupation_index import Asked, OccupationIndex

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int32]

# What stands in brackets or behind a dash tells less than what stands before.
BESIDE = 0.4
SHARPNESS = {"meant_broadly": 10.0, "meant_closely": 30.0}


@dataclass(frozen=True, slots=True)
class TitleEvidence:
    """By kind of evidence, a value for each occupation; ``nearest``: the number of each one's nearest title.

    ``exact`` are the places of the occupations that have the title word for word.

    Kinds: ``exact`` 1 shared by those that have the title; ``grams`` and ``in_texts`` cosines of runs of letters to all
    titles together and of words to the texts; ``meant…`` how near the titles' vectors are (the nearest counts more the
    sharper it is); ``described`` and ``told`` cosines of vectors to the description and to all texts; ``titles`` the
    logarithm of their number; ``residual`` 1 where the occupation is what is left of a group and has not this title.
    """

    values: Mapping[str, Scores]
    nearest: Places
    exact: tuple[int, ...]


def asked_of(index: OccupationIndex, title: Title) -> Asked:
    """The title in the index's words, what stands beside for less."""
    return index.asked(dict.fromkeys(title.beside, BESIDE) | dict.fromkeys(title.core, 1.0))


def of_title(index: OccupationIndex, title: Title) -> TitleEvidence:
    """The evidence of a title that has words, for an index that has occupations."""
    asked = asked_of(index, title)
    exact = index.with_name(name_of(title.name))
    has_name = np.zeros(len(index.occupations))
    has_name[list(exact)] = 1 / max(1, len(exact))
    described, told = index.meant_by_texts(asked.meant)
    values = {
        "exact": has_name,
        "grams": index.titles_together(asked)[1],
        "in_texts": index.texts(asked.terms),
        **dict(zip(SHARPNESS, index.meant_by_titles(asked.meant, list(SHARPNESS.values())), strict=True)),
        "described": described,
        "told": told,
        "titles": index.log_titles,
        "residual": np.where(has_name > 0, 0.0, index.is_residual),
    }
    return TitleEvidence(values, index.nearest_titles(asked)[2], exact)
