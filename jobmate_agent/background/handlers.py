"""Which code carries which kind of run. Imported by workers only: it loads the agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jobmate_agent.agents import gap_agent, match_agent, skill_gap_agent
from jobmate_agent.background import runs, schedule
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.onet_sync import run_onet_sync, run_staleness
from jobmate_agent.container import Container
from jobmate_agent.services.onet.gap_prompt import GapQuestion
from jobmate_agent.services.onet.match_answer import Page

Handler = Callable[[Container, RunAttempt], None]


def run_gap(container: Container, attempt: RunAttempt) -> None:
    """Make a gap report, then tell the frontend."""
    job_id = attempt.claim.payload["job_id"]
    assert attempt.claim.user_id is not None
    gap_agent.run_gap_agent(attempt.claim.user_id, job_id, container=container, attempt=attempt)
    container.frontend.gap_ready(job_id)


def run_skill_gap(container: Container, attempt: RunAttempt) -> None:
    """Compare two occupations and write about it."""
    question = GapQuestion(**attempt.claim.payload)
    skill_gap_agent.run_skill_gap_agent(question, container=container, attempt=attempt)


def run_match(container: Container, attempt: RunAttempt) -> None:
    """Rank occupations by a resume's skills."""
    payload, user_id = attempt.claim.payload, attempt.claim.user_id
    assert user_id is not None
    question = match_agent.MatchQuestion(
        user_id=user_id,
        resume_id=payload["resume_id"],
        release_id=payload["release_id"],
        page=Page(payload["page"], payload["per_page"]),
        years_experience=payload["years_experience"],
    )
    match_agent.run_match_agent(question, container=container, attempt=attempt)


HANDLERS: Mapping[str, Handler] = {
    schedule.ONET_SYNC: run_onet_sync,
    schedule.ONET_STALENESS: run_staleness,
    runs.GAP: run_gap,
    runs.SKILL_GAP: run_skill_gap,
    runs.MATCH: run_match,
}
