"""Corrections over HTTP, on every database: they count at once, for good, and for their owner alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.background import runs
from jobmate_agent.db import Database
from jobmate_agent.models import JobListing, Run, Skill, SkillCorrection, SkillGapReport, User
from jobmate_agent.schemas.corrections import CorrectionDone, Corrections
from jobmate_agent.services.gaps.corrections import LARGEST_NUMBER
from tests.correctable import Correctable, Entries, add_vocabulary, correctable, named
from tests.people import add_job, add_user, status_row
from tests.post_catcher import catching_posts
from tests.web import Person, Web


@pytest.fixture
def entries(db: Database) -> Entries:
    return add_vocabulary(db)


@pytest.fixture
def case(person: Person, db: Database, entries: Entries) -> Correctable:
    return correctable(person, db, entries)


def skills(report: dict[str, Any], status: str) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in report[f"{status}_skills"]}


def count(db: Database, user_id: str) -> int:
    with db.reading() as session:
        query = sa.select(sa.func.count()).select_from(SkillCorrection).where(SkillCorrection.user_id == user_id)
        return session.scalar(query) or 0


# --- what a correction does


def test_a_skill_that_is_held_after_all(case: Correctable) -> None:
    before = case.report()
    body = case.said("Rust", "have_it")
    CorrectionDone.model_validate(body)
    report = body["report"]
    assert body["overall_match_before"] == before["overall_match"]
    (moved,) = body["moved"]
    assert (moved["entry"], moved["name"]) == (case.entries["Rust"].id, "Rust")
    assert (moved["before"]["status"], moved["after"]["status"]) == ("missing", "meets_or_exceeds")
    assert moved["points"] == pytest.approx(report["overall_match"] - before["overall_match"], abs=0.011)
    assert moved["why"] == "You said that you have Rust."
    rust = skills(report, "matched")["Rust"]
    said = {"entry": case.entries["Rust"].id, "name": "Rust", "kind": "have_it", "value": True, "origin": "resume"}
    assert rust["corrections"] == [said]
    assert (rust["resume_evidence"], bool(rust["job_evidence"])) == ([], True)
    assert "(your own word)" in report["report_md"]
    assert "run_id" not in report["analysis"]["context"]
    assert case.report() == report
    assert case.person.get(f"{case.path}/report.md").text == report["report_md"]
    assert case.reports() == [report["id"], before["id"]]
    assert status_row(case.db, case.person.id, case.job_id) == ("ready", None, report["id"])


def test_saying_it_twice_has_one_effect(case: Correctable) -> None:
    for said in (("Rust", "have_it", 3), ("Excel", "not_a_skill"), ("bee keeping", "wrong_skill", "Java")):
        first, second = case.said(*said), case.said(*said)
        assert second["report"] == first["report"]
        assert (second["moved"], second["overall_match_before"]) == ([], first["report"]["overall_match"])
    assert count(case.db, case.person.id) == 3
    assert len(case.reports()) == 4


def test_each_kind_and_back_again(case: Correctable) -> None:
    original = case.report()
    weak = case.said("SQL", "level_is", 4)["report"]
    assert skills(weak, "matched")["SQL"]["candidate_level"] == {
        "label": "advanced",
        "score": 4,
        "years": None,
        "confidence": 1.0,
        "cues": ["your own word"],
    }
    removed = case.said("Excel", "not_a_skill")
    (gone,) = removed["moved"]
    assert "after" not in gone
    assert gone["why"].endswith("The other 4 skills count for more of the score.")
    assert "Excel" not in {entry["name"] for entry in removed["report"]["analysis"]["missing_skills"]}
    replaced = case.said("bee keeping", "wrong_skill", "Kubernetes")
    assert sorted(entry["name"] for entry in replaced["moved"]) == ["Kubernetes", "bee keeping"]
    kubernetes = skills(replaced["report"], "missing")["Kubernetes"]
    assert kubernetes["job_evidence"] == [{"quote": "know bee keeping", "start": 7, "end": 23}]
    assert (kubernetes["descriptor"]["skill_id"], kubernetes["is_required"]) == (case.entries["Kubernetes"].id, False)
    assert kubernetes["corrections"][0]["entry"] == "custom:bee keeping"
    case.said("Kubernetes", "have_it")
    listed = Corrections.model_validate(case.person.get(f"{case.path}/corrections").json()).corrections
    assert [(each.name, each.kind, each.value, each.origin, each.in_force) for each in listed] == [
        ("Kubernetes", "have_it", True, None, True),
        ("bee keeping", "wrong_skill", case.entries["Kubernetes"].id, "job", True),
        ("Excel", "not_a_skill", True, "job", True),
        ("SQL", "level_is", 4, None, True),
    ]
    assert listed[1].value_name == "Kubernetes"
    for entry, kind in (("Excel", "not_a_skill"), ("SQL", "level_is"), ("Kubernetes", "have_it")):
        case.said(entry, kind, False)
    back = case.said("bee keeping", "wrong_skill", False)["report"]
    for same in ("overall_match", "report_md", "matched_skills", "weak_skills", "missing_skills"):
        assert back[same] == original[same]
    assert not any(each["in_force"] for each in case.corrections())
    assert count(case.db, case.person.id) == 8


def test_the_points_of_several_corrections_add_up(case: Correctable) -> None:
    other = case.on_another_job()
    seen = case.report()["overall_match"]
    other.said("Rust", "have_it", 4)
    other.said("SQL", "level_is", 3)
    # What was said elsewhere moves this report too, and the answer tells all that moved since it was last seen.
    body = case.said("Excel", "not_a_skill")
    assert body["overall_match_before"] == seen
    assert {entry["name"] for entry in body["moved"]} == {"Rust", "SQL", "Excel"}
    total = sum(entry["points"] for entry in body["moved"])
    assert total == pytest.approx(body["report"]["overall_match"] - seen, abs=0.03)


def test_what_the_resume_was_read_as(case: Correctable) -> None:
    def on_resume(report: dict[str, Any]) -> set[str]:
        return {entry["name"] for entry in report["analysis"]["resume_skills"]}

    assert on_resume(case.said("Quilting", "not_a_skill")["report"]) == {"Python", "SQL"}
    body = case.said("Python", "wrong_skill", "Rust", origin="resume")
    assert on_resume(body["report"]) == {"Rust", "SQL"}
    assert {"Python", "Rust"} <= {entry["name"] for entry in body["moved"]}
    assert skills(body["report"], "missing")["Python"]["status"] == "missing"
    assert {each["origin"] for each in case.corrections()} == {"resume"}


# --- how far it reaches


def test_about_the_person_it_holds_for_every_job(case: Correctable) -> None:
    job = case.on_another_job()
    page = case.on_another_job()
    for saved in (job, page):
        case.person.post(f"/api/job-collections/{saved.job_id}")
    before = job.report()
    case.said("Rust", "have_it", 4)
    later = job.report()
    assert (later["id"] > before["id"], skills(later, "matched")["Rust"]["candidate_level"]["score"]) == (True, 4)
    assert job.report() == later
    summary = case.person.get("/api/gap/summary").json()
    assert "Rust" not in {entry["name"] for entry in summary["skills"]}
    assert len(page.reports()) == 2
    case.said("Rust", "have_it", False)
    assert "your own word" not in case.person.get(f"{page.path}/report.md").text
    assert len(page.reports()) == 3


def test_about_a_posting_it_holds_for_that_job_alone(case: Correctable) -> None:
    other = case.on_another_job()
    before = other.report()
    case.said("Excel", "not_a_skill")
    case.said("Rust", "wrong_skill", "Java")
    assert other.report() == before
    assert other.corrections() == []


def test_it_is_seen_by_nobody_else(case: Correctable, web: Web, db: Database) -> None:
    stranger = correctable(web.person(), db, case.entries)
    theirs = stranger.report()
    case.said("Rust", "have_it")
    assert stranger.report() == theirs
    assert stranger.corrections() == []
    hidden = add_job(db, owner_id=case.person.id)
    for method in ("GET", "POST"):
        body = {"entry": case.entries["Rust"].id, "kind": "have_it"}
        options = {"json": body} if method == "POST" else {}
        for job_id in (hidden, 2**31 - 1):
            answer = stranger.person.request(method, f"/api/gap/by-job/{job_id}/corrections", **options)
            assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
    # A job that both see: what is corrected is one's own report, which the stranger does not have.
    answer = stranger.person.post(f"{case.path}/corrections", json={"entry": 1, "kind": "have_it"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_gap_report")
    assert count(db, stranger.person.id) == 0


# --- what is refused


def test_entries_that_the_report_does_not_have(case: Correctable) -> None:
    for entry in ("Java", "Laptop", "fishing"):
        answer = case.say(entry, "have_it")
        assert (answer.status_code, answer.json()["code"]) == (404, "entry_not_found"), entry
    for entry, origin in (("Quilting", "job"), ("Excel", "resume")):
        assert case.say(entry, "not_a_skill", origin=origin).status_code == 404
    unknown = case.person.post(f"{case.path}/corrections", json={"entry": 2**31 - 1, "kind": "have_it"})
    assert unknown.status_code == 404
    assert case.say("Java", "have_it", False).status_code == 404
    assert count(case.db, case.person.id) == 0


def test_values_that_say_nothing(case: Correctable) -> None:
    rust, laptop = case.entries["Rust"].id, case.entries["Laptop"].id
    wrong: list[tuple[str, Any]] = [
        *(("have_it", value) for value in (0, 5, -1, 2**31, 2**70, 1.5, "3", [], {})),
        *(("level_is", value) for value in (None, True, 5, 10**30, "advanced")),
        *(("not_a_skill", value) for value in (0, 1, "no")),
        *(("wrong_skill", value) for value in (None, True, 0, rust, laptop, 2**31 - 1, "Java")),
        *(("is_great", value) for value in (None, 1)),
    ]
    for kind, value in wrong:
        answer = case.person.post(f"{case.path}/corrections", json={"entry": rust, "kind": kind, "value": value})
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json"), (kind, value)
        assert answer.json()["details"], (kind, value)
    for body in (
        {},
        [],
        {"kind": "have_it"},
        {"entry": rust},
        *({"entry": entry, "kind": "have_it"} for entry in (0, True, None, 2**31, "Rust", "1", "custom", "x" * 500)),
        {"entry": f"custom:{'x' * 400}", "kind": "have_it"},
        {"entry": rust, "kind": "not_a_skill", "origin": "elsewhere"},
    ):
        assert case.person.post(f"{case.path}/corrections", json=body).status_code == 422, body
    refused = case.say("Rust", "level_is", 7).json()
    assert (refused["code"], refused["message"]) == (
        "value_not_accepted",
        "Not accepted: level_is takes a level from 0 (none) to 4 (advanced).",
    )
    assert case.say("Rust", "wrong_skill", 2**31 - 1).json()["code"] == "unknown_skill"
    assert count(case.db, case.person.id) == 0


def test_there_is_an_end_to_it(case: Correctable) -> None:
    values = {"user_id": case.person.id, "kind": "level_is", "skill_id": case.entries["Rust"].id}
    with case.db.unit_of_work() as session:
        session.add_all(
            SkillCorrection(**values, level=number % 5, taken_back=False) for number in range(LARGEST_NUMBER - 1)
        )
    assert case.said("Excel", "not_a_skill")["report"]["overall_match"] is not None
    refused = case.say("SQL", "have_it")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_corrections")
    # What counts already can still be said.
    assert case.said("Excel", "not_a_skill")["moved"] == []
    assert len(case.corrections()) == LARGEST_NUMBER


def test_it_is_counted_with_runs(make_web: Callable[..., Web]) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_run="2 per minute")
    person, db = web.person(), web.container.db
    case = correctable(person, db, add_vocabulary(db))
    answers = [case.say("Rust", "have_it") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


# --- the vocabulary moves on


def test_merged_skills_are_followed(case: Correctable, db: Database) -> None:
    rust, java = case.entries["Rust"].id, case.entries["Java"].id
    with db.unit_of_work() as session:
        older, oldest = Skill(kind="technology", key="rust lang"), Skill(kind="technology", key="rustic")
        javas = Skill(kind="technology", key="java se", merged_into_id=java)
        session.add_all([older, oldest, javas])
        session.flush()
        older.merged_into_id, oldest.merged_into_id = rust, older.id
        ids = {"oldest": oldest.id, "javas": javas.id}
    path = f"{case.path}/corrections"
    held = case.person.post(path, json={"entry": ids["oldest"], "kind": "have_it"}).json()
    assert skills(held["report"], "matched")["Rust"]["corrections"][0]["entry"] == rust
    same = case.person.post(path, json={"entry": rust, "kind": "have_it"}).json()
    assert same["moved"] == []
    put = case.person.post(path, json={"entry": case.entries["Excel"].id, "kind": "wrong_skill", "value": ids["javas"]})
    assert "Java" in skills(put.json()["report"], "missing")
    itself = {"entry": ids["oldest"], "kind": "wrong_skill", "value": rust}
    assert case.person.post(path, json=itself).status_code == 422
    # An entry that was corrected is merged into another one later: what was said goes with it.
    with db.unit_of_work() as session:
        session.get_one(Skill, case.entries["SQL"].id).merged_into_id = case.entries["Kubernetes"].id
    renamed = case.on_another_job(job=[named("Kubernetes", case.entries, 3), named("Python", case.entries)])
    case.said("SQL", "level_is", 4)
    assert skills(renamed.report(), "matched")["Kubernetes"]["candidate_level"]["score"] == 4


# --- it goes with what it is about


def test_it_is_deleted_with_the_reports_and_with_the_user(case: Correctable, db: Database) -> None:
    case.person.post(f"/api/job-collections/{case.job_id}")
    case.said("Excel", "not_a_skill")
    case.said("Rust", "have_it")
    case.said("bee keeping", "have_it")
    with db.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT custom_name FROM skill_corrections").scalars().all()
    assert not any(b"bee" in bytes(name) for name in raw if name is not None)
    assert case.person.delete(case.path).json() == {"deleted": 4}
    assert [each["name"] for each in case.corrections()] == ["bee keeping", "Rust"]
    case.add_report()
    assert {"Rust", "Excel"} & set(skills(case.report(), "matched")) == {"Rust"}
    case.said("Excel", "not_a_skill")
    assert case.person.delete(f"/api/job-collections/{case.job_id}").status_code == 200
    assert count(db, case.person.id) == 2
    with db.unit_of_work() as session:
        session.execute(sa.delete(User).where(User.id == case.person.id))
    assert count(db, case.person.id) == 0


def test_without_the_resume_there_is_nothing_to_correct(case: Correctable) -> None:
    case.said("Rust", "have_it")
    assert case.person.delete(f"/api/resumes/{case.resume_id}").status_code == 200
    answer = case.say("Excel", "have_it")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_gap_report")
    assert [each["name"] for each in case.corrections()] == ["Rust"]


# --- at the same moment


def test_corrections_of_several_tabs_all_count(case: Correctable) -> None:
    said: list[tuple[str, str, Any]] = [
        *[("Rust", "have_it", None)] * 3,
        ("SQL", "level_is", 4),
        ("Excel", "not_a_skill", None),
        ("bee keeping", "wrong_skill", "Java"),
    ]
    barrier, answers = threading.Barrier(len(said)), []

    def post(entry: str, kind: str, value: Any) -> None:
        barrier.wait()
        answers.append(case.say(entry, kind, value))

    threads = [threading.Thread(target=post, args=each) for each in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * len(said)
    assert count(case.db, case.person.id) == 4
    assert len(case.reports()) == 5
    report = case.report()
    assert set(skills(report, "matched")) == {"Python", "SQL", "Rust"}
    assert set(skills(report, "missing")) == {"Java"}
    last = max((answer.json()["report"] for answer in answers), key=lambda each: each["id"])
    assert last == report


def test_pollers_and_the_frontend_hear_of_it(make_web: Callable[..., Web]) -> None:
    with catching_posts() as frontend:
        web = make_web(frontend_origin=frontend.origin)
        person, db = web.person(), web.container.db
        case = correctable(person, db, add_vocabulary(db))
        person.post(f"/api/job-collections/{case.job_id}")
        etag = person.get("/api/job-collections").headers["ETag"]
        case.said("Rust", "have_it")
        case.said("Rust", "have_it")
        again = person.get("/api/job-collections", headers={"If-None-Match": etag})
        assert again.status_code == 200
        web.container.frontend.close(10)
        assert frontend.bodies == [{"jobId": case.job_id}]


# --- reports of older versions


def test_an_old_report_is_made_anew_by_a_run(person: Person, db: Database, entries: Entries) -> None:
    case = correctable(person, db, entries, old=True)
    before = case.report()
    answers = [case.say("Rust", "have_it") for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 202
        assert answer.headers["Location"] == answer.json()["status_url"]
    assert answers[0].json() == answers[1].json()
    with db.reading() as session:
        (run,) = session.scalars(sa.select(Run).where(Run.active_key == runs.gap_key(person.id, case.job_id))).all()
    assert run.id == answers[0].json()["run_id"]
    assert count(db, person.id) == 1
    assert case.report() == before
    with db.unit_of_work() as session:
        session.execute(sa.update(JobListing).values(is_active=False, owner_id=add_user(db)))
    refused = case.say("Excel", "not_a_skill")
    assert (refused.status_code, refused.json()["code"]) == (409, "report_outdated")
    assert count(db, person.id) == 1


def test_a_report_of_another_engine_is_not_made_again(case: Correctable, db: Database) -> None:
    other = case.on_another_job()
    with db.unit_of_work() as session:
        session.execute(
            sa.update(SkillGapReport)
            .where(SkillGapReport.job_listing_id == other.job_id)
            .values(reading_version="of another engine")
        )
    before = other.report()
    case.said("Rust", "have_it")
    assert other.report() == before
    assert other.say("Rust", "have_it").status_code == 202


def test_rows_are_only_added(case: Correctable, db: Database) -> None:
    def rows() -> list[tuple[Any, ...]]:
        with db.reading() as session:
            found = session.execute(sa.select(SkillCorrection.__table__).order_by(SkillCorrection.id)).all()
        return [tuple(row) for row in found]

    stored = rows()
    for said in (("Rust", "have_it"), ("Rust", "level_is", 1), ("Rust", "level_is", 4), ("Rust", "have_it", False)):
        case.said(*said)
        assert rows()[: len(stored)] == stored
        stored = rows()
    assert len(stored) == 4
