"""From an uploaded file to its text, or to an error that says what the person can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from jobmate_agent.errors import InvalidInputError, JobMateError
from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.hidden import Reading, from_json
from jobmate_agent.services.documents.sandbox import SandboxLimits, read_document

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
# An encrypted DOCX is an OLE compound file whose directory names this stream (MS-OFFCRYPTO 2.3.4.4).
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", OLE)
MESSAGES = {
    "empty": "The file is empty. Choose the file that holds your resume.",
    "wrong_content": "The content of the file does not fit its name. Save it again as PDF, DOCX, TXT or MD.",
    "encrypted": "The file is protected by a password. Save a copy without a password and upload that.",
    "corrupt": "The file is damaged and cannot be read. Save or export it again and upload the new file.",
    "has_no_text": "No text was found; the file may be a scan. Upload a version with real text, not a picture.",
    "too_many_pages": "The document has too many pages for a resume. Upload a shorter one.",
    "expands_too_far": "The document unpacks to more than a resume holds. Save it again in a simpler form.",
    "text_too_long": "The text is longer than a resume can be. Upload a shorter version.",
    "unreadable": "The file could not be read in the time and memory allowed. Save it again in a simpler form.",
}


@dataclass(frozen=True, slots=True)
class ResumeLimits:
    """Bounds of one resume: bytes of the file, characters of its text, and what reading it may use."""

    max_bytes: int
    max_chars: int
    sandbox: SandboxLimits

    @property
    def child(self) -> SandboxLimits:
        """Bounds of the parser child, which is the one to refuse a text that is too long."""
        return replace(self.sandbox, max_chars=self.max_chars)


def document_format(filename: str) -> str:
    """``pdf``, ``docx``, ``txt`` or ``md`` by the file's extension; else ``resume_unsupported_type``."""
    extension = PurePath(filename).suffix.lower().lstrip(".")
    if extension not in CONTENT_TYPES:
        raise InvalidInputError(
            "resume_unsupported_type", "Only PDF, DOCX, TXT and MD files can be read. Save your resume as one of these."
        )
    return extension


def read_resume(content: bytes, kind: str, limits: ResumeLimits) -> Reading:
    """The document's visible text, and what else the file holds.

    Raises :class:`JobMateError`: ``resume_too_large`` (413), or ``resume_`` and a key of :data:`MESSAGES` (422).
    """
    if not content:
        raise _error("empty")
    if len(content) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    if kind == "docx" and content.startswith(OLE) and ENCRYPTED_PACKAGE in content:
        raise _error("encrypted")
    if not _looks_like(content, kind):
        raise _error("wrong_content")
    try:
        found = read_document(content, kind, limits.child)
    except UnreadableDocumentError as exc:
        raise _error(exc.code) from exc
    if not any(char.isalnum() for char in found["text"]):
        raise _error("has_no_text")
    return Reading(found["text"], from_json(found["hidden"]))


def too_large(max_bytes: int) -> JobMateError:
    return JobMateError(
        "resume_too_large", f"The file is larger than {max_bytes / 1024 / 1024:g} MB. Upload a smaller one.", status=413
    )


def _error(reason: str) -> InvalidInputError:
    return InvalidInputError(f"resume_{reason}", MESSAGES[reason])


def _looks_like(content: bytes, kind: str) -> bool:
    if kind == "pdf":
        return b"%PDF-" in content[:1024]
    if kind == "docx":
        return content.startswith(b"PK\x03\x04") and b"word/" in content
    return not content.startswith(NO_TEXT)
