"""The progress of an analysis as server-sent events."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson

from jobmate_agent.blueprints.waiting import looks
from jobmate_agent.db import Database
from jobmate_agent.services.gaps import progress
from jobmate_agent.services.gaps.progress import Progress

COMMENT_SECONDS = 15.0
LONGEST_SECONDS = 1800.0
RECONNECT_MILLISECONDS = 3000


def progress_events(
    db: Database,
    user_id: str,
    job_id: int,
    last_seen: int | None,
    still_allowed: Callable[[], bool],
    comment_seconds: float = COMMENT_SECONDS,
) -> Iterator[bytes]:
    """Each change as an event whose id is the run's version, a comment every 15 s, the end at ready or error.

    ``last_seen`` is the id that the client got last: that state is not sent again. ``still_allowed`` is asked before
    every comment; the stream also ends when the answer is no. No database session is open while the stream waits.
    """
    yield f"retry: {RECONNECT_MILLISECONDS}\n\n".encode()
    commented = 0.0
    for gone in looks(LONGEST_SECONDS):
        with db.reading() as session:
            now = progress.look(session, user_id, job_id)
        if now.version != last_seen:
            last_seen = now.version
            yield _event(now)
        if now.is_over:
            return
        if gone - commented >= comment_seconds:
            if not still_allowed():
                return
            commented = gone
            yield b": still at it\n\n"


def last_event_id(header: str | None) -> int | None:
    """The run version in ``Last-Event-ID``; anything else counts as nothing seen."""
    return int(header) if header and header.isascii() and header.isdigit() and len(header) < 19 else None


def _event(now: Progress) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (now.version, now.event.encode(), orjson.dumps(now.to_wire()))
