"""The occupations of one release, ready to be compared with a posting: pure values and arithmetic.

A posting's title is compared with every title of the release (occupations' own, alternate, reported) and with each
occupation's titles taken together, its text with their descriptions, tasks and technologies. All comparisons are
cosines of tf-idf weights over words, or runs of four letters, which find ``anaesthetist`` in ``anesthetists``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.services.onet.job_titles import name_of, words

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

GRAM = 4
TITLE_WORDS_IN_TEXT = 3
VOTES_FROM = 0.3
VOTE_POWER = 4
RARITY_FLOOR = 1.0


class TermIndex:
    """Documents by their terms: cosine of a query to every document in one pass over the query's terms."""

    def __init__(self, documents: Sequence[Mapping[str, float]]) -> None:
        count = len(documents)
        frequency = Counter(term for document in documents for term in document)
        self._size = count
        self._rarity = {term: math.log((1 + count) / (1 + n)) + RARITY_FLOOR for term, n in frequency.items()}
        places: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for place, document in enumerate(documents):
            for term, weight in self._unit(document).items():
                places[term].append(place)
                weights[term].append(weight)
        self._postings = {
            term: (np.array(places[term], np.int32), np.array(weights[term], np.float32)) for term in places
        }

    def cosines(self, query: Mapping[str, float]) -> Scores:
        """(documents,) 0–1. Terms that no document has are left out of account."""
        scores = np.zeros(self._size)
        for term, weight in self._unit(query).items():
            places, weights = self._postings[term]
            scores[places] += weight * weights
        return scores

    def known_share(self, query: Mapping[str, float]) -> float:
        """How much of the query's terms any document has, 0–1."""
        total = math.fsum(query.values())
        return math.fsum(value for term, value in query.items() if term in self._postings) / total if total else 0.0

    def _unit(self, document: Mapping[str, float]) -> dict[str, float]:
        weighted = {
            term: self._rarity[term] * (1 + math.log(value) if value > 1 else value)
            for term, value in document.items()
            if term in self._rarity
        }
        length = math.sqrt(math.fsum(weight * weight for weight in weighted.values())) or 1.0
        return {term: weight / length for term, weight in weighted.items()}


@dataclass(frozen=True, slots=True)
class OccupationText:
    """What a release says about an occupation: its own title first, then its other titles; ``text`` is the rest."""

    occupation_id: int
    onet_code: str
    titles: tuple[str, ...]
    text: str


class OccupationIndex:
    """All occupations of a release. Immutable, so threads may share it; a few ten MB for a full release."""

    def __init__(self, occupations: Iterable[OccupationText]) -> None:
        self.occupations = tuple(sorted(occupations, key=lambda each: each.onet_code))
        named = [sorted({name_of(title) for title in each.titles} - {""}) for each in self.occupations]
        names = sorted({name for own in named for name in own})
        number = {name: place for place, name in enumerate(names)}
        self.names = names
        self._pairs = [(number[name], place) for place, own in enumerate(named) for name in own]
        self._titles = TermIndex([Counter(name.split()) for name in names])
        self._words = TermIndex([Counter(word for name in own for word in set(name.split())) for own in named])
        self._grams = TermIndex([Counter(gram for name in own for gram in set(grams(name))) for own in named])
        self._texts = TermIndex([_told(each.text, own) for each, own in zip(self.occupations, named, strict=True)])

    @cached_property
    def _name_of_pair(self) -> npt.NDArray[np.int32]:
        return np.array([name for name, _ in self._pairs], np.int32)

    @cached_property
    def _occupation_of_pair(self) -> npt.NDArray[np.int32]:
        return np.array([place for _, place in self._pairs], np.int32)

    def with_name(self, name: str) -> tuple[int, ...]:
        """Places of the occupations that have exactly this title, in the form of :func:`name_of`."""
        return self._exact.get(name, ())

    @cached_property
    def _exact(self) -> dict[str, tuple[int, ...]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for name, place in self._pairs:
            found[self.names[name]].append(place)
        return {name: tuple(places) for name, places in found.items()}

    def nearest_titles(self, query: Mapping[str, float]) -> tuple[Scores, Scores, npt.NDArray[np.int32]]:
        """For each occupation: the cosine of its nearest title, the support of all its near ones, the title's number.

        Support is log(1 + Σ cosine⁴) over titles with a cosine above 0.3.
        """
        near = self._titles.cosines(query)[self._name_of_pair]
        best, votes = np.zeros(len(self.occupations)), np.zeros(len(self.occupations))
        np.maximum.at(best, self._occupation_of_pair, near)
        np.add.at(votes, self._occupation_of_pair, np.where(near > VOTES_FROM, near**VOTE_POWER, 0.0))
        title = np.zeros(len(self.occupations), np.int32)
        is_best = near >= best[self._occupation_of_pair]
        title[self._occupation_of_pair[is_best][::-1]] = self._name_of_pair[is_best][::-1]
        return best, np.log1p(votes), title

    def titles_together(self, query: Mapping[str, float], name: str) -> tuple[Scores, Scores]:
        """For each occupation: cosines to all its titles taken together, by words and by runs of letters."""
        return self._words.cosines(query), self._grams.cosines(Counter(grams(name)))

    def texts(self, terms: Mapping[str, float]) -> Scores:
        """For each occupation: the cosine of its description, tasks and technologies to a text's words."""
        return self._texts.cosines(terms)

    def known_share(self, query: Mapping[str, float]) -> float:
        """How much of a title's words any title of the release has, 0–1."""
        return self._titles.known_share(query)


def _told(text: str, names: Iterable[str]) -> Counter[str]:
    """Words of a text, those of titles counted more: a posting repeats what the work is called."""
    in_titles = Counter(word for name in names for word in set(name.split()))
    told = Counter(words(text))
    for word, count in in_titles.items():
        told[word] += TITLE_WORDS_IN_TEXT * min(count, TITLE_WORDS_IN_TEXT)
    return told


def grams(name: str) -> list[str]:
    """Runs of four characters within words, word ends marked: ``clerk`` → `` cle``, ``cler``, ``lerk``, ``erk ``."""
    marked = [f" {word} " for word in name.split()]
    return [word[at : at + GRAM] for word in marked for at in range(max(1, len(word) - GRAM + 1))]
