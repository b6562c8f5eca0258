"""Gap reports over HTTP, on every database, with a worker whose moves the test decides."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pypdfium2
import pytest
import sqlalchemy as sa

from jobmate_agent.blueprints import tokens
from jobmate_agent.blueprints.auth import still_signed_in
from jobmate_agent.blueprints.events import progress_events
from jobmate_agent.db import Database
from jobmate_agent.models import Run
from jobmate_agent.schemas.gap_routes import GapByJob, GapHistory, GapRunDone, GapSummary
from tests.gap_documents import PYTHON, RUST, SQL, add_report, new_report, skill
from tests.hand_worker import fail, succeed, take
from tests.people import add_job, add_resume, add_user, run_row
from tests.web import Person, Web


@pytest.fixture
def job_id(person: Person, db: Database) -> int:
    """A job for a person who has a default resume."""
    add_resume(db, person.id)
    return add_job(db)


def start(person: Person, job_id: int) -> int:
    """Start a run without waiting for it; its id."""
    answer = person.post("/api/gap/run", json={"job_id": job_id}, headers={"Prefer": "respond-async, wait=1"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    return int(answer.json()["run_id"])


def waiting_for(db: Database, person: Person) -> int:
    """The id of the run that a request of ``person`` has started, once it is there."""
    query = sa.select(Run.id).where(Run.user_id == person.id, Run.state == "queued")
    for _ in range(500):
        with db.reading() as session:
            found = session.scalar(query)
        if found is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("no run was started")


def in_background(action: Callable[[], httpx.Response]) -> Callable[[], httpx.Response]:
    """Start a request; the function returned waits for its answer."""
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(action()))
    thread.start()

    def answer() -> httpx.Response:
        thread.join()
        return answers[0]

    return answer


# --- POST /gap/run


def test_a_run_is_waited_for(person: Person, db: Database, job_id: int) -> None:
    answer = in_background(lambda: person.post("/api/gap/run", json={"job_id": job_id}))
    report_id = succeed(db, take(db, waiting_for(db, person)))
    done = answer()
    assert done.status_code == 200
    body = GapRunDone.model_validate(done.json())
    assert body.gap_report_id == report_id
    assert body.analysis.analysis_id == report_id
    assert done.json()["score"] == person.get(f"/api/gap/by-job/{job_id}").json()["score"]


def test_a_run_that_fails_or_is_cancelled_says_so(person: Person, db: Database, job_id: int) -> None:
    answer = in_background(lambda: person.post("/api/gap/run", json={"job_id": job_id}))
    fail(db, take(db, waiting_for(db, person)), "worker_lost")
    failed = answer()
    assert (failed.status_code, failed.json()["code"]) == (503, "worker_lost")
    assert int(failed.headers["Retry-After"]) > 0
    answer = in_background(lambda: person.post("/api/gap/run", json={"job_id": job_id}))
    waiting_for(db, person)
    person.delete(f"/api/gap/by-job/{job_id}")
    cancelled = answer()
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "run_cancelled")


def test_a_run_that_takes_long_goes_on_by_itself(make_web: Callable[..., Web]) -> None:
    web = make_web(wait_seconds=0.3)
    person, db = web.person(), web.container.db
    add_resume(db, person.id)
    answer = person.post("/api/gap/run", json={"job_id": add_job(db)})
    assert answer.status_code == 202
    body = answer.json()
    assert body == {
        "run_id": body["run_id"],
        "gap_state": "generating",
        "status_url": f"/api/runs/{body['run_id']}",
    }
    assert answer.headers["Location"] == body["status_url"]
    assert person.get(body["status_url"]).json()["state"] == "queued"


def test_a_run_needs_a_resume_and_a_job_that_one_may_see(person: Person, db: Database, web: Web) -> None:
    job_id = add_job(db)
    refused = person.post("/api/gap/run", json={"job_id": job_id})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_default_resume")
    add_resume(db, person.id)
    hidden = add_job(db, owner_id=add_user(db))
    for unknown in (hidden, 2**31 - 1):
        refused = person.post("/api/gap/run", json={"job_id": unknown})
        assert (refused.status_code, refused.json()["code"]) == (404, "job_not_found")
    for wrong in ({}, {"job_id": 0}, {"job_id": 2**31}, {"job_id": "x"}, {"job_id": "1"}, {"job_id": True}):
        assert person.post("/api/gap/run", json=wrong).status_code == 422
    assert person.get("/api/job-collections").json()["total_count"] == 0


# --- GET /runs


def test_a_run_is_shown_to_its_owner_alone(person: Person, db: Database, job_id: int, web: Web) -> None:
    run_id = start(person, job_id)
    path = f"/api/runs/{run_id}"
    assert person.get(path).json() == {"id": run_id, "kind": "gap", "state": "queued", "progress": 0}
    attempt = take(db, run_id)
    attempt.enter("render_report")
    assert person.get(path).json() == {
        "id": run_id,
        "kind": "gap",
        "state": "running",
        "step": "render_report",
        "progress": 85,
    }
    succeed(db, attempt)
    done = person.get(path).json()
    assert (done["state"], done["progress"]) == ("succeeded", 100)
    assert person.get(done["result_url"]).json()["exists"] is True
    stranger = web.person().get(path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "run_not_found")


# --- reading reports


def test_the_latest_report_and_its_history(person: Person, db: Database, job_id: int) -> None:
    assert person.get(f"/api/gap/by-job/{job_id}").json() == {"exists": False}
    assert person.get(f"/api/gap/by-job/{job_id}/history").json() == {"reports": []}
    ids = [succeed(db, take(db, start(person, job_id))) for _ in range(2)]
    body = person.get(f"/api/gap/by-job/{job_id}").json()
    GapByJob.model_validate(body)
    assert body["id"] == ids[1]
    assert body["overall_match"] == pytest.approx(body["score"] * 10)
    assert [entry["name"] for entry in body["matched_skills"]] == ["Python"]
    assert [entry["name"] for entry in body["weak_skills"]] == ["SQL"]
    assert [entry["name"] for entry in body["missing_skills"]] == ["Rust"]
    assert {entry["name"] for entry in body["analysis"]["matched_skills"]} == {"Python", "SQL"}
    assert body["analysis"]["analysis_id"] == ids[1]
    history = person.get(f"/api/gap/by-job/{job_id}/history").json()
    GapHistory.model_validate(history)
    assert [entry["id"] for entry in history["reports"]] == list(reversed(ids))


def test_deleting_reports_counts_them(person: Person, db: Database, job_id: int, web: Web) -> None:
    succeed(db, take(db, start(person, job_id)))
    assert web.person().delete(f"/api/gap/by-job/{job_id}").json() == {"deleted": 0}
    running = start(person, job_id)
    assert person.delete(f"/api/gap/by-job/{job_id}").json() == {"deleted": 1}
    assert run_row(db, running).state == "cancelled"
    assert person.get(f"/api/gap/by-job/{job_id}").json() == {"exists": False}
    assert person.delete(f"/api/gap/by-job/{job_id}").json() == {"deleted": 0}


def test_a_report_outlives_its_posting(person: Person, db: Database) -> None:
    add_resume(db, person.id)
    body = {"title": "Cook", "company": "Inn", "description": "Soups"}
    own = person.post("/api/jobs", json=body).json()["id"]
    succeed(db, take(db, start(person, own)))
    assert person.delete(f"/api/jobs/{own}").status_code == 200
    assert person.get(f"/api/gap/by-job/{own}").json()["exists"] is True
    assert person.delete(f"/api/gap/by-job/{own}").json() == {"deleted": 1}
    assert person.get(f"/api/gap/by-job/{own}").status_code == 404


def test_downloads_are_harmless(person: Person, db: Database, job_id: int, web: Web) -> None:
    hostile = (
        "# Größe Ωμέγα Привет\n\n<script>alert(1)</script> <img src=http://127.0.0.1:9/x onerror=alert(1)>\n\n"
        "[click](javascript:alert(1)) ![pic](http://127.0.0.1:9/y.png)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    resume_id = add_resume(db, person.id)
    path = f"/api/gap/by-job/{job_id}/report"
    missing = person.get(f"{path}.pdf")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_gap_report")
    add_report(db, new_report(person.id, job_id, resume_id, report_md=hostile))
    markdown, page, pdf = (person.get(f"{path}.{kind}") for kind in ("md", "html", "pdf"))
    assert markdown.text == hostile
    assert markdown.headers["Content-Type"] == "text/markdown; charset=utf-8"
    for answer in (markdown, page, pdf):
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    body = page.text.partition("<body>")[2]
    assert "<h1>Größe Ωμέγα Привет</h1>" in body
    assert "<td>1</td>" in body
    for forbidden in ("<script", "<img", "href", "src="):
        assert forbidden not in body.replace("&lt;img src=", "")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    document = pypdfium2.PdfDocument(pdf.content)
    text = document[0].get_textpage().get_text_bounded()
    assert "Größe Ωμέγα Привет" in text
    assert "<script>alert(1)</script>" in text
    assert b"127.0.0.1:9" not in pdf.content
    assert [web.person().get(f"{path}.{kind}").status_code for kind in ("md", "html", "pdf")] == [404] * 3


def test_the_summary_ranks_what_is_worth_learning(person: Person, db: Database, web: Web) -> None:
    resume_id = add_resume(db, person.id)
    assert person.get("/api/gap/summary").json() == {
        "skills": [],
        "jobs_with_report": 0,
        "jobs_without_report": 0,
        "average_match": None,
    }
    jobs = [add_job(db) for _ in range(3)]
    for job in jobs:
        person.post(f"/api/job-collections/{job}")
    asked = [(skill(*RUST, 2), skill(*SQL, 2)), (skill(*RUST, 2), skill(*PYTHON, 3))]
    for job, wanted in zip(jobs, asked, strict=False):
        add_report(db, new_report(person.id, job, resume_id, asked=wanted))
    unsaved = add_job(db)
    add_report(db, new_report(person.id, unsaved, resume_id))
    body = person.get("/api/gap/summary").json()
    GapSummary.model_validate(body)
    assert [entry["name"] for entry in body["skills"]] == ["Rust", "SQL"]
    rust, sql = body["skills"]
    assert {job["job_id"] for job in rust["jobs"]} == set(jobs[:2])
    assert rust["total"] == pytest.approx(2.0)
    # Both jobs weigh their two skills alike: having Rust adds half of ten.
    assert rust["lift"] == pytest.approx(5.0)
    assert sql["jobs"] == [{"job_id": jobs[0], "title": "Data engineer", "lift": pytest.approx(1.25)}]
    assert (body["jobs_with_report"], body["jobs_without_report"]) == (2, 1)
    assert web.person().get("/api/gap/summary").json()["skills"] == []


# --- events


class Events:
    """The events of an open stream, one at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        event: dict[str, Any] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = json.loads(value) if name == "data" else value
            elif not line and event:
                yield event
                event = {}


