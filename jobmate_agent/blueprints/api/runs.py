"""Runs: how a piece of background work is doing."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_owner, machine_or_user
from jobmate_agent.blueprints.context import reading
from jobmate_agent.blueprints.gap_answers import json_answer
from jobmate_agent.blueprints.occupation_answers import without_nulls
from jobmate_agent.blueprints.run_answers import result_url
from jobmate_agent.errors import ConflictError, NotFoundError
from jobmate_agent.models import Run
from jobmate_agent.models.runs import ACTIVE_STATES
from jobmate_agent.schemas.gap_routes import RunStatus
from jobmate_agent.schemas.runs import RunResultBody
from jobmate_agent.services import run_results
from jobmate_agent.services.ownership import owned
from jobmate_agent.services.service_tokens import OCCUPATIONS_READ

blueprint = APIBlueprint("runs", __name__, tag="Runs")


@blueprint.get("/runs/<int:run_id>")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.output(RunStatus)
def get_run(run_id: int) -> dict[str, Any]:
    """One of the caller's own runs."""
    with reading() as session:
        run = owned(session, Run, run_id, current_owner(), code="run_not_found")
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "step": run.step,
        "progress": run.progress,
        "error_code": run.error_code,
        "result_url": _result_url(run),
    }


@blueprint.get("/runs/<int:run_id>/result")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.output(RunResultBody)
@blueprint.doc(responses={404: "Not there, not yours, or without a result of its own", 409: "Not finished yet"})
def get_result(run_id: int) -> Response:
    """What one of the caller's own runs found out; of a gap run that is the report of its job."""
    with reading() as session:
        run = owned(session, Run, run_id, current_owner(), code="run_not_found")
        result = run_results.find(session, run.id)
    if result is not None:
        return json_answer(without_nulls(result))
    if run.state in ACTIVE_STATES:
        raise ConflictError("run_not_finished", "The run is not finished yet; ask again in a while.")
    raise NotFoundError("no_result", "This run has no result of its own.")


def _result_url(run: Run) -> str | None:
    if run.state == "succeeded" and run.kind in runs.WITH_RESULT:
        return result_url(run)
    if run.state == "succeeded" and run.kind == "gap":
        return f"/api/gap/by-job/{run.payload['job_id']}"
    return None
