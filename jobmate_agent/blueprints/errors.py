"""The one place that turns errors into HTTP: RFC 9457 ``application/problem+json`` for every path.

Nothing of the inside leaves here: an unexpected exception is logged with its request id and answered with
that id alone.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pydantic
import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, current_app, g
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from jobmate_agent.errors import JobMateError

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
DATABASE_RETRY_SECONDS = 5
CODES = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
    415: "unsupported_media_type",
    422: "validation_error",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
}
SENTENCES = {
    400: "The request could not be understood.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    413: "The request body is larger than this address accepts.",
    415: "This address does not accept that content type.",
    422: "Some fields are missing or not as they should be; details says which.",
    429: "Too many requests; try again after the seconds in Retry-After.",
    500: "Something went wrong on our side; report the request id if it happens again.",
}


def problem(
    status: int,
    code: str,
    message: str,
    *,
    details: list[dict[str, Any]] | None = None,
    retry_after: int | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error answer. ``details`` is a list of ``{loc, msg}``, ``retry_after`` whole seconds."""
    body = {
        "type": f"urn:jobmate:error:{code.replace('_', '-')}",
        "title": _phrase(status),
        "status": status,
        "code": code,
        "message": message,
        "details": details or [],
        "request_id": g.get("request_id", ""),
    }
    response = current_app.response_class(current_app.json.dumps(body), status=status, content_type=CONTENT_TYPE)
    response.headers.extend(headers or {})
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, retry_after))
    return response


def register(app: APIFlask) -> None:
    """Answer every error of ``app`` as a problem document."""
    app.register_error_handler(JobMateError, _known)
    app.register_error_handler(HTTPError, _api)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(PoolTimeoutError, _database_down)
    app.log_exception = _log_unexpected  # type: ignore[method-assign]


def _known(error: JobMateError) -> Response:
    if error.status == 500:
        log.error("internal_error", code=error.code, message=error.message)
        return problem(500, CODES[500], SENTENCES[500])
    retry_after = error.retry_after
    if retry_after is None and error.status in (429, 503):
        retry_after = DATABASE_RETRY_SECONDS
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return problem(
        error.status, error.code, error.message, details=error.details, retry_after=retry_after, headers=headers
    )


def _api(error: HTTPError) -> Response:
    cause = error.__cause__
    details = []
    if isinstance(cause, pydantic.ValidationError):
        location = next(iter(error.detail), "body")
        details = [
            {"loc": [location, *map(str, item["loc"])], "msg": item["msg"]}
            for item in cause.errors(include_url=False, include_context=False, include_input=False)
        ]
    return problem(
        error.status_code, CODES.get(error.status_code, "error"), _sentence(error.status_code), details=details
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type",)}
    return problem(status, CODES.get(status, _snake(error.name)), _sentence(status), headers=headers)


def _not_storable(error: DataError) -> Response:
    log.warning("value_not_storable", error=type(error.orig).__name__)
    return problem(422, "value_not_accepted", "A value is out of range or has characters that cannot be stored.")


def _database_down(error: Exception) -> Response:
    log.error("database_unavailable", error=type(error).__name__, exc_info=error)
    return problem(
        503,
        "database_unavailable",
        "The database does not answer; try again in a moment.",
        retry_after=DATABASE_RETRY_SECONDS,
    )


def _log_unexpected(exc_info: Any) -> None:
    # Flask calls this for exceptions that nothing handled, then asks for the 500 page (or re-raises under test).
    log.error("unexpected_error", error=exc_info[0].__name__, exc_info=exc_info)


def _sentence(status: int) -> str:
    return SENTENCES.get(status, f"{_phrase(status)}.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _snake(name: str) -> str:
    return re.sub(r"[^a-z]+", "_", name.lower()).strip("_")
