"""A run that outlived its worker is tried again in a process of its own, where it can hurt nobody else."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence

import sqlalchemy as sa
import structlog

from jobmate_agent import logs
from jobmate_agent.background import endings, leases
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.leases import Claim
from jobmate_agent.background.processes import Pulse, PulseReader, die_with_parent
from jobmate_agent.background.schedule import run_seconds
from jobmate_agent.container import Container
from jobmate_agent.models import Run
from jobmate_agent.settings import Settings

log = structlog.get_logger(__name__)

START_SECONDS = 60.0
LOOK_SECONDS = 0.5
NOTICE_SECONDS = 10.0


def execute_alone(container: Container, attempt: RunAttempt, worker: str) -> None:
    """Carry out a claimed run in a child process and wait for it.

    The caller keeps the lease alive. The child is killed when the run is lost or overdue, or when it has been
    silent for a whole lease; however it died, the attempt is recorded at once.
    """
    claim = attempt.claim
    pulse = PulseReader(START_SECONDS)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, arguments are numbers
        [
            sys.executable,
            "-m",
            "jobmate_agent.background.isolation",
            *(str(claim.run_id), str(claim.attempt), str(os.getpid()), str(pulse.child_fd)),
        ],
        pass_fds=[pulse.child_fd],
    )
    os.close(pulse.child_fd)
    deadline = time.monotonic() + run_seconds(container.settings, claim.kind)
    code = leases.WORKER_LOST
    try:
        while child.poll() is None:
            pulse.wait(LOOK_SECONDS)
            if time.monotonic() > deadline:
                code = leases.OVERDUE
            frozen = pulse.silent_for() > container.settings.lease_seconds
            if attempt.lost.is_set() or frozen or code == leases.OVERDUE:
                child.kill()
                child.wait()
    finally:
        pulse.close()
    if child.returncode == 0:
        return
    log.warning("isolated_run_died", run_id=claim.run_id, attempt=claim.attempt, returncode=child.returncode)
    endings.give_up(container.db, container.alerts, claim, code, max_attempts=container.settings.max_attempts)


def main(arguments: Sequence[str] | None = None) -> int:
    """The child: one run, already claimed, then the end. Exit status 0 when its outcome is recorded."""
    parser = argparse.ArgumentParser()
    for name in ("run_id", "attempt", "parent", "pulse_fd"):
        parser.add_argument(name, type=int)
    options = parser.parse_args(arguments)
    die_with_parent(options.parent)
    Pulse(options.pulse_fd, options.parent).start()
    settings = Settings()
    logs.configure(settings.log_level)
    container = Container(settings)
    claim = _claimed(container, options.run_id, options.attempt)
    if claim is None:
        return 0
    from jobmate_agent.background.execution import execute

    execute(container, RunAttempt(container.db, claim))
    container.frontend.close(NOTICE_SECONDS)
    os._exit(0)


def _claimed(container: Container, run_id: int, attempt: int) -> Claim | None:
    """The claim that the parent took, with this process noted beside it; None when it is lost already."""
    with container.db.unit_of_work() as session:
        if not leases.note_process(session, run_id, attempt, os.getpid()):
            return None
        row = session.execute(sa.select(Run.kind, Run.user_id, Run.payload).where(Run.id == run_id)).one()
    return Claim(run_id, attempt, row.kind, row.user_id, row.payload, isolated=True)


if __name__ == "__main__":
    raise SystemExit(main())
