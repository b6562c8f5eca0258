"""Saved jobs over HTTP, on every database: the list that clients poll, and when it is unchanged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import event

from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.models import JobCollection, OnetRelease, Run
from jobmate_agent.schemas.gap_routes import SavedJobs
from jobmate_agent.services.gaps import statuses
from tests.gap_documents import VOCABULARY_VERSION, add_report, new_report
from tests.hand_worker import fail, succeed, take
from tests.people import add_job, add_resume, run_row
from tests.web import Person, Web

LIST = "/api/job-collections"


def save(person: Person, job_id: int) -> None:
    assert person.post(f"{LIST}/{job_id}").status_code == 201


def run_id_of(db: Database, job_id: int) -> int:
    with db.reading() as session:
        return session.scalars(sa.select(sa.func.max(Run.id)).where(Run.subject == f"job:{job_id}")).one()


def states(person: Person) -> dict[int, str]:
    return {job["id"]: job["gap_state"] for job in person.get(LIST).json()["jobs"]}


def test_saving_twice_and_unsaving(person: Person, db: Database) -> None:
    add_resume(db, person.id)
    job_id = add_job(db)
    assert person.get(f"{LIST}/{job_id}/status").json() == {"job_id": job_id, "saved": False, "saved_at": None}
    first = person.post(f"{LIST}/{job_id}")
    assert first.status_code == 201
    assert first.json()["saved"] is True
    second = person.post(f"{LIST}/{job_id}")
    assert (second.status_code, second.json()["message"]) == (200, "Job already saved")
    assert second.json()["saved_at"] == first.json()["saved_at"]
    status = person.get(f"{LIST}/{job_id}/status").json()
    assert status == {"job_id": job_id, "saved": True, "saved_at": first.json()["saved_at"]}
    assert states(person) == {job_id: "generating"}
    gone = person.delete(f"{LIST}/{job_id}")
    assert (gone.status_code, gone.json()["saved"]) == (200, False)
    assert states(person) == {}
    assert run_row(db, run_id_of(db, job_id)).state == "cancelled"
    assert person.delete(f"{LIST}/{job_id}").status_code == 200


def test_the_list_has_every_field_of_the_contract(person: Person, db: Database) -> None:
    add_resume(db, person.id)
    waiting, running, done, failed = (add_job(db) for _ in range(4))
    for job_id in (waiting, running, done, failed):
        save(person, job_id)
    attempt = take(db, run_id_of(db, running))
    attempt.enter("map_to_onet")
    succeed(db, take(db, run_id_of(db, done)))
    fail(db, take(db, run_id_of(db, failed)), "worker_lost")
    answer = person.get(LIST)
    body = answer.json()
    SavedJobs.model_validate(body)
    assert body["total_count"] == 4
    jobs = {job["id"]: job for job in body["jobs"]}
    assert [job["id"] for job in body["jobs"]] == [failed, done, running, waiting]
    shown = ("gap_state", "has_gap", "gap_progress", "gap_step", "gap_error", "gap_stale", "bookmarked")
    assert {name: jobs[running].get(name) for name in shown} == {
        "gap_state": "generating",
        "has_gap": False,
        "gap_progress": 60,
        "gap_step": "map_to_onet",
        "gap_error": None,
        "gap_stale": False,
        "bookmarked": True,
    }
    assert (jobs[failed]["gap_state"], jobs[failed]["gap_error"]) == ("none", "worker_lost")
    assert (jobs[done]["gap_state"], jobs[done]["has_gap"], jobs[done]["gap_progress"]) == ("ready", True, 100)
    assert "gap_error" not in jobs[done]
    assert "gap_step" not in jobs[done]
    assert jobs[done]["saved_at"].endswith("+00:00")
    assert None not in [value for name, value in jobs[done].items() if name not in body_nullables()]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Vary"] == "Authorization"


def body_nullables() -> set[str]:
    return {"requirements", "salary_min", "salary_max", "company_website", "date_expires"}


def test_an_unchanged_list_is_304_and_every_change_of_the_body_is_seen(person: Person, db: Database) -> None:
    first_resume = add_resume(db, person.id)
    own = person.post("/api/jobs", json={"title": "Cook", "company": "Inn", "description": "Soups"}).json()["id"]
    save(person, own)
    with db.unit_of_work() as session:
        session.add(OnetRelease(name="r1", vocabulary_version=VOCABULARY_VERSION, published_key="published"))
    tag = person.get(LIST).headers["ETag"]
    body = person.get(LIST).json()

    def changed(what: Callable[[], object]) -> bool:
        """Whether an action changed the body; the tag must have changed with it."""
        nonlocal tag, body
        what()
        answer = person.get(LIST, headers={"If-None-Match": tag})
        now = person.get(LIST)
        if answer.status_code == 304:
            assert answer.content == b""
            assert answer.headers["ETag"] == tag
            assert now.json() == body
            return False
        assert answer.status_code == 200
        tag, body = now.headers["ETag"], now.json()
        return True

    run_id = run_id_of(db, own)
    attempt = []
    assert not changed(lambda: None)
    attempt.append(take(db, run_id))
    assert changed(lambda: attempt[0].enter("load_job"))
    assert changed(lambda: attempt[0].enter("map_to_onet"))
    assert changed(lambda: succeed(db, attempt[0]))
    assert not changed(lambda: person.get(f"/api/gap/by-job/{own}"))
    assert not body["jobs"][0]["gap_stale"]
    assert changed(lambda: person.put(f"/api/jobs/{own}", json={"salary_min": 5}))
    assert changed(lambda: person.put(f"/api/jobs/{own}", json={"description": "Broths"}))
    assert body["jobs"][0]["gap_stale"]
    second = add_resume(db, person.id)
    assert not changed(lambda: None)
    add_report(db, new_report(person.id, own, first_resume))
    changed(lambda: None)
    assert changed(lambda: person.post(f"/api/resumes/{second}/set-default"))

    def publish() -> None:
        with db.unit_of_work() as session:
            session.execute(sa.update(OnetRelease).values(vocabulary_version="v2"))

    assert changed(publish)
    assert changed(lambda: person.delete(f"/api/gap/by-job/{own}"))
    assert body["jobs"][0]["gap_state"] == "none"
    assert changed(lambda: save(person, add_job(db)))
    assert changed(lambda: person.delete(f"/api/jobs/{own}"))
    assert [job["is_active"] for job in body["jobs"]] == [True, False]
    assert changed(lambda: person.delete(f"{LIST}/{own}"))
    assert not changed(lambda: None)


def test_a_tag_belongs_to_one_user_and_one_query(person: Person, db: Database, web: Web) -> None:
    job_id = add_job(db)
    save(person, job_id)
    tag = person.get(LIST).headers["ETag"]
    assert person.get(f"{LIST}?page=1", headers={"If-None-Match": tag}).status_code == 200
    other = web.person()
    assert other.get(LIST, headers={"If-None-Match": tag}).status_code == 200
    assert person.get(LIST, headers={"If-None-Match": f'"x", W/{tag}'}).status_code == 304
    assert person.get(LIST, headers={"If-None-Match": f'"{tag[2:]}'}).status_code == 200


def test_pages_and_the_default_window(person: Person, db: Database) -> None:
    jobs = [add_job(db) for _ in range(105)]
    start = utcnow()
    with db.unit_of_work() as session:
        for number, job_id in enumerate(jobs):
            moment = start + timedelta(seconds=number)
            session.add(JobCollection(user_id=person.id, job_listing_id=job_id, added_at=moment))
        session.flush()
        run = Run(kind="gap", subject=f"job:{jobs[2]}", user_id=person.id, state="queued", payload={})
        session.add(run)
        session.flush()
        statuses.show_generating(session, person.id, jobs[2], run.id)
    newest = list(reversed(jobs))
    body = person.get(LIST).json()
    assert [job["id"] for job in body["jobs"]] == [*newest[:100], jobs[2]]
    assert body["total_count"] == 105
    page = person.get(f"{LIST}?page=2&per_page=10").json()
    assert [job["id"] for job in page["jobs"]] == newest[10:20]
    assert page["total_count"] == 105
    assert len(person.get(f"{LIST}?page=1").json()["jobs"]) == 20
    assert person.get(f"{LIST}?page=50").json() == {"jobs": [], "total_count": 105}
    for query in ("page=0", "per_page=101", "page=x"):
        assert person.get(f"{LIST}?{query}").status_code == 422


def test_people_do_not_see_each_other(person: Person, db: Database, web: Web) -> None:
    other = web.person()
    theirs = other.post("/api/jobs", json={"title": "Cook", "company": "Inn", "description": "Soups"}).json()["id"]
    save(other, theirs)
    before = other.get(LIST).json()
    answers = [
        person.post(f"{LIST}/{theirs}"),
        person.delete(f"{LIST}/{theirs}"),
        person.get(f"{LIST}/{theirs}/status"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert person.get(LIST).json() == {"jobs": [], "total_count": 0}
    assert other.get(LIST).json() == before


def test_the_number_of_queries_does_not_grow_with_the_list(make_web: Callable[..., Web]) -> None:
    web = make_web()
    person, db = web.person(), web.container.db
    statements: list[str] = []

    @event.listens_for(db.engine, "checkout")
    def trace(connection: object, *_: object) -> None:
        connection.set_trace_callback(statements.append)  # type: ignore[attr-defined]

    def selects(number_of_jobs: int) -> tuple[int, int]:
        for _ in range(number_of_jobs):
            save(person, add_job(db))
        counts = []
        tag = ""
        for _ in range(2):
            statements.clear()
            answer = person.get(LIST, headers={"If-None-Match": tag})
            tag = answer.headers["ETag"]
            counts.append(sum(statement.lstrip().startswith("SELECT") for statement in statements))
        return counts[0], counts[1]

    few, unchanged = selects(2)
    assert selects(30) == (few, unchanged)
    assert unchanged == 2, "who is calling, and what there is"
    assert few <= 3
