"""The tasks of an occupation, each with the detailed work activities that it is part of."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import OccupationTask, ReleaseSkill, Skill, TaskActivity, TaskRating

IMPORTANCE, RELEVANCE = "IM", "RT"
# What is certain first; emerging tasks (New, Revision) are not rated yet.
_ORDER = {"Core": 0, "Supplemental": 1, None: 2, "New": 3, "Revision": 4}


def tasks(session: Session, release_id: int, occupation_id: int) -> list[dict[str, Any]]:
    """``[{task_id, text, task_type, incumbents, importance, relevance, original_task_id, activities}]``.

    Core tasks first, then supplemental, unrated and emerging ones (``task_type`` New or Revision, without a
    ``task_id``); within each by importance (1–5), then by how many incumbents answered. ``relevance`` is a percentage.
    ``activities`` are ``[{skill_id, activity_id, name}]``; ``activity_id`` is O*NET's. What is not known is None.
    """
    key = {"release_id": release_id, "occupation_id": occupation_id}
    rated = {(task_id, scale): value for task_id, scale, value in fetch(session, _RATED, **key)}
    activities: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for task_id, skill_id, external_id, activity, name in fetch(session, _ACTIVITIES, **key):
        activities[task_id].append({"skill_id": skill_id, "activity_id": external_id or activity, "name": name})
    found = [
        {
            "task_id": task_id,
            "text": text,
            "task_type": task_type,
            "incumbents": incumbents,
            "importance": rated.get((task_id, IMPORTANCE)),
            "relevance": rated.get((task_id, RELEVANCE)),
            "original_task_id": original_task_id,
            "activities": activities.get(task_id, []),
        }
        for task_id, text, task_type, incumbents, original_task_id in fetch(session, _TASKS, **key)
    ]
    return sorted(found, key=_most_telling_first)


def _most_telling_first(task: dict[str, Any]) -> tuple[int, float, int]:
    return _ORDER.get(task["task_type"], len(_ORDER)), -(task["importance"] or 0.0), -(task["incumbents"] or 0)


def _of_occupation(table: type[OccupationTask | TaskRating | TaskActivity]) -> sa.ColumnElement[bool]:
    return sa.and_(table.release_id == sa.bindparam("release_id"), table.occupation_id == sa.bindparam("occupation_id"))


_TASKS = (
    sa.select(
        *(OccupationTask.task_id, OccupationTask.text, OccupationTask.task_type),
        *(OccupationTask.incumbents, OccupationTask.original_task_id),
    )
    .where(_of_occupation(OccupationTask))
    .order_by(OccupationTask.file, OccupationTask.line)
)
_RATED = (
    sa.select(TaskRating.task_id, TaskRating.scale_id, TaskRating.value)
    .where(_of_occupation(TaskRating))
    .where(TaskRating.scale_id.in_([IMPORTANCE, RELEVANCE]), TaskRating.suppressed.is_(False))
)
_ACTIVITIES = (
    sa.select(TaskActivity.task_id, TaskActivity.skill_id, ReleaseSkill.external_id, Skill.key, ReleaseSkill.name)
    .join(Skill, Skill.id == TaskActivity.skill_id)
    .join(
        ReleaseSkill,
        sa.and_(ReleaseSkill.release_id == TaskActivity.release_id, ReleaseSkill.skill_id == TaskActivity.skill_id),
    )
    .where(_of_occupation(TaskActivity))
    .order_by(TaskActivity.task_id, ReleaseSkill.name, TaskActivity.skill_id)
)
