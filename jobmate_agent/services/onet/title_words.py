"""The words of a release's titles, and which of them a word that no title has stands for.

Postings write ``make-up artist``, ``tilefitter``, ``technican`` and ``aeroplane`` where O*NET has ``makeup``,
``tile fitter``, ``technician`` and ``airplane``. Words that stand side by side are joined where titles have them
joined; an unknown word is taken for one of the same stem or in American spelling, apart where both parts are known,
or for the known word that is a slip away.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import snowballstemmer
from rapidfuzz.distance import OSA

JOINED_LEAST_TITLES = 2
JOINED_LEAST_LENGTH = 6
PART_LEAST_TITLES = 3
PART_LEAST_LENGTH = 3
# Shorter words are too often another word; longer ones may differ in two places.
SLIP_LEAST_LENGTH = 5
TWO_SLIPS_LEAST_LENGTH = 8

_AMERICAN = (
    (re.compile(r"our"), "or"),
    (re.compile(r"is(?=ed|er|ing|ation|e$)"), "iz"),
    (re.compile(r"(?<=[^aeiou])re$"), "er"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"ll(?=e|i|o)"), "l"),
    (re.compile(r"ou(?=l[dt])"), "o"),
)


class TitleWords:
    """Words by how many titles have them."""

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        self.titles = Counter(word for name in names for word in set(name))

    def joined(self, words: Sequence[str]) -> list[str]:
        """The words with pairs as one where titles write them as one: ``make up artist`` → ``makeup artist``."""
        found: list[str] = []
        for word in words:
            if found and self._is_compound(found[-1], word):
                found[-1] += word
            else:
                found.append(word)
        return found

    def standing_for(self, word: str, *, guess: bool = True) -> tuple[str, ...]:
        """Words of titles in place of ``word``: itself where it is known, one or two others, or none.

        ``guess`` False: only other forms and spellings of the same word.
        """
        if word in self.titles:
            return (word,)
        same = self._same(word)
        if same is not None or not guess:
            return () if same is None else (same,)
        slip = self._slip(word)
        return self._parts(word) or (() if slip is None else (slip,))

    def _is_compound(self, first: str, second: str) -> bool:
        both = first + second
        return (
            self.titles.get(both, 0) >= JOINED_LEAST_TITLES
            and len(both) >= JOINED_LEAST_LENGTH
            and min(len(first), len(second)) > 1
        )

    def _same(self, word: str) -> str | None:
        american = word
        for british, other in _AMERICAN:
            american = british.sub(other, american)
            if american in self.titles:
                return american
        return self._of_stem.get(_stem(word)) or self._of_stem.get(_stem(american))

    def _parts(self, word: str) -> tuple[str, ...]:
        cuts = [
            (word[:at], word[at:])
            for at in range(PART_LEAST_LENGTH, len(word) - PART_LEAST_LENGTH + 1)
            if min(self.titles.get(word[:at], 0), self.titles.get(word[at:], 0)) >= PART_LEAST_TITLES
        ]
        # Of several ways the one whose rarer part is the more usual.
        return max(cuts, key=lambda cut: (min(self.titles[part] for part in cut), cut), default=())

    def _slip(self, word: str) -> str | None:
        """The known word fewest slips away that begins alike; of several the one that most titles have."""
        if len(word) < SLIP_LEAST_LENGTH:
            return None
        most = 1 if len(word) < TWO_SLIPS_LEAST_LENGTH else 2
        near = [
            (slips, -self.titles[other], other)
            for other in self._beginning[word[0]]
            if (slips := OSA.distance(word, other, score_cutoff=most)) <= most
        ]
        return min(near)[2] if near else None

    @cached_property
    def _beginning(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self.titles):
            found[word[0]].append(word)
        return found

    @cached_property
    def _of_stem(self) -> dict[str, str]:
        """The word of each stem that most titles have."""
        return {_stem(word): word for word, _ in sorted(self.titles.items(), key=lambda item: (item[1], item[0]))}


def _stem(word: str) -> str:
    # The stemmer keeps the word it works on.
    with _stemming:
        return str(_stemmer.stemWord(word))


_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()
