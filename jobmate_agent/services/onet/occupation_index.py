"""The occupations of one release, ready to be compared with a posting: pure values and arithmetic.

A posting's title is compared with every title of the release (occupations' own, alternate, reported) and with each
occupation's titles taken together, its text with their descriptions, tasks and technologies. Words and runs of four
letters, which find ``anaesthetist`` in ``anesthetists``, are compared by cosines of tf-idf weights; what the words
mean by cosines of their vectors (:mod:`.word_table`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.services.onet.job_titles import name_of, words
from jobmate_agent.services.onet.term_index import TermIndex, grams
from jobmate_agent.services.onet.title_words import TitleWords
from jobmate_agent.services.onet.word_table import WordTable, cosines

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int32]

TITLE_WORDS_IN_TEXT = 3
VOTES_FROM = 0.3
VOTE_POWER = 4
# O*NET's name for what is left of a group of occupations when those with a page of their own are taken out.
RESIDUAL = "all other"


@dataclass(frozen=True, slots=True)
class OccupationText:
    """What a release says about an occupation: its own title first, then its other titles.

    ``text`` is the rest: tasks and technologies.
    """

    occupation_id: int
    onet_code: str
    titles: tuple[str, ...]
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A posting's title in the release's words: each with its weight, 0–1, for comparing words and for vectors.

    ``known`` is the share (0–1) of its weight that titles of the release have words for.
    """

    terms: Mapping[str, float]
    meant: Mapping[str, float]
    known: float


