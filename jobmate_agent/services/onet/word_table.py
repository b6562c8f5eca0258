"""Vectors of words that say what work is, packaged with the code: near where they name the like in titles of jobs.

``jobmate_agent/titles/words.npz`` holds 8-bit vectors with a scale for each word; ``MODEL_CARD.md`` beside it says
what they were made from. No model runs here: a text is the sum of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

# Directions are kept in whole numbers, so that products of them are exact in whatever order they are summed.
STEPS = 127


class WordTable:
    """Vectors of words, (words, dimensions); how long one is says how much the word tells."""

    def __init__(self, words: Sequence[str], vectors: Vectors) -> None:
        self._place = {word: place for place, word in enumerate(words)}
        self.vectors = vectors

    def __contains__(self, word: str) -> bool:
        return word in self._place

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    def directions(self, texts: Iterable[Mapping[str, float]]) -> Vectors:
        """(texts, dimensions): for each text, its words with their weights, the direction of their sum.

        In whole numbers up to :data:`STEPS`; zeros where no word is known. Unknown words are left out of account.
        """
        found = [self._direction(text) for text in texts]
        return np.array(found, np.float32).reshape(len(found), self.dimensions)

    def _direction(self, text: Mapping[str, float]) -> Vectors:
        known = sorted((self._place[word], weight) for word, weight in text.items() if word in self._place)
        weights = np.array([weight for _, weight in known], np.float32)
        summed = (self.vectors[[place for place, _ in known]] * weights[:, None]).sum(axis=0)
        length = float(np.linalg.norm(summed))
        return np.rint(STEPS * summed / length) if length else np.zeros_like(summed)


def cosines(directions: Vectors, direction: Vectors) -> Vectors:
    """(texts,) −1 to 1: of directions (texts, dimensions) to one of them. Exact, whatever the order of summing."""
    return np.asarray(directions @ direction / np.float32(STEPS * STEPS), np.float32)


@cache
def packaged() -> WordTable:
    """The table that ships with the code; some 15 MB once loaded."""
    with as_file(files("jobmate_agent") / "titles" / "words.npz") as path:
        return read(path)


def read(path: Path) -> WordTable:
    """A table as :func:`write` left it."""
    with np.load(path, allow_pickle=False) as stored:
        words = bytes(stored["words"]).decode().split("\n")
        return WordTable(words, stored["vectors"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None])


def write(path: Path, words: Sequence[str], vectors: Vectors) -> None:
    """Keep a table: each vector in steps of its own largest value / 127."""
    scales = np.abs(vectors).max(axis=1) / STEPS
    steps = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    encoded = np.frombuffer("\n".join(words).encode(), np.uint8)
    np.savez_compressed(path, words=encoded, vectors=steps, scales=scales.astype(np.float16))
