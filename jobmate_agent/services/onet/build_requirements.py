"""Steps that are made of other facts of the same release: what occupations ask for, totals, averages of families."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa

from jobmate_agent.models import (
    FamilySkill,
    OccupationRequirement,
    OccupationSkill,
    OccupationTechnology,
    ReleaseOccupation,
    Skill,
)
from jobmate_agent.services.onet.build import Build, Step
from jobmate_agent.services.onet.table_statistics import refresh_statistics

# An element counts from this importance (of 5) on, and is critical from the other one on.
REQUIRED_IMPORTANCE = 3.0
CRITICAL_IMPORTANCE = 4.0
HIGHEST_IMPORTANCE = 5.0
# What a technology in demand weighs where O*NET gives no importance: as much as an element of importance 4, or 3.5.
HOT_WEIGHT = 0.8
IN_DEMAND_WEIGHT = 0.7
_REQUIRED_KINDS = ("skill", "knowledge", "ability")


def requirements(build: Build) -> int:
    elements = _required_elements(build)
    # The second statement looks at what the first one has just written.
    refresh_statistics(build.session, [OccupationRequirement.__tablename__])
    return elements + _required_technologies(build)


def _required_elements(build: Build) -> int:
    rated = OccupationSkill
    return build.insert(
        OccupationRequirement,
        {
            "skill_id": rated.skill_id,
            "occupation_id": rated.occupation_id,
            "importance": rated.importance,
            "onet_level": rated.onet_level,
            "weight": rated.importance / HIGHEST_IMPORTANCE,
            "critical": rated.importance >= CRITICAL_IMPORTANCE,
        },
        lambda *columns: (
            sa.select(*columns)
            .join(Skill, Skill.id == rated.skill_id)
            .where(
                rated.release_id == build.release_id,
                Skill.kind.in_(_REQUIRED_KINDS),
                rated.importance >= REQUIRED_IMPORTANCE,
                rated.onet_level > 0,
                ~rated.importance_suppressed,
                ~rated.level_suppressed,
                ~rated.not_relevant,
            )
        ),
    )


def _required_technologies(build: Build) -> int:
    used = OccupationTechnology
    hot = sa.func.max(sa.case((used.hot_technology, 1), else_=0)) == 1
    already = sa.select(sa.literal(1)).where(
        OccupationRequirement.release_id == used.release_id,
        OccupationRequirement.skill_id == used.skill_id,
        OccupationRequirement.occupation_id == used.occupation_id,
    )
    return build.insert(
        OccupationRequirement,
        {
            "skill_id": used.skill_id,
            "occupation_id": used.occupation_id,
            "weight": sa.case((hot, HOT_WEIGHT), else_=IN_DEMAND_WEIGHT),
            "critical": hot,
        },
        lambda *columns: (
            sa.select(*columns)
            .where(
                used.release_id == build.release_id,
                used.in_demand,
                ~already.correlate(cast(sa.Table, used.__table__)).exists(),
            )
            .group_by(used.skill_id, used.occupation_id)
        ),
    )


def totals(build: Build) -> int:
    """Whether each occupation has skill ratings, and the number and weight of what it asks for."""
    here = ReleaseOccupation
    asked = OccupationRequirement
    own = (asked.release_id == build.release_id, asked.occupation_id == here.occupation_id)
    rated = (
        sa.select(sa.literal(1))
        .join(Skill, Skill.id == OccupationSkill.skill_id)
        .where(
            OccupationSkill.release_id == build.release_id,
            OccupationSkill.occupation_id == here.occupation_id,
            Skill.kind == "skill",
        )
    )
    weight = sa.func.coalesce(sa.func.sum(asked.weight), 0.0)
    updated = build.session.execute(
        sa.update(here)
        .where(here.release_id == build.release_id)
        .values(
            has_skills=rated.select_from(OccupationSkill).exists(),
            requirement_count=sa.select(sa.func.count()).where(*own).scalar_subquery(),
            requirement_weight=sa.select(weight).where(*own).scalar_subquery(),
        ),
        execution_options={"synchronize_session": False},
    )
    return int(cast(sa.CursorResult[Any], updated).rowcount)


def families(build: Build) -> int:
    """Averages over a family's occupations; a value that is suppressed is left out, one not relevant counts 0."""
    rated, own = OccupationSkill, ReleaseOccupation
    usable = ~sa.and_(rated.importance_suppressed, rated.level_suppressed)
    return build.insert(
        FamilySkill,
        {
            "major_group": own.major_group,
            "skill_id": rated.skill_id,
            "importance": sa.func.avg(sa.case((~rated.importance_suppressed, rated.importance))),
            "onet_level": sa.func.avg(
                sa.case((rated.level_suppressed, sa.null()), (rated.not_relevant, 0.0), else_=rated.onet_level)
            ),
            "occupations": sa.func.count(),
        },
        lambda *columns: (
            sa.select(*columns)
            .select_from(rated)
            .join(own, sa.and_(own.release_id == rated.release_id, own.occupation_id == rated.occupation_id))
            .where(rated.release_id == build.release_id, usable)
            .group_by(own.major_group, rated.skill_id)
        ),
    )


STEPS = (
    Step("requirements", requirements, (OccupationRequirement,)),
    Step("totals", totals, changes=(ReleaseOccupation,)),
    Step("families", families, (FamilySkill,)),
)
