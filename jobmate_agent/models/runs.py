"""Background work: runs and the workers that carry them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import EncryptedJson, Identifier, UtcDateTime
from jobmate_agent.db import Base

ACTIVE_STATES = ("waiting", "queued", "running")
FINISHED_STATES = ("succeeded", "failed", "cancelled")


class Run(Base):
    """One attempt-able piece of background work.

    ``state``: waiting | queued | running | succeeded | failed | cancelled. ``subject`` names what it is about
    (``job:7``). ``active_key`` is unique while the run is active and null afterwards, so that one subject
    has at most one active run. ``version`` grows with every change that a watcher can see. ``isolated``
    marks a run whose worker died: it is retried alone, in a process of its own. ``progress`` is 0–100.
    A run belongs to a user, or to a machine client's token, or to neither: then it is the operator's.
    """

    __tablename__ = "runs"
    __table_args__ = (
        sa.Index("ix_runs_state_lease", "state", "lease_until"),
        sa.Index("ix_runs_user_id_subject", "user_id", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Identifier(40))
    subject: Mapped[str] = mapped_column(Identifier(191))
    user_id: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    token_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_tokens.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[str] = mapped_column(Identifier(20))
    step: Mapped[str | None] = mapped_column(Identifier(60))
    progress: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(Identifier(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    isolated: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    error_code: Mapped[str | None] = mapped_column(Identifier(60))
    version: Mapped[int] = mapped_column(default=1)
    active_key: Mapped[str | None] = mapped_column(Identifier(191), unique=True)
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    completion_tokens: Mapped[int] = mapped_column(default=0)
    llm_calls: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float] = mapped_column(sa.Double, default=0.0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerHeartbeat(Base):
    """One row a worker process, renewed while it lives; ``/ready`` reads it."""

    __tablename__ = "worker_heartbeats"

    name: Mapped[str] = mapped_column(Identifier(100), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class RunResult(Base):
    """What a run that was asked for by request found out; encrypted, because it may be personal."""

    __tablename__ = "run_results"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    body: Mapped[Any] = mapped_column(EncryptedJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Schedule(Base):
    """Something that is due again and again; claimed like runs: one conditional UPDATE by the database's clock.

    ``last_outcome`` is what came of it last time, in words.
    """

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_outcome: Mapped[str | None] = mapped_column(sa.String(500))
    version: Mapped[int] = mapped_column(default=1)
