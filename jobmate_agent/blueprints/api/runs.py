"""Runs: how a piece of background work is doing."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from jobmate_agent.blueprints.auth import current_user_id, user_required
from jobmate_agent.blueprints.context import reading
from jobmate_agent.models import Run
from jobmate_agent.schemas.gap_routes import RunStatus
from jobmate_agent.services.ownership import owned

blueprint = APIBlueprint("runs", __name__, tag="Runs")


@blueprint.get("/runs/<int:run_id>")
@user_required
@blueprint.output(RunStatus)
def get_run(run_id: int) -> dict[str, Any]:
    """One of the user's own runs."""
    with reading() as session:
        run = owned(session, Run, run_id, current_user_id(), code="run_not_found")
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "step": run.step,
        "progress": run.progress,
        "error_code": run.error_code,
        "result_url": _result_url(run),
    }


def _result_url(run: Run) -> str | None:
    if run.state == "succeeded" and run.kind == "gap":
        return f"/api/gap/by-job/{run.payload['job_id']}"
    return None
