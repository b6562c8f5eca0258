"""Pull-through: occupations that no loaded release has, from O*NET Web Services.

Answered first, stored after: a thread of its own writes what came, so that a slow or broken database keeps nobody
waiting. Any number of threads that ask for the same code at the same time cost one lookup, for which they wait a few
seconds at most. A source that refuses our key or asks for patience is left alone for a while; what it had said of an
occupation before is served meanwhile, and kept in memory only.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database, insert_if_absent
from jobmate_agent.errors import UnavailableError
from jobmate_agent.models import WebServicesAnswer
from jobmate_agent.services.onet.occupation_source import (
    OccupationSource,
    SourcedOccupation,
    SourceUnavailable,
)
from jobmate_agent.services.onet.sourced_answer import answer_of

log = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
KEPT_UNKNOWN = timedelta(days=1)
KEPT_PARTIAL = timedelta(minutes=1)
PAUSES = {"bad_key": 300.0, "rate_limited": 300.0}
SHORT_PAUSE = 15.0
LONGEST_PAUSE = 3600.0
AT_ONCE = 4
WAIT_SECONDS = 5.0
REMEMBERED = 500
# The Standard Occupational Classification has major groups 11, 13, … 55 only; nothing else is worth asking about.
_CODE = re.compile(r"(1[13579]|2[13579]|3[13579]|4[13579]|5[135])-\d{4}\.\d{2}")


class Locks(Protocol):
    """Locks by name."""

    def hold(self, key: str, seconds: float = -1) -> AbstractContextManager[None]:
        """Alone with ``key``; ``TimeoutError`` after waiting so long (-1: for ever)."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the source said at a time; ``body`` None: it knows no such occupation. ``partial``: a part of it failed."""

    body: dict[str, Any] | None
    fetched_at: datetime
    partial: bool = False

    def is_fresh(self, now: datetime) -> bool:
        kept = KEPT_UNKNOWN if self.body is None else KEPT_PARTIAL if self.partial else KEPT
        return now - self.fetched_at < kept

    def to_wire(self) -> dict[str, Any] | None:
        return None if self.body is None else {**self.body, "fetched_at": self.fetched_at.isoformat()}


class OnetLookup:
    """Looks up single codes. Thread-safe; one for a process."""

    def __init__(
        self,
        db: Database,
        source: OccupationSource | None,
        locks: Locks,
        *,
        now: Callable[[], datetime] = utcnow,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``source`` None: no key is configured, and nothing is ever known."""
        self._db = db
        self._source = source
        self._locks = locks
        self._now = now
        self._monotonic = monotonic
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._guard = threading.Lock()
        self._recent: OrderedDict[str, _Answer] = OrderedDict()
        self._paused_until = 0.0
        self._writer = _Writer(db)

    def lookup(self, onet_code: str) -> dict[str, Any] | None:
        """The part of a profile that Web Services has; None where it knows no such occupation, or there is no key.

        The shape is :func:`~jobmate_agent.services.onet.sourced_answer.answer_of`'s, and ``fetched_at``. Raises
        :class:`UnavailableError` ``onet_unavailable`` (503) where the service cannot be asked. May take seconds: call
        it with no session open.
        """
        if self._source is None or not _CODE.fullmatch(onet_code):
            return None
        answer = self._known(onet_code)
        if answer is None or not answer.is_fresh(self._now()):
            try:
                with self._locks.hold(onet_code, WAIT_SECONDS):
                    answer = self._known(onet_code)  # somebody may have asked while we waited
                    if answer is None or not answer.is_fresh(self._now()):
                        answer = self._ask(onet_code)
            except (SourceUnavailable, TimeoutError) as exc:
                # What was known of an existing occupation is better than nothing.
                if answer is None or answer.body is None:
                    raise self._unavailable() from exc
        return answer.to_wire()

    def close(self, seconds: float) -> None:
        """Wait at most so long for answers that are still to be stored."""
        self._writer.close(seconds)

    def _known(self, onet_code: str) -> _Answer | None:
        """The last answer: the one in memory, which may not be stored yet, else the stored one."""
        with self._guard:
            recent = self._recent.get(onet_code)
        if recent is not None and recent.is_fresh(self._now()):
            return recent
        try:
            with self._db.reading() as session:
                row = session.get(WebServicesAnswer, onet_code)
        except SQLAlchemyError as exc:
            log.warning("onet_answer_not_read", onet_code=onet_code, error=type(exc).__name__)
            row = None
        return recent if row is None else _Answer(row.body, row.fetched_at)

    def _ask(self, onet_code: str) -> _Answer:
        """One lookup; an answer that lacks a part is remembered for a short while, and never stored."""
        assert self._source is not None
        occupation = self._asked(self._source, onet_code)
        if occupation is None:
            answer = _Answer(None, self._now())
        else:
            answer = _Answer(answer_of(occupation), self._now(), partial=occupation.fault is not None)
        self._remember(onet_code, answer)
        if not answer.partial:
            self._writer.put(onet_code, answer)
        return answer

    def _asked(self, source: OccupationSource, onet_code: str) -> SourcedOccupation | None:
        if self._monotonic() < self._paused_until or not self._slots.acquire(blocking=False):
            raise SourceUnavailable("busy")
        try:
            occupation = source.occupation(onet_code)
        except SourceUnavailable as exc:
            self._leave_alone(onet_code, exc)
            raise
        finally:
            self._slots.release()
        if occupation is not None and occupation.fault is not None:
            self._leave_alone(onet_code, occupation.fault)
        return occupation

    def _leave_alone(self, onet_code: str, fault: SourceUnavailable) -> None:
        pause = min(fault.retry_after or PAUSES.get(fault.reason, SHORT_PAUSE), LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, self._monotonic() + pause)
        log.warning("onet_web_services_unavailable", onet_code=onet_code, reason=fault.reason, pause_seconds=pause)

    def _unavailable(self) -> UnavailableError:
        return UnavailableError(
            "onet_unavailable",
            "No loaded O*NET release has this occupation, and O*NET Web Services cannot be asked just now; "
            "try again later.",
            retry_after=max(1, round(self._paused_until - self._monotonic())),
        )

    def _remember(self, onet_code: str, answer: _Answer) -> None:
        with self._guard:
            self._recent[onet_code] = answer
            self._recent.move_to_end(onet_code)
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)


class _Writer:
    """Stores answers from a thread of its own; what cannot be stored is logged and asked for again some day."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: queue.Queue[tuple[str, _Answer] | None] = queue.Queue(REMEMBERED)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, onet_code: str, answer: _Answer) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="onet-answers", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait((onet_code, answer))
        except queue.Full:
            log.warning("onet_answer_not_stored", onet_code=onet_code, error="queue full")

    def close(self, seconds: float) -> None:
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(seconds)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            onet_code, answer = item
            try:
                with self._db.unit_of_work() as session:
                    _store(session, onet_code, answer)
            except SQLAlchemyError as exc:
                log.warning("onet_answer_not_stored", onet_code=onet_code, error=type(exc).__name__)


def _store(session: Session, onet_code: str, answer: _Answer) -> None:
    """Keep the newer of two answers."""
    table = WebServicesAnswer
    values = {"body": answer.body, "fetched_at": answer.fetched_at}
    insert_if_absent(session, table, {"onet_code": onet_code, **values})
    older = sa.and_(table.onet_code == onet_code, table.fetched_at < answer.fetched_at)
    session.execute(sa.update(table).where(older).values(values))
