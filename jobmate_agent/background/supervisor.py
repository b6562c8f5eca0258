"""``jobmate serve``: the web process and the worker, side by side, each restarted on its own.

Neither is the other's parent, so no death of one takes the other along; both end with this process, because the
kernel sees to it. One pipe leads from the web process to whichever worker lives; its ends stay open here.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from jobmate_agent import logs, schema_check
from jobmate_agent.background import heartbeats, leases
from jobmate_agent.background.processes import PulseReader
from jobmate_agent.background.worker_name import worker_name
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError
from jobmate_agent.settings import Settings, child_environment

log = structlog.get_logger(__name__)

WEB_APPLICATION = "jobmate_agent.app:create_app()"
LOOK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 10.0
WORKER_START_SECONDS = 60.0
PORT_SECONDS = 2.0
STOP_MARGIN_SECONDS = 5.0
WEB_STOP_SECONDS = 12.0
FROZEN_SECONDS = 300.0


class Backoff:
    """How long to wait before the next start: doubling, and forgotten after a child that lived long."""

    def __init__(self) -> None:
        self._pause = FIRST_PAUSE_SECONDS

    def after(self, lived_seconds: float) -> float:
        """Seconds to wait after a child that lived so long."""
        if lived_seconds > STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return pause


@dataclass
class WorkerChild:
    """A worker process and the pipe on which it shows signs of life."""

    name: str
    process: subprocess.Popen[bytes]
    pulse: PulseReader
    started: float
    replaced: bool = False


class Supervisor:
    """Keeps one web process and one living worker until told to stop."""

    def __init__(self, container: Container, application: str = WEB_APPLICATION) -> None:
        self._container = container
        self._application = application
        self._settings = container.settings
        self._stopping = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        # What a service that was killed has left there says nothing about this one. Only one can have the port.
        self._metrics = container.data_dir.resolve() / f"metrics-{self._settings.port}"
        shutil.rmtree(self._metrics, ignore_errors=True)
        self._metrics.mkdir(exist_ok=True)
        self._web: subprocess.Popen[bytes] | None = None
        self._web_started = self._web_due = 0.0
        self._web_backoff = Backoff()
        self._workers: list[WorkerChild] = []
        self._worker_due = 0.0
        self._worker_backoff = Backoff()
        self._exit_status = 0

    def stop(self, *_: Any) -> None:
        self._stopping.set()

    def run(self) -> int:
        """Until stopped, or until the web process ends by itself, as it does when its port is taken."""
        while not self._stopping.is_set():
            self._look_after_web()
            self._look_after_workers()
            self._stopping.wait(LOOK_SECONDS)
        self._stop_all()
        shutil.rmtree(self._metrics, ignore_errors=True)
        return self._exit_status

    def _look_after_web(self) -> None:
        now = time.monotonic()
        if self._web is None:
            if now >= self._web_due:
                self._web, self._web_started = self._start_web(), now
            return
        status = self._web.poll()
        if status is None:
            return
        self._web = None
        if status >= 0:
            log.error("web_ended", status=status)
            self._exit_status = status or 1
            self.stop()
            return
        log.error("web_killed", signal=-status)
        self._web_due = now + self._web_backoff.after(now - self._web_started)

    def _look_after_workers(self) -> None:
        now = time.monotonic()
        for child in list(self._workers):
            child.pulse.poll()
            if child.process.poll() is not None:
                self._bury(child, now)
            elif child.pulse.silent_for() > self._settings.lease_seconds:
                self._replace_frozen(child)
            elif child.replaced and child.pulse.silent_for() < LOOK_SECONDS * 2:
                # It woke up late. What it held is lost to it already; it may leave in peace.
                child.process.terminate()
        if all(child.replaced for child in self._workers) and now >= self._worker_due:
            self._workers.append(self._start_worker())

    def _bury(self, child: WorkerChild, now: float) -> None:
        self._workers.remove(child)
        child.pulse.close()
        log.error("worker_ended", worker=child.name, status=child.process.returncode)
        if not child.replaced:
            self._worker_due = now + self._worker_backoff.after(now - child.started)
        try:
            with self._container.db.unit_of_work() as session:
                leases.expire_worker(session, child.name)
                heartbeats.forget(session, child.name)
        except SQLAlchemyError as exc:
            log.error("leases_left_to_expire", worker=child.name, error=type(exc).__name__)

    def _replace_frozen(self, child: WorkerChild) -> None:
        """Another worker takes its place at once; one that stays frozen for long is ended."""
        if not child.replaced:
            child.replaced = True
            log.error("worker_frozen", worker=child.name)
        elif child.pulse.silent_for() > self._settings.lease_seconds + FROZEN_SECONDS:
            child.process.kill()

    def _start_web(self) -> subprocess.Popen[bytes]:
        return self._spawn(
            ["gunicorn", "-c", "python:jobmate_agent.background.gunicorn_config", self._application],
            self._wake_write,
        )

    def _start_worker(self) -> WorkerChild:
        name, pulse = worker_name(), PulseReader(WORKER_START_SECONDS)
        process = self._spawn(
            ["jobmate_agent.background.worker", name, str(os.getpid()), str(pulse.child_fd)],
            self._wake_read,
            pulse.child_fd,
        )
        os.close(pulse.child_fd)
        return WorkerChild(name, process, pulse, time.monotonic())

    def _spawn(self, module_and_arguments: list[str], wake_fd: int, *more_fds: int) -> subprocess.Popen[bytes]:
        environment = child_environment(
            JOBMATE_WAKE_FD=str(wake_fd),
            JOBMATE_SERVE_PID=str(os.getpid()),
            PROMETHEUS_MULTIPROC_DIR=str(self._metrics),
        )
        # A session of their own: Ctrl-C reaches this process alone, which then stops the others in good order.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, "-m", *module_and_arguments],
            env=environment,
            pass_fds=[wake_fd, *more_fds],
            start_new_session=True,
        )

    def _stop_all(self) -> None:
        deadlines: list[tuple[subprocess.Popen[bytes], float]] = []
        now = time.monotonic()
        if self._web is not None:
            deadlines.append((self._web, now + WEB_STOP_SECONDS))
        for child in self._workers:
            patience = 0.0 if child.replaced else self._settings.stop_seconds + STOP_MARGIN_SECONDS
            deadlines.append((child.process, now + patience))
        for process, _ in deadlines:
            process.terminate()
        for process, deadline in deadlines:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def require_free_port(host: str, port: int) -> None:
    """Raise ``cannot_listen`` where the address cannot be bound; a service that is just ending gets a moment to."""
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            # As gunicorn does: connections that ended lately are no hindrance.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as exc:
                if exc.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise JobMateError(
                        "cannot_listen",
                        f"The service cannot listen on {host} port {port}: {exc.strerror or exc}; "
                        "free the port, or set JOBMATE_PORT and JOBMATE_HOST.",
                        status=503,
                    ) from exc
            else:
                return
        time.sleep(LOOK_SECONDS)


def serve(settings: Settings, application: str = WEB_APPLICATION) -> int:
    """Run the service until SIGTERM or SIGINT; the exit status.

    Raises ``schema_outdated`` where a migration is missing, ``cannot_listen`` where the address cannot be bound.
    ``application`` is what gunicorn serves, as ``module:expression``.
    """
    logs.configure(settings.log_level)
    container = Container(settings)
    schema_check.require_current(container.db)
    require_free_port(settings.host, settings.port)
    supervisor = Supervisor(container, application)
    signal.signal(signal.SIGTERM, supervisor.stop)
    signal.signal(signal.SIGINT, supervisor.stop)
    return supervisor.run()