@contextmanager
def events(person: Person, job_id: int, **headers: str) -> Iterator[Events]:
    path = f"/api/gap/by-job/{job_id}/events"
    with person.web.http.stream("GET", path, headers={**person.headers, **headers}) as response:
        yield Events(response)


def test_events_follow_a_run_to_its_report(person: Person, db: Database, job_id: int) -> None:
    run_id = start(person, job_id)
    with events(person, job_id) as stream:
        assert stream.response.headers["Content-Type"] == "text/event-stream"
        turn = iter(stream)
        first = next(turn)
        assert (first["event"], first["data"]["state"], first["data"]["gap_state"]) == (
            "progress",
            "queued",
            "generating",
        )
        attempt = take(db, run_id)
        attempt.enter("map_to_onet")
        second = next(event for event in turn if event["data"].get("step"))
        assert (second["data"]["step"], second["data"]["progress"]) == ("map_to_onet", 60)
        report_id = succeed(db, attempt)
        last = list(turn)[-1]
        assert (last["event"], last["data"]["report_id"]) == ("ready", report_id)
        numbers = [int(event["id"]) for event in (first, second, last)]
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == run_row(db, run_id).version
    with events(person, job_id, **{"Last-Event-ID": last["id"]}) as stream:
        assert list(stream) == []
    with events(person, job_id, **{"Last-Event-ID": second["id"]}) as stream:
        assert [event["event"] for event in stream] == ["ready"]
    with events(person, job_id, **{"Last-Event-ID": "rubbish"}) as stream:
        assert [event["event"] for event in stream] == ["ready"]


