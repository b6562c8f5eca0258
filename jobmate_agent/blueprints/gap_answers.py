"""Answers to running an analysis, and what the OpenAPI document says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.waiting import looks
from jobmate_agent.errors import ConflictError, JobMateError, UnavailableError
from jobmate_agent.models import Run, SkillGapReport
from jobmate_agent.models.runs import FINISHED_STATES
from jobmate_agent.schemas.gap_routes import GapRunStarted
from jobmate_agent.services.gaps import reports, rescoring, statuses
from jobmate_agent.services.gaps.report_document import finished_run_to_wire

RETRY_SECONDS = 30


GOES_ON: Any = {
    "description": "The run goes on",
    "content": {"application/json": {"schema": GapRunStarted.model_json_schema()}},
}
STARTED: Any = {
    202: GOES_ON,
    404: "There is no such job, or no default resume",
    409: "The run was cancelled meanwhile",
    503: "The analysis failed",
}
STREAM: Any = {
    200: {
        "description": "Events progress, ready, error and none; the id is the run's version",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
}


def json_answer(body: Mapping[str, Any], status: int = 200) -> Response:
    """A document that is already as the contract has it."""
    return Response(orjson.dumps(body), status, content_type="application/json")


def started(run_id: int) -> Response:
    """202: the run goes on by itself."""
    status_url = f"/api/runs/{run_id}"
    body = {"run_id": run_id, "gap_state": statuses.GENERATING, "status_url": status_url}
    response = json_answer(body, 202)
    response.headers["Location"] = status_url
    return response


def caught_up(user_id: str, job_id: int) -> SkillGapReport | None:
    """The newest report, made again because corrections were made since; None if it was deleted meanwhile."""
    with unit_of_work() as session:
        return rescoring.catch_up(session, user_id, job_id)


def await_report(run_id: int) -> Response:
    """The run's report once it is there; 202 when that takes longer than a request should."""
    for _ in looks(container().settings.wait_seconds):
        with reading() as session:
            run = session.get(Run, run_id)
            if run is None or run.state in FINISHED_STATES:
                report = reports.by_run(session, run_id)
                if report is not None:
                    return json_answer(finished_run_to_wire(report))
                raise _ended_without_report(run)
            if run.state == "waiting":
                raise ConflictError(statuses.NO_DEFAULT_RESUME, "The default resume was deleted meanwhile.")
    return started(run_id)


def _ended_without_report(run: Run | None) -> JobMateError:
    if run is None or run.state != "failed":
        return ConflictError("run_cancelled", "The analysis was cancelled, or its report was deleted, meanwhile.")
    return UnavailableError(
        run.error_code or "run_failed", "The analysis failed; try again in a while.", retry_after=RETRY_SECONDS
    )
