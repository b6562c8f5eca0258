"""What a graph tells the run that carries it."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from jobmate_agent.services.career_engine.types import LlmUsage


class Attempt(Protocol):
    """The run that carries the graph. Every method raises when the run is lost, which ends the graph."""

    @property
    def run_id(self) -> int | None: ...

    def enter(self, step: str) -> None:
        """A node begins."""
        ...

    def leave(self, step: str) -> None:
        """A node is done."""
        ...

    def bind_resume(self, resume_id: int) -> None:
        """The run depends on this resume from now on."""
        ...

    def spent(self, session: Session, usage: LlmUsage) -> None:
        """Add to what the run has cost, in the caller's transaction."""
        ...

    def succeed(self, session: Session) -> None:
        """End the run in the caller's transaction, which stores the result."""
        ...


class NoRun:
    """The graph runs by itself: there is nobody to tell and nothing to lose."""

    @property
    def run_id(self) -> int | None:
        return None

    def enter(self, step: str) -> None:
        return

    def leave(self, step: str) -> None:
        return

    def bind_resume(self, resume_id: int) -> None:
        return

    def spent(self, session: Session, usage: LlmUsage) -> None:
        return

    def succeed(self, session: Session) -> None:
        return
