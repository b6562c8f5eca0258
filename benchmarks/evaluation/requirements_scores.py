"""Agreement of answers with labels. Written out here because each is a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np


def macro_f1(answers: Sequence[str], labels: Sequence[str]) -> float:
    """The mean over the labels that occur of the F1 of each."""
    kinds = sorted(set(labels))
    return sum(_f1(answers, labels, kind) for kind in kinds) / len(kinds)


def exact_share(answers: Sequence[str], labels: Sequence[str]) -> float:
    return sum(answer == label for answer, label in zip(answers, labels, strict=True)) / len(labels)


def quadratic_kappa(answers: Sequence[str], labels: Sequence[str], scale: Sequence[str]) -> float:
    """Cohen's kappa with squared distances on ``scale``: 1 is agreement, 0 what chance would reach."""
    count = len(scale)
    observed = np.zeros((count, count))
    for answer, label in zip(answers, labels, strict=True):
        observed[scale.index(answer), scale.index(label)] += 1
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    steps = np.arange(count)
    penalty = (steps[:, None] - steps[None, :]) ** 2
    by_chance = float((penalty * expected).sum())
    return 1 - float((penalty * observed).sum()) / by_chance if by_chance else 1.0


def most_frequent(labels: Sequence[str]) -> str:
    """The label that a constant answer would best be; the first by name of equally frequent ones."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def _f1(answers: Sequence[str], labels: Sequence[str], kind: str) -> float:
    both = sum(answer == label == kind for answer, label in zip(answers, labels, strict=True))
    total = sum(answer == kind for answer in answers) + sum(label == kind for label in labels)
    return 2 * both / total if total else 0.0
