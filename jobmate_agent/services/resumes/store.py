"""A user's resumes: kept encrypted, one of them the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.models import DefaultResume, Resume
from jobmate_agent.services.documents.hidden import HiddenText, to_json
from jobmate_agent.services.ownership import owned

NOT_FOUND = "resume_not_found"


@dataclass(frozen=True, slots=True)
class ResumeSummary:
    """What a list shows of a resume; never its content."""

    id: int
    original_filename: str
    content_type: str
    file_size: int
    is_default: bool
    created_at: datetime


def default_resume_id(session: Session, user_id: str) -> int | None:
    """The resume that new reports use; None while the user has none."""
    return session.scalar(sa.select(DefaultResume.resume_id).where(DefaultResume.user_id == user_id))


def add_resume(
    session: Session,
    user_id: str,
    *,
    filename: str,
    content_type: str,
    content: bytes,
    text: str,
    hidden: HiddenText | None = None,
) -> tuple[Resume, bool]:
    """Store a resume; True beside it when it became the default because the user had none."""
    resume = Resume(
        user_id=user_id,
        original_filename=filename,
        content_type=content_type,
        file_size=len(content),
        content=content,
        text=text,
        hidden_text=to_json(hidden),
    )
    session.add(resume)
    session.flush()
    while (default := _locked_default(session, user_id)) is None:
        insert_if_absent(session, DefaultResume, {"user_id": user_id, "resume_id": resume.id})
    return resume, default == resume.id


def _locked_default(session: Session, user_id: str) -> int | None:
    """The default, locked until we commit: whoever deletes it at the same moment then sees the new resume."""
    return session.scalar(sa.select(DefaultResume.resume_id).where(DefaultResume.user_id == user_id).with_for_update())


def list_resumes(session: Session, user_id: str) -> Sequence[ResumeSummary]:
    """Newest first."""
    rows = session.execute(_summaries().where(Resume.user_id == user_id).order_by(Resume.id.desc()))
    return [_summary(row) for row in rows]


def resume_summary(session: Session, user_id: str, resume_id: int) -> ResumeSummary:
    """One of the user's resumes; ``resume_not_found`` for any other id."""
    owned(session, Resume, resume_id, user_id, code=NOT_FOUND)
    return _summary(session.execute(_summaries().where(Resume.id == resume_id)).one())


def _summary(row: Sequence[Any]) -> ResumeSummary:
    return ResumeSummary(*row)


def _summaries() -> sa.Select[tuple[int, str, str, int, bool, datetime]]:
    is_default = sa.case((DefaultResume.resume_id == Resume.id, True), else_=False)
    return sa.select(
        Resume.id,
        Resume.original_filename,
        Resume.content_type,
        Resume.file_size,
        is_default,
        Resume.created_at,
    ).outerjoin(DefaultResume, DefaultResume.user_id == Resume.user_id)


def set_default(session: Session, user_id: str, resume_id: int) -> None:
    """Make ``resume_id`` the default; ``resume_not_found`` unless it is the user's."""
    owned(session, Resume, resume_id, user_id, code=NOT_FOUND, lock=True)
    _set_default(session, user_id, resume_id)


def _set_default(session: Session, user_id: str, resume_id: int) -> None:
    insert_if_absent(session, DefaultResume, {"user_id": user_id, "resume_id": resume_id})
    session.execute(sa.update(DefaultResume).where(DefaultResume.user_id == user_id).values(resume_id=resume_id))


def delete_resume(session: Session, user_id: str, resume_id: int) -> None:
    """Delete a resume; when it was the default, the newest other becomes it.

    The caller first cancels the runs that read it and deletes the reports that quote it.
    """
    resume = owned(session, Resume, resume_id, user_id, code=NOT_FOUND, lock=True)
    was_default = _locked_default(session, user_id) == resume_id
    session.execute(sa.delete(DefaultResume).where(DefaultResume.resume_id == resume_id))
    session.delete(resume)
    session.flush()
    if was_default:
        newest = session.scalar(sa.select(sa.func.max(Resume.id)).where(Resume.user_id == user_id))
        if newest is not None:
            _set_default(session, user_id, newest)


def resume_file(session: Session, resume_id: int, user_id: str) -> Resume:
    """The resume with its file, for whoever holds a signed URL to it; ``resume_not_found`` once it is deleted."""
    return owned(session, Resume, resume_id, user_id, code=NOT_FOUND)
