"""How the analysis of one job is doing, as watchers see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import Run, SkillGapStatus
from jobmate_agent.services.gaps import statuses


@dataclass(frozen=True, slots=True)
class Progress:
    """``version`` grows with every change of the run; 0 where there is none. ``progress`` in percent."""

    gap_state: str
    gap_error: str | None = None
    report_id: int | None = None
    run_id: int | None = None
    version: int = 0
    state: str | None = None
    step: str | None = None
    progress: int = 0

    @property
    def is_over(self) -> bool:
        """Nothing is being generated: there is a report, or an error, or nothing was ever started."""
        return self.gap_state != statuses.GENERATING

    @property
    def event(self) -> str:
        """The name of the server-sent event that says so."""
        if not self.is_over:
            return "progress"
        if self.gap_error is not None:
            return "error"
        return "ready" if self.gap_state == statuses.READY else "none"

    def to_wire(self) -> dict[str, Any]:
        """Absent values are left out."""
        names = ("gap_state", "gap_error", "report_id", "run_id", "state", "step", "progress")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


def look(session: Session, user_id: str, job_id: int) -> Progress:
    """The present state, in one query."""
    row = session.execute(
        sa.select(
            SkillGapStatus.status,
            SkillGapStatus.error,
            SkillGapStatus.report_id,
            SkillGapStatus.run_id,
            Run.version,
            Run.state,
            Run.step,
            Run.progress,
        )
        .outerjoin(Run, Run.id == SkillGapStatus.run_id)
        .where(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == job_id)
    ).one_or_none()
    if row is None:
        return Progress(statuses.NONE)
    return Progress(
        row.status, row.error, row.report_id, row.run_id, row.version or 0, row.state, row.step, row.progress or 0
    )
