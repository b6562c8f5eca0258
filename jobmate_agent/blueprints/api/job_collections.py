"""Saved jobs: save, list with the state of their reports, unsave."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_user_id, user_required
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.blueprints.saved_jobs import Window, saved_jobs_list
from jobmate_agent.clock import utcnow
from jobmate_agent.schemas.gap_routes import JobSaved, JobUnsaved, SavedJobs, SavedJobsQuery, SavedStatus
from jobmate_agent.services.gaps import corrections, reports, statuses
from jobmate_agent.services.gaps.access import require_job
from jobmate_agent.services.jobs import collections
from jobmate_agent.services.jobs.listings import visible_job

blueprint = APIBlueprint("job_collections", __name__, tag="Saved jobs")

UNCHANGED: Any = {304: {"description": "The copy with this ETag is still right"}}
ALREADY: Any = {
    200: {"description": "Already saved", "content": {"application/json": {"schema": JobSaved.model_json_schema()}}}
}


@blueprint.post("/job-collections/<int:job_id>")
@user_required
@limit("save")
@blueprint.output(JobSaved, status_code=201)
@blueprint.doc(responses=ALREADY)
def save_job(job_id: int) -> tuple[dict[str, Any], int]:
    """Save a job and start its gap report; saving it again changes nothing."""
    user_id = current_user_id()
    with unit_of_work() as session:
        job = visible_job(session, job_id, user_id)
        moment, is_new = collections.save(session, user_id, job.id, utcnow())
        if is_new:
            runs.start_gap_run(session, user_id, job.id, dispatcher=container().dispatcher)
    message = "Job saved successfully" if is_new else "Job already saved"
    return {"message": message, "saved": True, "saved_at": moment.isoformat()}, 201 if is_new else 200


@blueprint.get("/job-collections")
@user_required
@blueprint.input(SavedJobsQuery, location="query")
@blueprint.output(SavedJobs)
@blueprint.doc(responses=UNCHANGED)
def list_saved_jobs(query_data: SavedJobsQuery) -> Response:
    """Saved jobs, newest first, each with the state of its report; meant to be polled with ``If-None-Match``."""
    return saved_jobs_list().respond(current_user_id(), Window.of(query_data))


@blueprint.delete("/job-collections/<int:job_id>")
@user_required
@blueprint.output(JobUnsaved)
def unsave_job(job_id: int) -> dict[str, Any]:
    """Forget a saved job: its run is cancelled, its reports and what was said about its posting are deleted."""
    user_id = current_user_id()
    with unit_of_work() as session:
        require_job(session, user_id, job_id)
        collections.unsave(session, user_id, job_id)
        runs.cancel_gap_run(session, user_id, job_id)
        reports.remove_for_job(session, user_id, job_id)
        corrections.forget_job(session, user_id, job_id)
        statuses.clear(session, user_id, job_id)
    return {"message": "Job removed from saved jobs", "saved": False}


@blueprint.get("/job-collections/<int:job_id>/status")
@user_required
@blueprint.output(SavedStatus)
def saved_status(job_id: int) -> dict[str, Any]:
    """Whether and when the job was saved."""
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
        moment = collections.saved_at(session, user_id, job_id)
    return {"job_id": job_id, "saved": moment is not None, "saved_at": moment.isoformat() if moment else None}
