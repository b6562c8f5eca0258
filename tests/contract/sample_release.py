"""A release with two occupations, written straight into the tables: one that has everything, one that has little."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base
from jobmate_agent.models import (
    Element,
    ElementCategory,
    FamilySkill,
    JaatSummary,
    JobZone,
    Occupation,
    OccupationFact,
    OccupationRequirement,
    OccupationSkill,
    OccupationTask,
    OccupationTechnology,
    OccupationTitle,
    OccupationWage,
    OnetLoad,
    OnetLoadFile,
    OnetPublication,
    OnetRelease,
    ReferenceImport,
    RelatedOccupation,
    ReleaseOccupation,
    ReleaseSkill,
    Skill,
    SkillAlias,
    SkillMerge,
    SkillRelation,
    TaskActivity,
    TaskRating,
)
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.onet.search_index import index_release

FULL, BARE = "15-1252.00", "29-1141.00"
# kind, key, name, external id
SKILLS = (
    ("skill", "2.A.1.a", "Reading Comprehension", "2.A.1.a"),
    ("knowledge", "2.C.3.a", "Computers and Electronics", "2.C.3.a"),
    ("ability", "1.A.1.a.1", "Oral Comprehension", "1.A.1.a.1"),
    ("work_activity", "4.A.2.b.2", "Thinking Creatively", "4.A.2.b.2"),
    ("work_activity", "4.A.2.b.2.I01.D01", "Write programs.", "4.A.2.b.2.I01.D01"),
    ("technology", "python", "Python", None),
    ("tool", "laptop computers", "Laptop computers", None),
    ("technology", "python 3", "Python 3", None),
)


def add_release(session: Session, *, vocabulary_version: str) -> dict[str, tuple[Any, ...]]:
    """Store and publish it; the values that routes may be asked for, by parameter name."""
    load = OnetLoad(content_sha256="1" * 64, version="30.1", source="sample", layout="classic", state="normalised")
    session.add(load)
    session.flush()
    release = OnetRelease(
        name="O*NET 30.1",
        version="30.1",
        released_on=date(2025, 12, 1),
        load_id=load.id,
        vocabulary_version=vocabulary_version,
        published_key=PUBLISHED,
    )
    session.add(release)
    session.flush()
    session.add(OnetPublication(release_id=release.id, action="publish"))
    session.add(OnetLoadFile(load_id=load.id, name="Skills", layout="element_rating", sha256="2" * 64, rows=4))
    skills = _add_skills(session, release.id)
    _add_occupations(session, release.id, skills)
    _add_imports(session)
    session.flush()
    index_release(session, release.id)
    return {
        "onet_code": (FULL, BARE),
        "family": ("15-0000", "29"),
        "skill_id": tuple(skills),
        "as_of": ("30.1", "2100-01-01"),
        "q": ("software developer", "RN", "python"),
    }


def _rows(session: Session, table: type[Base], release_id: int, *rows: dict[str, Any]) -> None:
    session.execute(sa.insert(table), [{"release_id": release_id, **row} for row in rows])


def _add_skills(session: Session, release_id: int) -> list[int]:
    skills = [Skill(kind=kind, key=key) for kind, key, _, _ in SKILLS]
    session.add_all(skills)
    session.flush()
    ids = [skill.id for skill in skills]
    for number, (_, _, name, external_id) in zip(ids[:-1], SKILLS, strict=False):
        flags = {"hot_technology": name == "Python", "in_demand": name == "Python", "difficulty": 3}
        named = {"name": name, "normalized_name": name.lower(), "description": f"About {name}.", "framework": "onet"}
        session.add(ReleaseSkill(release_id=release_id, skill_id=number, external_id=external_id, **named, **flags))
    session.flush()
    python, merged = ids[5], ids[7]
    _rows(session, SkillAlias, release_id, {"skill_id": python, "label": "Py", "normalized_label": "py", "position": 0})
    why = {"rule": "near_duplicate", "reason": "A version of the same language."}
    _rows(session, SkillMerge, release_id, {"skill_id": merged, "into_id": python, **why})
    related = {"skill_id": python, "related_id": ids[1], "strength": 0.5, "reason": "co_occurrence"}
    _rows(session, SkillRelation, release_id, related)
    return ids


def _add_occupations(session: Session, release_id: int, skills: list[int]) -> None:
    reading, computers, oral, creative, writing, python, laptop, _ = skills
    full, bare = (Occupation(onet_code=code, soc_code=code[:7]) for code in (FULL, BARE))
    session.add_all([full, bare])
    session.flush()

    def add(table: type[Base], *rows: dict[str, Any]) -> None:
        _rows(session, table, release_id, *({"occupation_id": full.id, **row} for row in rows))

    def plain(table: type[Base], *rows: dict[str, Any]) -> None:
        _rows(session, table, release_id, *rows)

    zone = {"experience": "Some.", "education": "A degree.", "job_training": "Years.", "examples": "Many."}
    plain(JobZone, {"zone": 4, "name": "Job Zone Four", "svp_range": "(7.0 to < 8.0)", **zone})
    describe = {"description": "What it is."}
    elements = (
        "1.B.1.b",
        "1.B.1.g",
        "1.B.2.a",
        "1.B.2.g",
        "1.D.1.a",
        "2.D.1",
        "2.D.4.a",
        "3.A.1",
        "3.A.3",
        "4.C.1.a.4",
    )
    plain(Element, *({"element_id": element, "name": f"Element {element}", **describe} for element in elements))
    surveyed = (("2.D.1", "RL"), ("3.A.1", "RW"), ("3.A.3", "OJ"))
    plain(
        ElementCategory,
        *(
            {"element_id": element, "scale_id": scale, "category": number, "description": f"Category {number}"}
            for element, scale in surveyed
            for number in (1, 2)
        ),
    )
    add(
        ReleaseOccupation,
        {
            "title": "Software Developers",
            "description": "Research, design and develop software. Test it.",
            "major_group": "15",
            "job_zone": 4,
            "has_skills": True,
            "requirement_count": 1,
            "requirement_weight": 0.8,
        },
        {
            "occupation_id": bare.id,
            "title": "Registered Nurses",
            "description": "Care for patients.",
            "major_group": "29",
            "job_zone": None,
            "has_skills": False,
            "requirement_count": 0,
            "requirement_weight": 0.0,
        },
    )
    title = {"file": "Alternate Titles", "kind": "alternate", "sources": "08"}
    add(
        OccupationTitle,
        {**title, "line": 2, "title": "Python Developer", "lookup_title": "python developer", "short_title": "Dev"},
        {**title, "line": 3, "title": "RN", "lookup_title": "rn", "short_title": None, "occupation_id": bare.id},
    )
    reported = {"file": "Sample of Reported Titles", "kind": "reported", "short_title": None, "sources": None}
    add(OccupationTitle, {**reported, "line": 2, "title": "Coder", "lookup_title": "coder"})
    rating = {"importance_suppressed": False, "level_suppressed": False, "not_relevant": False}
    add(
        OccupationSkill,
        {"skill_id": reading, "importance": 4.0, "onet_level": 3.5, **rating},
        {"skill_id": computers, "importance": 4.5, "onet_level": 1.0, **rating, "level_suppressed": True},
        {"skill_id": oral, "importance": 1.5, "onet_level": 0.0, **rating, "not_relevant": True},
        {"skill_id": creative, "importance": 2.0, "onet_level": None, **rating, "importance_suppressed": True},
    )
    used = {"commodity_code": "43232405", "commodity_title": "Languages", "hot_technology": True, "in_demand": True}
    technology = {"file": "Technology Skills", "kind": "technology", "skill_id": python, "example": "Python 3.11"}
    tool = {"file": "Tools Used", "kind": "tool", "skill_id": laptop, "example": "Laptop computers"}
    plainly = {"commodity_code": None, "commodity_title": None, "hot_technology": False, "in_demand": False}
    add(OccupationTechnology, {"line": 2, **technology, **used}, {"line": 2, **tool, **plainly})
    task = {"file": "Task Statements", "text": "Write software.", "task_type": "Core", "incumbents": 50}
    emerging = {"file": "Emerging Tasks", "text": "Review what models write.", "task_type": "New", "incumbents": None}
    add(OccupationTask, {"line": 2, **task, "task_id": 7, "original_task_id": None})
    add(OccupationTask, {"line": 2, **emerging, "task_id": None, "original_task_id": 7})
    add(TaskRating, {"task_id": 7, "scale_id": "IM", "category": 0, "value": 4.2, "suppressed": False})
    add(TaskActivity, {"task_id": 7, "skill_id": writing})
    add(RelatedOccupation, {"related_id": bare.id, "tier": "Primary-Short", "position": 1})
    add(OccupationFact, *_facts())
    need = {"importance": 4.0, "onet_level": 3.5, "weight": 0.8, "critical": True}
    add(OccupationRequirement, {"skill_id": reading, **need})
    mean = {"major_group": "15", "importance": 4.0, "onet_level": 3.5, "occupations": 1}
    plain(FamilySkill, {"skill_id": reading, **mean})


def _facts() -> list[dict[str, Any]]:
    rows = [
        ("interest", "1.B.1.b", "OI", 0, 6.5, False),
        ("interest", "1.B.1.g", "IH", 0, 2.0, False),
        ("work_value", "1.B.2.a", "EX", 0, 5.0, False),
        ("work_value", "1.B.2.g", "VH", 0, 1.0, False),
        ("work_style", "1.D.1.a", "WI", 0, 2.5, False),
        ("work_style", "1.D.1.a", "DR", 0, 3.0, False),
        ("education", "2.D.1", "RL", 1, 20.0, False),
        ("education", "2.D.1", "RL", 2, 80.0, False),
        ("education", "2.D.4.a", "IM", 0, 2.0, False),
        ("education", "3.A.1", "RW", 1, 100.0, False),
        ("education", "3.A.3", "OJ", 1, 60.0, False),
        ("education", "3.A.3", "OJ", 2, 40.0, True),
        ("work_context", "4.C.1.a.4", "CX", 0, 4.5, False),
        ("work_context", "4.C.1.a.4", "CXP", 5, 70.0, False),
    ]
    names = ("domain", "element_id", "scale_id", "category", "value", "suppressed")
    return [{**dict(zip(names, row, strict=True)), "not_relevant": False} for row in rows]


def _add_imports(session: Session) -> None:
    wages, jaat = (
        ReferenceImport(kind=kind, name=f"{kind}.csv", sha256=digit * 64, rows=1, current_key=kind)
        for kind, digit in (("wages", "3"), ("jaat", "4"))
    )
    session.add_all([wages, jaat])
    session.flush()
    figures = {"median_wage": 130_000.0, "annual_openings": 140_000, "outlook_percent": 17.0}
    session.add(OccupationWage(import_id=wages.id, soc_code=FULL[:7], year=2024, **figures))
    body: dict[str, Any] = {
        "job_summary": "Nurses care for people. They work in teams.",
        "key_responsibilities": ["Care"],
        "essential_skills": ["Listening"],
        "typical_education": "A degree",
        "salary_range": {"low": 60_000, "high": 120_000, "currency": "USD"},
        "growth_outlook": "Growing.",
        "related_occupations": [FULL],
        "source": "A panel",
        "licence": "CC BY 4.0",
    }
    session.add(JaatSummary(import_id=jaat.id, onet_code=BARE, body=body))
