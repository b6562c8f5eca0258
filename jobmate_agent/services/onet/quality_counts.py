"""Counting for the quality gate: did every landed row become a fact, and is every fact of something that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from jobmate_agent.models import (
    FamilySkill,
    OccupationFact,
    OccupationRequirement,
    OccupationSkill,
    OccupationTask,
    OccupationTechnology,
    OccupationTitle,
    RelatedOccupation,
    ReleaseOccupation,
    ReleaseSkill,
    Skill,
    TaskActivity,
    TaskRating,
)
from jobmate_agent.models.landing import OnetLoadFile
from jobmate_agent.services.onet.build_ratings import FACT_SUBJECTS, SKILL_SUBJECTS
from jobmate_agent.services.onet.file_contracts import names_of
from jobmate_agent.services.onet.landed import Load

_LINES: Mapping[type[OccupationTitle | OccupationTechnology | OccupationTask], tuple[str, ...]] = {
    OccupationTitle: ("alternate_title", "job_title", "reported_title"),
    OccupationTechnology: ("technology", "software", "tool"),
    OccupationTask: ("task", "emerging_task"),
}
_OCCUPATION = ReleaseOccupation.occupation_id
_SKILL = ReleaseSkill.skill_id
_TASK = OccupationTask.task_id
# What refers to what within a release.
_REFERENCES: tuple[tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]], ...] = (
    (OccupationTitle.occupation_id, _OCCUPATION),
    (OccupationTechnology.occupation_id, _OCCUPATION),
    (OccupationTechnology.skill_id, _SKILL),
    (OccupationTask.occupation_id, _OCCUPATION),
    (OccupationSkill.occupation_id, _OCCUPATION),
    (OccupationSkill.skill_id, _SKILL),
    (OccupationFact.occupation_id, _OCCUPATION),
    (TaskRating.occupation_id, _OCCUPATION),
    (TaskRating.task_id, _TASK),
    (TaskActivity.occupation_id, _OCCUPATION),
    (TaskActivity.task_id, _TASK),
    (TaskActivity.skill_id, _SKILL),
    (RelatedOccupation.occupation_id, _OCCUPATION),
    (RelatedOccupation.related_id, _OCCUPATION),
    (OccupationRequirement.occupation_id, _OCCUPATION),
    (OccupationRequirement.skill_id, _SKILL),
    (FamilySkill.skill_id, _SKILL),
)


def lost_rows(load: Load, release_id: int) -> Iterator[dict[str, Any]]:
    """``{file, expected, facts}`` where the facts are not as many as the rows of their files less those in quarantine.

    A skill's importance and level are two rows, and two activities may be one in the vocabulary.
    """
    landed = _usable_rows(load)
    for model, layouts in _LINES.items():
        counts = sa.select(model.file, sa.func.count()).where(model.release_id == release_id).group_by(model.file)
        facts = dict(load.session.execute(counts).all())
        for file in load.having(*layouts):
            yield from _differing(file.name, landed[file.name], facts.get(file.name, 0))
    for subjects, made in (
        (SKILL_SUBJECTS, _by_kind(load, release_id)),
        (FACT_SUBJECTS, _by_domain(load, release_id)),
    ):
        by_target: dict[str, list[str]] = {}
        for subject, target in subjects.items():
            by_target.setdefault(target, []).extend(name for name in names_of(subject) if name in load.files)
        for target, files in by_target.items():
            yield from _differing(" + ".join(files), sum(landed[file] for file in files), made.get(target, 0))
    yield from _single(load, landed, release_id)


def _single(load: Load, landed: dict[str, int], release_id: int) -> Iterator[dict[str, Any]]:
    for model, layout in (
        (ReleaseOccupation, "occupation"),
        (RelatedOccupation, "related_occupation"),
        (TaskRating, "task_rating"),
    ):
        count = sa.select(sa.func.count()).select_from(model).where(model.release_id == release_id)
        files = load.having(layout)
        expected = sum(landed[file.name] for file in files)
        yield from _differing(" + ".join(file.name for file in files), expected, load.session.scalar(count) or 0)


def _differing(files: str, expected: int, facts: int) -> Iterator[dict[str, Any]]:
    if expected != facts:
        yield {"file": files, "expected": expected, "facts": facts}


def _usable_rows(load: Load) -> dict[str, int]:
    ledger = sa.select(OnetLoadFile.name, OnetLoadFile.rows).where(OnetLoadFile.load_id == load.id)
    rows = {name.removesuffix(".txt"): count for name, count in load.session.execute(ledger)}
    return {file.name: rows[file.name] - file.quarantined for file in load.named(rows)}


def _by_kind(load: Load, release_id: int) -> dict[str, int]:
    rated = OccupationSkill
    counts = (
        sa.select(Skill.kind, sa.func.count(rated.importance) + sa.func.count(rated.onet_level))
        .join(Skill, Skill.id == rated.skill_id)
        .where(rated.release_id == release_id)
        .group_by(Skill.kind)
    )
    return dict(load.session.execute(counts).all())


def _by_domain(load: Load, release_id: int) -> dict[str, int]:
    fact = OccupationFact
    counts = sa.select(fact.domain, sa.func.count()).where(fact.release_id == release_id).group_by(fact.domain)
    return dict(load.session.execute(counts).all())


def orphans(session: Session, release_id: int) -> Iterator[dict[str, Any]]:
    """``{facts, without, rows}`` for facts whose occupation, skill or task the release does not have."""
    known = {key: _values(session, release_id, key).keys() for key in (_OCCUPATION, _SKILL, _TASK)}
    for column, key in _REFERENCES:
        # Distinct values: they are few, and compared here.
        used = _values(session, release_id, column)
        rows = sum(count for value, count in used.items() if value not in known[key])
        if rows:
            yield {"facts": column.class_.__tablename__, "without": key.key, "rows": rows}


def _values(session: Session, release_id: int, column: InstrumentedAttribute[Any]) -> dict[int, int]:
    """How many rows of the release have each value."""
    counts = sa.select(column, sa.func.count()).where(column.class_.release_id == release_id).group_by(column)
    return dict(session.execute(counts).all())
