"""Wages and short summaries: imported, joined to occupations, switched as a whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base, Database
from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import (
    Element,
    ElementCategory,
    JobZone,
    Occupation,
    OccupationFact,
    OccupationSkill,
    OccupationTask,
    OccupationWage,
    OnetRelease,
    ReferenceImport,
    RelatedOccupation,
    ReleaseOccupation,
    ReleaseSkill,
    Skill,
    TaskRating,
)
from jobmate_agent.services.onet import imports, jaat, wages
from jobmate_agent.services.onet.profile import profile
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.sentences import sentences
from tests.unit.test_jaat_files import ENTRY, FILE

HEADER = "soc_code,year,median_wage,wage_10th_percentile,wage_90th_percentile,annual_openings,outlook_percent\n"
SKILLS = ("Programming", "Speaking", "Writing", "Testing", "Listening", "Reading", "Juggling")


@pytest.fixture
def release(db: Database) -> int:
    """A release of two occupations: one with everything, one with its description alone."""
    with db.unit_of_work() as session:
        made = OnetRelease(name="O*NET 30.1", version="30.1", vocabulary_version="v")
        developers = Occupation(onet_code="15-1252.00", soc_code="15-1252")
        testers = Occupation(onet_code="15-1253.00", soc_code="15-1253")
        session.add_all([made, developers, testers])
        session.flush()
        _describe(session, made.id, developers, "Develop programs. Keep them running. Write about them.", zone=4)
        _describe(session, made.id, testers, "Test programs.", zone=None)
        key = {"release_id": made.id, "occupation_id": developers.id}
        _rate_skills(session, key)
        _add_tasks(session, key)
        session.add(Element(release_id=made.id, element_id="2.D.1", name="Required Level of Education", description=""))
        fact = {**key, "element_id": "2.D.1", "scale_id": "RL", "domain": "education"}
        for category, value in ((6, 62.5), (8, 20.0)):
            session.add(OccupationFact(**fact, category=category, value=value))
            session.add(
                ElementCategory(
                    release_id=made.id,
                    element_id="2.D.1",
                    scale_id="RL",
                    category=category,
                    description=f"Degree {category}",
                )
            )
        session.add(RelatedOccupation(**key, related_id=testers.id, tier="Primary-Short", position=1))
        return made.id


def _describe(session: Session, release_id: int, occupation: Occupation, description: str, zone: int | None) -> None:
    title = "Software Developers" if zone else "Software Testers"
    facts: dict[str, Any] = {"description": description, "major_group": "15", "job_zone": zone}
    session.add(ReleaseOccupation(release_id=release_id, occupation_id=occupation.id, title=title, **facts))
    if zone:
        texts: dict[str, Any] = dict.fromkeys(["name", "experience", "job_training", "examples", "svp_range"], "")
        session.add(JobZone(release_id=release_id, zone=zone, education="A degree, as a rule.", **texts))


def _rate_skills(session: Session, key: dict[str, int]) -> None:
    for number, name in enumerate(SKILLS):
        skill = Skill(kind="skill", key=f"2.A.{number}")
        session.add(skill)
        session.flush()
        says = {"name": name, "normalized_name": name.lower(), "framework": "O*NET"}
        session.add(ReleaseSkill(release_id=key["release_id"], skill_id=skill.id, **says))
        rating = {"importance": 4.5 - number / 2, "importance_suppressed": name == "Writing"}
        session.add(OccupationSkill(**key, skill_id=skill.id, **rating))


def _add_tasks(session: Session, key: dict[str, int]) -> None:
    tasks = [("Debug programs.", "Core", 10), ("Design programs.", "Core", 20), ("Make tea.", "Supplemental", 90)]
    for line, (text, task_type, incumbents) in enumerate(tasks, start=2):
        task = OccupationTask(**key, file="Task Statements", line=line, task_id=line, text=text)
        task.task_type, task.incumbents = task_type, incumbents
        session.add(task)


def csv_file(folder: Path, rows: str, name: str = "wages.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + rows)
    return path


def json_file(folder: Path, **changes: Any) -> Path:
    path = folder / "jaat.json"
    path.write_bytes(orjson.dumps({**FILE, "summaries": [{**ENTRY, **changes}]}))
    return path


def occupation_id(db: Database, code: str) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(Occupation.id).where(Occupation.onet_code == code)).one()


def import_wages(db: Database, *paths: Path, **options: Any) -> imports.Imported:
    figures = wages.read_files(paths, **options)
    with db.unit_of_work() as session:
        return wages.import_figures(session, figures)


def figures(db: Database, soc_code: str) -> dict[str, Any] | None:
    with db.reading() as session:
        return wages.for_soc(session, imports.current(session).wages, soc_code)


def count(db: Database, table: type[Base]) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def summary(db: Database, release_id: int, code: str = "15-1252.00") -> dict[str, Any]:
    release = ReleaseRef(release_id, "30.1", "O*NET 30.1", None, "1")
    with db.reading() as session:
        made: dict[str, Any] = profile(session, release, imports.current(session), code)["summary"]
    return made


def test_figures_are_joined_by_soc_code_and_name_their_import(db: Database, release: int, tmp_path: Path) -> None:
    assert figures(db, "15-1252") is None
    done = import_wages(
        db, csv_file(tmp_path, "15-1252,2024,133080,79850,211450,129200,17.9\n45-9999,2024,50000,,,,\n")
    )
    assert (done.rows, done.is_new, done.not_joined) == (2, True, ("45-9999",))
    found = figures(db, "15-1252")
    assert found is not None
    assert (found["median_wage"], found["annual_openings"], found["outlook_percent"]) == (133080.0, 129200, 17.9)
    assert (found["source"], found["year"], found["soc_code"]) == ("wages.csv", 2024, "15-1252")
    assert figures(db, "15-1211") is None


def test_a_broad_occupation_stands_in_for_its_detailed_ones(db: Database, release: int, tmp_path: Path) -> None:
    done = import_wages(db, csv_file(tmp_path, "15-1250,2024,100000,,,,\n15-1252,2024,133080,,,,\n"))
    assert done.not_joined == ()
    assert [(figures(db, code) or {})["soc_code"] for code in ("15-1252", "15-1253")] == ["15-1252", "15-1250"]


def test_a_new_import_replaces_the_old_one_as_a_whole(db: Database, release: int, tmp_path: Path) -> None:
    old = import_wages(db, csv_file(tmp_path, "15-1252,2023,100000,,,,\n15-1253,2023,90000,,,,\n", "2023.csv"))
    new = import_wages(db, csv_file(tmp_path, "15-1252,2024,110000,,,,\n", "2024.csv"), name="OEWS May 2024")
    assert (figures(db, "15-1252") or {})["source"] == "OEWS May 2024"
    assert figures(db, "15-1253") is None
    again = import_wages(db, tmp_path / "2024.csv")
    assert (again.import_id, again.is_new) == (new.import_id, False)
    assert count(db, OccupationWage) == 3
    with db.unit_of_work() as session:
        imports.use(session, old.import_id)
    assert (figures(db, "15-1253") or {})["year"] == 2023
    with db.reading() as session:
        listed = [(row.id, row.current_key) for row in imports.history(session)]
    assert listed == [(new.import_id, None), (old.import_id, "wages")]
    back = import_wages(db, tmp_path / "2024.csv")  # importing the same file again serves it again
    assert (back.import_id, back.is_new) == (new.import_id, False)
    assert (figures(db, "15-1252") or {})["year"] == 2024


def test_a_file_with_a_mistake_changes_nothing(db: Database, release: int, tmp_path: Path) -> None:
    import_wages(db, csv_file(tmp_path, "15-1252,2023,100000,,,,\n"))
    with pytest.raises(InvalidInputError) as caught:
        import_wages(db, csv_file(tmp_path, "15-1252,2024,110000,,,,\n15-1253,2024,1,,,,\n"))
    assert caught.value.details[0]["loc"] == ["line 3"]
    assert (figures(db, "15-1252") or {})["year"] == 2023
    assert (count(db, ReferenceImport), count(db, OccupationWage)) == (1, 1)


def test_imports_at_the_same_time_take_turns(db: Database, release: int, tmp_path: Path) -> None:
    files = [csv_file(tmp_path, f"15-1252,{2000 + n},{50000 + n},,,,\n", f"{n}.csv") for n in range(6)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda path: import_wages(db, path), [*files, *files[:2]]))
    assert len({one.import_id for one in done}) == 6
    with db.reading() as session:
        served = [row for row in imports.history(session) if row.current_key == "wages"]
    assert len(served) == 1
    assert (count(db, ReferenceImport), count(db, OccupationWage)) == (6, 6)


def test_an_import_that_is_not_there_cannot_be_used(db: Database) -> None:
    with db.unit_of_work() as session, pytest.raises(NotFoundError):
        imports.use(session, 7)


def test_a_summary_is_made_by_rule_where_none_is_imported(db: Database, release: int) -> None:
    made = summary(db, release)
    assert made["job_summary"] == (
        "Develop programs. Keep them running. Typical tasks are to design programs, and to debug programs."
    )
    assert made["key_responsibilities"] == ["Design programs.", "Debug programs."]
    assert made["essential_skills"] == ["Programming", "Speaking", "Testing", "Listening", "Reading"]
    assert made["typical_education"] == "Degree 6"
    assert made["related_occupations"] == [{"onet_code": "15-1253.00", "title": "Software Testers"}]
    assert (made["derived"], made["derived_from"]) == (True, "O*NET 30.1")
    assert (made["salary_range"], made["growth_outlook"]) == (None, None)


def test_ratings_of_tasks_count_where_there_are_any(db: Database, release: int) -> None:
    rating = {"release_id": release, "occupation_id": occupation_id(db, "15-1252.00"), "scale_id": "IM", "category": 0}
    with db.unit_of_work() as session:
        session.add(TaskRating(**rating, task_id=2, value=4.8))
    assert summary(db, release)["key_responsibilities"] == ["Debug programs.", "Design programs."]


def test_a_summary_of_little_is_still_two_sentences(db: Database, release: int) -> None:
    made = summary(db, release, "15-1253.00")
    assert len(sentences(made["job_summary"])) == 2
    assert (made["key_responsibilities"], made["essential_skills"], made["typical_education"]) == ([], [], None)


def test_a_summary_takes_pay_and_outlook_from_the_imported_figures(db: Database, release: int, tmp_path: Path) -> None:
    import_wages(db, csv_file(tmp_path, "15-1252,2024,133080,79850,,129200,-2.5\n"), name="OEWS May 2024")
    made = summary(db, release)
    assert made["salary_range"] == {
        "low": 79850.0,
        "median": 133080.0,
        "high": None,
        "currency": "USD",
        "year": 2024,
        "source": "OEWS May 2024",
    }
    assert made["growth_outlook"] == (
        "Employment is projected to fall by 2.5%. About 129,200 openings a year are projected."
    )


def test_an_imported_summary_comes_first(db: Database, release: int, tmp_path: Path) -> None:
    summaries = jaat.read_file(json_file(tmp_path, related_occupations=["15-1253.00", "11-9999.00"]))
    with db.unit_of_work() as session:
        done = jaat.import_summaries(session, summaries)
    assert (done.rows, done.is_new, done.not_joined) == (1, True, ())
    made = summary(db, release)
    assert made["job_summary"] == ENTRY["job_summary"]
    assert (made["derived"], made["derived_from"], made["licence"]) == (False, None, "CC BY 4.0")
    assert made["source"] == "Example Career Center (JAAT 2025)"
    assert made["related_occupations"] == [{"onet_code": "15-1253.00", "title": "Software Testers"}]
    assert set(made) == set(summary(db, release, "15-1253.00"))
    with db.unit_of_work() as session:
        assert not jaat.import_summaries(session, jaat.read_file(tmp_path / "jaat.json")).is_new
