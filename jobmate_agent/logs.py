"""Structured logs: one JSON object a line on standard error, without personal data."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict

request_id: ContextVar[str] = ContextVar("request_id", default="")


def configure(level: str = "info") -> None:
    """Set up structlog and the standard library's loggers for this process; calling it again changes nothing."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_request_id,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.BytesLogger(sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _ToStructlog) for handler in root.handlers):
        root.addHandler(_ToStructlog())
        root.setLevel(max(number, logging.WARNING))


class _ToStructlog(logging.Handler):
    """Libraries log through the standard library; their records come out in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger(record.name).log(
            record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info
        )


def _add_request_id(_: Any, __: str, event: EventDict) -> EventDict:
    identifier = request_id.get()
    if identifier:
        event["request_id"] = identifier
    return event


def _dump(event: EventDict, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)
