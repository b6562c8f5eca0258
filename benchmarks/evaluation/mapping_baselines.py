"""The simple things that a user could do instead of the engine: nearest by meaning, or by spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

from benchmarks.table import Aim, Row
from jobmate_agent.services.career_engine.types import Embedder

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float32]
    Places = npt.NDArray[np.intp]

# Texts (n) → their likeness to each of the targets that it was made for, (n, targets).
Likeness = Callable[[Sequence[str]], "Numbers"]

CHAR_GRAMS = (2, 4)
QUERIES_AT_ONCE = 100


def by_meaning(embedder: Embedder, targets: Sequence[str]) -> Likeness:
    """Cosines of the sentence model's vectors."""
    known = embedder.encode(targets)

    def likeness(texts: Sequence[str]) -> Numbers:
        found: Numbers = embedder.encode(texts) @ known.T
        return found

    return likeness


def by_spelling(targets: Sequence[str]) -> Likeness:
    """Cosines of TF-IDF weights over runs of two to four characters within words."""
    vectorizer: Any = TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_GRAMS, dtype=np.float32)
    known = vectorizer.fit_transform(targets).T.tocsr()

    def likeness(texts: Sequence[str]) -> Numbers:
        found: Numbers = (vectorizer.transform(texts) @ known).toarray()
        return found

    return likeness


def best_by_owner(likeness: Likeness, texts: Sequence[str], owners: Sequence[int]) -> Numbers:
    """(texts, owners): the best likeness of any target that an owner has.

    ``owners`` names the owner of each target, 0, 1, …, in this order, and each owner has at least one.
    """
    starts = np.searchsorted(owners, np.arange(owners[-1] + 1))
    parts = []
    for first in range(0, len(texts), QUERIES_AT_ONCE):
        alike = likeness(texts[first : first + QUERIES_AT_ONCE])
        parts.append(np.maximum.reduceat(alike, starts, axis=1))
    return np.concatenate(parts)


def ranked(scores: Numbers) -> Places:
    """Places by falling score in each row, ties in the order of places."""
    return np.argsort(-scores, axis=1, kind="stable")


def beside(
    name: str,
    value: float,
    baselines: Mapping[str, float],
    *,
    aim: Aim | None = None,
    unit: str = "share",
    least_is_best: bool = False,
) -> list[Row]:
    """Our row, with the best baseline as its floor, then a row for each baseline."""
    best = min(baselines.values()) if least_is_best else max(baselines.values())
    return [
        Row(name, value, unit, floor=best, aim=aim),
        *(Row(f"{name}.{other}", reached, unit) for other, reached in baselines.items()),
    ]
