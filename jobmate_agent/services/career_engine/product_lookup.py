"""Products that are named by a part of their name, or with one slip of the pen.

O*NET lists "MicroFocus GroupWise", people write "GroupWise". A part counts where no other product has it, it is not
what the name begins with (most often the maker), it is written with the same capitals, and it is no everyday word:
none that the vocabulary itself uses when it speaks of other things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import NAMED_KINDS, Vocabulary, VocabularyEntry

SHORTEST_PART = 5
SHORTEST_SLIP = 7
MOST_WORDS = 3


class ProductLookup:
    """The technologies of one vocabulary by their words. Built once; reads only."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._everyday = frozenset(_everyday(vocabulary.entries))
        by_word: dict[str, dict[int, VocabularyEntry]] = defaultdict(dict)
        single: dict[tuple[str, int], dict[str, list[VocabularyEntry]]] = defaultdict(lambda: defaultdict(list))
        for entry in vocabulary.entries:
            if entry.kind not in NAMED_KINDS:
                continue
            for name in (normalize_name(entry.name), *map(normalize_name, entry.aliases)):
                words = name.split(" ")
                if len(words) == 1 and len(name) >= SHORTEST_SLIP - 1 and name.isalpha():
                    single[name[0], len(name)][name].append(entry)
                if entry.kind == "technology":
                    for word in words:
                        by_word[word][entry.id] = entry
        self._by_word = dict(by_word)
        self._single = {key: dict(names) for key, names in single.items()}

    def by_part(self, name: str, written: str) -> VocabularyEntry | None:
        """The one product whose name has all words of the normalised ``name`` after its first, as ``written``."""
        words = name.split(" ")
        rare = [word for word in words if len(word) >= SHORTEST_PART and word not in self._everyday]
        if not rare or len(words) > MOST_WORDS:
            return None
        with_all = [entries for word in words if (entries := self._by_word.get(word))]
        if len(with_all) < len(words):
            return None
        common = set.intersection(*(set(entries) for entries in with_all))
        if len(common) != 1 or all(len(self._by_word[word]) > 1 for word in rare):
            return None
        (entry,) = (with_all[0][id_] for id_ in common)
        later = set(entry.name.split()[1:])
        return entry if {word for word in written.split() if normalize_name(word) in words} <= later else None

    def by_slip(self, name: str) -> VocabularyEntry | None:
        """The one entry of a single word that differs from the normalised ``name`` by one letter, or two swapped."""
        if len(name) < SHORTEST_SLIP or not name.isalpha() or name in self._everyday or name in self._by_word:
            return None
        found = {
            entry.id: entry
            for length in (len(name) - 1, len(name), len(name) + 1)
            for known, entries in self._single.get((name[0], length), {}).items()
            if OSA.distance(name, known, score_cutoff=1) <= 1
            for entry in entries
        }
        return next(iter(found.values())) if len(found) == 1 else None


def _everyday(entries: Iterable[VocabularyEntry]) -> Iterator[str]:
    """The words that are used of other things than products."""
    for entry in entries:
        if entry.kind not in {"technology", "tool"}:
            for text in (entry.name, entry.description, *entry.aliases):
                yield from normalize_name(text).split(" ")
