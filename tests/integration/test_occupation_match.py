"""Skills against occupations: numbers worked out by hand, laws that always hold, and who may ask about what."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.models import (
    Occupation,
    OccupationRequirement,
    OnetRelease,
    ReleaseOccupation,
    ReleaseSkill,
    Run,
    RunResult,
    Skill,
    SkillAlias,
    SkillMerge,
)
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.onet.matching import HeldSkill, Score, experience_weight, own_level, rank
from jobmate_agent.services.onet.skill_names import resolve
from tests.contract.world import upload
from tests.hand_run import ASYNC, finished
from tests.web import Person, Web

NAMES = ("Reading", "Writing", "Speaking", "Python", "Mathematics", "Mathematics")
KINDS = ("skill", "skill", "skill", "technology", "skill", "knowledge")
# By occupation: job zone, and by number of skill (importance, level, weight, critical).
NEEDS: Mapping[str, tuple[int | None, Mapping[int, tuple[float | None, float | None, float, bool]]]] = {
    # Everything that is said of levels: asked levels on our scale are 3, 1, 4 and unknown.
    "11-1000.00": (
        4,
        {0: (4.0, 4.9, 0.8, True), 1: (3.0, 1.99, 0.6, False), 2: (5.0, 5.0, 1.0, True), 3: (None, None, 0.8, True)},
    ),
    "13-1000.00": (None, {0: (3.5, 2.0, 0.7, False), 4: (4.5, 3.5, 0.9, True)}),
    "15-1000.00": (5, {3: (None, None, 0.7, False), 5: (3.2, 2.5, 0.64, False)}),
}


@dataclass(frozen=True)
class Small:
    """A release of three rated occupations and an unrated one, which asks for Python alone."""

    release_id: int
    skills: tuple[int, ...]


def build(session: Session) -> Small:
    release = OnetRelease(name="O*NET 30.1", version="30.1", vocabulary_version="v1", published_key=PUBLISHED)
    skills = [Skill(kind=kind, key=f"{kind} {name}") for kind, name in zip(KINDS, NAMES, strict=True)]
    merged = Skill(kind="technology", key="python 3")
    session.add_all([release, *skills, merged])
    session.flush()
    for skill, name in [*zip(skills, NAMES, strict=True), (merged, "Python 3")]:
        named = {"name": name, "normalized_name": name.lower(), "framework": "onet"}
        session.add(ReleaseSkill(release_id=release.id, skill_id=skill.id, **named))
    session.add(SkillAlias(release_id=release.id, skill_id=skills[3].id, normalized_label="py", label="Py"))
    session.add(
        SkillMerge(
            release_id=release.id, skill_id=merged.id, into_id=skills[3].id, rule="near_duplicate", reason="Same."
        )
    )
    for code, (zone, needs) in NEEDS.items():
        add_occupation(session, release.id, code, zone, {skills[at].id: need for at, need in needs.items()})
    add_occupation(session, release.id, "55-1000.00", 1, {skills[3].id: (None, None, 0.7, False)}, rated=False)
    return Small(release.id, tuple(skill.id for skill in skills))


def add_occupation(
    session: Session, release_id: int, code: str, zone: int | None, needs: Mapping[int, Any], *, rated: bool = True
) -> None:
    occupation = Occupation(onet_code=code, soc_code=code[:7])
    session.add(occupation)
    session.flush()
    here: dict[str, Any] = {"release_id": release_id, "occupation_id": occupation.id}
    described = {"title": f"Title of {code}", "description": "What it is.", "major_group": code[:2]}
    totals = {"requirement_count": len(needs), "requirement_weight": sum(weight for _, _, weight, _ in needs.values())}
    session.add(ReleaseOccupation(**here, **described, **totals, job_zone=zone, has_skills=rated))
    for skill_id, (importance, level, weight, critical) in needs.items():
        need = {"importance": importance, "onet_level": level, "weight": weight, "critical": critical}
        session.add(OccupationRequirement(**here, skill_id=skill_id, **need))


@pytest.fixture
def small(db: Database) -> Small:
    with db.unit_of_work() as session:
        return build(session)


def ranked(
    db: Database, small: Small, *held: tuple[int, int | None, float | None], years: float | None = None
) -> dict[str, Score]:
    wanted = {small.skills[at]: HeldSkill(small.skills[at], level, of) for at, level, of in held}
    with db.reading() as session:
        return {score.onet_code: score for score in rank(session, small.release_id, wanted, years)}


def test_the_formulas_by_hand(db: Database, small: Small) -> None:
    scores = ranked(db, small, (0, 2, None), (1, 3, None), (3, 1, None), years=1.0)
    assert list(scores) == ["11-1000.00", "13-1000.00", "15-1000.00"], "75 × 8/9 × 0.85 = 56.67, 50, 50 × 0.82 = 41"
    first = scores["11-1000.00"]
    # Reading is held at 2 of 3, Writing at 3 of 1 counts as 1, of Python no level is asked: (2/3 + 1 + 1) / 3.
    assert (first.matched, first.required, first.match_score) == (3, 4, 75.0)
    assert first.alignment == 0.8889
    assert first.experience_weight == 0.85, "0.8 + 0.2 × 1 of 4 years"
    assert first.adjusted_match_score == pytest.approx(75 * 8 / 9 * 0.85, abs=0.01)
    assert first.importance_score == 68.75, "0.8 + 0.6 + 0.8 of 3.2"
    second = scores["13-1000.00"]
    assert (second.match_score, second.alignment, second.experience_weight) == (50.0, 1.0, 1.0), "zone unknown"
    third = scores["15-1000.00"]
    assert (third.match_score, third.experience_weight, third.adjusted_match_score) == (50.0, 0.82, 41.0)


def test_years_of_the_matched_skills_count_where_no_others_are_known(db: Database, small: Small) -> None:
    scores = ranked(db, small, (0, None, 1.0), (3, None, 2.0), (4, None, 40.0))
    assert scores["11-1000.00"].experience_weight == 0.9, "2 of 4 years: the 40 are in what is not asked for"
    assert scores["15-1000.00"].experience_weight == 0.84
    assert ranked(db, small, (0, None, None))["11-1000.00"].experience_weight == 1.0
    assert ranked(db, small, (0, None, 1.0), years=8.0)["11-1000.00"].experience_weight == 1.0


def test_unrated_occupations_and_unknown_skills_take_no_part(db: Database, small: Small) -> None:
    assert "55-1000.00" not in ranked(db, small, (3, 4, None))
    with db.reading() as session:
        assert rank(session, small.release_id, {}) == []
        assert rank(session, small.release_id, {10**6: HeldSkill(10**6)}) == []


def test_the_scale_and_the_weight_of_experience() -> None:
    assert [own_level(level) for level in (None, 0.0, 0.01, 1.99, 2.0, 3.49, 3.5, 4.99, 5.0, 7.0)] == [
        *(None, 0, 1, 1, 2, 2, 3, 3, 4, 4)
    ]
    assert experience_weight(4, 0.0) == 0.8
    assert [round(experience_weight(zone, 1.0), 2) for zone in (1, 2, 3, 4, 5)] == [1.0, 1.0, 0.9, 0.85, 0.82]
    assert experience_weight(None, 3.0) == experience_weight(3, None) == 1.0


def test_more_is_never_less(db: Database, small: Small) -> None:
    """Another skill, a higher level or more years never lower a score."""
    chance = random.Random(7)
    for _ in range(60):
        some = {at: (chance.choice([None, 1, 2, 3, 4])) for at in range(6) if chance.random() < 0.5}
        years = chance.choice([None, 0.5, 3.0])
        before = ranked(db, small, *((at, level, None) for at, level in some.items()), years=years)
        added = chance.randrange(6)
        level = some.get(added)
        better = {**some, added: min(4, level + 1) if level else level}
        after = ranked(db, small, *((at, of, None) for at, of in better.items()), years=years and years + 1)
        for code, score in before.items():
            assert after[code].match_score >= score.match_score
            assert after[code].importance_score >= score.importance_score
            assert after[code].adjusted_match_score >= score.adjusted_match_score - 0.01


def test_names_as_people_write_them(db: Database, small: Small) -> None:
    names = ["  PYTHON ", "py", "Python programming skills", "Pithon 3", "Mathematics", "Writng", "x", "Sorcery", "…"]
    with db.reading() as session:
        found = resolve(session, small.release_id, names)
    python = small.skills[3]
    said = {one.name: (one.method, [skill.skill_id for skill in one.skills]) for one in found}
    assert said == {
        "  PYTHON ": ("exact", [python]),
        "py": ("alias", [python]),
        "Python programming skills": ("exact", [python]),
        "Pithon 3": ("similar", [python]),
        "Mathematics": ("exact", [small.skills[4], small.skills[5]]),
        "Writng": ("similar", [small.skills[1]]),
        **dict.fromkeys(("x", "Sorcery", "…"), (None, [])),
    }


@pytest.fixture
def served(web: Web) -> Small:
    with web.container.db.unit_of_work() as session:
        return build(session)


def match(person: Person, **body: Any) -> Any:
    answer = person.post("/api/occupations/match", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_answer_shows_what_lies_behind_a_score(served: Small, web: Web) -> None:
    person = web.person()
    skills = ["Reading", {"name": "Writing", "level": 0}, {"name": "Speaking", "level": 2, "years": 2}, "Sorcery"]
    found = match(person, skills=skills)
    assert found["unresolved"] == ["Sorcery"]
    assert found["not_asked_for"] == []
    assert [name["name"] for name in found["resolved"]] == ["Reading", "Writing", "Speaking"]
    assert (found["total"], found["pages"], found["not_rated"]) == (2, 1, 1)
    assert found["release"]["version"] == "30.1"
    first = next(one for one in found["occupations"] if one["onet_code"] == "11-1000.00")
    assert (first["match_score"], first["alignment"], first["experience_weight"]) == (50.0, 0.75, 0.9)
    assert {skill["name"]: skill["alignment"] for skill in first["matched"]} == {"Speaking": 0.5, "Reading": 1.0}
    assert [skill["name"] for skill in first["transferable"]] == ["Reading"]
    assert first["transferable"][0]["asked_by"] == 2
    assert [(skill["name"], skill["critical"]) for skill in first["missing_critical"]] == [
        ("Python", True),
        ("Writing", False),
    ]
    assert first["missing_critical"][1]["learning"]["level_label"] == "basic"
    second = match(person, skills=skills, page=2, per_page=1)
    assert [one["onet_code"] for one in second["occupations"]] == [found["occupations"][1]["onet_code"]]
    assert match(person, skills=["Sorcery"])["occupations"] == []
    assert match(person, skills=["Reading"], page=9)["occupations"] == []


def test_skills_that_no_rated_occupation_asks_for_are_told(served: Small, web: Web) -> None:
    with web.container.db.unit_of_work() as session:
        skill = Skill(kind="knowledge", key="astronomy")
        session.add(skill)
        session.flush()
        named = {"name": "Astronomy", "normalized_name": "astronomy", "framework": "onet"}
        session.add(ReleaseSkill(release_id=served.release_id, skill_id=skill.id, **named))
        need = {skill.id: (None, None, 0.7, False)}
        add_occupation(session, served.release_id, "55-2000.00", 1, need, rated=False)
        skill_id = skill.id
    found = match(web.person(), skills=["Reading", "Astronomi", "Gastronomy"])
    assert [(name["name"], name["method"]) for name in found["resolved"]] == [
        ("Reading", "exact"),
        ("Astronomi", "similar"),
    ]
    assert found["unresolved"] == ["Gastronomy"]
    assert found["not_asked_for"] == [skill_id]


def test_what_is_no_question(served: Small, web: Web) -> None:
    person = web.person()
    for body in (
        {},
        {"skills": []},
        {"skills": ["x"], "resume_id": 1},
        {"skills": [""]},
        {"skills": ["x" * 201]},
        {"skills": ["x"] * 101},
        {"skills": [{"level": 2}]},
        {"skills": [{"name": "x", "level": 5}]},
        {"skills": [{"name": "x", "years": -1}]},
        {"skills": ["x"], "per_page": 51},
        {"skills": ["x"], "page": 0},
        {"resume_id": "1"},
    ):
        assert person.post("/api/occupations/match", json=body).status_code == 422, body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_resume_is_matched_by_a_run(served: Small, web: Web) -> None:
    person, stranger = web.person(), web.person()
    resume = upload(person, "cv.txt", b"Experience\n- 4 years of Python\n- Sorcery and Python services\n")["resume_id"]
    refused = stranger.post("/api/occupations/match", json={"resume_id": resume})
    assert (refused.status_code, refused.json()["code"]) == (404, "resume_not_found")
    answer = person.post("/api/occupations/match", json={"resume_id": resume}, headers=ASYNC)
    assert answer.status_code == 202
    again = person.post("/api/occupations/match", json={"resume_id": resume}, headers=ASYNC)
    assert again.json() == answer.json(), "joined"
    found = finished(web.container, answer)
    assert found["resume_id"] == resume
    assert [name["name"] for name in found["resolved"]] == ["Python"]
    assert {one["onet_code"] for one in found["occupations"]} == {"11-1000.00", "15-1000.00"}
    assert found["degraded"] is False
    run_id = answer.json()["run_id"]
    assert stranger.get(f"/api/runs/{run_id}/result").status_code == 404
    with web.container.db.reading() as session:
        stored = session.execute(sa.text("SELECT body FROM run_results")).scalar_one()
        assert b"Python" not in bytes(stored), "encrypted"
    assert person.delete(f"/api/resumes/{resume}").status_code == 200
    assert person.get(f"/api/runs/{run_id}/result").status_code == 404
    with web.container.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RunResult)) == 0


def test_a_resume_that_goes_away_takes_its_run_along(served: Small, web: Web) -> None:
    person = web.person()
    resume = upload(person, "cv.txt")["resume_id"]
    answer = person.post("/api/occupations/match", json={"resume_id": resume}, headers=ASYNC)
    assert person.delete(f"/api/resumes/{resume}").status_code == 200
    assert person.get(answer.json()["status_url"]).status_code == 404
    with web.container.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Run).where(Run.kind == "match")) == 0


def test_without_occupations_there_is_nothing_to_match(web: Web) -> None:
    person = web.person()
    answer = person.post("/api/occupations/match", json={"skills": ["Python"]})
    assert (answer.status_code, answer.json()["code"]) == (503, "no_release")
