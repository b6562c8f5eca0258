"""A worker whose every move a test decides, through the same functions that real ones use."""

from __future__ import annotations

from jobmate_agent.background import leases
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.db import Database
from jobmate_agent.services.gaps import reports, statuses
from tests.gap_documents import new_report


def take(db: Database, run_id: int) -> RunAttempt:
    """Claim a queued run."""
    with db.reading() as session:
        claim = next(due for due in leases.due(session, ("gap",), 1000) if due.run_id == run_id)
    with db.unit_of_work() as session:
        assert leases.claim(session, claim, "by hand", 30)
    return RunAttempt(db, claim)


def succeed(db: Database, attempt: RunAttempt) -> int:
    """End a run with a report; the report's id."""
    claim = attempt.claim
    job_id, resume_id = claim.payload["job_id"], claim.payload["resume_id"]
    with db.unit_of_work() as session:
        attempt.succeed(session)
        report_id = reports.add(session, new_report(claim.user_id, job_id, resume_id, run_id=claim.run_id))
        statuses.show_ready(session, claim.user_id, job_id, claim.run_id, report_id)
    return report_id


def fail(db: Database, attempt: RunAttempt, code: str) -> None:
    """End a run without one."""
    with db.unit_of_work() as session:
        assert leases.fail(session, attempt.claim, code)
