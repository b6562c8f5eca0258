"""Who is told that a report is ready."""

from __future__ import annotations

from typing import Protocol


class Frontend(Protocol):
    """The web client's server side, which caches pages of reports."""

    def gap_ready(self, job_id: int) -> None:
        """Announce it, soon; never raises, never waits for an answer."""
        ...

    def close(self, seconds: float) -> None:
        """Give announcements under way ``seconds`` to get through, then forget them."""
        ...
