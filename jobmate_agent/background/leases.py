"""A worker's hold on a run: claimed by one conditional UPDATE, kept by a lease, and guarded at every step.

The guard is (id, state = running, attempt). Whoever has lost the run matches no row and changes nothing.
All times are the database's clock. Every function takes part in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.background.outcomes import show_outcome
from jobmate_agent.background.runs import affected
from jobmate_agent.db import database_now
from jobmate_agent.models import Run
from jobmate_agent.services.career_engine.types import LlmUsage

RETRY_SECONDS = 2.0
WORKER_LOST = "worker_lost"
OVERDUE = "run_overdue"


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at one run. ``isolated``: to be carried out alone, in a process of its own."""

    run_id: int
    attempt: int
    kind: str
    user_id: str | None
    payload: dict[str, Any]
    isolated: bool


class RunLost(Exception):
    """The run was cancelled, taken over or ended; what this attempt still does must have no effect."""


def due(session: Session, kinds: tuple[str, ...], limit: int) -> list[Claim]:
    """Queued runs that may start now, oldest first. A queued run's ``lease_until`` is the time before which not."""
    rows = session.execute(
        sa.select(Run.id, Run.attempt, Run.kind, Run.user_id, Run.payload, Run.isolated)
        .where(Run.state == "queued", Run.kind.in_(kinds))
        .where(sa.or_(Run.lease_until.is_(None), Run.lease_until <= database_now()))
        .order_by(Run.id)
        .limit(limit)
    ).all()
    return [Claim(row.id, row.attempt + 1, row.kind, row.user_id, row.payload, row.isolated) for row in rows]


def claim(session: Session, wanted: Claim, worker: str, lease_seconds: float) -> bool:
    """Take a due run for its next attempt; False when someone else was faster."""
    result = session.execute(
        sa.update(Run)
        .where(Run.id == wanted.run_id, Run.state == "queued", Run.attempt == wanted.attempt - 1)
        .values(
            state="running",
            attempt=wanted.attempt,
            worker=worker,
            lease_until=database_now(lease_seconds),
            step=None,
            progress=0,
            error_code=None,
            version=Run.version + 1,
            updated_at=database_now(),
        )
        .execution_options(synchronize_session=False)
    )
    return affected(result) == 1


def renew(session: Session, run_id: int, attempt: int, lease_seconds: float) -> bool:
    """Heartbeat: extend the lease; False when the run is lost."""
    return _guarded(session, run_id, attempt, lease_until=database_now(lease_seconds))


def report(session: Session, run_id: int, attempt: int, step: str | None, progress: int) -> bool:
    """Show what the run is doing, ``progress`` in percent; False when the run is lost."""
    return _guarded(
        session, run_id, attempt, step=step, progress=progress, version=Run.version + 1, updated_at=database_now()
    )


def bind(session: Session, run_id: int, attempt: int, payload: dict[str, Any]) -> bool:
    """Record what the run turned out to depend on; False when the run is lost."""
    return _guarded(session, run_id, attempt, payload=payload)


def note_process(session: Session, run_id: int, attempt: int, pid: int) -> bool:
    """Note the process that carries an isolated run beside its worker's name; False when the run is lost."""
    return _guarded(session, run_id, attempt, worker=Run.worker + f"/{pid}")


def record_usage(session: Session, run_id: int, attempt: int, usage: LlmUsage) -> bool:
    """Add what calling the model cost; False when the run is lost."""
    return _guarded(
        session,
        run_id,
        attempt,
        llm_calls=Run.llm_calls + usage.calls,
        prompt_tokens=Run.prompt_tokens + usage.prompt_tokens,
        completion_tokens=Run.completion_tokens + usage.completion_tokens,
        cost_usd=Run.cost_usd + usage.cost_usd,
    )


def finish(session: Session, run_id: int, attempt: int) -> bool:
    """Running to succeeded, in the transaction that stores the result; False: roll back and say nothing."""
    return _guarded(session, run_id, attempt, **_ended("succeeded", None), step=None, progress=100)


