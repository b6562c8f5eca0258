"""The cache of extractions, keyed by the digest of everything that an extraction depends on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.models import DocumentExtraction


def find(session: Session, cache_key: str) -> dict[str, Any] | None:
    """The stored extraction (JSON form), None when it was never paid for."""
    return session.scalar(sa.select(DocumentExtraction.extraction).where(DocumentExtraction.cache_key == cache_key))


def store(session: Session, cache_key: str, owner_id: str | None, extraction: dict[str, Any]) -> None:
    """Keep an extraction; ``owner_id`` is the person whose resume it quotes, None for postings.

    Whoever stores first wins: both were made from the same inputs.
    """
    insert_if_absent(
        session, DocumentExtraction, {"cache_key": cache_key, "owner_id": owner_id, "extraction": extraction}
    )


def forget_owner(session: Session, owner_id: str) -> None:
    """Drop everything that was read from a person's resumes; what they keep is read again when it is needed."""
    session.execute(
        sa.delete(DocumentExtraction)
        .where(DocumentExtraction.owner_id == owner_id)
        .execution_options(synchronize_session=False)
    )
