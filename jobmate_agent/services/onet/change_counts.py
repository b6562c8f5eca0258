"""How many facts of one release another one does not have, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from jobmate_agent.models import (
    OccupationFact,
    OccupationSkill,
    OccupationTask,
    OccupationTechnology,
    OccupationTitle,
    RelatedOccupation,
    TaskActivity,
)

# What makes a fact the same one in two releases; a value that changes is one removed and one added.
_FACTS: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "titles": (OccupationTitle.occupation_id, OccupationTitle.kind, OccupationTitle.lookup_title),
    "tasks": (OccupationTask.occupation_id, OccupationTask.text),
    "technologies": (OccupationTechnology.occupation_id, OccupationTechnology.kind, OccupationTechnology.skill_id),
    "facts": (
        OccupationFact.occupation_id,
        OccupationFact.element_id,
        OccupationFact.scale_id,
        OccupationFact.category,
        OccupationFact.value,
    ),
    "task_activities": (TaskActivity.occupation_id, TaskActivity.task_id, TaskActivity.skill_id),
    "related": (RelatedOccupation.occupation_id, RelatedOccupation.related_id),
}
_VALUES = ("importance", "onet_level", "importance_suppressed", "level_suppressed", "not_relevant")


def fact_counts(session: Session, old_id: int | None, new_id: int) -> dict[str, dict[str, int]]:
    """``{table: {before, after, added, removed}}``; rows that say the same count once."""
    return {name: _counts(session, columns, old_id, new_id) for name, columns in _FACTS.items()}


def _counts(
    session: Session, columns: tuple[InstrumentedAttribute[Any], ...], old_id: int | None, new_id: int
) -> dict[str, int]:
    """By one pass over both releases: every fact, and which of the two has it."""
    release = columns[0].class_.release_id

    def there(release_id: int | None) -> Any:
        return sa.func.max(sa.case((release == release_id, 1), else_=0))

    both = (
        sa.select(there(old_id).label("before"), there(new_id).label("after"))
        .where(release.in_([id_ for id_ in (old_id, new_id) if id_ is not None]))
        .group_by(*columns)
        .subquery()
    )
    groups = sa.select(both.c.before, both.c.after, sa.func.count()).group_by(both.c.before, both.c.after)
    count = {(before, after): rows for before, after, rows in session.execute(groups)}
    added, removed, kept = (count.get(key, 0) for key in ((0, 1), (1, 0), (1, 1)))
    return {"before": kept + removed, "after": kept + added, "added": added, "removed": removed}


def rating_counts(session: Session, old_id: int | None, new_id: int) -> dict[str, int]:
    """Ratings (occupation, skill) that are new, gone, or changed in value or mark: ``{added, removed, changed}``."""
    before, after = aliased(OccupationSkill), aliased(OccupationSkill)
    same = sa.and_(before.occupation_id == after.occupation_id, before.skill_id == after.skill_id)
    both = (
        sa.select(
            sa.func.count().label("both"),
            sa.func.coalesce(
                sa.func.sum(
                    sa.case(
                        (sa.or_(*(getattr(before, n).is_distinct_from(getattr(after, n)) for n in _VALUES)), 1), else_=0
                    )
                ),
                0,
            ).label("changed"),
        )
        .select_from(after)
        .join(before, sa.and_(before.release_id == old_id, same))
    )
    row = session.execute(both.where(after.release_id == new_id)).one()
    return {
        "added": _rated(session, new_id) - row.both,
        "removed": _rated(session, old_id) - row.both,
        "changed": int(row.changed),
    }


def _rated(session: Session, release_id: int | None) -> int:
    count = sa.select(sa.func.count()).where(OccupationSkill.release_id == release_id)
    return session.scalar(count) or 0
