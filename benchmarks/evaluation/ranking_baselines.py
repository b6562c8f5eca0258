"""How alike two whole documents are without an engine: shared words, shared letters, or a sentence model's view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

from benchmarks.evaluation.mapping_baselines import CHAR_GRAMS
from jobmate_agent.services.career_engine.types import Embedder, Vectors

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

PASSAGE_WORDS = 150
"""What the model reads at once: about as many words as its 256 tokens hold."""


def by_words(held: Sequence[str], asked: Sequence[str]) -> Scores:
    """(held, asked) cosines of TF-IDF weights over words, English stop words left out."""
    return _cosines(TfidfVectorizer(stop_words="english", sublinear_tf=True), held, asked)


def by_spelling(held: Sequence[str], asked: Sequence[str]) -> Scores:
    """(held, asked) cosines of TF-IDF weights over runs of characters within words."""
    return _cosines(TfidfVectorizer(analyzer="char_wb", ngram_range=CHAR_GRAMS, sublinear_tf=True), held, asked)


def by_meaning(embedder: Embedder, held: Sequence[str], asked: Sequence[str]) -> Scores:
    """(held, asked) cosines of the mean vectors of the documents' passages."""
    found: Scores = (_means(embedder, held) @ _means(embedder, asked).T).astype(np.float64)
    return found


def _cosines(vectorizer: Any, held: Sequence[str], asked: Sequence[str]) -> Scores:
    vectorizer.fit([*held, *asked])
    found: Scores = (vectorizer.transform(held) @ vectorizer.transform(asked).T).toarray()
    return found


def _means(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    means = np.stack([embedder.encode(_passages(text)).mean(axis=0) for text in texts])
    unit: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit


def _passages(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + PASSAGE_WORDS]) for at in range(0, len(words), PASSAGE_WORDS)]
