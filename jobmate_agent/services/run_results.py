"""What runs that were asked for by request found out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import RunResult


def store(session: Session, run_id: int, body: dict[str, Any]) -> None:
    """Keep a run's result; in the transaction that ends the run."""
    session.add(RunResult(run_id=run_id, body=body))
    session.flush()


def find(session: Session, run_id: int) -> dict[str, Any] | None:
    """The result of a run, None where there is none (yet)."""
    return session.scalar(sa.select(RunResult.body).where(RunResult.run_id == run_id))
