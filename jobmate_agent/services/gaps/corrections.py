"""What users say against reports: kept row by row, and read as statements about mapped skills.

have_it and level_is hold for every job of the user; not_a_skill and wrong_skill hold for one posting, or for how the
user's resumes are read. Rows are added and never changed; what was said is ended by another row (``taken_back``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import ConflictError
from jobmate_agent.models import SkillCorrection
from jobmate_agent.services.career_engine.corrections import OF_READING, Statement, Subject, standing
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import Mapped, VocabularyEntry
from jobmate_agent.services.gaps.analysis_document import CUSTOM, SKILL, entry_reference
from jobmate_agent.services.vocabulary import lookup

LARGEST_NUMBER = 2000
"""Rows that one user may have."""


@dataclass(frozen=True, slots=True)
class Said:
    """All that counts for a job, as statements, and the rows that say it."""

    ids: frozenset[int]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Meanings:
    """What ids of skills mean now: merges followed, entries of the vocabulary that a report speaks in."""

    merged: dict[int, int]
    entries: dict[int, VocabularyEntry]

    def entry(self, skill_id: int) -> VocabularyEntry | None:
        return self.entries.get(self.merged.get(skill_id, skill_id)) or self.entries.get(skill_id)

    def key(self, skill_id: int | None, name: str) -> str:
        """The same for everything that means the same skill."""
        if skill_id is None:
            return f"{CUSTOM}{normalize_name(name)}"
        return f"{SKILL}{self.merged.get(skill_id, skill_id)}"


def rows(session: Session, user_id: str, job_id: int) -> Sequence[SkillCorrection]:
    """Everything that was said about a job or for every job, oldest first."""
    return session.scalars(sa.select(SkillCorrection).where(_about(user_id, job_id)).order_by(SkillCorrection.id)).all()


def count(session: Session, user_id: str, job_id: int) -> int:
    """How many :func:`rows` there are."""
    found = session.scalar(sa.select(sa.func.count()).select_from(SkillCorrection).where(_about(user_id, job_id)))
    return found or 0


def load(session: Session, user_id: str, job_id: int, mapped: Mapped, vocabulary_version: str) -> Said:
    """What counts for a job whose documents were read as ``mapped``."""
    found = rows(session, user_id, job_id)
    return said(found, meanings(session, found, ids_of(mapped), vocabulary_version))


def meanings(
    session: Session,
    found: Iterable[SkillCorrection],
    more_ids: Collection[int] = (),
    vocabulary_version: str | None = None,
) -> Meanings:
    """What the ids in ``found`` mean, and ``more_ids`` besides; without a version in the served vocabulary."""
    named = {each for row in found for each in (row.skill_id, row.right_id) if each is not None}
    if not named:
        return Meanings({each: each for each in more_ids}, {})
    merged = lookup.merged_ids(session, named | set(more_ids))
    return Meanings(merged, lookup.entries(session, vocabulary_version, named | {merged[each] for each in named}))


def said(found: Sequence[SkillCorrection], means: Meanings) -> Said:
    """``found`` as statements about skills whose ids ``means`` knows."""
    return Said(frozenset(row.id for row in found), tuple(to_statement(row, means) for row in found))


def to_statement(row: SkillCorrection, means: Meanings) -> Statement:
    """A row as the engine takes it; with ``right`` None where no vocabulary has that skill any more."""
    return Statement(
        kind=row.kind,  # type: ignore[arg-type]
        subject=_subject(row, means),
        origin="resume" if row.job_listing_id is None else "job",
        level=row.level,
        right=None if row.right_id is None else means.entry(row.right_id),
        taken_back=row.taken_back,
    )


def ids_of(mapped: Mapped) -> set[int]:
    """The vocabulary's ids in both documents."""
    return {skill.entry.id for skill in (*mapped.resume, *mapped.job) if skill.entry is not None}


def add(session: Session, row: SkillCorrection, before: Sequence[SkillCorrection], means: Meanings) -> bool:
    """Append ``row`` unless it says what counts already; whether it was. ``before``: the rows so far, oldest first.

    Raises ``too_many_corrections`` (409).
    """
    earlier = [to_statement(each, means) for each in before]
    new = to_statement(row, means)
    same, now = (
        [each for each in standing(statements) if each.slot == new.slot] for statements in (earlier, [*earlier, new])
    )
    if same == now:
        return False
    mine = sa.select(sa.func.count()).select_from(SkillCorrection).where(SkillCorrection.user_id == row.user_id)
    if (session.scalar(mine) or 0) >= LARGEST_NUMBER:
        raise ConflictError(
            "too_many_corrections", f"You have corrected {LARGEST_NUMBER} times, and no more can be kept."
        )
    session.add(row)
    session.flush()
    return True


def forget_job(session: Session, user_id: str, job_id: int) -> None:
    """Drop what was said about how a posting was read; goes with the reports of the job."""
    session.execute(
        sa.delete(SkillCorrection)
        .where(SkillCorrection.user_id == user_id, SkillCorrection.job_listing_id == job_id)
        .execution_options(synchronize_session=False)
    )


def to_wire(found: Sequence[SkillCorrection], means: Meanings) -> list[dict[str, Any]]:
    """The contract's list, newest first. ``in_force``: nothing later ended it."""
    statements = {row.id: to_statement(row, means) for row in found}
    in_force = {id(statement) for statement in standing(statements.values())}
    return [_to_wire(row, means, id(statements[row.id]) in in_force) for row in reversed(found)]


def value_to_wire(row: SkillCorrection) -> bool | int:
    """The ``value`` that would say it again."""
    if row.taken_back:
        return False
    given = row.right_id if row.kind == "wrong_skill" else row.level
    return True if given is None else given


def _to_wire(row: SkillCorrection, means: Meanings, in_force: bool) -> dict[str, Any]:
    right = means.entry(row.right_id) if row.right_id is not None else None
    wire = {
        "id": row.id,
        "entry": entry_reference(row.skill_id, row.custom_name or ""),
        "name": _name(row, means),
        "kind": row.kind,
        "value": value_to_wire(row),
        "value_name": right.name if right is not None and not row.taken_back else None,
        "origin": ("resume" if row.job_listing_id is None else "job") if row.kind in OF_READING else None,
        "in_force": in_force,
        "created_at": row.created_at.isoformat(),
    }
    return {name: value for name, value in wire.items() if value is not None}


def _name(row: SkillCorrection, means: Meanings) -> str:
    if row.skill_id is None:
        return row.custom_name or ""
    entry = means.entry(row.skill_id)
    return entry.name if entry is not None else f"skill {row.skill_id}"


def _subject(row: SkillCorrection, means: Meanings) -> Subject:
    if row.skill_id is None:
        name = row.custom_name or ""
        return Subject(means.key(None, name), (), frozenset({normalize_name(name)}))
    target = means.merged.get(row.skill_id, row.skill_id)
    same = sorted(each for each, into in means.merged.items() if into == target)
    entry = means.entry(row.skill_id)
    words = frozenset() if entry is None else frozenset(normalize_name(each) for each in (entry.name, entry.key))
    return Subject(means.key(row.skill_id, ""), tuple(dict.fromkeys((row.skill_id, target, *same))), words)


def _about(user_id: str, job_id: int) -> sa.ColumnElement[bool]:
    of_job = sa.or_(SkillCorrection.job_listing_id.is_(None), SkillCorrection.job_listing_id == job_id)
    return sa.and_(SkillCorrection.user_id == user_id, of_job)
