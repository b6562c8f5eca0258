"""Resumes on the wire."""

from __future__ import annotations

from apiflask.fields import UploadFile
from pydantic import ConfigDict

from jobmate_agent.schemas.wire import Wire


class ResumeFile(Wire):
    """A multipart upload: PDF, DOCX, TXT or MD."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile


class UploadedResume(Wire):
    resume_id: int
    message: str


class Resume(Wire):
    id: int
    original_filename: str
    is_default: bool
    created_at: str


class ResumeList(Wire):
    resumes: list[Resume]


class DownloadUrl(Wire):
    """Where the file can be fetched without other credentials for ``expires_in`` seconds."""

    download_url: str
    filename: str
    file_size: int
    content_type: str
    expires_in: int


class DownloadQuery(Wire):
    token: str
