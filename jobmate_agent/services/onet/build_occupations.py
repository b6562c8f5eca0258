"""Steps that make the occupations of a release: titles, tasks, technologies, and the occupations like them."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa

from jobmate_agent.clock import utcnow
from jobmate_agent.db import insert_absent_rows
from jobmate_agent.models import (
    Occupation,
    OccupationTask,
    OccupationTechnology,
    OccupationTitle,
    RelatedOccupation,
    ReleaseOccupation,
    TaskActivity,
)
from jobmate_agent.services.onet.build import OCCUPATIONS, SOURCES, Build, Step
from jobmate_agent.services.onet.landed import LandedFile

_SOC_LENGTH = 7
_GROUP_LENGTH = 2


def occupations(build: Build) -> int:
    """The release's occupations; codes never seen before get a permanent row, in the order of codes."""
    return sum(_occupations(build, file) for file in build.load.having("occupation"))


def _occupations(build: Build, file: LandedFile) -> int:
    code = file.c.onet_soc_code
    known = sa.select(sa.literal(1)).where(OCCUPATIONS.c.onet_code == code).correlate(file.table)
    new = file.rows(code, sa.func.substr(code, 1, _SOC_LENGTH), sa.literal(utcnow(), OCCUPATIONS.c.created_at.type))
    insert_absent_rows(
        build.session, Occupation, ["onet_code", "soc_code", "created_at"], new.where(~known.exists()).order_by(code)
    )
    zones = _zones(build)
    return build.insert(
        ReleaseOccupation,
        {
            "occupation_id": OCCUPATIONS.c.id,
            "title": file.c.title,
            "description": file.c.description,
            "major_group": sa.func.substr(code, 1, _GROUP_LENGTH),
            "job_zone": zones.c.zone,
            "has_skills": sa.false(),
            "requirement_count": sa.literal(0),
            "requirement_weight": sa.literal(0.0, sa.Double()),
        },
        lambda *columns: build.occupation_rows(file, *columns).outerjoin(zones, zones.c.code == code),
    )


def _zones(build: Build) -> sa.Subquery:
    (file,) = build.load.having("job_zone")
    return file.rows(file.c.onet_soc_code.label("code"), file.integer("job_zone").label("zone")).subquery()


def titles(build: Build) -> int:
    layouts = {
        "alternate_title": ("alternate", "alternate_title"),
        "job_title": ("alternate", "job_title"),
        "reported_title": ("reported", "reported_job_title"),
    }
    return sum(_titles(build, file, *layouts[file.layout]) for file in build.load.having(*layouts))


def _titles(build: Build, file: LandedFile, kind: str, column: str) -> int:
    title = file.c[column]
    return build.insert(
        OccupationTitle,
        {
            **_line(file),
            "kind": sa.literal(kind),
            "title": title,
            "lookup_title": sa.func.lower(title),
            "short_title": _cell(file, "short_title"),
            "sources": _cell(file, "source_s"),
        },
        partial(build.occupation_rows, file),
    )


def technologies(build: Build) -> int:
    layouts = {
        "technology": ("technology", "example"),
        "software": ("technology", "workplace_example"),
        "tool": ("tool", "example"),
    }
    return sum(_technologies(build, file, *layouts[file.layout]) for file in build.load.having(*layouts))


def _technologies(build: Build, file: LandedFile, kind: str, column: str) -> int:
    flagged = "hot_technology" in file.c
    return build.insert(
        OccupationTechnology,
        {
            **_line(file),
            "skill_id": SOURCES.c.skill_id,
            "kind": sa.literal(kind),
            "example": file.c[column],
            "commodity_code": _cell(file, "commodity_code"),
            "commodity_title": _cell(file, "commodity_title"),
            "hot_technology": file.flag("hot_technology") if flagged else sa.false(),
            "in_demand": file.flag("in_demand") if flagged else sa.false(),
        },
        partial(build.skill_rows, file, kind, column),
    )


def tasks(build: Build) -> int:
    """Tasks, and emerging ones, which have no id of their own."""
    return sum(_tasks(build, file) for file in build.load.having("task", "emerging_task"))


def _tasks(build: Build, file: LandedFile) -> int:
    emerging = file.layout == "emerging_task"
    return build.insert(
        OccupationTask,
        {
            **_line(file),
            "task_id": sa.null() if emerging else file.integer("task_id"),
            "text": file.c.task,
            "task_type": file.c.category if emerging else file.c.task_type,
            "incumbents": sa.null() if emerging else file.integer("incumbents_responding"),
            "original_task_id": file.integer("original_task_id") if emerging else sa.null(),
        },
        partial(build.occupation_rows, file),
    )


def task_activities(build: Build) -> int:
    """The detailed activities of each task; none where the release does not say what the activities are."""
    if not build.load.having("detailed_activity"):
        return 0
    return sum(
        build.insert(
            TaskActivity,
            {
                "occupation_id": OCCUPATIONS.c.id,
                "task_id": file.integer("task_id"),
                "skill_id": SOURCES.c.skill_id,
            },
            # Two activities may be one in the vocabulary.
            lambda *columns, file=file: build.skill_rows(file, "work_activity", "dwa_id", *columns).distinct(),
        )
        for file in build.load.having("task_activity")
    )


def related(build: Build) -> int:
    other = OCCUPATIONS.alias("related")
    return sum(
        build.insert(
            RelatedOccupation,
            {
                "occupation_id": OCCUPATIONS.c.id,
                "related_id": other.c.id,
                "tier": file.c.relatedness_tier,
                "position": file.integer("index"),
            },
            lambda *columns, file=file: build.occupation_rows(file, *columns).join(
                other, other.c.onet_code == file.c.related_onet_soc_code
            ),
        )
        for file in build.load.having("related_occupation")
    )


def _line(file: LandedFile) -> dict[str, Any]:
    return {"file": file.c.file, "line": file.c.line, "occupation_id": OCCUPATIONS.c.id}


def _cell(file: LandedFile, column: str) -> Any:
    return file.c[column] if column in file.c else sa.null()


STEPS = (
    Step("occupations", occupations, (ReleaseOccupation,)),
    Step("titles", titles, (OccupationTitle,)),
    Step("technologies", technologies, (OccupationTechnology,)),
    Step("tasks", tasks, (OccupationTask,)),
    Step("task activities", task_activities, (TaskActivity,)),
    Step("related occupations", related, (RelatedOccupation,)),
)
