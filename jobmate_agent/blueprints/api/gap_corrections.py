"""Corrections: the user's own word on the entries of a gap report."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_user_id, user_required
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.gap_answers import GOES_ON, json_answer, started
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.errors import ConflictError, NotFoundError
from jobmate_agent.schemas.corrections import CorrectionDone, CorrectionRequest, Corrections
from jobmate_agent.services.gaps import corrections, reports, rescoring
from jobmate_agent.services.gaps.access import require_job
from jobmate_agent.services.gaps.correction_input import NewCorrection
from jobmate_agent.services.gaps.report_document import report_to_wire
from jobmate_agent.services.jobs.listings import visible_job

blueprint = APIBlueprint("gap_corrections", __name__, tag="Gap reports")

CORRECTED: Any = {
    202: GOES_ON,
    404: "There is no such job, no report for it yet, or no such entry in it",
    409: "No more corrections can be kept, or an old report cannot be made again",
}


@blueprint.get("/gap/by-job/<int:job_id>/corrections")
@user_required
@blueprint.output(Corrections)
def list_corrections(job_id: int) -> dict[str, Any]:
    """What the user said about this job's report and about themselves, newest first."""
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
        found = corrections.rows(session, user_id, job_id)
        return {"corrections": corrections.to_wire(found, corrections.meanings(session, found))}


@blueprint.post("/gap/by-job/<int:job_id>/corrections")
@user_required
@limit("run")
@blueprint.input(CorrectionRequest, location="json")
@blueprint.output(CorrectionDone)
@blueprint.doc(responses=CORRECTED)
def correct(job_id: int, json_data: CorrectionRequest) -> Response:
    """Correct an entry of the newest report; it counts at once, and in every later report.

    202 where an older version made the report: then a run makes it anew.
    """
    user_id = current_user_id()
    new = NewCorrection(json_data.entry, json_data.kind, json_data.value, json_data.origin)
    with unit_of_work() as session:
        require_job(session, user_id, job_id)
        # Locks are taken in the order run, status; the correction may turn out to need a run.
        runs.active_run(session, runs.gap_key(user_id, job_id))
        outcome = rescoring.correct(session, user_id, job_id, new)
        if outcome.report is None:
            _require_posting(session, user_id, job_id)
            return started(runs.start_gap_run(session, user_id, job_id, dispatcher=container().dispatcher).id)
        stale = reports.is_stale(outcome.report, reports.present(session, user_id, job_id))
    if outcome.is_new and container().settings.frontend_origin:
        container().frontend.gap_ready(job_id)
    return json_answer(
        {
            "report": report_to_wire(outcome.report, stale=stale),
            "overall_match_before": outcome.before,
            "moved": rescoring.moved_to_wire(outcome.moved),
        }
    )


def _require_posting(session: Session, user_id: str, job_id: int) -> None:
    try:
        visible_job(session, job_id, user_id)
    except NotFoundError as exc:
        raise ConflictError(
            "report_outdated",
            "An older version made this report, and its posting is gone, so it cannot be made again.",
        ) from exc
