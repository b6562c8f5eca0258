"""From what a document says to entries of the vocabulary: exact name, then alias, then nearest meaning.

A name that nothing answers to stays ``custom`` under its own normalised form and still takes part in the comparison,
in which phrases of both documents that say the same meet under the posting's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobmate_agent.services.career_engine.containers import without_containers
from jobmate_agent.services.career_engine.customs import unified
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.entry_ranker import EntryRanker
from jobmate_agent.services.career_engine.entry_texts import asked_as
from jobmate_agent.services.career_engine.merging import merge_job, merge_resume
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    Candidate,
    Embedder,
    ExtractedSkill,
    Extraction,
    Mapped,
    MappedSkill,
    MatchMethod,
    VectorIndex,
    Vectors,
    Vocabulary,
    VocabularyEntry,
)
from jobmate_agent.services.career_engine.word_lookup import WordLookup

SIMILARITY_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means. ``entry`` None: nothing in the vocabulary."""

    entry: VocabularyEntry | None
    method: MatchMethod
    similarity: float


def entry_identity(entry: VocabularyEntry) -> str:
    """What two documents are compared by: the same on every machine that has this vocabulary."""
    return f"{entry.kind}:{entry.key}"


def custom_identity(name: str) -> str:
    return f"custom:{normalize_name(name)}"


class OnetMapper:
    """Maps extractions onto one vocabulary. Only names that no name or alias answers to are embedded."""

    def __init__(
        self, vocabulary: Vocabulary, embedder: Embedder, index: VectorIndex, settings: EngineSettings
    ) -> None:
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._index = index
        self._settings = settings
        self._lookup = WordLookup(vocabulary)
        self._ranker = EntryRanker(vocabulary, index.calibration)
        self._by_key = {entry_identity(entry): entry for entry in vocabulary.entries}

    def map(self, resume: Extraction, job: Extraction) -> Mapped:
        """Both documents together, so that one call of the embedder serves the pair."""
        skills = (*resume.skills, *job.skills)
        by_words = {skill: found for skill in skills if (found := self._by_words(skill) or self._chosen(skill))}
        unnamed = [skill for skill in skills if skill not in by_words]
        vectors, by_meaning = self._by_meaning(unnamed)
        resolved = {**by_words, **by_meaning}

        def mapped(found: Sequence[ExtractedSkill]) -> list[tuple[ExtractedSkill, MappedSkill]]:
            apart = without_containers(found, lambda skill: resolved[skill].entry is not None)
            return [(skill, _mapped(skill, resolved[skill])) for skill in apart]

        asked = mapped(job.skills)
        phrases = ((normalize_name(skill.name), one) for skill, one in asked if skill in by_meaning)
        # A phrase that was taken for two things, because of what its places look like, counts as an entry.
        by_phrase = dict(sorted(phrases, key=lambda each: (each[1].entry is not None, each[1].identity)))
        held = unified([one for _, one in mapped(resume.skills)], by_phrase, vectors)
        merged_held, merged_asked = merge_resume(held, self._settings), merge_job(one for _, one in asked)
        return Mapped(merged_held, merged_asked, self._similarities(merged_held, merged_asked, vectors))

    def is_known(self, skill: ExtractedSkill) -> bool:
        """Whether an entry answers to the skill by its name or an alias."""
        return self._by_words(skill) is not None

    def _chosen(self, skill: ExtractedSkill) -> Resolution | None:
        """The entry that a language model chose for the skill, with the exact cosine of the two names."""
        entry = self._by_key.get(skill.entry_key) if skill.entry_key else None
        if entry is None:
            return None
        near = self._embedder.encode([normalize_name(skill.name)])[0] @ self._index.vectors([entry.id])[0]
        return Resolution(entry, "vector", min(round(float(near), SIMILARITY_DECIMALS), 1.0))

    def _by_words(self, skill: ExtractedSkill) -> Resolution | None:
        found = self._lookup.find(skill)
        return None if found is None else Resolution(*found, 1.0)

    def _by_meaning(
        self, skills: Sequence[ExtractedSkill]
    ) -> tuple[dict[str, Vectors], dict[ExtractedSkill, Resolution]]:
        """A vector for each normalised name, and what each skill means. All names are embedded at once."""
        names = sorted({normalize_name(skill.name) for skill in skills})
        if not names:
            return {}, {}
        texts = sorted({*names, *map(asked_as, names)})
        made = dict(zip(texts, self._embedder.encode(texts), strict=True))
        vectors = {name: made[name] for name in names}
        near = self._index.nearest(
            np.stack(list(vectors.values())),
            self._settings.candidates,
            np.stack([made[asked_as(name)] for name in names]),
        )
        candidates = dict(zip(names, near, strict=True))
        return vectors, {skill: self._resolution(skill, candidates[normalize_name(skill.name)]) for skill in skills}

    def _resolution(self, skill: ExtractedSkill, candidates: Sequence[Candidate]) -> Resolution:
        found = self._ranker.answer(normalize_name(skill.name), candidates, skill.label)
        return Resolution(None, "custom", 0.0) if found is None else Resolution(found.entry, "vector", found.similarity)

    def _similarities(
        self, held: Sequence[MappedSkill], asked: Sequence[MappedSkill], vectors: Mapping[str, Vectors]
    ) -> dict[tuple[str, str], float]:
        """Cosines of every pair at or above the floor below which a held skill is not called related."""
        if not held or not asked:
            return {}
        products = self._vectors(asked, vectors) @ self._vectors(held, vectors).T
        floor = self._settings.transfer_similarity_floor
        return {
            (asked[row].identity, held[column].identity): min(
                round(float(products[row, column]), SIMILARITY_DECIMALS), 1.0
            )
            for row, column in np.argwhere(products >= floor - 0.5 * 10**-SIMILARITY_DECIMALS)
            if asked[row].identity != held[column].identity
        }

    def _vectors(self, skills: Sequence[MappedSkill], vectors: Mapping[str, Vectors]) -> Vectors:
        stored = self._index.vectors([skill.entry.id for skill in skills if skill.entry is not None])
        following = iter(stored)
        return np.stack(
            [vectors[normalize_name(skill.name)] if skill.entry is None else next(following) for skill in skills]
        )


def _mapped(skill: ExtractedSkill, resolution: Resolution) -> MappedSkill:
    entry = resolution.entry
    return MappedSkill(
        identity=custom_identity(skill.name) if entry is None else entry_identity(entry),
        name=skill.name.strip() if entry is None else entry.name,
        entry=entry,
        method=resolution.method,
        similarity=resolution.similarity,
        tokens=(skill.token,),
        evidence=skill.evidence,
        level=skill.level,
        required=skill.required,
    )
