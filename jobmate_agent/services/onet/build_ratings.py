"""Steps that make the ratings of a release: how much an occupation needs a skill, and its other rated elements.

The files have one row for each scale; a skill's importance and level become one row. ``n/a`` is null, values stay as
published: what is suppressed or not relevant is marked, and the reader decides.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa

from jobmate_agent.models import OccupationFact, OccupationSkill, TaskRating
from jobmate_agent.services.onet.build import OCCUPATIONS, SOURCES, Build, Step
from jobmate_agent.services.onet.landed import LandedFile

IMPORTANCE = "IM"
LEVEL = "LV"
# Which kind of skill the elements of a file are, and which domain of facts, by subject (see file_contracts).
SKILL_SUBJECTS = {
    "Skills": "skill",
    "Knowledge": "knowledge",
    "Abilities": "ability",
    "Work Activities": "work_activity",
}
FACT_SUBJECTS = {
    "Interests": "interest",
    "Specific Interest Areas": "interest",
    "Work Values": "work_value",
    "Work Styles": "work_style",
    "Education, Training, and Experience": "education",
    "Work Context": "work_context",
}


def skills(build: Build) -> int:
    return sum(_skills(build, file, kind) for subject, kind in SKILL_SUBJECTS.items() for file in build.files(subject))


def _skills(build: Build, file: LandedFile, kind: str) -> int:
    def on(scale: str, value: Any) -> Any:
        return sa.func.max(sa.case((file.c.scale_id == scale, value)))

    def marked(scale: str, column: str) -> Any:
        return sa.func.max(sa.case((sa.and_(file.c.scale_id == scale, file.c[column] == "Y"), 1), else_=0)) == 1

    return build.insert(
        OccupationSkill,
        {
            "occupation_id": OCCUPATIONS.c.id,
            "skill_id": SOURCES.c.skill_id,
            "importance": on(IMPORTANCE, file.number("data_value")),
            "onet_level": on(LEVEL, file.number("data_value")),
            "importance_suppressed": marked(IMPORTANCE, "recommend_suppress"),
            "level_suppressed": marked(LEVEL, "recommend_suppress"),
            "not_relevant": marked(LEVEL, "not_relevant"),
        },
        lambda *columns: build.skill_rows(file, kind, "element_id", *columns).group_by(
            OCCUPATIONS.c.id, SOURCES.c.skill_id
        ),
    )


def facts(build: Build) -> int:
    return sum(
        _facts(build, file, domain) for subject, domain in FACT_SUBJECTS.items() for file in build.files(subject)
    )


def _facts(build: Build, file: LandedFile, domain: str) -> int:
    return build.insert(
        OccupationFact,
        {
            "occupation_id": OCCUPATIONS.c.id,
            "element_id": file.c.element_id,
            "scale_id": file.c.scale_id,
            "category": _category(file),
            "domain": sa.literal(domain),
            "value": file.number("data_value"),
            "suppressed": _flag(file, "recommend_suppress"),
            "not_relevant": _flag(file, "not_relevant"),
        },
        partial(build.occupation_rows, file),
    )


def task_ratings(build: Build) -> int:
    return sum(
        build.insert(
            TaskRating,
            {
                "occupation_id": OCCUPATIONS.c.id,
                "task_id": file.integer("task_id"),
                "scale_id": file.c.scale_id,
                "category": _category(file),
                "value": file.number("data_value"),
                "suppressed": _flag(file, "recommend_suppress"),
            },
            partial(build.occupation_rows, file),
        )
        for file in build.load.having("task_rating")
    )


def _category(file: LandedFile) -> Any:
    return sa.func.coalesce(file.integer("category"), 0) if "category" in file.c else sa.literal(0)


def _flag(file: LandedFile, column: str) -> Any:
    return file.flag(column) if column in file.c else sa.false()


STEPS = (
    Step("skills", skills, (OccupationSkill,)),
    Step("facts", facts, (OccupationFact,)),
    Step("task ratings", task_ratings, (TaskRating,)),
)
