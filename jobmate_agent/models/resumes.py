"""Resumes as uploaded, their text, and which one is the default."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import EncryptedBytes, EncryptedJson, EncryptedText, UtcDateTime
from jobmate_agent.db import Base


class Resume(Base):
    """One uploaded file. ``content`` is the file, ``text`` what was read from it; both encrypted at rest.

    ``hidden_text`` says what the file holds beside its visible text (:mod:`services.documents.hidden`), null: nothing.
    """

    __tablename__ = "resumes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    original_filename: Mapped[str] = mapped_column(EncryptedText)
    content_type: Mapped[str] = mapped_column(sa.String(100))
    file_size: Mapped[int]
    content: Mapped[bytes] = mapped_column(EncryptedBytes, deferred=True)
    text: Mapped[str] = mapped_column(EncryptedText, deferred=True)
    hidden_text: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class DefaultResume(Base):
    """The resume that new gap reports use; a table of its own, so that there is at most one a user."""

    __tablename__ = "default_resumes"

    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    resume_id: Mapped[int] = mapped_column(sa.ForeignKey("resumes.id", ondelete="CASCADE"), index=True)
