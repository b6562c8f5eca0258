"""Which code carries which kind of run. Imported by workers only: it loads the agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jobmate_agent.agents import gap_agent
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.container import Container

Handler = Callable[[Container, RunAttempt], None]


def run_gap(container: Container, attempt: RunAttempt) -> None:
    """Make a gap report, then tell the frontend."""
    job_id = attempt.claim.payload["job_id"]
    gap_agent.run_gap_agent(attempt.claim.user_id, job_id, container=container, attempt=attempt)
    container.frontend.gap_ready(job_id)


HANDLERS: Mapping[str, Handler] = {"gap": run_gap}
