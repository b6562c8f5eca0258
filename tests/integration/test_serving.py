"""Starting, stopping and what else befalls the two processes of the service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.embeddings import packaged_folder
from jobmate_agent.background import heartbeats, worker
from jobmate_agent.background.dispatch import PipeDispatcher
from jobmate_agent.container import Container
from jobmate_agent.models import SkillGapReport
from tests.conftest import make_settings
from tests.people import JOB_TEXT, count, run_row
from tests.post_catcher import PostCatcher
from tests.scripted_llm import ScriptedLlm, Step
from tests.served import ServedApp, eventually, post_job, saved, upload, wait_until_over
from tests.web import Person

pytestmark = pytest.mark.slow


@pytest.fixture
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as made:
        yield made


@pytest.fixture
def serve(prepared: Path, tmp_path: Path, llm: ScriptedLlm) -> Iterator[Callable[..., ServedApp]]:
    """Start a service with the given settings, a language model and data of its own."""
    with ExitStack() as stack:

        def start(**settings: object) -> ServedApp:
            shutil.copy(prepared / "jobmate.db", tmp_path / "jobmate.db")
            url = f"sqlite:///{tmp_path / 'jobmate.db'}"
            model = {"llm_base_url": llm.base_url, "llm_api_key": "sk-scripted", "llm_timeout_seconds": 60}
            return stack.enter_context(ServedApp(tmp_path, url, prepared / "var", **{**model, **settings}))

        yield start


def begin(app: ServedApp) -> tuple[Person, int, int]:
    """Somebody who has saved a job, whose run has begun to read it: person, job and run."""
    app.worker()
    person = app.person()
    upload(person)
    job_id = post_job(person, JOB_TEXT)
    started = person.post("/api/gap/run", json={"job_id": job_id}, headers={"Prefer": "respond-async"})
    person.post(f"/api/job-collections/{job_id}")
    run_id = int(started.json()["run_id"])
    eventually(lambda: "extract" in (saved(person, job_id).get("gap_step") or ""), what="the step")
    return person, job_id, run_id


def test_told_to_stop_a_worker_finishes_what_it_can(serve: Callable[..., ServedApp], llm: ScriptedLlm) -> None:
    app = serve(stop_seconds=30)
    llm.script("any", [], then=Step("good", seconds=2))
    person, job_id, run_id = begin(app)
    assert app.stop() == 0
    assert run_row(app.container.db, run_id).state == "succeeded"
    app.start()
    assert saved(person, job_id)["gap_state"] == "ready"


def test_told_to_stop_a_worker_hands_back_the_rest(serve: Callable[..., ServedApp], llm: ScriptedLlm) -> None:
    app = serve(stop_seconds=0.5)
    llm.script("any", [], then=Step("good", seconds=50))
    person, job_id, run_id = begin(app)
    assert app.stop() == 0
    run = run_row(app.container.db, run_id)
    assert (run.state, run.isolated, run.lease_until) == ("queued", False, None)
    llm.reset()
    app.start()
    assert wait_until_over(person, job_id)["gap_state"] == "ready"
    assert count(app.container.db, SkillGapReport, SkillGapReport.run_id == run_id) == 1


def test_a_run_that_hangs_is_given_up(serve: Callable[..., ServedApp], llm: ScriptedLlm) -> None:
    app = serve(run_seconds=4, max_attempts=2)
    llm.script("any", [], then=Step("good", seconds=50))
    person, job_id, run_id = begin(app)
    hanging = app.worker().name
    over = wait_until_over(person, job_id, 90)
    assert (over["gap_state"], over["gap_error"]) == ("none", "run_overdue")
    run = run_row(app.container.db, run_id)
    assert (run.state, run.attempt, run.isolated) == ("failed", 2, True)
    assert app.worker().name != hanging


def test_a_frontend_that_hangs_delays_nothing(serve: Callable[..., ServedApp]) -> None:
    frontend = PostCatcher()
    try:
        # Nobody answers: connections are taken by the system and left alone.
        app = serve(frontend_origin=frontend.origin, llm_api_key="")
        app.worker()
        person = app.person()
        upload(person)
        job_id = post_job(person)
        person.post(f"/api/job-collections/{job_id}")
        assert wait_until_over(person, job_id)["gap_state"] == "ready"
        assert frontend.received == []
        frontend.handle_request()
        eventually(lambda: frontend.received, what="the announcement")
        assert frontend.received[0] == ("/api/revalidate-gap", None, {"jobId": job_id})
    finally:
        frontend.server_close()


def test_an_answer_before_the_body_was_read_leaves_the_connection_usable(serve: Callable[..., ServedApp]) -> None:
    app = serve(llm_api_key="", rate_limits_enabled=True, rate_limit_login="1 per hour")
    large, larger = b" " * 2_000_000, b" " * 9_000_000

    def statuses(path: str, body: bytes) -> list[int]:
        """Of a request with this body and of the next one on the same connection, where it was kept."""
        headers = {"Content-Type": "application/json"}
        with httpx.Client(base_url=app.url, trust_env=False, timeout=30) as http:
            return [http.post(path, content=body, headers=headers).status_code, http.get("/health").status_code]

    assert statuses("/api/auth/refresh", large) == [413, 200]
    assert statuses("/api/jobs", large) == [401, 200]
    assert statuses("/health", large) == [405, 200]
    assert app.http.post("/api/auth/login", json={"email": "a@example.com", "password": "x"}).status_code == 401
    assert statuses("/api/auth/login", large) == [429, 200]
    # Too long to be read to its end, or of unknown length: the connection is given up, and the answer says so.
    closing = (
        app.http.post("/api/jobs", content=larger),
        app.http.post("/api/jobs", content=iter([large])),
    )
    assert [(answer.status_code, answer.headers["Connection"]) for answer in closing] == [(401, "close")] * 2
    assert app.http.get("/health").headers["Connection"] == "keep-alive"


def test_an_old_schema_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    environment = {**os.environ, "JOBMATE_DATA_DIR": str(tmp_path), "JOBMATE_PORT": "1"}
    refused = subprocess.run(
        [sys.executable, "-m", "jobmate_agent", "serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "jobmate db upgrade" in refused.stderr


def test_a_taken_port_is_told_before_anything_starts(serve: Callable[..., ServedApp], tmp_path: Path) -> None:
    app = serve()
    cold = tmp_path / "cold"
    environment = {**os.environ, "JOBMATE_DATA_DIR": str(cold), "JOBMATE_PORT": str(app.port)}
    subprocess.run([sys.executable, "-m", "jobmate_agent", "db", "upgrade"], env=environment, check=True)
    second = subprocess.run(
        [sys.executable, "-m", "jobmate_agent", "serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: The service cannot listen on 127.0.0.1 port {app.port}: ")
    assert len(second.stderr.splitlines()) == 1
    assert sorted(path.name for path in cold.iterdir()) == ["jobmate.db", "keys.json"]
    assert app.http.get("/health").status_code == 200
    assert app.worker().details["engine"] == "ready"


def test_a_worker_that_builds_its_index_stops_when_told(sqlite_url: str, tmp_path: Path) -> None:
    # The packaged model in the place of one's own: no vectors of it are shipped, so that building takes long.
    app = ServedApp(tmp_path, sqlite_url, stop_seconds=120, embedding_model=str(packaged_folder()))
    index = tmp_path / "var" / "index"
    app.launch()
    try:
        eventually(index.exists, what="the index to be begun")
    finally:
        status = app.stop()
    assert status == 0
    # Neither waited for nor killed: the index is not there, and the worker said goodbye.
    assert not list(index.glob(f"index-*/{vector_store.META}"))
    assert "worker_stopped" in app.log.read_text()


def test_a_killed_service_leaves_nothing_in_the_temporary_folder(
    serve: Callable[..., ServedApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    app = serve(llm_api_key="")
    app.http.get("/api/auth/login")
    counted = 'jobmate_http_requests_total{method="GET",route="unmatched",status="405"}'
    assert counted in app.http.get("/metrics").text
    app.kill()
    assert list(temporary.iterdir()) == []
    app.start()
    assert counted not in app.http.get("/metrics").text
    app.stop()
    assert list((app.folder / "var").glob("metrics-*")) == []


def test_waking_a_worker_never_waits_nor_fails() -> None:
    reading, writing = os.pipe()
    dispatcher = PipeDispatcher(writing)
    for run_id in range(100_000):
        dispatcher.submit(run_id)
    assert os.read(reading, 10) == b"w" * 10
    os.close(reading)
    dispatcher.submit(1)
    os.close(writing)


def test_a_worker_that_could_not_prepare_tries_again(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PREPARE_AGAIN_SECONDS", 0.1)
    shutil.copy(prepared / "jobmate.db", tmp_path / "jobmate.db")
    index = tmp_path / "var" / "index"
    index.parent.mkdir()
    index.write_text("in the way of the folder")
    container = Container(make_settings(f"sqlite:///{tmp_path / 'jobmate.db'}", tmp_path, keys=keys_of(prepared)))

    def engine(wanted: str) -> bool:
        with container.db.reading() as session:
            return any(beat.details["engine"].startswith(wanted) for beat in heartbeats.living(session, 60))

    made = worker.Worker(container, "the-worker")
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        eventually(lambda: engine("failed"), what="the failure")
        index.unlink()
        eventually(lambda: engine("ready"), what="the engine")
    finally:
        made.stop()
        thread.join()
        container.db.dispose()


def keys_of(prepared: Path) -> str:
    return (prepared / "var" / "keys.json").read_text(encoding="utf-8")
