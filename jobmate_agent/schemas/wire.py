"""What all wire types share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """A document that crosses HTTP. Unknown fields are ignored, so that old and new clients get along.

    Validation errors do not repeat what was sent: they are logged, and it may be a password.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


LARGEST_ID = 2**31 - 1
DatabaseId = Annotated[int, Field(ge=1, le=LARGEST_ID, strict=True)]
"""An id in a JSON body: a number, never a string or a boolean, that fits the keys of every supported database."""


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
    details: list[ProblemDetail]
    request_id: str