class OccupationIndex:
    """All occupations of a release. Immutable, so threads may share it; some 100 MB for a full release."""

    def __init__(self, occupations: Iterable[OccupationText], table: WordTable) -> None:
        self.occupations = tuple(sorted(occupations, key=lambda each: each.onet_code))
        split = [[name_of(title).split() for title in each.titles] for each in self.occupations]
        self._title_words = TitleWords(name for own in split for name in own)
        named = [
            sorted({" ".join(self._title_words.joined(name)) for name in own} - {""}) or [each.onet_code]
            for each, own in zip(self.occupations, split, strict=True)
        ]
        self.names = sorted({name for own in named for name in own})
        number = {name: place for place, name in enumerate(self.names)}
        # One pair for each title that an occupation has, those of an occupation side by side.
        self._name_of_pair = np.array([number[name] for own in named for name in own], np.int32)
        self._owner_of_pair = np.repeat(np.arange(len(named), dtype=np.int32), [len(own) for own in named])
        self._starts = np.searchsorted(self._owner_of_pair, np.arange(len(named)))
        self._exact = _owners(named)
        self.log_titles = np.log1p([len(own) for own in named])
        self.is_residual = np.array([RESIDUAL in each.titles[0].lower() for each in self.occupations], np.float64)
        self._index_terms(named)
        self._index_meanings(table)

    def _index_terms(self, named: Sequence[Sequence[str]]) -> None:
        self._titles = TermIndex(Counter(name.split()) for name in self.names)
        self._words = TermIndex(Counter(word for name in own for word in dict.fromkeys(name.split())) for own in named)
        self._grams = TermIndex(Counter(gram for name in own for gram in dict.fromkeys(grams(name))) for own in named)
        self._texts = TermIndex(_told(each, own) for each, own in zip(self.occupations, named, strict=True))

    def _index_meanings(self, table: WordTable) -> None:
        self._table = table
        self._name_directions = table.directions(dict.fromkeys(name.split(), 1.0) for name in self.names)
        described = (words(f"{each.titles[0]} {each.description}") for each in self.occupations)
        told = (words(f"{each.description} {each.text}") for each in self.occupations)
        self._description_directions = table.directions(self._texts.weighted(Counter(each)) for each in described)
        self._text_directions = table.directions(self._texts.weighted(Counter(each)) for each in told)

    def asked(self, weights: Mapping[str, float]) -> Asked:
        """A title's words (by weight, in their order) as the release's titles and the table of vectors have them."""
        terms: dict[str, float] = {}
        meant: dict[str, float] = {}
        known = total = 0.0
        for word, weight in self._joined(weights):
            has_vector = word in self._table
            others = self._title_words.standing_for(word, guess=not has_vector)
            known += weight if others else 0.0
            total += weight
            for other in (word, *others):
                terms[other] = max(weight, terms.get(other, 0.0))
            for other in (word,) if has_vector else others:
                meant[other] = max(weight, meant.get(other, 0.0))
        return Asked(terms, meant, known / total if total else 0.0)

    def _joined(self, weights: Mapping[str, float]) -> list[tuple[str, float]]:
        joined = self._title_words.joined(list(weights))
        return [(word, weights.get(word, max(weights.values()))) for word in joined]

    def with_name(self, name: str) -> tuple[int, ...]:
        """Places of the occupations that have exactly this title, in the form of :func:`name_of`."""
        return self._exact.get(" ".join(self._title_words.joined(name.split())), ())

    def nearest_titles(self, asked: Asked) -> tuple[Scores, Scores, Places]:
        """For each occupation: the cosine of its nearest title, the support of all its near ones, the title's number.

        Support is log(1 + Σ cosine⁴) over titles with a cosine above 0.3.
        """
        near = self._titles.cosines(asked.terms)[self._name_of_pair]
        best = np.maximum.reduceat(near, self._starts)
        votes = np.add.reduceat(np.where(near > VOTES_FROM, near**VOTE_POWER, 0.0), self._starts)
        is_best = near >= best[self._owner_of_pair]
        title = np.zeros(len(self.occupations), np.int32)
        # The first of several as near: what is written last stays.
        title[self._owner_of_pair[is_best][::-1]] = self._name_of_pair[is_best][::-1]
        return best, np.log1p(votes), title

    def titles_together(self, asked: Asked) -> tuple[Scores, Scores]:
        """For each occupation: cosines to all its titles taken together, by words and by runs of letters."""
        return self._words.cosines(asked.terms), self._grams.cosines(Counter(grams(" ".join(asked.terms))))

    def texts(self, terms: Mapping[str, float]) -> Scores:
        """For each occupation: the cosine of its description, tasks and technologies to a text's words."""
        return self._texts.cosines(terms)

    def meant_by_titles(self, meant: Mapping[str, float], sharpness: Sequence[float]) -> list[Scores]:
        """For each sharpness s, for each occupation: log Σ exp(s · cosine) / s over all its titles' vectors."""
        near = cosines(self._name_directions, self._table.directions([meant])[0])[self._name_of_pair]
        return [np.log(np.add.reduceat(np.exp(s * near.astype(np.float64)), self._starts)) / s for s in sharpness]

    def meant_by_texts(self, meant: Mapping[str, float]) -> tuple[Scores, Scores]:
        """For each occupation: cosines of vectors to its description, and to all that is said about it."""
        direction = self._table.directions([meant])[0]
        described = cosines(self._description_directions, direction)
        return described.astype(np.float64), cosines(self._text_directions, direction).astype(np.float64)

    def weighted(self, terms: Mapping[str, float]) -> dict[str, float]:
        """A text's words by how often they occur and how few occupations' texts have them."""
        return self._texts.weighted(terms)


def _owners(named: Sequence[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(named):
        for name in own:
            found[name].append(place)
    return {name: tuple(places) for name, places in found.items()}


def _told(occupation: OccupationText, names: Iterable[str]) -> Counter[str]:
    """Words of its texts, those of titles counted more: a posting repeats what the work is called."""
    in_titles = Counter(word for name in names for word in dict.fromkeys(name.split()))
    told = Counter(words(f"{occupation.description} {occupation.text}"))
    for word, count in in_titles.items():
        told[word] += TITLE_WORDS_IN_TEXT * min(count, TITLE_WORDS_IN_TEXT)
    return told
