"""What all wire types share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """A document that crosses HTTP. Unknown fields are ignored, so that old and new clients get along."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=False)


class Message(Wire):
    """A sentence that says what happened."""

    message: str


class ProblemDetail(Wire):
    """Where a request is wrong, and how."""

    loc: list[str]
    msg: str


class Problem(Wire):
    """An error (RFC 9457). ``code`` is for programs, ``message`` for people."""

    type: str
    title: str
    status: int
    code: str
    message: str
    details: list[dict[str, Any]]
    request_id: str
