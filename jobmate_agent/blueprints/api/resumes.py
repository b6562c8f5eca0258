"""Resumes: upload, list, choose the default, delete, download."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request, send_file, url_for

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_user_id, public, user_required
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.limits import body_limit, limit
from jobmate_agent.errors import NotFoundError
from jobmate_agent.schemas.resumes import (
    DownloadQuery,
    DownloadUrl,
    Resume,
    ResumeFile,
    ResumeList,
    UploadedResume,
)
from jobmate_agent.schemas.wire import Message
from jobmate_agent.services.documents.sandbox import SandboxLimits
from jobmate_agent.services.gaps import extractions, reports
from jobmate_agent.services.resumes import download, parser, store
from jobmate_agent.settings import Settings

blueprint = APIBlueprint("resumes", __name__, tag="Resumes")

BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: Any = {
    200: {
        "description": "The file as it was uploaded",
        "content": {kind.partition(";")[0]: BINARY for kind in parser.CONTENT_TYPES.values()},
    },
    403: "The link is not valid, or has expired",
    404: "The resume was deleted",
}

MULTIPART_OVERHEAD = 64 * 1024
MAX_FILENAME = 200


@blueprint.post("/resume/upload")
@user_required
@limit("upload")
@body_limit(
    lambda settings: settings.resume_max_bytes + MULTIPART_OVERHEAD,
    lambda settings: parser.too_large(settings.resume_max_bytes),
)
@blueprint.input(ResumeFile, location="files")
@blueprint.output(UploadedResume, status_code=201)
def upload(files_data: ResumeFile) -> dict[str, Any]:
    """Upload a resume; the first one becomes the default and starts the reports that wait for it."""
    filename = _clean_filename(files_data.file.filename or "")
    kind = parser.document_format(filename)
    content = files_data.file.stream.read()
    read = parser.read_resume(content, kind, _limits(container().settings))
    user_id = current_user_id()
    with unit_of_work() as session:
        resume, became_default = store.add_resume(
            session,
            user_id,
            filename=filename,
            content_type=parser.CONTENT_TYPES[kind],
            content=content,
            text=read.text,
            hidden=read.hidden,
        )
        if became_default:
            runs.start_waiting_runs(session, user_id, dispatcher=container().dispatcher)
    return {"resume_id": resume.id, "message": "Resume uploaded successfully"}


@blueprint.get("/resumes")
@user_required
@blueprint.output(ResumeList)
def list_resumes() -> dict[str, Any]:
    """The user's resumes, newest first."""
    with reading() as session:
        return {"resumes": [_wire(resume) for resume in store.list_resumes(session, current_user_id())]}


@blueprint.get("/resumes/default")
@user_required
@blueprint.output(Resume)
@blueprint.doc(responses={404: "There is no resume yet"})
def default_resume() -> dict[str, Any]:
    """The resume that new reports use."""
    with reading() as session:
        resume_id = store.default_resume_id(session, current_user_id())
        if resume_id is None:
            raise NotFoundError("no_default_resume", "You have no resume yet. Upload one first.")
        return _wire(store.resume_summary(session, current_user_id(), resume_id))


@blueprint.post("/resumes/<int:resume_id>/set-default")
@user_required
@blueprint.output(Message)
def set_default(resume_id: int) -> dict[str, str]:
    """Use this resume for new reports; older reports become stale."""
    with unit_of_work() as session:
        store.set_default(session, current_user_id(), resume_id)
    return {"message": "Default resume updated"}


@blueprint.delete("/resumes/<int:resume_id>")
@user_required
@blueprint.output(Message)
def delete_resume(resume_id: int) -> dict[str, str]:
    """Delete a resume, the reports that quote it and the runs that read it."""
    user_id = current_user_id()
    with unit_of_work() as session:
        store.resume_summary(session, user_id, resume_id)
        runs.cancel_runs_of_resume(session, user_id, resume_id)
        reports.remove_of_resume(session, user_id, resume_id)
        extractions.forget_owner(session, user_id)
        store.delete_resume(session, user_id, resume_id)
    return {"message": "Resume deleted"}


@blueprint.get("/resume/<int:resume_id>/download-url")
@user_required
@blueprint.output(DownloadUrl)
def download_url(resume_id: int) -> dict[str, Any]:
    """A signed URL of the file that works for a short time and needs no other credentials."""
    with reading() as session:
        resume = store.resume_summary(session, current_user_id(), resume_id)
    token = download.sign(container().keys.urls, resume_id, current_user_id())
    return {
        "download_url": request.host_url.rstrip("/") + url_for("resumes.download_file", token=token),
        "filename": resume.original_filename,
        "file_size": resume.file_size,
        "content_type": resume.content_type,
        "expires_in": container().settings.download_url_seconds,
    }


@blueprint.get("/resume/download")
@public
@blueprint.input(DownloadQuery, location="query")
@blueprint.doc(responses=FILE)
def download_file(query_data: DownloadQuery) -> Response:
    """The file behind a signed URL, always as an attachment."""
    settings = container().settings
    resume_id, user_id = download.verify(container().keys.urls, query_data.token, settings.download_url_seconds)
    with reading() as session:
        resume = store.resume_file(session, resume_id, user_id)
        response = send_file(
            io.BytesIO(resume.content),
            mimetype=resume.content_type.split(";")[0],
            as_attachment=True,
            download_name=resume.original_filename,
            conditional=False,
        )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _limits(settings: Settings) -> parser.ResumeLimits:
    return parser.ResumeLimits(
        settings.resume_max_bytes,
        settings.resume_max_chars,
        SandboxLimits(settings.parser_seconds, settings.parser_memory_mb),
    )


def _clean_filename(name: str) -> str:
    """The last part of what the client calls the file, printable, its extension kept."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    path = PurePath("".join(char for char in base if char.isprintable()).strip())
    return f"{path.stem[: MAX_FILENAME - len(path.suffix)]}{path.suffix}"


def _wire(resume: store.ResumeSummary) -> dict[str, Any]:
    return {
        "id": resume.id,
        "original_filename": resume.original_filename,
        "is_default": resume.is_default,
        "created_at": resume.created_at.isoformat(),
    }
