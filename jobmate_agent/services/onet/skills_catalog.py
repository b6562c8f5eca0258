"""The vocabulary of a release as a list: found by name, alias, beginning, part and likeness, all in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import ReleaseSkill, Skill, SkillAlias, SkillMerge
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.onet.likeness import alike_names

PAGE = 20
KINDS = ("skill", "knowledge", "ability", "work_activity", "technology", "tool", "custom")
Match = Literal["exact", "alias", "prefix", "part", "like"]
MATCHES: Sequence[Match] = ("exact", "alias", "prefix", "part", "like")
LARGEST_QUERY = 60
# How alike a name must be where nothing else is found, and how long a query is that is taken for a slip of the pen.
ALIKE = 0.7
SHORTEST_ALIKE = 3
Statement = sa.Select[*tuple[Any, ...]]


def find_skills(
    session: Session, release_id: int, query: str, kind: str | None, page: int = 1, per_page: int = PAGE
) -> tuple[list[dict[str, Any]], int]:
    """One page of skills and their number.

    Each is ``{id, kind, name, description, hot_technology, in_demand, transferable, difficulty, cluster, match}``.
    ``match`` is how the query was found: exact name, alias, prefix of either, part of either; only where none of these
    finds anything, like (few letters apart, so that a slip of the pen does no harm). Better matches and shorter names
    come first. Without a query: all skills, by name, without ``match``. Merged skills are found under what they were
    merged into.
    """
    wanted = normalize_name(query)[:LARGEST_QUERY]
    if not wanted:
        return ([], 0) if query.strip() else _page(session, _all(release_id, kind), page, per_page)
    found, total = _page(session, _named(release_id, wanted, kind), page, per_page)
    if not total and len(wanted) >= SHORTEST_ALIKE:
        alike = alike_names(session, release_id, [wanted], ALIKE)[wanted]
        return _page(session, _chosen(release_id, alike, kind), page, per_page) if alike else ([], 0)
    return found, total


_COLUMNS = (
    *(Skill.id, Skill.kind, ReleaseSkill.name, ReleaseSkill.description),
    *(ReleaseSkill.hot_technology, ReleaseSkill.in_demand, ReleaseSkill.transferable),
    *(ReleaseSkill.difficulty, ReleaseSkill.cluster),
)
_NO_MATCH = len(MATCHES)


def _base(release_id: int, kind: str | None) -> Statement:
    merged = sa.exists().where(
        SkillMerge.release_id == ReleaseSkill.release_id, SkillMerge.skill_id == ReleaseSkill.skill_id
    )
    statement = (
        sa.select(*_COLUMNS)
        .select_from(ReleaseSkill)
        .join(Skill, Skill.id == ReleaseSkill.skill_id)
        .where(ReleaseSkill.release_id == release_id, ~merged)
    )
    return statement.where(Skill.kind == kind) if kind else statement


def _all(release_id: int, kind: str | None) -> Statement:
    statement = _base(release_id, kind).add_columns(sa.literal(_NO_MATCH).label("match"))
    return statement.order_by(ReleaseSkill.normalized_name, Skill.id)


def _named(release_id: int, wanted: str, kind: str | None) -> Statement:
    name, label = ReleaseSkill.normalized_name, SkillAlias.normalized_label

    def found_in(column: Any) -> sa.ColumnElement[bool]:
        # A single letter is part of nearly everything.
        found: sa.ColumnElement[bool] = (column.contains if len(wanted) > 1 else column.startswith)(
            wanted, autoescape=True
        )
        return found

    aliases = (
        sa.select(SkillAlias.skill_id, sa.func.min(_closeness(label, wanted, exact="alias")).label("match"))
        .where(SkillAlias.release_id == release_id, found_in(label))
        .group_by(SkillAlias.skill_id)
        .subquery()
    )
    by_alias = sa.func.coalesce(aliases.c.match, _NO_MATCH)
    by_name = _closeness(name, wanted, exact="exact")
    best = sa.case((by_name < by_alias, by_name), else_=by_alias)
    return (
        _base(release_id, kind)
        .outerjoin(aliases, aliases.c.skill_id == ReleaseSkill.skill_id)
        .where(sa.or_(found_in(name), aliases.c.skill_id.is_not(None)))
        .add_columns(best.label("match"))
        .order_by(best, sa.func.length(name), name, Skill.id)
    )


def _closeness(column: Any, wanted: str, *, exact: Match) -> sa.ColumnElement[int]:
    return sa.case(
        (column == wanted, MATCHES.index(exact)),
        (column.startswith(wanted, autoescape=True), MATCHES.index("prefix")),
        (column.contains(wanted, autoescape=True), MATCHES.index("part")),
        else_=_NO_MATCH,
    )


def _chosen(release_id: int, alike: Mapping[int, float], kind: str | None) -> Statement:
    order = sa.case(*((Skill.id == skill_id, -likeness) for skill_id, likeness in alike.items()))
    return (
        _base(release_id, kind)
        .where(Skill.id.in_(alike))
        .add_columns(sa.literal(MATCHES.index("like")).label("match"))
        .order_by(order, ReleaseSkill.normalized_name, Skill.id)
    )


def _page(session: Session, statement: Statement, page: int, per_page: int) -> tuple[list[dict[str, Any]], int]:
    counted = statement.add_columns(sa.func.count().over().label("total"))
    rows = session.execute(counted.offset((page - 1) * per_page).limit(per_page)).all()
    if rows or page == 1:
        return [_to_wire(row) for row in rows], rows[0].total if rows else 0
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery()))
    return [], total or 0


def _to_wire(row: sa.Row[*tuple[Any, ...]]) -> dict[str, Any]:
    values = dict(row._mapping)
    del values["total"]
    match = values.pop("match")
    return {**values, "match": MATCHES[match] if match < _NO_MATCH else None}