def fail(session: Session, held: Claim, error_code: str) -> bool:
    """Running to failed for good; False when the run is lost."""
    done = _guarded(session, held.run_id, held.attempt, **_ended("failed", error_code))
    if done:
        show_outcome(session, held.kind, held.user_id, held.payload, held.run_id, error_code)
    return done


def retry_or_fail(
    session: Session,
    held: Claim,
    error_code: str,
    *,
    max_attempts: int,
    isolate: bool,
    only_expired: bool = False,
    delay_seconds: float = 0.0,
) -> bool:
    """An attempt came to nothing: back to the queue, or failed after the last one; False when the run is lost.

    ``isolate`` makes the next attempt run alone. ``only_expired`` leaves a lease that was renewed meanwhile alone.
    """
    if held.attempt >= max_attempts:
        values = _ended("failed", error_code)
    else:
        values = {
            "state": "queued",
            "worker": None,
            "lease_until": database_now(delay_seconds) if delay_seconds else None,
            "isolated": isolate or held.isolated,
            "step": None,
            "progress": 0,
            "version": Run.version + 1,
            "updated_at": database_now(),
        }
    changed = _guarded(session, held.run_id, held.attempt, only_expired=only_expired, **values)
    if changed and held.attempt >= max_attempts:
        show_outcome(session, held.kind, held.user_id, held.payload, held.run_id, error_code)
    return changed


def hand_back(session: Session, held: Claim) -> bool:
    """A worker that is told to stop returns a run to the queue as it was; False when the run is lost."""
    return _guarded(
        session,
        held.run_id,
        held.attempt,
        state="queued",
        worker=None,
        lease_until=None,
        step=None,
        progress=0,
        version=Run.version + 1,
        updated_at=database_now(),
    )


def wait_again(session: Session, held: Claim, error_code: str) -> bool:
    """Running back to waiting, because what the run needs has gone; False when the run is lost."""
    return _guarded(
        session,
        held.run_id,
        held.attempt,
        state="waiting",
        worker=None,
        lease_until=None,
        step=None,
        progress=0,
        error_code=error_code,
        version=Run.version + 1,
        updated_at=database_now(),
    )


def expired(session: Session) -> list[Claim]:
    """Running runs whose lease is over: their worker died, froze or was cut off."""
    rows = session.execute(
        sa.select(Run.id, Run.attempt, Run.kind, Run.user_id, Run.payload, Run.isolated)
        .where(Run.state == "running", Run.lease_until < database_now())
        .order_by(Run.id)
    ).all()
    return [Claim(row.id, row.attempt, row.kind, row.user_id, row.payload, row.isolated) for row in rows]


def expire_worker(session: Session, worker: str) -> int:
    """End the leases of a worker that is known to be dead, so that its runs need not wait; how many there were."""
    return affected(
        session.execute(
            sa.update(Run)
            .where(Run.state == "running")
            .where(sa.or_(Run.worker == worker, Run.worker.startswith(f"{worker}/", autoescape=True)))
            .values(lease_until=database_now(-1.0))
            .execution_options(synchronize_session=False)
        )
    )


def _ended(state: str, error_code: str | None) -> dict[str, Any]:
    return {
        "state": state,
        "error_code": error_code,
        "active_key": None,
        "lease_until": None,
        "version": Run.version + 1,
        "updated_at": database_now(),
        "finished_at": database_now(),
    }


def _guarded(session: Session, run_id: int, attempt: int, *, only_expired: bool = False, **values: Any) -> bool:
    statement = sa.update(Run).where(Run.id == run_id, Run.state == "running", Run.attempt == attempt)
    if only_expired:
        statement = statement.where(Run.lease_until < database_now())
    result = session.execute(statement.values(**values).execution_options(synchronize_session=False))
    return affected(result) == 1
