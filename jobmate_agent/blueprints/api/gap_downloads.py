"""Stored reports as files."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.blueprints.auth import current_user_id, user_required
from jobmate_agent.blueprints.context import reading
from jobmate_agent.blueprints.gap_answers import caught_up
from jobmate_agent.errors import NotFoundError
from jobmate_agent.services.gaps import reports, rescoring
from jobmate_agent.services.gaps.access import require_job

blueprint = APIBlueprint("gap_downloads", __name__, tag="Gap reports")


def _file(media_type: str, schema: dict[str, str]) -> Any:
    return {200: {"description": "The stored report", "content": {media_type: {"schema": schema}}}}


TEXT, BINARY = {"type": "string"}, {"type": "string", "format": "binary"}


@blueprint.get("/gap/by-job/<int:job_id>/report.md")
@user_required
@blueprint.doc(responses=_file("text/markdown", TEXT))
def report_markdown(job_id: int) -> Response:
    """The newest report as Markdown."""
    return _download(_report_md(job_id), "text/markdown; charset=utf-8", f"skill-gap-report-{job_id}.md")


@blueprint.get("/gap/by-job/<int:job_id>/report.html")
@user_required
@blueprint.doc(responses=_file("text/html", TEXT))
def report_html(job_id: int) -> Response:
    """The newest report as a page of its own, sanitised, that loads nothing."""
    from jobmate_agent.services.gaps.report_html import POLICY, to_html

    page = to_html(_report_md(job_id), "Skill gap report")
    response = _download(page, "text/html; charset=utf-8", f"skill-gap-report-{job_id}.html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/gap/by-job/<int:job_id>/report.pdf")
@user_required
@blueprint.doc(responses=_file("application/pdf", BINARY))
def report_pdf(job_id: int) -> Response:
    """The newest report as a PDF with its fonts inside."""
    from jobmate_agent.services.gaps.report_pdf import to_pdf

    return _download(to_pdf(_report_md(job_id)), "application/pdf", f"skill-gap-report-{job_id}.pdf")


def _report_md(job_id: int) -> str:
    user_id = current_user_id()
    with reading() as session:
        require_job(session, user_id, job_id)
        report = reports.latest(session, user_id, job_id)
        behind = report is not None and rescoring.is_behind(session, report)
    report = caught_up(user_id, job_id) if behind else report
    if report is None:
        raise NotFoundError("no_gap_report", "There is no report for this job yet. Start one first.")
    return report.report_md


def _download(content: str | bytes, content_type: str, filename: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
