"""Gap reports: run, read, watch, sum up, delete."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_user_id, still_signed_in, user_required
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.events import last_event_id, progress_events
from jobmate_agent.blueprints.gap_answers import STARTED, STREAM, await_report, caught_up, json_answer, started
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.blueprints.waiting import waiting_room
from jobmate_agent.errors import NotFoundError, UnavailableError
from jobmate_agent.schemas.gap_routes import Deleted, GapByJob, GapHistory, GapRunDone, GapRunRequest, GapSummary
from jobmate_agent.services.gaps import corrections, reports, rescoring, statuses, summary
from jobmate_agent.services.gaps.access import require_job
from jobmate_agent.services.gaps.report_document import history_entry, report_to_wire
from jobmate_agent.services.jobs.listings import visible_job
from jobmate_agent.services.resumes.store import default_resume_id

blueprint = APIBlueprint("gap", __name__, tag="Gap reports")


@blueprint.post("/gap/run")
@user_required
@limit("run")
@blueprint.input(GapRunRequest, location="json")
@blueprint.output(GapRunDone)
@blueprint.doc(responses=STARTED)
def run_gap(json_data: GapRunRequest) -> Response:
    """Analyse a job, saved or not, and wait for the report; 202 at once with ``Prefer: respond-async``."""
    user_id = current_user_id()
    with unit_of_work() as session:
        job = visible_job(session, json_data.job_id, user_id)
        if default_resume_id(session, user_id) is None:
            raise NotFoundError(statuses.NO_DEFAULT_RESUME, "Upload a resume first; it becomes the default one.")
        run = runs.start_gap_run(session, user_id, job.id, dispatcher=container().dispatcher)
    if "respond-async" in request.headers.get("Prefer", "").lower():
        response = started(run.id)
        response.headers["Preference-Applied"] = "respond-async"
        return response
    with waiting_room().place() as there_is_room:
        return await_report(run.id) if there_is_room else started(run.id)


@blueprint.get("/gap/by-job/<int:job_id>")
@user_required
@blueprint.output(GapByJob)
def get_gap(job_id: int) -> Response:
    """The newest report for a job, stale or not; opening a job starts a run that waited for a resume."""
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
        report = reports.latest(session, user_id, job_id)
        stale = report is not None and reports.is_stale(report, reports.present(session, user_id, job_id))
        behind = report is not None and rescoring.is_behind(session, report)
        can_start = runs.waits_in_vain(session, user_id, job_id)
    if can_start:
        with unit_of_work() as session:
            runs.open_gap_run(session, user_id, job_id, dispatcher=container().dispatcher)
    report = caught_up(user_id, job_id) if behind else report
    body = {"exists": False} if report is None else report_to_wire(report, stale=stale)
    return json_answer(body)


@blueprint.get("/gap/by-job/<int:job_id>/history")
@user_required
@blueprint.output(GapHistory)
def gap_history(job_id: int) -> dict[str, Any]:
    """All reports for a job, newest first."""
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
        return {"reports": [history_entry(report) for report in reports.history(session, user_id, job_id)]}


@blueprint.get("/gap/by-job/<int:job_id>/events")
@user_required
@blueprint.doc(responses=STREAM)
def gap_events(job_id: int) -> Response:
    """The progress of a job's analysis as server-sent events, until it is ready or has failed."""
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
    room = waiting_room()
    if not room.enter():
        raise UnavailableError("too_many_streams", "Too many streams are open; poll instead, or try again.")
    seen = last_event_id(request.headers.get("Last-Event-ID"))
    response = Response(
        progress_events(container().db, user_id, job_id, seen, still_signed_in()), content_type="text/event-stream"
    )
    response.call_on_close(room.leave)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


@blueprint.get("/gap/summary")
@user_required
@blueprint.output(GapSummary)
def gap_summary() -> dict[str, Any]:
    """Across all saved jobs: the skills worth learning, most worthwhile first."""
    user_id = current_user_id()
    with reading() as session:
        behind = rescoring.saved_jobs_behind(session, user_id)
    for job_id in behind:
        caught_up(user_id, job_id)
    with reading() as session:
        jobs, without = summary.reported_jobs(session, user_id)
    return {
        "skills": summary.summarize(jobs),
        "jobs_with_report": len(jobs),
        "jobs_without_report": without,
        "average_match": summary.average_match(jobs),
    }


@blueprint.delete("/gap/by-job/<int:job_id>")
@user_required
@blueprint.output(Deleted)
def delete_gap(job_id: int) -> dict[str, int]:
    """Delete a job's reports and what was said about its posting, and cancel its run; the job stays saved."""
    user_id = current_user_id()
    with unit_of_work() as session:
        require_job(session, user_id, job_id)
        runs.cancel_gap_run(session, user_id, job_id)
        deleted = reports.remove_for_job(session, user_id, job_id)
        corrections.forget_job(session, user_id, job_id)
        statuses.clear(session, user_id, job_id)
    return {"deleted": deleted}
