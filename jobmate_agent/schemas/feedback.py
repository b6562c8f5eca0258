"""What the feedback route takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from jobmate_agent.schemas.text import Storable
from jobmate_agent.schemas.wire import Wire
from jobmate_agent.services.feedback import SUBJECT

FeedbackKind = Literal["wrong_skill", "missing_skill", "data_issue", "bad_recommendation"]


def _of_ours(subject: str) -> str:
    if not SUBJECT.fullmatch(subject):
        raise ValueError(
            "must be occupation:CODE (occupation:15-1252.00), skill:ID, job:ID, report:ID, match or skill-gap"
        )
    return subject


Subject = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_of_ours),
    WithJsonSchema({"type": "string", "maxLength": 40, "pattern": f"^(?:{SUBJECT.pattern})$"}),
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), Storable]


class FeedbackRequest(Wire):
    """``subject``: ``occupation:15-1252.00``, ``skill:12``, ``job:7``, ``report:3``, ``match`` or ``skill-gap``."""

    subject: Subject
    kind: FeedbackKind
    note: Note = Field("", description="What is wrong, in words")


class FeedbackTaken(Wire):
    id: int
    subject: str
    kind: FeedbackKind
    note: str
    created_at: str
