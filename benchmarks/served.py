"""Starting what is measured, on a free loopback port, and stopping it again: only what was started here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

BENCH_APPLICATION = "benchmarks.wsgi:application()"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.01
PLENTY = "100000000 per minute"


@dataclass(frozen=True, slots=True)
class Served:
    """A running service. ``started`` is of ``time.perf_counter``, taken just before its process was started."""

    port: int
    process: subprocess.Popen[bytes]
    started: float
    log: Path

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def seconds_until(self, path: str) -> float:
        """Wait until ``path`` answers 200; how many seconds after the start that was."""
        while time.perf_counter() - self.started < START_SECONDS:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(self.base_url + path, timeout=START_SECONDS).status_code == 200:
                    return time.perf_counter() - self.started
            except httpx.TransportError:
                pass
            time.sleep(LOOK_SECONDS)
        raise RuntimeError(f"{path} did not answer; the log ends with:\n{self.log.read_text()[-3000:]}")

    def web_processes(self) -> list[psutil.Process]:
        """Gunicorn's master and the process that answers requests."""
        own = psutil.Process(self.process.pid)
        family = [own, *own.children(recursive=True)]
        return [process for process in family if any("gunicorn" in part for part in process.cmdline())]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a service with every check on, its data in ``folder``, and limits that nobody reaches."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JOBMATE_", "OPENAI_"))}
    metrics = folder / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    return {
        **inherited,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "JOBMATE_DATA_DIR": str(folder),
        "JOBMATE_CORS_ORIGINS": "http://localhost:3000",
        "JOBMATE_LOG_LEVEL": "info",
        "JOBMATE_RATE_LIMITS_ENABLED": "true",
        **{f"JOBMATE_RATE_LIMIT_{name}": PLENTY for name in ("LOGIN", "REGISTER", "UPLOAD", "SAVE", "RUN")},
        **settings,
    }


@contextmanager
def web_alone(folder: Path) -> Iterator[Served]:
    """The web process as ``jobmate serve`` starts it, with the measuring routes and without a worker beside it."""
    wake_read, wake_write = os.pipe()
    try:
        own = {"JOBMATE_WAKE_FD": str(wake_write), "JOBMATE_SERVE_PID": str(os.getpid())}
        command = ["gunicorn", "-c", "python:jobmate_agent.background.gunicorn_config", BENCH_APPLICATION]
        with _started(command, folder, own, pass_fds=[wake_write]) as served:
            served.seconds_until("/health")
            yield served
    finally:
        os.close(wake_read)
        os.close(wake_write)


@contextmanager
def whole_service(folder: Path, *, measuring_routes: bool = False) -> Iterator[Served]:
    """``jobmate serve``: web process and worker; with ``measuring_routes`` the same around the bench's application."""
    with _started(["benchmarks.service"] if measuring_routes else ["jobmate_agent", "serve"], folder, {}) as served:
        yield served


@contextmanager
def _started(
    module: Sequence[str], folder: Path, additions: dict[str, str], pass_fds: Sequence[int] = ()
) -> Iterator[Served]:
    port = _free_port()
    variables = environment(folder, JOBMATE_PORT=str(port), **additions)
    log = folder / "service.log"
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *module], env=variables, stdout=output, stderr=output, pass_fds=pass_fds
        )
    try:
        yield Served(port, process, started, log)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
