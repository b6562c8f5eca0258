"""Names of skills as people write them, looked up in a release's vocabulary, in SQL alone.

Exact name, then alias, then the same without words that say only that it is a skill ("Python programming"), then a
name that is a slip of the pen away. What was made of each name is shown, and so is what could not be made out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import ReleaseSkill, Skill, SkillAlias, SkillMerge
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.onet.likeness import alike_names

Method = Literal["exact", "alias", "similar"]
# How alike a name must be, and how long, to be taken for a slip of the pen.
SIMILAR = 0.82
SHORTEST_SIMILAR = 5
LONGEST = 200
_EMPTY_WORDS = frozenset({"skills", "skill", "programming", "language", "software", "development", "knowledge"})


@dataclass(frozen=True, slots=True)
class FoundSkill:
    """An entry of the vocabulary."""

    skill_id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A name and what it means; ``skills`` are several where skill and knowledge have the same name, none: unknown."""

    name: str
    method: Method | None
    skills: tuple[FoundSkill, ...]

    def to_wire(self) -> dict[str, Any]:
        skills = [{"skill_id": found.skill_id, "name": found.name, "kind": found.kind} for found in self.skills]
        return {"name": self.name, "method": self.method, "skills": skills}


def resolve(session: Session, release_id: int, names: Sequence[str]) -> list[Resolved]:
    """What each of ``names`` means in a release's vocabulary, in their order."""
    forms = {name: _forms(name) for name in names}
    wanted = {form for name_forms in forms.values() for form in name_forms}
    exact, alias = _by_name(session, release_id, wanted), _by_alias(session, release_id, wanted)
    chosen = {name: found for name, name_forms in forms.items() if (found := _first(name_forms, exact, alias))}
    chosen |= _similar(session, release_id, {name: own[0] for name, own in forms.items() if name not in chosen and own})
    skills = _entries(session, release_id, {skill_id for _, ids in chosen.values() for skill_id in ids})
    return [_resolved(name, chosen.get(name), skills) for name in names]


def _resolved(name: str, chosen: tuple[Method, Collection[int]] | None, skills: Mapping[int, FoundSkill]) -> Resolved:
    if chosen is None:
        return Resolved(name, None, ())
    method, ids = chosen
    found = {skills[skill_id] for skill_id in ids if skill_id in skills}
    return Resolved(name, method if found else None, tuple(sorted(found, key=lambda skill: skill.skill_id)))


def _forms(name: str) -> list[str]:
    """The normal name and, where words at its end say nothing, the name without them."""
    normal = normalize_name(name)[:LONGEST]
    words = normal.split()
    while len(words) > 1 and words[-1] in _EMPTY_WORDS:
        words.pop()
    return list(dict.fromkeys(form for form in (normal, " ".join(words)) if form))


def _first(
    forms: Iterable[str], exact: Mapping[str, set[int]], alias: Mapping[str, set[int]]
) -> tuple[Method, Collection[int]] | None:
    for form in forms:
        if form in exact:
            return "exact", exact[form]
        if form in alias:
            return "alias", alias[form]
    return None


def _similar(session: Session, release_id: int, forms: Mapping[str, str]) -> dict[str, tuple[Method, Collection[int]]]:
    """What the names may be slips of the pen for, by their normal ``forms``; the nearest, where any is near enough."""
    tried = {name: form for name, form in forms.items() if len(form) >= SHORTEST_SIMILAR}
    if not tried:
        return {}
    alike = alike_names(session, release_id, set(tried.values()), SIMILAR)
    found: dict[str, tuple[Method, Collection[int]]] = {}
    for name, form in tried.items():
        if near := alike[form]:
            best = max(near.values())
            found[name] = ("similar", [skill_id for skill_id, likeness in near.items() if likeness == best])
    return found


def _by_name(session: Session, release_id: int, wanted: Collection[str]) -> Mapping[str, set[int]]:
    column = ReleaseSkill.normalized_name
    return _grouped(
        session.execute(
            sa.select(column, ReleaseSkill.skill_id).where(ReleaseSkill.release_id == release_id, column.in_(wanted))
        )
    )


def _by_alias(session: Session, release_id: int, wanted: Collection[str]) -> Mapping[str, set[int]]:
    column = SkillAlias.normalized_label
    return _grouped(
        session.execute(
            sa.select(column, SkillAlias.skill_id).where(SkillAlias.release_id == release_id, column.in_(wanted))
        )
    )


def _grouped(rows: Iterable[Any]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for name, skill_id in rows:
        found[name].add(skill_id)
    return found


def _entries(session: Session, release_id: int, skill_ids: Collection[int]) -> Mapping[int, FoundSkill]:
    """By id, the entry; of a merged one, the one that it was merged into."""
    merged = sa.and_(SkillMerge.release_id == release_id, SkillMerge.skill_id == Skill.id)
    into = sa.func.coalesce(SkillMerge.into_id, Skill.id)
    moved = sa.select(Skill.id, into.label("into")).outerjoin(SkillMerge, merged).where(Skill.id.in_(skill_ids))
    targets = {row.id: row.into for row in session.execute(moved)}
    named = sa.and_(ReleaseSkill.release_id == release_id, ReleaseSkill.skill_id == Skill.id)
    rows = session.execute(
        sa.select(Skill.id, ReleaseSkill.name, Skill.kind)
        .join(ReleaseSkill, named)
        .where(Skill.id.in_(set(targets.values())))
    )
    entries = {row.id: FoundSkill(row.id, row.name, row.kind) for row in rows}
    return {skill_id: entries[into] for skill_id, into in targets.items() if into in entries}
