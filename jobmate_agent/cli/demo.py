"""The main job as a client sees it: a real service on a free port, a sample resume, three sample postings."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx

from jobmate_agent.errors import JobMateError
from jobmate_agent.settings import Settings

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
RESUME = "accountant.pdf"
START_SECONDS = 120
REPORT_SECONDS = 120
POLL_SECONDS = 0.5


def run(*, keep_running: bool) -> int:
    """Play the story in a folder that is thrown away; exit status 0 when every report is ready.

    With the O*NET release that ``ONET_DATA`` names, else with the starter taxonomy.
    """
    with tempfile.TemporaryDirectory(prefix="jobmate-demo-") as folder:
        environment = {
            **os.environ,
            "JOBMATE_DATA_DIR": folder,
            "JOBMATE_PORT": str(_free_port()),
            "JOBMATE_LOG_LEVEL": "warning",
        }
        environment.pop("JOBMATE_DATABASE_URL", None)
        _jobmate(environment, "db", "upgrade")
        if (release := Settings().onet_data) is not None:
            _say(f"Load the O*NET release in {release}, and index its skills (minutes)")
            _jobmate(environment, "onet", "load", str(release))
        _jobmate(environment, "jobs", "import", str(SAMPLES / "postings" / "index.json"))
        with _service(environment) as base_url:
            _story(base_url)
            if keep_running:
                click.echo(f"\nThe service is up at {base_url}/docs; press Ctrl-C to stop it.")
                _wait_for_interrupt()
    return 0


def _story(base_url: str) -> None:
    with httpx.Client(base_url=f"{base_url}/api", timeout=60) as client:
        _say("Register")
        account = {
            "email": "desmond@example.com",
            "password": secrets.token_urlsafe(12),
            "name": "Desmond Akintola-Reyes",
        }
        token = _checked(client.post("/auth/register", json=account))["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"

        _say(f"Upload the resume {RESUME}")
        with (SAMPLES / "resumes" / RESUME).open("rb") as file:
            _checked(client.post("/resume/upload", files={"file": (RESUME, file, "application/pdf")}))

        wanted = next(entry for entry in _samples("resumes") if entry["file"] == RESUME)
        titles = {entry["file"]: entry["title"] for entry in _samples("postings")}
        listed = {job["title"]: job["id"] for job in _checked(client.get("/jobs?limit=100"))["jobs"]}
        chosen = [listed[titles[wanted[fit]]] for fit in ("strong", "middling", "poor")]
        for job_id in chosen:
            _say(f"Save job {job_id}: {next(title for title, number in listed.items() if number == job_id)}")
            _checked(client.post(f"/job-collections/{job_id}"))

        _poll_until_ready(client, len(chosen))
        for job_id in chosen:
            report = _checked(client.get(f"/gap/by-job/{job_id}"))
            click.echo("\n" + "═" * 100 + "\n")
            click.echo(report["report_md"])


def _poll_until_ready(client: httpx.Client, expected: int) -> None:
    """As the web client does: poll the saved jobs with the last ETag until none is generating."""
    etag, shown = "", ""
    deadline = time.monotonic() + REPORT_SECONDS
    while time.monotonic() < deadline:
        answer = client.get("/job-collections", headers={"If-None-Match": etag} if etag else {})
        if answer.status_code != 304:
            jobs = _checked(answer)["jobs"]
            etag = answer.headers.get("ETag", "")
            line = ", ".join(f"{job['title']}: {_progress(job)}" for job in jobs)
            if line != shown:
                _say(line)
                shown = line
            if sum(job["gap_state"] == "ready" for job in jobs) == expected:
                return
            if any(job.get("gap_error") for job in jobs):
                raise JobMateError("demo_failed", f"A report could not be made: {line}")
        time.sleep(POLL_SECONDS)
    raise JobMateError("demo_timeout", f"The reports were not ready within {REPORT_SECONDS} seconds.")


def _progress(job: dict[str, Any]) -> str:
    if job.get("gap_error"):
        return str(job["gap_error"])
    if job["gap_state"] != "generating":
        return str(job["gap_state"])
    return f"{job.get('gap_step') or 'queued'} {job.get('gap_progress') or 0} %"


@contextmanager
def _service(environment: dict[str, str]) -> Iterator[str]:
    """`jobmate serve` in a process of its own, stopped when the block ends."""
    base_url = f"http://127.0.0.1:{environment['JOBMATE_PORT']}"
    _say(f"Start the service at {base_url}")
    process = subprocess.Popen([sys.executable, "-m", "jobmate_agent", "serve"], env=environment)
    try:
        _wait_until_ready(process, base_url)
        yield base_url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], base_url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise JobMateError("demo_failed", f"The service ended with status {process.returncode}.")
        try:
            if httpx.get(f"{base_url}/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(POLL_SECONDS)
    raise JobMateError("demo_timeout", f"The service was not ready within {START_SECONDS} seconds.")


def _jobmate(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "jobmate_agent", *arguments]
    if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603
        raise JobMateError("demo_failed", f"`jobmate {' '.join(arguments)}` failed.")


def _checked(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if answer.is_error:
        raise JobMateError("demo_failed", f"{answer.request.method} {answer.request.url}: {body.get('message')}")
    return body


def _samples(folder: str) -> list[dict[str, str]]:
    index: list[dict[str, str]] = json.loads((SAMPLES / folder / "index.json").read_text(encoding="utf-8"))
    return index


def _say(text: str) -> None:
    click.echo(f"▸ {text}")


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
