"""Answers of routes that start a run and wait for its result."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from jobmate_agent.blueprints.context import container, reading
from jobmate_agent.blueprints.gap_answers import RETRY_SECONDS, json_answer
from jobmate_agent.blueprints.occupation_answers import without_nulls
from jobmate_agent.blueprints.waiting import looks, waiting_room
from jobmate_agent.errors import ConflictError, JobMateError, UnavailableError
from jobmate_agent.models import Run
from jobmate_agent.models.runs import FINISHED_STATES
from jobmate_agent.schemas.runs import RunStarted
from jobmate_agent.services import run_results

STARTED: Any = {
    202: {
        "description": "The run goes on",
        "content": {"application/json": {"schema": RunStarted.model_json_schema()}},
    },
    409: "The run was cancelled meanwhile",
}


def started_or_done(run: Run) -> Response:
    """The result of a run that was just started or joined; 202 where it takes longer than a request should.

    202 at once with ``Prefer: respond-async``, or when too many requests wait already.
    """
    if "respond-async" in request.headers.get("Prefer", "").lower():
        response = _started(run)
        response.headers["Preference-Applied"] = "respond-async"
        return response
    with waiting_room().place() as there_is_room:
        return _awaited(run) if there_is_room else _started(run)


def result_url(run: Run) -> str:
    """Where a finished run's result is."""
    return f"/api/runs/{run.id}/result"


def _started(run: Run) -> Response:
    status_url = f"/api/runs/{run.id}"
    response = json_answer({"run_id": run.id, "kind": run.kind, "status_url": status_url}, 202)
    response.headers["Location"] = status_url
    return response


def _awaited(run: Run) -> Response:
    for _ in looks(container().settings.wait_seconds):
        with reading() as session:
            now = session.get(Run, run.id)
            if now is None or now.state in FINISHED_STATES:
                result = run_results.find(session, run.id)
                if result is not None:
                    return json_answer(without_nulls(result))
                raise _ended_without_result(now)
    return _started(run)


def _ended_without_result(run: Run | None) -> JobMateError:
    if run is None or run.state != "failed":
        return ConflictError("run_cancelled", "The run was cancelled, or what it is about was deleted, meanwhile.")
    return UnavailableError(
        run.error_code or "run_failed", "The run failed; try again in a while.", retry_after=RETRY_SECONDS
    )
