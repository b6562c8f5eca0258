"""One skill of a release's vocabulary: what it is, what it belongs to, and who needs it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import (
    Occupation,
    OccupationSkill,
    OccupationTechnology,
    ReleaseOccupation,
    ReleaseSkill,
    Skill,
    SkillAlias,
    SkillMerge,
    SkillRelation,
    TaskActivity,
)

RELATED = 20
OCCUPATIONS = 25


def skill_not_found(release_name: str) -> NotFoundError:
    return NotFoundError(
        "skill_not_found", f"{release_name} has no such skill. Search by name: GET /api/skills?q=python"
    )


def skill(session: Session, release_id: int, release_name: str, skill_id: int) -> dict[str, Any]:
    """The contract's skill: ``{id, kind, name, description, framework, external_id, hot_technology, in_demand,
    transferable, difficulty (1–5), cluster, aliases, related, merged_from, merged_into, occupations,
    occupation_count}``.

    A merged skill is answered with what it was merged into, and ``merged_into`` says why. ``occupations`` are those
    that need it most, at most 25. Raises ``skill_not_found`` (404).
    """
    merged_into = _merged_into(session, release_id, skill_id)
    found = merged_into["id"] if merged_into else skill_id
    columns = ("framework", "external_id", "hot_technology", "in_demand", "transferable", "difficulty", "cluster")
    row = session.execute(
        sa.select(
            *(Skill.id, Skill.kind, ReleaseSkill.name, ReleaseSkill.description),
            *(getattr(ReleaseSkill, column) for column in columns),
        )
        .join(ReleaseSkill, ReleaseSkill.skill_id == Skill.id)
        .where(ReleaseSkill.release_id == release_id, Skill.id == found)
    ).one_or_none()
    if row is None:
        raise skill_not_found(release_name)
    return {
        **row._mapping,
        "aliases": _aliases(session, release_id, found),
        "related": _related(session, release_id, found),
        "merged_from": _merged_from(session, release_id, found),
        "merged_into": merged_into,
        **_occupations(session, release_id, found),
    }


def _merged_into(session: Session, release_id: int, skill_id: int) -> dict[str, Any] | None:
    """``{id, rule, reason}`` of the entry that holds this one's facts, however many merges away."""
    last: dict[str, Any] | None = None
    seen = {skill_id}
    while True:
        merge = session.get(SkillMerge, (release_id, skill_id))
        if merge is None or merge.into_id in seen:
            return last
        skill_id = merge.into_id
        seen.add(skill_id)
        last = {"id": skill_id, "rule": merge.rule, "reason": merge.reason}


def _merged_from(session: Session, release_id: int, skill_id: int) -> list[dict[str, Any]]:
    named = sa.and_(ReleaseSkill.release_id == SkillMerge.release_id, ReleaseSkill.skill_id == SkillMerge.skill_id)
    rows = session.execute(
        sa.select(SkillMerge.skill_id, Skill.kind, Skill.key, ReleaseSkill.name, SkillMerge.rule, SkillMerge.reason)
        .join(Skill, Skill.id == SkillMerge.skill_id)
        .outerjoin(ReleaseSkill, named)
        .where(SkillMerge.release_id == release_id, SkillMerge.into_id == skill_id)
        .order_by(Skill.kind, Skill.key)
    )
    return [
        {"id": row.skill_id, "kind": row.kind, "name": row.name or row.key, "rule": row.rule, "reason": row.reason}
        for row in rows
    ]


def _aliases(session: Session, release_id: int, skill_id: int) -> list[str]:
    return list(
        session.scalars(
            sa.select(SkillAlias.label)
            .where(SkillAlias.release_id == release_id, SkillAlias.skill_id == skill_id)
            .order_by(SkillAlias.position, SkillAlias.normalized_label)
        )
    )


def _related(session: Session, release_id: int, skill_id: int) -> list[dict[str, Any]]:
    named = sa.and_(
        ReleaseSkill.release_id == SkillRelation.release_id, ReleaseSkill.skill_id == SkillRelation.related_id
    )
    rows = session.execute(
        sa.select(Skill.id, Skill.kind, ReleaseSkill.name, SkillRelation.strength, SkillRelation.reason)
        .select_from(SkillRelation)
        .join(Skill, Skill.id == SkillRelation.related_id)
        .join(ReleaseSkill, named)
        .where(SkillRelation.release_id == release_id, SkillRelation.skill_id == skill_id)
        .order_by(SkillRelation.strength.desc(), ReleaseSkill.name, Skill.id)
        .limit(RELATED)
    )
    return [{**row._mapping, "strength": round(row.strength, 4)} for row in rows]


def _occupations(session: Session, release_id: int, skill_id: int) -> dict[str, Any]:
    """``occupations`` and ``occupation_count``: by importance, by use as technology or tool, or by task."""
    for needing in (_by_importance, _by_use, _by_task):
        need = needing(release_id, skill_id).subquery()
        count = session.scalar(sa.select(sa.func.count()).select_from(need)) or 0
        if count:
            about = sa.and_(
                ReleaseOccupation.release_id == release_id, ReleaseOccupation.occupation_id == need.c.occupation_id
            )
            rows = session.execute(
                sa.select(Occupation.onet_code, ReleaseOccupation.title, *(c for c in need.c if c.name != "rank"))
                .join(need, need.c.occupation_id == Occupation.id)
                .join(ReleaseOccupation, about)
                .order_by(need.c.rank.desc(), Occupation.onet_code)
                .limit(OCCUPATIONS)
            )
            return {"occupations": [_need_to_wire(row) for row in rows], "occupation_count": count}
    return {"occupations": [], "occupation_count": 0}


def _need_to_wire(row: sa.Row[*tuple[Any, ...]]) -> dict[str, Any]:
    values = dict(row._mapping)
    del values["occupation_id"]
    return {name: bool(value) if name == "in_demand" else value for name, value in values.items()}


def _by_importance(release_id: int, skill_id: int) -> sa.Select[*tuple[Any, ...]]:
    rating = OccupationSkill
    return sa.select(
        *(rating.occupation_id, rating.importance, rating.onet_level, rating.importance.label("rank")),
    ).where(
        *(rating.release_id == release_id, rating.skill_id == skill_id),
        *(rating.importance.is_not(None), rating.importance_suppressed.is_(False)),
        *(rating.level_suppressed.is_(False), rating.not_relevant.is_(False)),
    )


def _by_use(release_id: int, skill_id: int) -> sa.Select[*tuple[Any, ...]]:
    used = OccupationTechnology
    in_demand = sa.func.max(sa.case((used.in_demand, 1), else_=0))
    return (
        sa.select(used.occupation_id, in_demand.label("in_demand"), in_demand.label("rank"))
        .where(used.release_id == release_id, used.skill_id == skill_id)
        .group_by(used.occupation_id)
    )


def _by_task(release_id: int, skill_id: int) -> sa.Select[*tuple[Any, ...]]:
    tasks = sa.func.count()
    return (
        sa.select(TaskActivity.occupation_id, tasks.label("tasks"), tasks.label("rank"))
        .where(TaskActivity.release_id == release_id, TaskActivity.skill_id == skill_id)
        .group_by(TaskActivity.occupation_id)
    )