def test_events_end_at_an_error(person: Person, db: Database, job_id: int) -> None:
    run_id = start(person, job_id)
    with events(person, job_id) as stream:
        turn = iter(stream)
        next(turn)
        fail(db, take(db, run_id), "worker_lost")
        last = list(turn)[-1]
    assert (last["event"], last["data"]["gap_error"], last["data"]["state"]) == ("error", "worker_lost", "failed")


def test_events_of_a_job_that_nobody_analyses_end_at_once(person: Person, db: Database, job_id: int, web: Web) -> None:
    with events(person, job_id) as stream:
        assert [event["event"] for event in stream] == ["none"]
    hidden = add_job(db, owner_id=web.person().id)
    assert person.get(f"/api/gap/by-job/{hidden}/events").status_code == 404


def quiet_stream(web: Web, person: Person, job_id: int) -> Iterator[bytes]:
    """What :func:`events` reads, with comments that come often."""
    with web.app.test_request_context(headers=person.headers):
        allowed = still_signed_in()
    return progress_events(web.container.db, person.id, job_id, None, allowed, comment_seconds=0.5)


def test_a_quiet_stream_sends_comments_until_the_session_is_revoked(person: Person, job_id: int, web: Web) -> None:
    start(person, job_id)
    stream = quiet_stream(web, person, job_id)
    assert [next(stream).split(b":")[0] for _ in range(4)] == [b"retry", b"id", b"", b""]
    other = web.login(person.email)
    web.http.post("/api/auth/logout", json={"refresh_token": other.refresh})
    assert next(stream).startswith(b":")
    web.http.post("/api/auth/logout", json={"refresh_token": person.refresh})
    assert list(stream) == []


