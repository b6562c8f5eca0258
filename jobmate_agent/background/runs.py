"""Queueing: a run is a row that is written in the caller's transaction and dispatched after its commit.

Everything here is light enough for the web process. Locks are always taken in the order run, report, status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.background.dispatch import Dispatcher, PollingDispatcher
from jobmate_agent.db import after_commit, database_now, insert_if_absent
from jobmate_agent.errors import UnavailableError
from jobmate_agent.models import Run
from jobmate_agent.models.runs import ACTIVE_STATES
from jobmate_agent.services.gaps import statuses
from jobmate_agent.services.ownership import Owner
from jobmate_agent.services.resumes.store import default_resume_id

GAP = "gap"
SKILL_GAP = "skill_gap_llm"
MATCH = "match"
WITH_RESULT = (SKILL_GAP, MATCH)
"""Kinds of runs that leave a result of their own."""
WAITING_STARTED_AT_ONCE = 20
RESUME_DELETED = "resume_deleted"
_ENQUEUE_TRIES = 5
_NO_SYNC = {"synchronize_session": False}


def gap_key(user_id: str, job_id: int) -> str:
    """The active key of a gap run: one active run for each (user, job)."""
    return f"{GAP}:{user_id}:{job_id}"


def resume_subject(resume_id: int) -> str:
    """The subject of runs about a resume."""
    return f"resume:{resume_id}"


def enqueue(
    session: Session,
    *,
    kind: str,
    subject: str,
    user_id: str | None,
    active_key: str,
    payload: dict[str, Any],
    state: str = "queued",
    token_id: int | None = None,
) -> Run:
    """The active run under ``active_key``: the one that is there, else a new one in ``state``.

    It belongs to a user or to a machine client's token, or to neither: then it is the operator's.
    """
    for _ in range(_ENQUEUE_TRIES):
        run = active_run(session, active_key)
        if run is not None:
            return run
        values = {"kind": kind, "subject": subject, "user_id": user_id, "payload": payload, "state": state}
        insert_if_absent(session, Run, {**values, "token_id": token_id, "active_key": active_key})
    # Only a run that was started and ended again between insert and read, five times in a row, comes here.
    raise UnavailableError("run_not_started", "The run could not be started; try again.", retry_after=1)


def active_run(session: Session, active_key: str) -> Run | None:
    """The run that is waiting, queued or running under a key, locked so that it cannot end before we commit."""
    return session.scalar(
        sa.select(Run).where(Run.active_key == active_key).with_for_update().execution_options(populate_existing=True)
    )


def start_run(
    session: Session,
    owner: Owner,
    *,
    kind: str,
    subject: str,
    payload: dict[str, Any],
    asked: str = "",
    dispatcher: Dispatcher | None = None,
) -> Run:
    """Start or join ``owner``'s run of this kind about this subject; ``asked`` tells runs about one subject apart."""
    run = enqueue(
        session,
        kind=kind,
        subject=subject,
        user_id=owner.user_id,
        token_id=owner.token_id,
        active_key=":".join(part for part in (kind, owner.key, subject, asked) if part),
        payload=payload,
    )
    _dispatch(session, [run.id], dispatcher)
    return run


def start_gap_run(session: Session, user_id: str, job_id: int, *, dispatcher: Dispatcher | None = None) -> Run:
    """Start or join the gap run of (user, job).

    Without a default resume the run waits for one. Without ``dispatcher`` a worker finds it within a second.
    """
    resume_id = default_resume_id(session, user_id)
    run = enqueue(
        session,
        kind=GAP,
        subject=f"job:{job_id}",
        user_id=user_id,
        active_key=gap_key(user_id, job_id),
        payload={"job_id": job_id, "resume_id": resume_id},
        state="waiting" if resume_id is None else "queued",
    )
    if run.state == "waiting" and resume_id is None:
        statuses.show_waiting(session, user_id, job_id, run.id)
        return run
    if run.state == "waiting":
        _promote(session, run, resume_id)
        session.refresh(run)
    statuses.show_generating(session, user_id, job_id, run.id)
    _dispatch(session, [run.id], dispatcher)
    return run


