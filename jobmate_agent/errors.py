"""Errors are named values: a code that clients can act on and a sentence that people can read.

Exactly one place (``blueprints/errors.py``) turns them into HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class JobMateError(Exception):
    """Something the caller should be told.

    ``code`` is a stable snake_case name, ``status`` the HTTP status, ``message`` one sentence that says what
    to do, ``details`` a list of ``{loc, msg}`` objects, ``retry_after`` whole seconds (sent as ``Retry-After``).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        details: Sequence[dict[str, Any]] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.details = list(details)
        self.retry_after = retry_after


class NotFoundError(JobMateError):
    """The object does not exist, or belongs to someone else, which must look the same."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=404)


class UnauthorizedError(JobMateError):
    """No valid credentials."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=401)


class ConflictError(JobMateError):
    """The request contradicts the present state."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=409)


class InvalidInputError(JobMateError):
    """Well-formed HTTP whose content cannot be accepted (422)."""

    def __init__(self, code: str, message: str, *, details: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(code, message, status=422, details=details)


class UnavailableError(JobMateError):
    """A part of the service is busy or down; ``retry_after`` says when to come back."""

    def __init__(self, code: str, message: str, *, retry_after: int = 5) -> None:
        super().__init__(code, message, status=503, retry_after=retry_after)
