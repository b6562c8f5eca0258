"""What users and machine clients say is wrong with the data and with what is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import Feedback, Occupation, OnetRelease, Skill, SkillGapReport
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.jobs.listings import visible_job
from jobmate_agent.services.ownership import Owner, owned

SUBJECT = re.compile(
    r"match|skill-gap|(?:occupation:[0-9]{2}-[0-9]{4}\.[0-9]{2})|(?:(?:skill|job|report):[1-9][0-9]{0,9})"
)
"""``match`` and ``skill-gap`` are about the answers of those routes as such."""
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """``subject`` matches :data:`SUBJECT`; ``kind`` is one of the model's; ``note`` is free text."""

    subject: str
    kind: str
    note: str


def add(session: Session, owner: Owner, new: NewFeedback) -> Feedback:
    """Store what ``owner`` says, with the release that is served now.

    Raises ``<subject>_not_found`` (404) where it is about something that is not there, or that its owner may not see.
    """
    kind, _, key = new.subject.partition(":")
    if key:
        _require(session, owner, kind, key)
    release_id = session.scalar(sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED))
    row = Feedback(
        subject=new.subject,
        kind=new.kind,
        note=new.note,
        release_id=release_id,
        user_id=owner.user_id,
        token_id=owner.token_id,
    )
    session.add(row)
    session.flush()
    return row


def every(session: Session, kind: str | None = None) -> Iterator[dict[str, Any]]:
    """All feedback, or all of one kind, oldest first, as plain values; ``from`` says who it is from."""
    query = (
        sa.select(Feedback, OnetRelease.version)
        .outerjoin(OnetRelease, OnetRelease.id == Feedback.release_id)
        .order_by(Feedback.id)
    )
    if kind is not None:
        query = query.where(Feedback.kind == kind)
    for row, version in session.execute(query.execution_options(yield_per=500)):
        yield {
            "id": row.id,
            "created_at": row.created_at.isoformat(),
            "subject": row.subject,
            "kind": row.kind,
            "note": row.note,
            "release": version,
            "from": f"user:{row.user_id}" if row.user_id else f"token:{row.token_id or 'gone'}",
        }


def _require(session: Session, owner: Owner, kind: str, key: str) -> None:
    if kind == "occupation":
        _require_row(session, sa.select(Occupation.id).where(Occupation.onet_code == key), kind, key)
    elif int(key) > LARGEST_ID:
        raise _not_found(kind, key)
    else:
        _BY_ID[kind](session, owner, int(key))


def _require_skill(session: Session, _: Owner, skill_id: int) -> None:
    _require_row(session, sa.select(Skill.id).where(Skill.id == skill_id), "skill", str(skill_id))


def _require_job(session: Session, owner: Owner, job_id: int) -> None:
    if owner.user_id is None:
        raise _not_found("job", str(job_id))
    visible_job(session, job_id, owner.user_id)


def _require_report(session: Session, owner: Owner, report_id: int) -> None:
    if owner.user_id is None:
        raise _not_found("report", str(report_id))
    owned(session, SkillGapReport, report_id, owner, code="report_not_found")


_BY_ID: Mapping[str, Callable[[Session, Owner, int], None]] = {
    "skill": _require_skill,
    "job": _require_job,
    "report": _require_report,
}


def _require_row(session: Session, query: sa.Select[Any], kind: str, key: str) -> None:
    if session.scalar(query) is None:
        raise _not_found(kind, key)


def _not_found(kind: str, key: str) -> NotFoundError:
    return NotFoundError(f"{kind}_not_found", f"There is no {kind} {key}, so nothing can be said about it.")
