"""Documents by their terms, weighed by how rare the terms are: tf-idf cosines without a library."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

GRAM = 4
RARITY_FLOOR = 1.0


class TermIndex:
    """Documents by their terms: cosine of a query to every document in one pass over the query's terms.

    A document is its terms with how often each occurs. A term weighs (1 + log of that) · (1 + log((1 + documents) /
    (1 + documents that have it))). Documents are read one by one and kept as flat arrays.
    """

    def __init__(self, documents: Iterable[Mapping[str, float]]) -> None:
        self._number: dict[str, int] = {}
        terms, counts, sizes = array("i"), array("f"), array("i")
        for document in documents:
            for term, count in document.items():
                terms.append(self._number.setdefault(term, len(self._number)))
                counts.append(_damped(count))
            sizes.append(len(document))
        self._size = len(sizes)
        numbers = np.frombuffer(terms, np.int32) if terms else np.zeros(0, np.int32)
        owners = np.repeat(np.arange(self._size, dtype=np.int32), sizes)
        frequency = np.bincount(numbers, minlength=len(self._number))
        self._rarity = np.log((1 + self._size) / (1 + frequency)) + RARITY_FLOOR
        weights = np.frombuffer(counts, np.float32) * self._rarity[numbers] if terms else np.zeros(0)
        lengths = np.sqrt(np.bincount(owners, weights * weights, self._size))
        order = np.argsort(numbers, kind="stable")
        self._places = owners[order]
        self._weights = (weights / np.where(lengths > 0, lengths, 1)[owners])[order].astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(frequency)])

    def cosines(self, query: Mapping[str, float]) -> Scores:
        """(documents,) 0–1. Terms that no document has are left out of account."""
        scores = np.zeros(self._size)
        weighted = self.weighted(query)
        length = math.sqrt(math.fsum(weight * weight for weight in weighted.values())) or 1.0
        for term, weight in weighted.items():
            number = self._number[term]
            own = slice(self._starts[number], self._starts[number + 1])
            scores[self._places[own]] += weight / length * self._weights[own]
        return scores

    def weighted(self, document: Mapping[str, float]) -> dict[str, float]:
        """The weights of the document's known terms."""
        return {
            term: float(self._rarity[self._number[term]]) * _damped(count)
            for term, count in document.items()
            if term in self._number
        }


def grams(name: str) -> list[str]:
    """Runs of four characters within words, word ends marked: ``clerk`` → `` cle``, ``cler``, ``lerk``, ``erk ``."""
    marked = [f" {word} " for word in name.split()]
    return [word[at : at + GRAM] for word in marked for at in range(max(1, len(word) - GRAM + 1))]


def _damped(count: float) -> float:
    return 1 + math.log(count) if count > 1 else count
