"""Which entry a phrase means that no name answers to: cosines of its several texts, and the words they share.

The weights are the calibration's, which is stored with the index. Rather no entry than a wrong one: the best counts
only if the chance that it is right reaches what its kind asks for, and the words themselves allow it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobmate_agent.services.career_engine.entry_texts import PRODUCT_KIND
from jobmate_agent.services.career_engine.lexical_guard import may_mean_entry
from jobmate_agent.services.career_engine.phrase_words import stems
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
    Calibration,
    Candidate,
    SpanLabel,
    Vocabulary,
    VocabularyEntry,
)
from jobmate_agent.services.career_engine.word_lookup import may_be_of

DECIMALS = 4
ABOUT_AS_MUCH = 0.75


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry and how well it fits a phrase. ``texts`` are its names and aliases with most of the phrase's words."""

    entry: VocabularyEntry
    score: float
    similarity: float
    texts: tuple[str, ...]


class EntryRanker:
    """Bound to one vocabulary and one calibration. Products are not ranked: they are told apart by their words."""

    def __init__(self, vocabulary: Vocabulary, calibration: Calibration) -> None:
        self._vocabulary = vocabulary
        self._calibration = calibration
        self._texts: dict[int, tuple[tuple[str, frozenset[str], float], ...]] = {}

    def answer(self, phrase: str, candidates: Iterable[Candidate], label: SpanLabel | None = None) -> Ranked | None:
        """The entry that ``phrase`` means, None where that is not sure enough."""
        ranked = self.rank(phrase, candidates, label)
        if not ranked:
            return None
        best = ranked[0]
        if self.chance(ranked) < self._calibration.thresholds.get(best.entry.kind, 1.0):
            return None
        return best if may_mean_entry(phrase, best.entry, best.texts) else None

    def chance(self, ranked: Sequence[Ranked]) -> float:
        """How likely (0–1) the first of ``ranked`` is right, by its score and its lead over the second."""
        by = self._calibration
        lead = ranked[0].score - ranked[1].score if len(ranked) > 1 else 0.0
        odds = by.score_weight * ranked[0].score + by.lead_weight * lead + by.intercept
        return round(1 / (1 + math.exp(-odds)), DECIMALS)

    def rank(self, phrase: str, candidates: Iterable[Candidate], label: SpanLabel | None = None) -> list[Ranked]:
        """The candidates that the phrase may mean, by falling score, then skill id."""
        words = stems(phrase)
        found = []
        for candidate in candidates:
            entry = self._vocabulary.by_id[candidate.skill_id]
            if entry.kind != PRODUCT_KIND and may_be_of(label, entry.kind):
                shared, texts = self._overlap(words, entry)
                score = round(self._score(candidate, shared), DECIMALS)
                found.append(Ranked(entry, score, candidate.similarity, texts))
        return sorted(found, key=lambda ranked: (-ranked.score, ranked.entry.id))

    def _score(self, near: Candidate, overlap: float) -> float:
        by = self._calibration
        return (
            by.meaning * near.meaning
            - by.commonness * near.commonness
            + by.closeness * max(near.similarity - by.close_from, 0.0)
            + by.overlap * overlap
        )

    def _overlap(self, words: frozenset[str], entry: VocabularyEntry) -> tuple[float, tuple[str, ...]]:
        """Dice's coefficient of the words of the phrase and of the entry's name or alias with most of them.

        A word counts by its inverse document frequency among all names and aliases. With it, the texts that come near
        that; the name alone where no text shares a word.
        """
        shares = {}
        asked = self._weight(words)
        for text, known, weight in self._known(entry):
            shared = words & known
            if shared:
                shares[text] = 2 * self._weight(shared) / (asked + weight)
        if not shares:
            return 0.0, (entry.name,)
        best = max(shares.values())
        return best, tuple(text for text, share in shares.items() if share >= ABOUT_AS_MUCH * best)

    def _known(self, entry: VocabularyEntry) -> Sequence[tuple[str, frozenset[str], float]]:
        """The entry's name and aliases, each with its words and what they weigh; kept, because candidates recur."""
        if entry.id not in self._texts:
            texts = dict.fromkeys((entry.name, *entry.aliases))
            self._texts[entry.id] = tuple((text, words := stems(text), self._weight(words)) for text in texts)
        return self._texts[entry.id]

    def _weight(self, words: Iterable[str]) -> float:
        # In a fixed order: sums of the same numbers in another one differ in the last bit.
        return sum(self._rarity.get(word, self._unknown) for word in sorted(words))

    @cached_property
    def _frequencies(self) -> tuple[int, Counter[str]]:
        counts: Counter[str] = Counter()
        number = 0
        for entry in self._vocabulary.entries:
            if entry.kind in NAMED_KINDS:
                for text in (entry.name, *entry.aliases):
                    counts.update(stems(text))
                    number += 1
        return number, counts

    @cached_property
    def _rarity(self) -> dict[str, float]:
        number, counts = self._frequencies
        return {word: math.log((number + 1) / count) for word, count in counts.items()}

    @cached_property
    def _unknown(self) -> float:
        return math.log(self._frequencies[0] + 1)
