"""Phrases that people wrote for levels of O*NET's elements: is the element retrieved first?

The phrases are derived from the Level Scale Anchors and are never indexed. Candidates are the elements themselves:
O*NET's skills and knowledge, and once more with its abilities.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.evaluation.mapping_baselines import Likeness, beside, by_meaning, by_spelling, ranked
from benchmarks.evaluation.measured import Measured
from benchmarks.table import Aim, Row
from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.chroma import ExactIndex
from jobmate_agent.services.career_engine.entry_ranker import EntryRanker
from jobmate_agent.services.career_engine.entry_texts import asked_as
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import VocabularyEntry

PHRASES = "anchor_to_element_dev.csv"
DOMAINS = {"skill": "Skills", "knowledge": "Knowledge", "ability": "Abilities"}
AIM = Aim("value", ">=", 0.45)


def rows(subject: Measured) -> list[Row]:
    """Top-1 and mean reciprocal rank, the latter over all candidates."""
    return [
        *_of_kinds(subject, "engine.anchor", ("skill", "knowledge"), AIM),
        *_of_kinds(subject, "engine.anchor_with_abilities", ("skill", "knowledge", "ability"), None),
    ]


def _of_kinds(subject: Measured, name: str, kinds: Sequence[str], aim: Aim | None) -> list[Row]:
    elements = sorted(
        (entry for entry in subject.vocabulary.entries if entry.framework == "onet" and entry.kind in kinds),
        key=lambda entry: entry.id,
    )
    phrases, right = read_phrases(subject.gold / PHRASES, {DOMAINS[kind] for kind in kinds}, elements)

    def baseline(likeness: Likeness) -> list[int]:
        return [row.tolist().index(place) + 1 for row, place in zip(ranked(likeness(phrases)), right, strict=True)]

    names, descriptions = [entry.name for entry in elements], [entry.description for entry in elements]
    both = [f"{entry.name}. {entry.description}" for entry in elements]
    ranks = {
        "minilm_names": baseline(by_meaning(subject.embedder, names)),
        "minilm_descriptions": baseline(by_meaning(subject.embedder, descriptions)),
        "minilm_both": baseline(by_meaning(subject.embedder, both)),
        "char_tfidf": baseline(by_spelling(both)),
    }
    own = _retrieved(subject, phrases, elements, right)
    top1 = {key: _top1(reached) for key, reached in ranks.items()}
    mrr = {key: _mrr(reached) for key, reached in ranks.items()}
    return [
        *beside(f"{name}_top1", _top1(own), top1, aim=aim),
        *beside(f"{name}_mrr", _mrr(own), mrr, unit="mean 1/rank"),
    ]


def read_phrases(path: Path, domains: set[str], elements: Sequence[VocabularyEntry]) -> tuple[list[str], list[int]]:
    """Phrases of the ``domains``, and for each the place of its element in ``elements``."""
    place = {entry.external_id: number for number, entry in enumerate(elements)}
    with path.open(encoding="utf-8", newline="") as handle:
        chosen = [row for row in csv.DictReader(handle) if row["domain"] in domains]
    return [row["phrase"] for row in chosen], [place[row["element_id"]] for row in chosen]


def _retrieved(
    subject: Measured, phrases: Sequence[str], elements: Sequence[VocabularyEntry], right: Sequence[int]
) -> list[int]:
    """The rank (from 1) of the right element in the order that the engine's mapper brings all entries into.

    Entries that are not candidates are passed over.
    """
    vocabulary, embedder = subject.vocabulary, subject.embedder
    folder = vector_store.stored(subject.container.data_dir / "index", vocabulary, embedder.model_id)
    assert folder is not None
    meta, vectors = vector_store.read_matrix(folder, vocabulary, embedder.model_id)
    # Chroma is made for a few neighbours; the same index without it gives all of them at once.
    index = ExactIndex(vectors, meta, vocabulary)
    ranker = EntryRanker(vocabulary, index.calibration)
    names = [normalize_name(phrase) for phrase in phrases]
    asked = embedder.encode([asked_as(name) for name in names])
    place = {entry.id: number for number, entry in enumerate(elements)}
    ranks = []
    for name, found, wanted in zip(
        names, index.nearest(embedder.encode(names), len(vocabulary.entries), asked), right, strict=True
    ):
        order = [place[ranked.entry.id] for ranked in ranker.rank(name, found) if ranked.entry.id in place]
        ranks.append(order.index(wanted) + 1)
    return ranks


def _top1(ranks: Sequence[float]) -> float:
    return float(np.mean([rank == 1 for rank in ranks]))


def _mrr(ranks: Sequence[float]) -> float:
    return float(np.mean([1 / rank for rank in ranks]))
