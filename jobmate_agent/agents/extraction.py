"""Extraction through the cache: the same document is paid for once, also when several runs need it at the same time."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.services.career_engine.career_engine import (
    CareerEngine,
    extraction_from_json,
    extraction_to_json,
)
from jobmate_agent.services.career_engine.types import DocType, Extraction, LlmUsage
from jobmate_agent.services.gaps import extractions
from jobmate_agent.services.gaps.keyed_locks import KeyedLocks

Spent = Callable[[Session, LlmUsage], None]


class ExtractionCache:
    """``busy`` is shared by the whole process: whoever needs a document that is being read waits for that reading."""

    def __init__(self, db: Database, engine: CareerEngine, busy: KeyedLocks) -> None:
        self._db = db
        self._engine = engine
        self._busy = busy

    def extract(self, text: str, doc_type: DocType, *, owner_id: str | None, use_llm: bool, spent: Spent) -> Extraction:
        """The skills of a document. ``spent`` records the cost in the transaction that stores the result.

        A degraded result is returned but not kept, so that the next run asks the model again. No transaction
        is open while the model is called.
        """
        key = self._engine.cache_key(text, doc_type, owner=owner_id or "", use_llm=use_llm)
        with self._busy.hold(key):
            with self._db.reading() as session:
                stored = extractions.find(session, key)
            if stored is not None:
                return extraction_from_json(stored)
            found, usage = self._engine.extract(text, doc_type, use_llm=use_llm)
            with self._db.unit_of_work() as session:
                # Also where it cost nothing: a run that is lost must not leave anything behind.
                spent(session, usage)
                if found.degraded_reason is None:
                    extractions.store(session, key, owner_id, extraction_to_json(found))
            return found
