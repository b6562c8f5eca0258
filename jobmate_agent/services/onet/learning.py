"""What exercises a skill in an occupation, from O*NET's own data: the seed of every suggestion of how to learn it.

An element is exercised by the occupation's detailed work activities that belong to a general one that O*NET links with
the element (``Skills to Work Activities.txt`` and its like), and so by the tasks that these are part of. A technology
is learnt beside the others of its category that the occupation uses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from jobmate_agent.db import fetch
from jobmate_agent.models import (
    OccupationTask,
    OccupationTechnology,
    ReleaseSkill,
    Skill,
    SkillRelation,
    TaskActivity,
)

SHOWN_ACTIVITIES = 3
SHOWN_TOOLS = 4
CROSSWALK = "crosswalk"
# A detailed activity's id begins with the id of the general one that it belongs to: 4.A.2.b.2.I01.D01.
_DETAILS = ".I"


@dataclass(frozen=True, slots=True)
class Practice:
    """``activities`` and ``tasks`` of the occupation that exercise the skill, the most telling first.


    ``category`` is the kind of tool that a technology is.
    """

    activities: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    category: str | None = None

    def to_wire(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: list(getattr(self, name)) for name in ("activities", "tasks", "tools")}
        return found if self.category is None else {**found, "category": self.category}

    def in_words(self) -> str:
        """One or two sentences; empty where nothing is known."""
        said = []
        if self.activities:
            said.append(f"Practise it on work such as: {_listed(self.activities)}")
        if self.tasks:
            said.append(f"Try your hand at a task of the occupation: {self.tasks[0].rstrip('.')}.")
        if self.category and self.tools:
            said.append(f"It is {self.category.lower()}; {_listed(self.tools)} are used beside it.")
        elif self.category:
            said.append(f"It is {self.category.lower()}.")
        return " ".join(said)


NOTHING = Practice()


def practice(
    session: Session, release_id: int, wanted: Mapping[int, Collection[int]]
) -> Mapping[tuple[int, int], Practice]:
    """By (occupation, skill), what exercises the skill in the occupation; pairs of which nothing is known are left out.

    ``wanted`` are the skills of interest of each occupation.
    """
    skill_ids = {skill_id for ids in wanted.values() for skill_id in ids}
    if not skill_ids:
        return {}
    linked = _linked_activities(session, release_id, skill_ids)
    exercised = _exercised(session, release_id, wanted) if linked else {}
    found = _technologies(session, release_id, wanted)
    for occupation_id, ids in wanted.items():
        here = {skill_id: linked[skill_id] for skill_id in ids if skill_id in linked}
        of_occupation = exercised.get(occupation_id, {})
        for skill_id, general in here.items():
            found[occupation_id, skill_id] = _of_element(general, of_occupation, here)
    return {pair: practice for pair, practice in found.items() if practice != NOTHING}


def _linked_activities(session: Session, release_id: int, skill_ids: Collection[int]) -> Mapping[int, set[str]]:
    """By skill, the ids of the general activities that O*NET links it with."""
    found: dict[int, set[str]] = defaultdict(set)
    for skill_id, element_id in fetch(session, _LINKED, release_id=release_id, skill_ids=list(skill_ids)):
        found[skill_id].add(element_id)
    return found


def _exercised(
    session: Session, release_id: int, occupation_ids: Collection[int]
) -> Mapping[int, Mapping[str, list[tuple[str, str]]]]:
    """By occupation and general activity, its (detailed activity, task), in order of both."""
    rows = fetch(session, _EXERCISED, release_id=release_id, occupation_ids=list(occupation_ids))
    found: dict[int, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for occupation_id, key, name, text in rows:
        found[occupation_id][key.partition(_DETAILS)[0]].append((name, text))
    return found


def _of_element(
    general: set[str], exercised: Mapping[str, Sequence[tuple[str, str]]], linked: Mapping[int, set[str]]
) -> Practice:
    """Activities that few of the asked skills are linked with come first: they tell more of this one."""
    shared = Counter(element_id for ids in linked.values() for element_id in ids)
    pairs = [
        pair
        for element_id in sorted(general, key=lambda element_id: (shared[element_id], element_id))
        for pair in exercised.get(element_id, ())
    ]
    activities, tasks = (tuple(dict.fromkeys(column)) for column in zip(*pairs, strict=True)) if pairs else ((), ())
    return Practice(activities=activities[:SHOWN_ACTIVITIES], tasks=tasks[:SHOWN_ACTIVITIES])


def _technologies(
    session: Session, release_id: int, wanted: Mapping[int, Collection[int]]
) -> dict[tuple[int, int], Practice]:
    """Of each technology, its category and the others of it that the occupation uses, those in demand first."""
    skill_ids = list({skill_id for ids in wanted.values() for skill_id in ids})
    key = {"release_id": release_id, "occupation_ids": list(wanted), "skill_ids": skill_ids}
    rows = fetch(session, _TECHNOLOGIES, **key)
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for occupation_id, _, name, category in rows:
        names[occupation_id, category].append(name)
    found: dict[tuple[int, int], Practice] = {}
    for occupation_id, skill_id, name, category in rows:
        if skill_id in wanted[occupation_id]:
            others = dict.fromkeys(other for other in names[occupation_id, category] if other != name)
            practice = Practice(tools=tuple(others)[:SHOWN_TOOLS], category=category)
            found.setdefault((occupation_id, skill_id), practice)
    return found


def _listed(texts: Sequence[str]) -> str:
    """One after the other, without the full stops that O*NET ends its activities with."""
    plain = [text.rstrip(".") for text in texts]
    if all(text[:1].isupper() and " " in text for text in plain):
        return "; ".join(text[0].lower() + text[1:] for text in plain) + "."
    return ", ".join(plain)


_ACTIVITY = aliased(Skill)
_OCCUPATIONS: sa.BindParameter[Sequence[int]] = sa.bindparam("occupation_ids", expanding=True)
_LINKED = (
    sa.select(SkillRelation.skill_id, _ACTIVITY.key)
    .join(_ACTIVITY, _ACTIVITY.id == SkillRelation.related_id)
    .where(
        SkillRelation.release_id == sa.bindparam("release_id"),
        SkillRelation.skill_id.in_(sa.bindparam("skill_ids", expanding=True)),
        SkillRelation.reason == CROSSWALK,
        _ACTIVITY.kind == "work_activity",
    )
)
_EXERCISED = (
    sa.select(TaskActivity.occupation_id, Skill.key, ReleaseSkill.name, OccupationTask.text)
    .select_from(TaskActivity)
    .join(Skill, Skill.id == TaskActivity.skill_id)
    .join(
        ReleaseSkill,
        sa.and_(ReleaseSkill.release_id == TaskActivity.release_id, ReleaseSkill.skill_id == TaskActivity.skill_id),
    )
    .join(
        OccupationTask,
        sa.and_(
            OccupationTask.release_id == TaskActivity.release_id,
            OccupationTask.occupation_id == TaskActivity.occupation_id,
            OccupationTask.task_id == TaskActivity.task_id,
        ),
    )
    .where(TaskActivity.release_id == sa.bindparam("release_id"), TaskActivity.occupation_id.in_(_OCCUPATIONS))
    # It follows from the join, but PostgreSQL reads all tasks of the release where it is not said.
    .where(OccupationTask.occupation_id.in_(_OCCUPATIONS))
    .order_by(Skill.key, TaskActivity.task_id)
)
_ASKED = aliased(OccupationTechnology)
_OF_AN_ASKED_CATEGORY = sa.exists().where(
    _ASKED.release_id == OccupationTechnology.release_id,
    _ASKED.occupation_id == OccupationTechnology.occupation_id,
    _ASKED.commodity_title == OccupationTechnology.commodity_title,
    _ASKED.skill_id.in_(sa.bindparam("skill_ids", expanding=True)),
)
_TECHNOLOGIES = (
    sa.select(
        *(OccupationTechnology.occupation_id, OccupationTechnology.skill_id),
        *(ReleaseSkill.name, OccupationTechnology.commodity_title),
    )
    .join(
        ReleaseSkill,
        sa.and_(
            ReleaseSkill.release_id == OccupationTechnology.release_id,
            ReleaseSkill.skill_id == OccupationTechnology.skill_id,
        ),
    )
    .where(
        OccupationTechnology.release_id == sa.bindparam("release_id"),
        OccupationTechnology.occupation_id.in_(_OCCUPATIONS),
    )
    .where(OccupationTechnology.kind == "technology", _OF_AN_ASKED_CATEGORY)
    .order_by(OccupationTechnology.in_demand.desc(), OccupationTechnology.hot_technology.desc(), ReleaseSkill.name)
)
