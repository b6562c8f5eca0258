"""Jobs: the public catalogue and the postings that users add for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from jobmate_agent.blueprints.auth import current_user_id, user_required
from jobmate_agent.blueprints.bodies import as_text_too
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.limits import body_limit, limit
from jobmate_agent.clock import utcnow
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import JobListing
from jobmate_agent.schemas.jobs import (
    Job,
    JobChange,
    JobList,
    JobListQuery,
    JobSearch,
    JobSearchQuery,
    NewJob,
    PostingImport,
)
from jobmate_agent.schemas.wire import Message
from jobmate_agent.services.documents.sandbox import SandboxLimits
from jobmate_agent.services.gaps import overview
from jobmate_agent.services.jobs import importing, listings
from jobmate_agent.services.jobs.fields import MAX_TEXT

blueprint = APIBlueprint("jobs", __name__, tag="Jobs")

SEARCH_PAGE = 20
# A page of the largest size, as a JSON string in which every third character is escaped.
ESCAPED = 3


@blueprint.get("/jobs")
@user_required
@blueprint.input(JobListQuery, location="query")
@blueprint.output(JobList)
def list_jobs(query_data: JobListQuery) -> dict[str, Any]:
    """Active jobs, newest first."""
    filters = query_data.model_dump(include={"location", "company", "job_type"})
    page, limit = query_data.page, query_data.limit
    with reading() as session:
        jobs, total = listings.list_jobs(session, current_user_id(), page=page, limit=limit, filters=filters)
        wire = _wire(session, jobs)
    pages = ceil(total / limit)
    return {
        "jobs": wire,
        "pagination": {
            "total": total,
            "current_page": page,
            "total_pages": pages,
            "has_next": page < pages,
            "has_prev": page > 1,
            "per_page": limit,
        },
    }


@blueprint.get("/jobs/search")
@user_required
@blueprint.input(JobSearchQuery, location="query")
@blueprint.output(JobSearch)
def search_jobs(query_data: JobSearchQuery) -> dict[str, Any]:
    """Active jobs in which every word of the query occurs."""
    query, page = query_data.q, query_data.page
    with reading() as session:
        jobs, total = listings.search_jobs(session, current_user_id(), query=query, page=page, limit=SEARCH_PAGE)
        wire = _wire(session, jobs)
    return {"jobs": wire, "total": total, "page": page, "pages": ceil(total / SEARCH_PAGE), "query": query}


@blueprint.get("/jobs/<int:job_id>")
@user_required
@blueprint.output(Job)
def get_job(job_id: int) -> dict[str, Any]:
    """One job that the user may see."""
    with reading() as session:
        return _wire(session, [listings.visible_job(session, job_id, current_user_id())])[0]


@blueprint.post("/jobs")
@user_required
@limit("save")
@blueprint.input(NewJob, location="json")
@blueprint.output(Job, status_code=201)
def add_job(json_data: NewJob) -> dict[str, Any]:
    """Add a posting that only this user sees; the same external id again updates it."""
    return _add(json_data.model_dump(exclude_none=True), source="user")


@blueprint.put("/jobs/<int:job_id>")
@user_required
@limit("save")
@blueprint.input(JobChange, location="json")
@blueprint.output(Job)
def change_job(job_id: int, json_data: JobChange) -> dict[str, Any]:
    """Change a posting of one's own; reports made from the old text become stale."""
    values = json_data.model_dump(exclude_unset=True)
    with unit_of_work() as session:
        job = listings.own_job(session, job_id, current_user_id())
        listings.update_job(job, values, utcnow())
        session.flush()
        return _wire(session, [job])[0]


@blueprint.delete("/jobs/<int:job_id>")
@user_required
@blueprint.output(Message)
def remove_job(job_id: int) -> dict[str, str]:
    """Take a posting of one's own out of the lists; where it is saved it stays, marked inactive."""
    with unit_of_work() as session:
        listings.update_job(listings.own_job(session, job_id, current_user_id()), {"is_active": False}, utcnow())
    return {"message": "Job removed"}


@blueprint.post("/jobs/import")
@user_required
@limit("save")
@body_limit(lambda settings: settings.import_max_bytes * ESCAPED)
@as_text_too(PostingImport, {"text/html": "html", "text/plain": "text"})
@blueprint.input(PostingImport, location="json")
@blueprint.output(Job, status_code=201)
def import_job(json_data: PostingImport) -> dict[str, Any]:
    """Add a posting from the source of its page (schema.org JobPosting where present) or from its text.

    The page or the text may also be the body itself, as ``text/html`` or ``text/plain``.
    """
    settings = container().settings
    if json_data.html is not None:
        html = json_data.html.encode()
        if len(html) > settings.import_max_bytes:
            raise JobMateError("posting_too_large", "The page is too large. Copy its text and paste that.", status=413)
        sandbox = SandboxLimits(settings.parser_seconds, settings.parser_memory_mb, MAX_TEXT)
        values = importing.posting_from_html(html, sandbox)
    else:
        values = importing.posting_from_text(json_data.text or "")
    given = {"title": json_data.title, "company": json_data.company, "external_url": json_data.url}
    values.update({key: value for key, value in given.items() if value is not None})
    return _add(values, source="import", numbered_by=values["company"])


def _add(values: dict[str, Any], *, source: str, numbered_by: str = "") -> dict[str, Any]:
    with unit_of_work() as session:
        job, _ = listings.add_job(
            session, values, owner_id=current_user_id(), source=source, now=utcnow(), numbered_by=numbered_by
        )
        session.flush()
        return _wire(session, [job])[0]


def _wire(session: Session, jobs: Sequence[JobListing]) -> list[dict[str, Any]]:
    """Jobs with the state of the caller's gap reports and their occupations, in one more query."""
    beside = overview.beside_jobs(session, current_user_id(), [job.id for job in jobs])
    return [listings.job_to_wire(job) | beside[job.id] for job in jobs]
