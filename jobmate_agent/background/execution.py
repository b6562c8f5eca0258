"""Carrying out one attempt and recording how it ended."""

from __future__ import annotations

import time

import structlog

from jobmate_agent import metrics
from jobmate_agent.background import endings, leases
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.handlers import HANDLERS
from jobmate_agent.background.leases import RunLost
from jobmate_agent.background.outcomes import show_waiting_again
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.gaps.statuses import NO_DEFAULT_RESUME

log = structlog.get_logger(__name__)

UNEXPECTED = "internal_error"


def execute(container: Container, attempt: RunAttempt) -> None:
    """Run the handler. Every end but success is recorded here; a lost run ends without a word."""
    claim, started, outcome = attempt.claim, time.monotonic(), "failed"
    try:
        HANDLERS[claim.kind](container, attempt)
    except RunLost:
        outcome = "lost"
        log.info("run_lost", run_id=claim.run_id, attempt=claim.attempt)
    except JobMateError as exc:
        log.warning("attempt_failed", run_id=claim.run_id, attempt=claim.attempt, code=exc.code)
        if _record(container, attempt, exc.code, final=exc.status < 500):
            endings.tell(container.alerts, claim, exc.code, exc.message)
    except Exception as exc:
        log.error("attempt_broke", run_id=claim.run_id, attempt=claim.attempt, error=type(exc).__name__, exc_info=exc)
        if _record(container, attempt, UNEXPECTED, final=False):
            endings.tell(container.alerts, claim, UNEXPECTED, "An unexpected error; the worker's log has it.")
    else:
        outcome = "succeeded"
        log.info("run_succeeded", run_id=claim.run_id, attempt=claim.attempt)
    finally:
        metrics.observe_attempt(claim.kind, outcome, time.monotonic() - started)


def _record(container: Container, attempt: RunAttempt, code: str, *, final: bool) -> bool:
    """Whether this was the end of the run.

    Errors that another attempt cannot mend are final; a missing resume can still appear.
    """
    claim = attempt.claim
    with container.db.unit_of_work() as session:
        if code == NO_DEFAULT_RESUME:
            if leases.wait_again(session, claim, code):
                show_waiting_again(session, claim.kind, claim.user_id, claim.payload, claim.run_id)
            return False
        if final:
            return leases.fail(session, claim, code)
        held = leases.retry_or_fail(
            session,
            claim,
            code,
            max_attempts=container.settings.max_attempts,
            isolate=False,
            delay_seconds=leases.RETRY_SECONDS**claim.attempt,
        )
        return held and claim.attempt >= container.settings.max_attempts