def waits_in_vain(session: Session, user_id: str, job_id: int) -> bool:
    """Whether a run waits for a default resume that is there by now."""
    state = session.scalar(sa.select(Run.state).where(Run.active_key == gap_key(user_id, job_id)))
    return state == "waiting" and default_resume_id(session, user_id) is not None


def open_gap_run(session: Session, user_id: str, job_id: int, *, dispatcher: Dispatcher | None = None) -> None:
    """Start the run of a job that is being looked at, if it has been waiting for a default resume that is now there."""
    run = active_run(session, gap_key(user_id, job_id))
    if run is not None and run.state == "waiting" and default_resume_id(session, user_id) is not None:
        start_gap_run(session, user_id, job_id, dispatcher=dispatcher)


def start_waiting_runs(
    session: Session, user_id: str, limit: int = WAITING_STARTED_AT_ONCE, *, dispatcher: Dispatcher | None = None
) -> int:
    """A default resume has appeared: start the newest ``limit`` waiting gap runs; how many were started.

    The rest start when their job is opened; their "no default resume" is taken back now.
    """
    resume_id = default_resume_id(session, user_id)
    if resume_id is None:
        return 0
    waiting = _locked_gap_runs(session, user_id, ("waiting",))
    started, later = (waiting[-limit:], waiting[:-limit]) if limit else ([], waiting)
    for run in started:
        _promote(session, run, resume_id)
    for run in started:
        statuses.show_generating(session, user_id, run.payload["job_id"], run.id)
    if later:
        statuses.settle(session, user_id, [run.payload["job_id"] for run in later])
    _dispatch(session, [run.id for run in started], dispatcher)
    return len(started)


def cancel_gap_run(session: Session, user_id: str, job_id: int) -> bool:
    """End the active gap run of (user, job), if any, and show what remains; a late result will be dropped."""
    run = active_run(session, gap_key(user_id, job_id))
    cancelled = run is not None and _cancel(session, run)
    statuses.settle(session, user_id, [job_id])
    return cancelled


def cancel_runs_of_resume(session: Session, user_id: str, resume_id: int) -> int:
    """A resume is about to be deleted: cancel the gap runs that use it; how many there were.

    To be called before its reports and its row are deleted. What was matched by it goes with it.
    """
    session.execute(
        sa.delete(Run)
        .where(Run.user_id == user_id, Run.subject == resume_subject(resume_id), Run.kind == MATCH)
        .execution_options(**_NO_SYNC)
    )
    active = _locked_gap_runs(session, user_id, ("queued", "running"))
    cancelled = [
        run.payload["job_id"] for run in active if run.payload.get("resume_id") == resume_id and _cancel(session, run)
    ]
    if cancelled:
        statuses.settle(session, user_id, cancelled, RESUME_DELETED)
    return len(cancelled)


def _locked_gap_runs(session: Session, user_id: str, states: Sequence[str]) -> Sequence[Run]:
    """Oldest first, which is also the order of locking."""
    return session.scalars(
        sa.select(Run)
        .where(Run.user_id == user_id, Run.kind == GAP, Run.state.in_(states))
        .order_by(Run.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _promote(session: Session, run: Run, resume_id: int | None) -> None:
    session.execute(
        sa.update(Run)
        .where(Run.id == run.id, Run.state == "waiting")
        .values(
            state="queued",
            version=Run.version + 1,
            payload={**run.payload, "resume_id": resume_id},
            updated_at=database_now(),
        )
        .execution_options(**_NO_SYNC)
    )


def _cancel(session: Session, run: Run) -> bool:
    done = session.execute(
        sa.update(Run)
        .where(Run.id == run.id, Run.state.in_(ACTIVE_STATES))
        .values(
            state="cancelled",
            active_key=None,
            lease_until=None,
            version=Run.version + 1,
            updated_at=database_now(),
            finished_at=database_now(),
        )
        .execution_options(**_NO_SYNC)
    )
    return affected(done) == 1


def affected(result: sa.Result[Any]) -> int:
    """Rows that an UPDATE or DELETE matched."""
    assert isinstance(result, sa.CursorResult)
    return result.rowcount


def _dispatch(session: Session, run_ids: Sequence[int], dispatcher: Dispatcher | None) -> None:
    chosen = dispatcher or PollingDispatcher()

    def submit() -> None:
        for run_id in run_ids:
            chosen.submit(run_id)

    after_commit(session, submit)
