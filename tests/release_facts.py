"""What the text files of a release say, read here with csv alone, beside what the database says of it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jobmate_agent import models as m
from jobmate_agent.db import Database

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "onet"
Facts = dict[str, Counter[tuple[Any, ...]]]
Row = dict[str, str | None]

CODE = "O*NET-SOC Code"
_SKILL_FILES = {
    "Skills": "skill",
    "Essential Skills": "skill",
    "Transferable Skills": "skill",
    "Knowledge": "knowledge",
    "Abilities": "ability",
    "Work Activities": "work_activity",
}
_FACT_FILES = {
    "Interests": "interest",
    "Work Values": "work_value",
    "Work Styles": "work_style",
    "Education, Training, and Experience": "education",
    "Work Context": "work_context",
}


def read(folder: Path, name: str) -> Iterator[tuple[int, Row]]:
    """(line, cells by header) of a file; nothing where the release has none of that name. ``n/a`` is None."""
    path = folder / f"{name}.txt"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            for line, row in enumerate(reader, 2):
                yield line, {key: None if value == "n/a" else value for key, value in row.items()}


def facts_of_files(
    folder: Path, quarantined: set[tuple[str, int]] | None = None, *, activities: Mapping[str, str] | None = None
) -> Facts:
    """Every fact that the files hold, by table, with ids as the files have them.

    ``quarantined`` are (file, line) to leave out; ``activities`` see :func:`activity_keys`.
    """
    left_out = quarantined or set()

    def rows(*names: str) -> Iterator[tuple[str, Row]]:
        for name in names:
            yield from ((name, row) for line, row in read(folder, name) if (name, line) not in left_out)

    zones = {row[CODE]: _whole(row["Job Zone"]) for _, row in rows("Job Zones")}
    return {
        "occupations": Counter(
            (row[CODE], row["Title"], row["Description"], str(row[CODE])[:2], zones.get(row[CODE]))
            for _, row in rows("Occupation Data")
        ),
        "titles": Counter(
            [
                (row[CODE], "alternate", row.get("Alternate Title") or row["Job Title"], row["Short Title"])
                for _, row in rows("Alternate Titles", "Job Titles")
            ]
            + [(row[CODE], "reported", row["Reported Job Title"], None) for _, row in rows("Sample of Reported Titles")]
        ),
        "skills": _skills(rows(*_SKILL_FILES)),
        "technologies": Counter(
            (
                row[CODE],
                "tool" if name == "Tools Used" else "technology",
                row.get("Example") or row["Workplace Example"],
                row.get("Hot Technology") == "Y",
                row.get("In Demand") == "Y",
            )
            for name, row in rows("Technology Skills", "Software Skills", "Tools Used")
        ),
        "facts": Counter(
            (
                row[CODE],
                _FACT_FILES[name],
                row["Element ID"],
                row["Scale ID"],
                _whole(row.get("Category")) or 0,
                float(row["Data Value"] or "nan"),
                row.get("Recommend Suppress") == "Y",
                row.get("Not Relevant") == "Y",
            )
            for name, row in rows(*_FACT_FILES)
        ),
        "tasks": Counter(
            [
                (row[CODE], _whole(row["Task ID"]), row["Task"], row["Task Type"], _whole(row["Incumbents Responding"]))
                for _, row in rows("Task Statements")
            ]
            + [(row[CODE], None, row["Task"], row["Category"], None) for _, row in rows("Emerging Tasks")]
        ),
        "task_activities": Counter(
            {
                (row[CODE], _whole(row["Task ID"]), (activities or {}).get(str(row["DWA ID"]), row["DWA ID"]))
                for _, row in rows("Tasks to DWAs")
            }
        ),
        "task_ratings": Counter(
            (row[CODE], _whole(row["Task ID"]), row["Scale ID"], _whole(row["Category"]) or 0, _real(row["Data Value"]))
            for _, row in rows("Task Ratings")
        ),
        "related": Counter(
            (row[CODE], row["Related O*NET-SOC Code"], row["Relatedness Tier"], _whole(row["Index"]))
            for _, row in rows("Related Occupations")
        ),
        "elements": Counter(
            (row["Element ID"], row["Element Name"], row["Description"]) for _, row in rows("Content Model Reference")
        ),
        "scales": Counter(
            (row["Scale ID"], row["Scale Name"], _real(row["Minimum"]), _real(row["Maximum"]))
            for _, row in rows("Scales Reference")
        ),
        "categories": Counter(
            (row.get("Element ID", ""), row["Scale ID"], _whole(row["Category"]), row["Category Description"])
            for _, row in rows(
                "Education, Training, and Experience Categories", "Work Context Categories", "Task Categories"
            )
        ),
        "job_zones": Counter(
            (_whole(row["Job Zone"]), row["Name"], row["Examples"], row["SVP Range"])
            for _, row in rows("Job Zone Reference")
        ),
    }


def _skills(rows: Iterator[tuple[str, Row]]) -> Counter[tuple[Any, ...]]:
    found: dict[tuple[Any, ...], dict[str, Row]] = {}
    for name, row in rows:
        found.setdefault((row[CODE], _SKILL_FILES[name], row["Element ID"]), {})[str(row["Scale ID"])] = row
    return Counter(
        (
            *key,
            *(_real(scales.get(scale, {}).get("Data Value")) for scale in ("IM", "LV")),
            *(scales.get(scale, {}).get("Recommend Suppress") == "Y" for scale in ("IM", "LV")),
            scales.get("LV", {}).get("Not Relevant") == "Y",
        )
        for key, scales in found.items()
    )


def activity_keys(db: Database, release_id: int) -> dict[str, str]:
    """The key of the skill that each detailed activity became: its own id, or that of one with the same title."""
    source, skill = m.SkillSource, m.Skill
    with db.reading() as session:
        rows = session.execute(
            sa.select(source.name, skill.key)
            .join(skill, skill.id == source.skill_id)
            .where(source.release_id == release_id, source.kind == "work_activity")
        )
        return dict(rows.all())


def facts_of_database(db: Database, release_id: int) -> Facts:
    """The same of a release, from its tables."""
    o, other, skill = m.Occupation, aliased(m.Occupation), m.Skill
    own, title, rated, used = m.ReleaseOccupation, m.OccupationTitle, m.OccupationSkill, m.OccupationTechnology
    fact, task, link, mark = m.OccupationFact, m.OccupationTask, m.TaskActivity, m.TaskRating
    near, element, scale, category, zone = m.RelatedOccupation, m.Element, m.Scale, m.ElementCategory, m.JobZone
    queries = {
        "occupations": (own, o.onet_code, own.title, own.description, own.major_group, own.job_zone),
        "titles": (title, o.onet_code, title.kind, title.title, title.short_title),
        "skills": (
            *(rated, o.onet_code, skill.kind, skill.key, rated.importance, rated.onet_level),
            *(rated.importance_suppressed, rated.level_suppressed, rated.not_relevant),
        ),
        "technologies": (used, o.onet_code, used.kind, used.example, used.hot_technology, used.in_demand),
        "facts": (
            *(fact, o.onet_code, fact.domain, fact.element_id, fact.scale_id, fact.category, fact.value),
            *(fact.suppressed, fact.not_relevant),
        ),
        "tasks": (task, o.onet_code, task.task_id, task.text, task.task_type, task.incumbents),
        "task_activities": (link, o.onet_code, link.task_id, skill.key),
        "task_ratings": (mark, o.onet_code, mark.task_id, mark.scale_id, mark.category, mark.value),
        "related": (near, o.onet_code, other.onet_code, near.tier, near.position),
        "elements": (element, element.element_id, element.name, element.description),
        "scales": (scale, scale.scale_id, scale.name, scale.minimum, scale.maximum),
        "categories": (category, category.element_id, category.scale_id, category.category, category.description),
        "job_zones": (zone, zone.zone, zone.name, zone.examples, zone.svp_range),
    }
    found: Facts = {}
    with db.reading() as session:
        for name, (model, *columns) in queries.items():
            statement = sa.select(*columns).select_from(model).where(model.release_id == release_id)
            if o.onet_code in columns:
                statement = statement.join(o, o.id == model.occupation_id)
            if skill.key in columns:
                statement = statement.join(skill, skill.id == model.skill_id)
            if other.onet_code in columns:
                statement = statement.join(other, other.id == model.related_id)
            found[name] = Counter(tuple(row) for row in session.execute(statement))
    return found


def counts_of_database(db: Database, release_id: int) -> dict[str, int]:
    """How many of them there are, by the same names."""
    models = {
        "occupations": m.ReleaseOccupation,
        "titles": m.OccupationTitle,
        "skills": m.OccupationSkill,
        "technologies": m.OccupationTechnology,
        "facts": m.OccupationFact,
        "tasks": m.OccupationTask,
        "task_activities": m.TaskActivity,
        "task_ratings": m.TaskRating,
        "related": m.RelatedOccupation,
        "elements": m.Element,
        "scales": m.Scale,
        "categories": m.ElementCategory,
        "job_zones": m.JobZone,
    }
    with db.reading() as session:
        return {
            name: session.scalars(
                sa.select(sa.func.count()).select_from(model).where(model.release_id == release_id)
            ).one()
            for name, model in models.items()
        }


def assert_same_facts(made: Facts, expected: Facts) -> None:
    """Say which facts are too many or too few, rather than print two tables."""
    for name, facts in expected.items():
        missing, extra = facts - made[name], made[name] - facts
        if missing or extra:
            pytest.fail(
                f"{name}: {missing.total()} missing, {extra.total()} too many, "
                f"such as {list(missing.items())[:2]} and {list(extra.items())[:2]}"
            )


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _real(text: str | None) -> float | None:
    return None if text is None else float(text)
