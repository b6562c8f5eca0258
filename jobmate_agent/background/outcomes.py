"""What the end of a run means to whoever waits for it, by kind of run."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from jobmate_agent.background import schedule
from jobmate_agent.services.gaps import statuses


def show_outcome(
    session: Session, kind: str, user_id: str | None, payload: dict[str, Any], run_id: int, error_code: str
) -> None:
    """A run has failed for good: say so where the user looks, if that is not the run itself."""
    if kind == "gap" and user_id is not None:
        statuses.settle_run(session, user_id, payload["job_id"], run_id, error_code)
    elif kind in schedule.SCHEDULE_OF_KIND:
        schedule.record(session, kind, f"failed: {error_code}")


def show_waiting_again(session: Session, kind: str, user_id: str | None, payload: dict[str, Any], run_id: int) -> None:
    """A run waits again for what it needs: say so where the user looks."""
    if kind == "gap" and user_id is not None:
        statuses.show_waiting(session, user_id, payload["job_id"], run_id)