def test_a_stream_ends_with_the_access_token(
    person: Person, job_id: int, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(person, job_id)
    monkeypatch.setitem(web.app.config, "JWT_DECODE_LEEWAY", 0)
    monkeypatch.setattr(tokens, "LEEWAY_SECONDS", 0)
    claims = jwt.decode(person.access, options={"verify_signature": False})
    claims["exp"] = time.time() + 3
    person.access = jwt.encode(claims, web.container.keys.tokens, algorithm="HS256")
    parts = list(quiet_stream(web, person, job_id))
    assert [part.split(b":")[0] for part in parts[:3]] == [b"retry", b"id", b""]
    assert all(part.startswith(b":") for part in parts[2:])
    assert person.get("/api/gap/summary").json()["code"] == "token_expired"


def test_whoever_waits_holds_at_most_half_of_the_threads(make_web: Callable[..., Web]) -> None:
    web = make_web(threads=4, wait_seconds=30)
    person, db = web.person(), web.container.db
    add_resume(db, person.id)
    job_id, other = add_job(db), add_job(db)
    run_id = start(person, job_id)
    with ExitStack() as open_streams:
        streams = [iter(open_streams.enter_context(events(person, job_id))) for _ in range(2)]
        assert [next(stream)["event"] for stream in streams] == ["progress", "progress"]
        refused = person.get(f"/api/gap/by-job/{job_id}/events")
        assert (refused.status_code, refused.json()["code"]) == (503, "too_many_streams")
        assert int(refused.headers["Retry-After"]) > 0
        # No room to wait either: the answer comes at once.
        assert person.post("/api/gap/run", json={"job_id": other}).status_code == 202
        succeed(db, take(db, run_id))
        assert [list(stream)[-1]["event"] for stream in streams] == ["ready", "ready"]
    for _ in range(100):
        if person.get(f"/api/gap/by-job/{job_id}/events").status_code == 200:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the places were never given back")


def test_a_stream_whose_client_leaves_gives_its_place_back(make_web: Callable[..., Web]) -> None:
    web = make_web(threads=2)
    person, db = web.person(), web.container.db
    add_resume(db, person.id)
    job_id = add_job(db)
    attempt = take(db, start(person, job_id))
    with events(person, job_id) as stream:
        next(iter(stream))
    for step in range(100):
        # The server notices when it next has something to say.
        attempt.enter("map_to_onet") if step % 2 == 0 else attempt.leave("map_to_onet")
        time.sleep(0.1)
        with events(person, job_id) as stream:
            if stream.response.status_code == 200:
                break
    else:
        pytest.fail("the place was never given back")


def test_a_report_that_scores_nothing_is_null(person: Person, db: Database, job_id: int) -> None:
    new = new_report(person.id, job_id, add_resume(db, person.id), asked=())
    assert new.score is None
    add_report(db, replace(new, degraded_reason="llm_empty"))
    body = person.get(f"/api/gap/by-job/{job_id}").json()
    GapByJob.model_validate(body)
    assert (body["score"], body["overall_match"]) == (None, None)
    assert (body["degraded"], body["degraded_reason"]) == (True, "llm_empty")
    assert "overall_score" not in body["analysis"]["metrics"]
