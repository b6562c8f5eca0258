"""Runs that leave a result of their own."""

from __future__ import annotations

from pydantic import RootModel

from jobmate_agent.schemas.occupation_match import OccupationMatch
from jobmate_agent.schemas.skill_gap import SkillGapAnalysed
from jobmate_agent.schemas.wire import Wire


class RunStarted(Wire):
    """The run goes on; ``status_url`` says how it is doing, and where its result is once there is one."""

    run_id: int
    kind: str
    status_url: str


class RunResultBody(RootModel[SkillGapAnalysed | OccupationMatch]):
    """What the run found out, as the route that started it answers."""
