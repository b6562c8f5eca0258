"""From an uploaded file to its text, or to an error that says what the person can do."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePath

from jobmate_agent.errors import InvalidInputError, JobMateError

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
MESSAGES = {
    "resume_empty": "The file is empty. Choose the file that holds your resume.",
    "resume_wrong_content": "The content of the file does not fit its name. Save it again as PDF, DOCX, TXT or MD.",
    "resume_encrypted": "The PDF is protected by a password. Save a copy without a password and upload that.",
    "resume_corrupt": "The file is damaged and cannot be read. Save or export it again and upload the new file.",
    "resume_has_no_text": "No text was found; the file may be a scan. Upload a version with real text, not a picture.",
    "resume_too_many_pages": "The document has too many pages for a resume. Upload a shorter one.",
    "resume_too_large_inside": "The document unpacks to more than a resume holds. Save it again in a simpler form.",
    "resume_text_too_long": "The text is longer than a resume can be. Upload a shorter version.",
    "resume_unreadable": "The file could not be read in the time and memory allowed. Save it again in a simpler form.",
}


@dataclass(frozen=True, slots=True)
class ParserLimits:
    """Bounds of one document: file bytes, characters of text, seconds and megabytes of the parser child."""

    max_bytes: int
    max_chars: int
    seconds: float
    memory_mb: int


def document_format(filename: str) -> str:
    """``pdf``, ``docx``, ``txt`` or ``md`` by the file's extension; else ``resume_unsupported_type``."""
    extension = PurePath(filename).suffix.lower().lstrip(".")
    if extension not in CONTENT_TYPES:
        raise InvalidInputError(
            "resume_unsupported_type", "Only PDF, DOCX, TXT and MD files can be read. Save your resume as one of these."
        )
    return extension


def extract_text(content: bytes, kind: str, limits: ParserLimits) -> str:
    """The document's text, read in a child process that is killed past its limits.

    Raises :class:`JobMateError` with one of the codes of :data:`MESSAGES` (422) or ``resume_too_large`` (413).
    """
    if not content:
        raise _error("resume_empty")
    if len(content) > limits.max_bytes:
        raise JobMateError(
            "resume_too_large",
            f"The file is larger than {limits.max_bytes / 1024 / 1024:g} MB. Upload a smaller one.",
            status=413,
        )
    if not _looks_like(content, kind):
        raise _error("resume_wrong_content")
    answer = _ask_child(content, kind, limits)
    if "error" in answer:
        raise _error(answer["error"])
    if not any(char.isalnum() for char in answer["text"]):
        raise _error("resume_has_no_text")
    return answer["text"]


def _error(code: str) -> InvalidInputError:
    return InvalidInputError(code, MESSAGES[code])


def _looks_like(content: bytes, kind: str) -> bool:
    if kind == "pdf":
        return b"%PDF-" in content[:1024]
    if kind == "docx":
        return content.startswith(b"PK\x03\x04") and b"word/" in content
    return not content.startswith((b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff"))


def _ask_child(content: bytes, kind: str, limits: ParserLimits) -> dict[str, str]:
    seconds = math.ceil(limits.seconds)
    arguments = [kind, str(limits.memory_mb), str(seconds), str(limits.max_chars)]
    command = [sys.executable, "-m", "jobmate_agent.services.resumes.child", *arguments]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as exc:
        raise _error("resume_unreadable") from exc
    if done.returncode != 0:
        raise _error("resume_unreadable")
    answer: dict[str, str] = json.loads(done.stdout)
    return answer
