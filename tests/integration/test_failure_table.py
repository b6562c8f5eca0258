"""What happens, and what the user gets: every row of the design's table, against the service as it is run."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from jobmate_agent.models import DocumentExtraction, OnetRelease, Resume, Run, SkillGapReport
from tests.people import JOB_TEXT, RESUME_TEXT, count, run_row
from tests.scripted_llm import ScriptedLlm, Step
from tests.served import ServedApp, eventually, post_job, saved, upload, wait_until_over
from tests.web import Person

pytestmark = pytest.mark.slow

NODES = (
    "get_default_resume",
    "load_job",
    "extract_resume_skills",
    "extract_job_skills",
    "map_to_onet",
    "analyze_gap",
    "render_report",
    "persist_report",
)


@pytest.fixture(scope="module")
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as made:
        yield made


@pytest.fixture(scope="module")
def app(prepared: Path, tmp_path_factory: pytest.TempPathFactory, llm: ScriptedLlm) -> Iterator[ServedApp]:
    """One service for the module, with a language model; tests use people of their own."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(prepared / "jobmate.db", folder / "jobmate.db")
    with ServedApp(
        folder,
        f"sqlite:///{folder / 'jobmate.db'}",
        prepared / "var",
        llm_base_url=llm.base_url,
        llm_api_key="sk-scripted",
        llm_timeout_seconds=10,
        llm_max_retries=1,
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def honest_model(llm: ScriptedLlm) -> None:
    llm.reset()
    llm.latency = 0.0


@pytest.fixture
def person(app: ServedApp) -> Person:
    """Somebody who lets the model read their resume."""
    app.worker()
    somebody = app.person()
    assert somebody.put("/api/preferences", json={"llm_consent": True}).status_code == 200
    return somebody


def unique(text: str, person: Person) -> str:
    """The text as nobody has sent it before, so that the cache does not have it."""
    return f"{text}\nReference {person.id}\n"


def run_of(app: ServedApp, person: Person, job_id: int) -> int:
    """The newest run of (person, job)."""
    newest = sa.select(sa.func.max(Run.id)).where(Run.user_id == person.id, Run.subject == f"job:{job_id}")
    with app.container.db.reading() as session:
        return session.scalars(newest).one()


def reports_of(app: ServedApp, person: Person) -> int:
    return count(app.container.db, SkillGapReport, SkillGapReport.user_id == person.id)


def start(app: ServedApp, person: Person, text: str = JOB_TEXT) -> tuple[int, int]:
    """Save a new job; its id and its run's."""
    job_id = post_job(person, unique(text, person))
    assert person.post(f"/api/job-collections/{job_id}").status_code == 201
    return job_id, run_of(app, person, job_id)


# --- no default resume


def test_without_a_default_resume_the_newest_twenty_start_when_there_is_one(app: ServedApp, person: Person) -> None:
    jobs = [post_job(person) for _ in range(22)]
    for job_id in jobs:
        assert person.post(f"/api/job-collections/{job_id}").status_code == 201
    first = saved(person, jobs[0])
    assert (first["gap_state"], first["gap_error"], first["has_gap"]) == ("none", "no_default_resume", False)
    refused = person.post("/api/gap/run", json={"job_id": jobs[0]})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_default_resume")
    upload(person, unique(RESUME_TEXT, person))
    for job_id in jobs[2:]:
        assert wait_until_over(person, job_id)["gap_state"] == "ready"
    for job_id in jobs[:2]:
        left = saved(person, job_id)
        assert left["gap_state"] == "none"
        assert "gap_error" not in left
    assert person.get(f"/api/gap/by-job/{jobs[0]}").json() == {"exists": False}
    assert wait_until_over(person, jobs[0])["gap_state"] == "ready"
    assert saved(person, jobs[1])["gap_state"] == "none"


# --- job id unknown


def test_an_unknown_job_is_not_found_and_leaves_no_trace(app: ServedApp, person: Person) -> None:
    upload(person)
    other = app.person()
    theirs = post_job(other)
    for job_id in (999_999, theirs):
        for method, path in (
            ("POST", f"/api/job-collections/{job_id}"),
            ("DELETE", f"/api/job-collections/{job_id}"),
            ("GET", f"/api/job-collections/{job_id}/status"),
            ("GET", f"/api/gap/by-job/{job_id}"),
            ("DELETE", f"/api/gap/by-job/{job_id}"),
            ("GET", f"/api/gap/by-job/{job_id}/events"),
        ):
            answer = person.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found"), path
        answer = person.post("/api/gap/run", json={"job_id": job_id})
        assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
    assert person.get("/api/job-collections").json() == {"jobs": [], "total_count": 0}
    assert count(app.container.db, Run, Run.user_id == person.id) == 0


# --- saved twice, or two tabs at once


def test_two_tabs_save_one_job_and_start_one_run(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    llm.latency = 1.0
    upload(person, unique(RESUME_TEXT, person))
    job_id = post_job(person, unique(JOB_TEXT, person))
    answers: list[tuple[int, str]] = []
    barrier = threading.Barrier(4)

    def save() -> None:
        barrier.wait()
        answer = person.post(f"/api/job-collections/{job_id}")
        answers.append((answer.status_code, answer.json()["message"]))

    tabs = [threading.Thread(target=save) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(answers) == [(200, "Job already saved")] * 3 + [(201, "Job saved successfully")]
    assert person.get("/api/job-collections").json()["total_count"] == 1
    run_id = run_of(app, person, job_id)
    joined = person.post("/api/gap/run", json={"job_id": job_id}, headers={"Prefer": "respond-async"})
    assert (joined.status_code, joined.json()["run_id"]) == (202, run_id)
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert count(app.container.db, Run, Run.user_id == person.id) == 1
    assert reports_of(app, person) == 1


# --- the model fails


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("rate_limited", "llm_rate_limited"),
        ("server_error", "llm_server_error"),
        ("reset", "llm_unreachable"),
        ("invalid_json", "llm_malformed"),
        ("wrong_shape", "llm_malformed"),
        ("empty_choices", "llm_empty"),
        ("refusal", "llm_refused"),
        ("truncated", "llm_truncated"),
    ],
)
def test_a_failing_model_makes_a_degraded_report(
    app: ServedApp, person: Person, llm: ScriptedLlm, behaviour: str, reason: str
) -> None:
    llm.script("any", [], then=Step(behaviour, retry_after="0"))
    upload(person, unique(RESUME_TEXT, person))
    job_id, run_id = start(app, person)
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    report = person.get(f"/api/gap/by-job/{job_id}").json()
    assert (report["degraded"], report["degraded_reason"]) == (True, reason)
    assert report["score"] is not None
    assert run_row(app.container.db, run_id).attempt == 1
    # A degraded extraction is never kept as the model's: the next run asks again, and is served.
    llm.reset()
    again = person.post("/api/gap/run", json={"job_id": job_id})
    assert again.status_code == 200
    report = person.get(f"/api/gap/by-job/{job_id}").json()
    assert report["degraded"] is False
    assert len(llm.calls) == 2


def test_a_model_that_recovers_is_asked_again(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    llm.script("job", [Step("rate_limited", retry_after="0")])
    llm.script("resume", ["server_error"])
    upload(person, unique(RESUME_TEXT, person))
    job_id, run_id = start(app, person)
    wait_until_over(person, job_id)
    report = person.get(f"/api/gap/by-job/{job_id}").json()
    assert report["degraded"] is False
    assert report["analysis"]["context"]["llm_model"] == "gpt-4o-mini"
    run = run_row(app.container.db, run_id)
    assert run.llm_calls >= 2
    assert run.prompt_tokens > 0


def test_without_consent_the_resume_never_leaves(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    assert person.put("/api/preferences", json={"llm_consent": False}).status_code == 200
    upload(person, unique(RESUME_TEXT, person))
    job_id, _ = start(app, person)
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert [call.kind for call in llm.calls] == ["job"]
    assert person.get(f"/api/gap/by-job/{job_id}").json()["degraded"] is False


def test_one_resume_against_ten_jobs_is_paid_once(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    llm.latency = 0.3
    resume = unique(RESUME_TEXT, person)
    upload(person, resume)
    posting = unique(JOB_TEXT, person)
    jobs = [post_job(person, posting) for _ in range(10)]
    for job_id in jobs:
        person.post(f"/api/job-collections/{job_id}")
    for job_id in jobs:
        assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert sorted(call.kind for call in llm.calls) == ["job", "resume"]


# --- worker killed or frozen mid-run


@pytest.mark.parametrize("node", NODES)
def test_a_killed_worker_costs_neither_report_nor_money(
    app: ServedApp, person: Person, llm: ScriptedLlm, node: str
) -> None:
    resume = unique(RESUME_TEXT, person)
    upload(person, resume)
    gate = app.write_gate()
    for _ in range(60):
        job_id, run_id = start(app, person)
        with gate.at_step(run_id, node) as caught:
            if caught:
                paid = count(app.container.db, DocumentExtraction)
                calls = len(llm.calls)
                web = app.web_process()
                os.kill(app.worker_pid(), signal.SIGKILL)
                break
        wait_until_over(person, job_id)
        person.delete(f"/api/job-collections/{job_id}")
    else:
        pytest.fail(f"no run was caught at {node}")
    gate.close()
    assert app.http.get("/health").status_code == 200
    assert wait_until_over(person, job_id, 60)["gap_state"] == "ready"
    run = run_row(app.container.db, run_id)
    assert (run.state, run.attempt, run.isolated) == ("succeeded", 2, True)
    assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1
    assert web.is_running()
    if NODES.index(node) >= NODES.index("map_to_onet"):
        # Both extractions were finished and stored before the kill; the second attempt paid for neither.
        assert count(app.container.db, DocumentExtraction) == paid
        assert len(llm.calls) == calls


def test_a_finished_extraction_is_not_paid_again_when_the_other_was_cut_off(
    app: ServedApp, person: Person, llm: ScriptedLlm
) -> None:
    resume = unique(RESUME_TEXT, person)
    upload(person, resume)
    llm.script("resume", [Step("good", seconds=8)])
    before = count(app.container.db, DocumentExtraction)
    job_id, run_id = start(app, person)
    eventually(lambda: count(app.container.db, DocumentExtraction) == before + 1, what="the posting to be read")
    eventually(lambda: saved(person, job_id).get("gap_step") == "extract_resume_skills", what="the step")
    eventually(lambda: any(call.kind == "resume" for call in llm.calls), what="the model to be asked for the resume")
    os.kill(app.worker_pid(), signal.SIGKILL)
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert llm.count_for(unique(JOB_TEXT, person).strip()) + llm.count_for(unique(JOB_TEXT, person)) == 1
    assert sorted(call.kind for call in llm.calls) == ["job", "resume", "resume"]
    assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1


def test_a_killed_service_finishes_after_its_restart(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    upload(person, unique(RESUME_TEXT, person))
    llm.script("any", [Step("good", seconds=8)])
    job_id, run_id = start(app, person)
    eventually(lambda: saved(person, job_id).get("gap_step", "").startswith("extract_"), what="the step")
    app.kill()
    llm.reset()
    app.start()
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1
    assert run_row(app.container.db, run_id).attempt == 2


def test_a_frozen_worker_is_replaced_and_changes_nothing_when_it_wakes(
    app: ServedApp, person: Person, llm: ScriptedLlm
) -> None:
    upload(person, unique(RESUME_TEXT, person))
    llm.script("resume", [Step("good", seconds=3)])
    job_id, run_id = start(app, person)
    eventually(lambda: saved(person, job_id).get("gap_step") == "extract_resume_skills", what="the step")
    holder = app.process_of(run_row(app.container.db, run_id))
    assert holder is not None
    frozen = psutil.Process(holder)
    gate = app.write_gate()
    # Not in the midst of a write: a frozen writer of SQLite keeps everybody else waiting until it is killed.
    gate.shut()
    frozen.suspend()
    gate.open()
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    before = run_row(app.container.db, run_id)
    assert (before.state, before.attempt) == ("succeeded", 2)
    frozen.resume()
    frozen.wait(120)
    after = run_row(app.container.db, run_id)
    assert (after.version, after.state, after.attempt) == (before.version, before.state, before.attempt)
    assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1
    assert saved(person, job_id)["gap_state"] == "ready"


@pytest.mark.timeout(600)
def test_a_guilty_document_takes_no_neighbours_run_with_it(app: ServedApp, person: Person, llm: ScriptedLlm) -> None:
    """Whatever process reads the guilty posting dies of it, every time."""
    upload(person, unique(RESUME_TEXT, person))
    llm.script("job", [], then=Step("good", seconds=2))
    guilty, guilty_run = start(app, person, JOB_TEXT + "guilty")
    neighbours = [start(app, person, f"{JOB_TEXT}neighbour {number}") for number in range(3)]
    done = threading.Event()

    def strike() -> None:
        while not done.is_set():
            run = run_row(app.container.db, guilty_run)
            if run.state == "running" and run.step is not None and run.step.startswith("extract_"):
                pid = app.process_of(run)
                if pid is not None and run_row(app.container.db, guilty_run).version == run.version:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            done.wait(0.05)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        # Four processes are started for it one after the other, and its neighbours want theirs at the same time.
        assert wait_until_over(person, guilty, 300)["gap_error"] == "worker_lost"
    finally:
        done.set()
        striker.join()
    for job_id, run_id in neighbours:
        assert wait_until_over(person, job_id)["gap_state"] == "ready"
        assert run_row(app.container.db, run_id).attempt <= 2
        assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1
    run = run_row(app.container.db, guilty_run)
    assert (run.state, run.attempt) == ("failed", 3)
    assert saved(person, guilty)["gap_state"] == "none"


# --- unsaved, or report deleted, while generating


@pytest.mark.parametrize("path", ["/api/job-collections/{}", "/api/gap/by-job/{}"])
def test_what_is_deleted_while_generating_stays_deleted(
    app: ServedApp, person: Person, llm: ScriptedLlm, path: str
) -> None:
    upload(person, unique(RESUME_TEXT, person))
    llm.script("any", [Step("good", seconds=2)])
    job_id, run_id = start(app, person)
    eventually(lambda: saved(person, job_id).get("gap_step", "").startswith("extract_"), what="the step")
    assert person.delete(path.format(job_id)).status_code == 200
    assert run_row(app.container.db, run_id).state == "cancelled"
    eventually(lambda: app.worker().details["active"] == 0, what="the late result")
    assert run_row(app.container.db, run_id).state == "cancelled"
    assert reports_of(app, person) == 0
    assert person.get(f"/api/gap/by-job/{job_id}").json() == {"exists": False}
    listed = person.get("/api/job-collections").json()["jobs"]
    assert [job["gap_state"] for job in listed] == ([] if "collections" in path else ["none"])


# --- all attempts failed


def spoil(app: ServedApp, resume_id: int) -> bytes:
    """Damage the stored text of a resume; what it was."""
    with app.container.db.unit_of_work() as session:
        raw = session.execute(sa.text("SELECT text FROM resumes WHERE id = :id"), {"id": resume_id}).scalar_one()
        write_raw_text(session, resume_id, b"damaged")
        return bytes(raw)


def write_raw_text(session: sa.orm.Session, resume_id: int, raw: bytes) -> None:
    session.execute(sa.text("UPDATE resumes SET text = :raw WHERE id = :id"), {"raw": raw, "id": resume_id})


def test_when_all_attempts_fail_the_older_report_stays_and_a_retry_is_possible(app: ServedApp, person: Person) -> None:
    resume_id = upload(person, unique(RESUME_TEXT, person))
    job_id, _ = start(app, person)
    wait_until_over(person, job_id)
    first = person.get(f"/api/gap/by-job/{job_id}").json()["id"]
    raw = spoil(app, resume_id)
    fresh, _ = start(app, person, JOB_TEXT + "again")
    answer = person.post("/api/gap/run", json={"job_id": job_id})
    assert (answer.status_code, answer.json()["code"]) == (503, "wrong_encryption_key")
    assert "Retry-After" in answer.headers
    listed = saved(person, job_id)
    assert (listed["gap_state"], listed["has_gap"], listed["gap_error"]) == ("ready", True, "wrong_encryption_key")
    assert person.get(f"/api/gap/by-job/{job_id}").json()["id"] == first
    assert run_row(app.container.db, run_of(app, person, job_id)).attempt == 3
    without = wait_until_over(person, fresh)
    assert (without["gap_state"], without["has_gap"], without["gap_error"]) == ("none", False, "wrong_encryption_key")
    with app.container.db.unit_of_work() as session:
        write_raw_text(session, resume_id, raw)
    assert person.post("/api/gap/run", json={"job_id": fresh}).status_code == 200
    healed = saved(person, fresh)
    assert healed["gap_state"] == "ready"
    assert "gap_error" not in healed


# --- resume, posting or release changed


def test_a_report_of_the_past_is_served_as_stale(app: ServedApp, person: Person) -> None:
    upload(person, unique(RESUME_TEXT, person))
    job_id, _ = start(app, person)
    wait_until_over(person, job_id)

    def stale() -> tuple[int, bool, bool]:
        report = person.get(f"/api/gap/by-job/{job_id}").json()
        return report["id"], report["stale"], saved(person, job_id)["gap_stale"]

    def renewed() -> int:
        done = person.post("/api/gap/run", json={"job_id": job_id})
        report_id = int(done.json()["gap_report_id"])
        assert stale() == (report_id, False, False)
        return report_id

    report_id = stale()[0]
    assert stale() == (report_id, False, False)
    assert person.put(f"/api/jobs/{job_id}", json={"description": unique("Rust", person)}).status_code == 200
    assert stale() == (report_id, True, True)
    report_id = renewed()
    second = upload(person, unique("Carpenter. Built roofs.", person))
    assert stale() == (report_id, False, False)
    assert person.post(f"/api/resumes/{second}/set-default").status_code == 200
    assert stale() == (report_id, True, True)
    report_id = renewed()
    with app.container.db.unit_of_work() as session:
        release = session.scalars(sa.select(OnetRelease).where(OnetRelease.published_key.is_not(None))).one()
        version = release.vocabulary_version
        release.vocabulary_version = "another"
    assert stale() == (report_id, True, True)
    with app.container.db.unit_of_work() as session:
        session.execute(sa.update(OnetRelease).values(vocabulary_version=version))
    assert stale() == (report_id, False, False)


# --- default resume deleted


def test_deleting_the_default_resume_takes_its_runs_and_reports(
    app: ServedApp, person: Person, llm: ScriptedLlm
) -> None:
    other = upload(person, unique(RESUME_TEXT + "other", person))
    default = upload(person, unique(RESUME_TEXT, person))
    done, _ = start(app, person)
    wait_until_over(person, done)
    person.post(f"/api/resumes/{default}/set-default")
    person.post("/api/gap/run", json={"job_id": done})
    llm.script("any", [Step("good", seconds=2)])
    running, run_id = start(app, person, JOB_TEXT + "second")
    eventually(lambda: "gap_step" in saved(person, running), what="a step")
    assert person.delete(f"/api/resumes/{default}").status_code == 200
    assert person.get("/api/resumes/default").json()["id"] == other
    assert run_row(app.container.db, run_id).state == "cancelled"
    cut_off = saved(person, running)
    assert (cut_off["gap_state"], cut_off["has_gap"]) == ("none", False)
    left = person.get(f"/api/gap/by-job/{done}/history").json()["reports"]
    assert [report["resume_id"] for report in left] == [other]
    assert saved(person, done)["gap_state"] == "ready"
    assert person.delete(f"/api/resumes/{other}").status_code == 200
    assert person.get(f"/api/gap/by-job/{done}").json() == {"exists": False}
    assert saved(person, done)["gap_state"] == "none"
    with app.container.db.reading() as session:
        assert session.scalars(sa.select(Resume.id).where(Resume.user_id == person.id)).all() == []
    assert count(app.container.db, DocumentExtraction, DocumentExtraction.owner_id == person.id) == 0


# --- the two processes


def test_a_killed_web_process_is_replaced_and_the_worker_lives_on(app: ServedApp, person: Person) -> None:
    worker = app.worker()
    app.web_process().kill()
    eventually(lambda: app._is_ready(), what="the web process")
    master = next(process for process in app.family() if "gunicorn" in " ".join(process.cmdline()))
    master.kill()
    eventually(lambda: app._is_ready() and app.web_process().pid != master.pid, what="gunicorn")
    assert app.worker().name == worker.name
    assert person.get("/api/job-collections").status_code == 200
