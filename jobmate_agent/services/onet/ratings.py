"""The rated skills, knowledge, abilities and work activities of an occupation, and those that are not to be used."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import OccupationSkill, ReleaseSkill, Skill

IMPORTANCE, LEVEL = "IM", "LV"
# The lists of a profile by the kind of what is in them.
DOMAINS = {
    "skill": "skills",
    "knowledge": "knowledge",
    "ability": "abilities",
    "work_activity": "work_activities",
}


def ratings(session: Session, release_id: int, occupation_id: int) -> dict[str, list[dict[str, Any]]]:
    """The profile's lists ``skills, knowledge, abilities, work_activities, suppressed``.

    A rating is ``{skill_id, element_id, name, importance, onet_level, not_relevant}``, the most important first;
    importance is 1–5, level 0–7. ``not_relevant``: the level counts as 0. A value that O*NET recommends to suppress is
    None there and stands in ``suppressed``: ``{domain, element_id, name, scale_id, value, skill_id}``. An element
    without any value left stands in ``suppressed`` alone.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in (*DOMAINS.values(), "suppressed")}
    for row in fetch(session, _RATINGS, release_id=release_id, occupation_id=occupation_id):
        kind, skill_id, element_id, key, name, importance, level, not_relevant, unsure_importance, unsure_level = row
        domain = DOMAINS[kind]
        element = {"skill_id": skill_id, "element_id": element_id or key, "name": name}
        found["suppressed"] += [
            {**element, "domain": domain, "scale_id": scale, "value": value}
            for scale, value, suppressed in (
                (IMPORTANCE, importance, unsure_importance),
                (LEVEL, level, unsure_level),
            )
            if suppressed
        ]
        element["importance"] = None if unsure_importance else importance
        element["onet_level"] = None if unsure_level else level
        if element["importance"] is not None or element["onet_level"] is not None:
            element["not_relevant"] = not_relevant
            found[domain].append(element)
    for domain in DOMAINS.values():
        found[domain].sort(key=_most_important_first)
    found["suppressed"].sort(key=lambda row: (row["domain"], row["element_id"], row["scale_id"]))
    return found


def _most_important_first(rating: dict[str, Any]) -> tuple[float, float, str]:
    return -(rating["importance"] or 0.0), -(rating["onet_level"] or 0.0), rating["element_id"]


_RATINGS = (
    sa.select(
        *(Skill.kind, OccupationSkill.skill_id, ReleaseSkill.external_id, Skill.key, ReleaseSkill.name),
        *(OccupationSkill.importance, OccupationSkill.onet_level, OccupationSkill.not_relevant),
        *(OccupationSkill.importance_suppressed, OccupationSkill.level_suppressed),
    )
    .join(Skill, Skill.id == OccupationSkill.skill_id)
    .join(
        ReleaseSkill,
        sa.and_(
            ReleaseSkill.release_id == OccupationSkill.release_id, ReleaseSkill.skill_id == OccupationSkill.skill_id
        ),
    )
    .where(
        OccupationSkill.release_id == sa.bindparam("release_id"),
        OccupationSkill.occupation_id == sa.bindparam("occupation_id"),
    )
)
