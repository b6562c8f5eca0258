"""Phrases with their entries, for fitting: the vocabulary's own aliases, kept back, and O*NET's detailed activities.

Aliases teach short phrases: a fifth of them is taken out of the vocabulary and asked for, and a tenth of the entries
is taken out whole, so that any answer to their names is wrong. Activities teach long ones: "Review art or design
materials" belongs to Getting Information, as the Content Model has it; the 41 generalized activities stand for entries.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.chroma import ExactIndex, build_index
from jobmate_agent.services.career_engine.entry_ranker import EntryRanker
from jobmate_agent.services.career_engine.entry_texts import BACKGROUND_KIND, PRODUCT_KIND, asked_as
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
    Calibration,
    Embedder,
    Vocabulary,
    VocabularyEntry,
)

if TYPE_CHECKING:
    import numpy.typing as npt

SEED = 7
ALIASES_KEPT_BACK = 5
ENTRIES_KEPT_BACK = 10
MOST_PHRASES = 2000
CANDIDATES = 50
CLOSE_FROM = 0.65
FEATURES = ("meaning", "commonness", "closeness", "overlap")
GENERALIZED = 4
DETAILED = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase, its candidates' features (candidates, :data:`FEATURES`), and the right one; None: none is right.

    ``weight`` makes up for how often the right one occurs among the examples.
    """

    phrase: str
    features: npt.NDArray[np.float64]
    right: int | None
    weight: float = 1.0


def of_aliases(vocabulary: Vocabulary, embedder: Embedder) -> list[Example]:
    """In random order. Those whose entry is not among the candidates are left out: no weights would find it."""
    chance = random.Random(SEED)
    kept: list[VocabularyEntry] = []
    asked: list[tuple[str, int | None]] = []
    for entry in vocabulary.entries:
        if entry.kind not in NAMED_KINDS or entry.kind == PRODUCT_KIND:
            kept.append(entry)
        elif chance.randrange(ENTRIES_KEPT_BACK) == 0:
            asked += [(text, None) for text in (entry.name, *entry.aliases)]
        else:
            back = {alias for alias in entry.aliases if chance.randrange(ALIASES_KEPT_BACK) == 0}
            asked += [(alias, entry.id) for alias in sorted(back)]
            kept.append(replace(entry, aliases=tuple(alias for alias in entry.aliases if alias not in back)))
    known = {normalize_name(text) for entry in kept for text in (entry.name, *entry.aliases)}
    asked = [(phrase, id_) for phrase, id_ in asked if normalize_name(phrase) not in known]
    chance.shuffle(asked)
    there = [each for each in asked if each[1] is not None][:MOST_PHRASES]
    absent = [each for each in asked if each[1] is None][:MOST_PHRASES]
    chosen = [*there, *absent]
    chance.shuffle(chosen)
    return list(_examples(_part(vocabulary, kept), embedder, chosen))


def of_activities(vocabulary: Vocabulary, embedder: Embedder) -> list[Example]:
    """Each generalized activity weighs the same, however many detailed ones it has."""
    activities = [entry for entry in vocabulary.entries if entry.kind == BACKGROUND_KIND]
    general = {entry.key: entry for entry in activities if entry.key.count(".") == GENERALIZED}
    entries = [replace(entry, kind="skill") for entry in general.values()]
    detailed = [entry for entry in activities if entry.key.count(".") == DETAILED]
    random.Random(SEED).shuffle(detailed)
    asked = [(entry.name, general[entry.key.rsplit(".", 2)[0]].id) for entry in detailed[:MOST_PHRASES]]
    counts = {id_: sum(1 for _, right in asked if right == id_) for id_ in {right for _, right in asked}}
    rest = [entry for entry in activities if entry.key not in general]
    found = _examples(_part(vocabulary, [*entries, *rest]), embedder, asked)
    mean = len(asked) / len(counts)
    return [replace(example, weight=mean / counts[id_]) for example, (_, id_) in zip(found, asked, strict=True)]


def _part(vocabulary: Vocabulary, entries: Sequence[VocabularyEntry]) -> Vocabulary:
    return replace(vocabulary, version="part", entries=tuple(entries), by_id={entry.id: entry for entry in entries})


def _examples(vocabulary: Vocabulary, embedder: Embedder, asked: Sequence[tuple[str, int | None]]) -> Iterable[Example]:
    rankers = [EntryRanker(vocabulary, _only(feature)) for feature in FEATURES]
    with tempfile.TemporaryDirectory(prefix="jobmate-fit-") as name:
        folder = build_index(Path(name), vocabulary, embedder)
        meta, vectors = vector_store.read_matrix(folder, vocabulary, embedder.model_id)
        index = ExactIndex(vectors, meta, vocabulary)
        names = [normalize_name(phrase) for phrase, _ in asked]
        own, asking = embedder.encode(names), embedder.encode([asked_as(words) for words in names])
        for place, ((phrase, id_), words) in enumerate(zip(asked, names, strict=True)):
            (candidates,) = index.nearest(own[place : place + 1], CANDIDATES, asking[place : place + 1])
            columns = [{each.entry.id: each.score for each in one.rank(words, candidates)} for one in rankers]
            ids = sorted(columns[0])
            if id_ is None or id_ in ids:
                features = np.array([[column[each] for column in columns] for each in ids])
                yield Example(phrase, features, None if id_ is None else ids.index(id_))


def _only(feature: str) -> Calibration:
    """A calibration whose scores are one feature: commonness, which counts against an entry, with its sign changed."""
    weights = {each: float(each == feature) for each in FEATURES}
    return Calibration(
        **weights, close_from=CLOSE_FROM, score_weight=0.0, lead_weight=0.0, intercept=0.0, thresholds={}
    )
