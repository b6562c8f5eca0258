"""From what a document says to entries of the vocabulary: exact name, then alias, then nearest meaning.

A name that nothing answers to stays ``custom`` under its own normalised form and still takes part in the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.lexical_guard import may_mean
from jobmate_agent.services.career_engine.merging import merge_job, merge_resume
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
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

SIMILARITY_DECIMALS = 4
KIND_ORDER = ("technology", "knowledge", "skill", "ability")
PARENTHESES = re.compile(r"\(([^()]*)\)")


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
        self._names, self._aliases = _lookups(vocabulary.entries)

    def map(self, resume: Extraction, job: Extraction) -> Mapped:
        """Both documents together, so that one call of the embedder serves the pair."""
        resolved: dict[str, Resolution] = {}
        for skill in (*resume.skills, *job.skills):
            found = self._by_words(skill)
            if found is not None:
                resolved[_key(skill)] = found
        open_names = sorted({normalize_name(s.name) for s in (*resume.skills, *job.skills) if _key(s) not in resolved})
        vectors = dict(zip(open_names, self._embedder.encode(open_names), strict=True)) if open_names else {}
        by_meaning = self._by_meaning(open_names, vectors)
        for skill in (*resume.skills, *job.skills):
            resolved.setdefault(
                _key(skill), by_meaning.get(normalize_name(skill.name), Resolution(None, "custom", 0.0))
            )
        held = merge_resume((_mapped(skill, resolved[_key(skill)]) for skill in resume.skills), self._settings)
        asked = merge_job(_mapped(skill, resolved[_key(skill)]) for skill in job.skills)
        return Mapped(held, asked, self._similarities(held, asked, vectors))

    def _by_words(self, skill: ExtractedSkill) -> Resolution | None:
        for table, method in ((self._names, "exact"), (self._aliases, "alias")):
            for form in _forms(skill):
                if form in table:
                    return Resolution(table[form], method, 1.0)  # type: ignore[arg-type]
        return None

    def _by_meaning(self, names: Sequence[str], vectors: Mapping[str, Vectors]) -> dict[str, Resolution]:
        if not names:
            return {}
        rows = self._index.nearest(np.stack([vectors[name] for name in names]), self._settings.candidates)
        found = ((name, self._choose(name, candidates)) for name, candidates in zip(names, rows, strict=True))
        return {name: resolution for name, resolution in found if resolution is not None}

    def _choose(self, name: str, candidates: Iterable[Candidate]) -> Resolution | None:
        for candidate in candidates:
            entry = self._vocabulary.by_id[candidate.skill_id]
            near = candidate.similarity >= self._settings.threshold(entry.kind)
            if near and not entry.needs_context and may_mean(name, entry.name, entry.kind):
                return Resolution(entry, "vector", candidate.similarity)
        return None

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


def _lookups(
    entries: Sequence[VocabularyEntry],
) -> tuple[dict[str, VocabularyEntry], dict[str, VocabularyEntry]]:
    names: dict[str, VocabularyEntry] = {}
    aliases: dict[str, VocabularyEntry] = {}
    named = (entry for entry in entries if entry.kind in NAMED_KINDS)
    for entry in sorted(named, key=lambda entry: (_kind_rank(entry.kind), entry.id)):
        names.setdefault(normalize_name(entry.name), entry)
        for alias in entry.aliases:
            aliases.setdefault(normalize_name(alias), entry)
    return names, aliases


def _kind_rank(kind: str) -> int:
    """Where O*NET uses one name for two kinds (Mathematics), the more concrete kind answers."""
    return KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER)


def _key(skill: ExtractedSkill) -> str:
    return f"{normalize_name(skill.name)}\n{normalize_name(skill.token)}"


def _forms(skill: ExtractedSkill) -> Iterator[str]:
    """The ways in which a name may be listed: whole, without its parenthesis, what stands in it, as in the text."""
    for text in dict.fromkeys((skill.name, skill.token)):
        for part in (text, PARENTHESES.sub(" ", text), *PARENTHESES.findall(text)):
            form = normalize_name(part)
            if form:
                yield form
                yield form.removesuffix("s") if form.endswith("s") else f"{form}s"


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
