"""The service as operators run it: ``jobmate serve`` in a process of its own, reached over HTTP.

Nothing inside it is replaced. To catch a run at a step, a test makes the database busy, as any other writer could:
the step is written, read, and no further one can be until the test lets go.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import psutil
from sqlalchemy.engine import make_url

from jobmate_agent.background import heartbeats
from jobmate_agent.background.heartbeats import Beat
from jobmate_agent.container import Container
from jobmate_agent.models import Run, WorkerHeartbeat
from tests.conftest import make_settings
from tests.people import JOB_TEXT, RESUME_TEXT
from tests.web import Person

START_SECONDS = 300.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.02
# Between requests that only wait: the service that is asked needs the processor itself.
POLL_SECONDS = 0.1
Value = TypeVar("Value")

# Leases short enough to watch them run out.
QUICK = {"lease_seconds": 4, "heartbeat_seconds": 1, "sweep_seconds": 0.5, "stop_seconds": 3}


def eventually(
    look: Callable[[], Value], seconds: float = 120.0, what: str = "it", *, pause: float = LOOK_SECONDS
) -> Value:
    """The first true value that ``look`` gives, asked every ``pause`` seconds; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServedApp:
    """A started service with its own data folder. Leave it by ``stop`` (SIGTERM) or ``kill`` (SIGKILL)."""

    def __init__(self, folder: Path, database_url: str, data: Path | None = None, **settings: object) -> None:
        """``data`` is copied to begin with: keys and index of another service."""
        self.folder = folder
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._values = {"rate_limits_enabled": False, "log_level": "info", **QUICK, **settings}
        self._values |= {"data_dir": folder / "var", "database_url": database_url, "port": self.port}
        if data is not None:
            shutil.copytree(data, folder / "var")
        self.container = Container(make_settings(database_url, folder, **settings))
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=90)
        self.log = folder / "service.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # First, because the service lets kept connections linger for some seconds before it ends.
        self.http.close()
        self.stop()
        self.container.db.dispose()

    def start(self) -> None:
        """Start the service and wait until it says that it is ready."""
        self.launch()
        eventually(self._is_ready, START_SECONDS, "the service to be ready", pause=POLL_SECONDS)

    def launch(self) -> None:
        """Start the service."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATE_")}
        environment |= {f"JOBMATE_{name.upper()}": str(value) for name, value in self._values.items()}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jobmate_agent", "serve"], env=environment, stderr=log, stdout=log
            )

    def stop(self) -> int:
        """SIGTERM, and the exit status; nothing may stay behind."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the service; the kernel must end the rest."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> int:
        if self.process is None:
            return 0
        family = self.family()
        self.process.send_signal(number)
        try:
            status = self.process.wait(STOP_SECONDS)
        finally:
            _, alive = psutil.wait_procs(family, STOP_SECONDS)
            self.process = None
        assert alive == [], f"left behind: {alive}"
        return status

    def family(self) -> list[psutil.Process]:
        """Every process below the service's."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def web_process(self) -> psutil.Process:
        """The process that answers requests: gunicorn's only child, waited for while it is being replaced."""
        return eventually(self._web_processes, START_SECONDS, "a web process")[0]

    def _web_processes(self) -> list[psutil.Process]:
        return [process for process in self.family() if self._answers(process)]

    def worker(self) -> Beat:
        """The worker that showed signs of life last and is ready."""
        return eventually(self._ready_worker, START_SECONDS, "a ready worker")

    def worker_pid(self) -> int:
        return int(self.worker().details["pid"])

    def process_of(self, run: Run) -> int | None:
        """The process that carries a running run, alone or in its worker; None when the worker is known to be gone."""
        name, _, alone = (run.worker or "").partition("/")
        if alone:
            return int(alone)
        with self.container.db.reading() as session:
            row = session.get(WorkerHeartbeat, name)
        return None if row is None else int(row.details["pid"])

    def person(self) -> Person:
        """Somebody new, registered and signed in."""
        email = f"person{time.monotonic_ns()}@example.com"
        body = {"email": email, "password": "correct horse 7", "name": "Kim Example"}
        answer = self.http.post("/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Person(self, email, answer.json())

    def write_gate(self) -> WriteGate:
        return WriteGate(Path(str(make_url(self.database_url).database)))

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        try:
            return self.http.get("/ready").status_code == 200
        except httpx.TransportError:
            return False

    def _ready_worker(self) -> Beat | None:
        with self.container.db.reading() as session:
            beats = heartbeats.living(session, QUICK["lease_seconds"])
        return next((beat for beat in beats if beat.details["engine"] == "ready"), None)

    def _answers(self, process: psutil.Process) -> bool:
        assert self.process is not None
        try:
            parent = process.parent()
            return parent is not None and parent.ppid() == self.process.pid and "gunicorn" in " ".join(parent.cmdline())
        except psutil.NoSuchProcess:
            # It ended while it was looked at.
            return False


class WriteGate:
    """Another writer of the SQLite file, who can keep everybody else from writing while all can read."""

    def __init__(self, path: Path) -> None:
        self._writer = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        self._reader = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)

    def close(self) -> None:
        self.open()
        self._writer.close()
        self._reader.close()

    def shut(self) -> None:
        self._writer.execute("BEGIN IMMEDIATE")

    def open(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @contextmanager
    def at_step(self, run_id: int, step: str) -> Iterator[bool]:
        """Inside, the run is in ``step`` and cannot leave it; False when it slipped by.

        The gate opens for one change of the run at a time.
        """
        self.shut()
        try:
            yield self._advance(run_id, step)
        finally:
            self.open()

    def _advance(self, run_id: int, step: str) -> bool:
        deadline = time.monotonic() + 60
        version, state, shown = self._look(run_id)
        while state in ("queued", "running") and time.monotonic() < deadline:
            if shown == step:
                return True
            self.open()
            before = version
            until = time.monotonic() + 1.0
            while version == before and time.monotonic() < until:
                version, state, shown = self._look(run_id)
            self.shut()
            version, state, shown = self._look(run_id)
        return False

    def _look(self, run_id: int) -> tuple[int, str, str | None]:
        row: tuple[int, str, str | None] = self._reader.execute(
            "SELECT version, state, step FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        return row


def upload(person: Person, text: str = RESUME_TEXT) -> int:
    """Upload a resume; its id."""
    answer = person.post("/api/resume/upload", files={"file": ("cv.txt", text.encode(), "text/plain")})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["resume_id"])


def post_job(person: Person, text: str = JOB_TEXT) -> int:
    """Add a job; its id."""
    answer = person.post("/api/jobs", json={"title": "Data engineer", "company": "Acme", "description": text})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def saved(person: Person, job_id: int) -> dict[str, Any]:
    """The job as the list of saved jobs shows it."""
    jobs = person.get("/api/job-collections").json()["jobs"]
    return next(job for job in jobs if job["id"] == job_id)


def wait_until_over(person: Person, job_id: int, seconds: float = 120.0) -> dict[str, Any]:
    """Poll as a client does until nothing is generating."""

    def look() -> dict[str, Any] | None:
        job = saved(person, job_id)
        return None if job["gap_state"] == "generating" else job

    return eventually(look, seconds, f"job {job_id} to be analysed", pause=POLL_SECONDS)
