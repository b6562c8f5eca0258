"""When the tokens of machine clients were used, noted without keeping anybody waiting."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from jobmate_agent.db import Database
from jobmate_agent.services import service_tokens

log = structlog.get_logger(__name__)


class TokenUses:
    """Notes uses from a thread of its own, which may have to wait for another writer. Thread-safe.

    One use at a time: those that come meanwhile are not noted, and are due again with the token's next call.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._noting = threading.Lock()

    def note(self, token_id: int, now: datetime) -> None:
        """Have the use of a token noted soon; returns at once, and never fails."""
        if not self._noting.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._note, args=(token_id, now), name="token-use", daemon=True).start()
        except RuntimeError as exc:  # no more threads
            self._noting.release()
            log.warning("token_use_not_noted", token_id=token_id, error=str(exc))

    def wait(self, seconds: float) -> None:
        """Wait at most so long for a use that is being noted."""
        if self._noting.acquire(timeout=seconds):
            self._noting.release()

    def _note(self, token_id: int, now: datetime) -> None:
        try:
            with self._db.unit_of_work() as session:
                service_tokens.note_use(session, token_id, now)
        except SQLAlchemyError as exc:
            log.warning("token_use_not_noted", token_id=token_id, error=type(exc).__name__)
        finally:
            self._noting.release()
