"""The gold sets of this folder, and the documents that they are about, which lie beside the repository."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

GOLD = Path(__file__).parent / "gold"
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
POSTINGS = DATA / "postings" / "postings.jsonl"


def read(name: str) -> list[dict[str, Any]]:
    """The items of ``postings``, ``spans`` or ``sentences``; ``gold/GUIDELINES.md`` says what they mean."""
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def posting_texts() -> dict[tuple[str, str], str]:
    """The texts of the postings beside the repository, by (source, id); empty where they are not there."""
    if not POSTINGS.is_file():
        return {}
    rows = (json.loads(line) for line in POSTINGS.read_text(encoding="utf-8").splitlines())
    return {(row["source"], str(row["id"])): row["text"] for row in rows}


def kappa(one: Sequence[object], other: Sequence[object]) -> float:
    """Cohen's kappa of two annotators' labels of the same items."""
    number = len(one)
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / number
    first, second = Counter(one), Counter(other)
    by_chance = sum(first[label] * second[label] for label in first) / number**2
    return (agreed - by_chance) / (1 - by_chance)
