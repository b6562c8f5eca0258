"""Gap reports, the state that clients poll, and cached extractions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import EncryptedBytes, EncryptedJson, EncryptedText, Identifier, UtcDateTime
from jobmate_agent.db import Base


class SkillGapStatus(Base):
    """What a user sees for a job: ``status`` is none | generating | ready.

    ``run_id`` is the newest run (active or finished), ``report_id`` the newest report, ``error`` the code of
    what went wrong last, if anything.
    """

    __tablename__ = "skill_gap_statuses"

    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    job_listing_id: Mapped[int] = mapped_column(sa.ForeignKey("job_listings.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(Identifier(20))
    error: Mapped[str | None] = mapped_column(Identifier(60))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id", ondelete="SET NULL"))
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skill_gap_reports.id", ondelete="SET NULL"))


class SkillGapReport(Base):
    """A finished report; written once, never updated.

    ``score`` is 0.0–10.0, null when there was nothing to score. ``analysis`` is the wire document of the
    contract. ``job_version`` and ``vocabulary_version`` say what it was made from, so that staleness is a
    comparison. Both documents quote the resume and are encrypted.

    ``reading`` is what it was worked out from, so that a correction needs no second reading of the documents, and
    ``reading_version`` the digest of all that working it out again depends on (null: made before there were
    corrections). ``corrections`` is how many of them it counts; they are never updated, and deleted only with the
    reports, so a report that counts as many as there are counts all.
    """

    __tablename__ = "skill_gap_reports"
    __table_args__ = (sa.Index("ix_skill_gap_reports_user_job", "user_id", "job_listing_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id", ondelete="SET NULL"), unique=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    resume_id: Mapped[int] = mapped_column(sa.ForeignKey("resumes.id", ondelete="CASCADE"), index=True)
    job_listing_id: Mapped[int] = mapped_column(sa.ForeignKey("job_listings.id", ondelete="CASCADE"))
    job_version: Mapped[int]
    vocabulary_version: Mapped[str] = mapped_column(Identifier(64))
    score: Mapped[float | None] = mapped_column(sa.Double)
    degraded: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    degraded_reason: Mapped[str | None] = mapped_column(Identifier(60))
    analysis: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, deferred=True)
    report_md: Mapped[str] = mapped_column(EncryptedText, deferred=True)
    reading: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    reading_version: Mapped[str | None] = mapped_column(Identifier(64))
    corrections: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class SkillCorrection(Base):
    """One thing that a user said against a report; append-only.

    ``kind``: have_it | level_is | not_a_skill | wrong_skill. ``job_listing_id`` is there where it is about how that
    posting was read; null: about the person, or about how their resumes are read, and so for every job. The entry is
    ``skill_id``, or ``custom_name`` where the vocabulary had none: text of a document, therefore encrypted. ``level``
    is 0–4, ``right_id`` the skill that wrong_skill names. ``taken_back`` ends what was said before about the same.
    """

    __tablename__ = "skill_corrections"
    __table_args__ = (sa.Index("ix_skill_corrections_user_job", "user_id", "job_listing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    job_listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job_listings.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Identifier(20))
    skill_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"))
    custom_name: Mapped[str | None] = mapped_column(EncryptedText)
    level: Mapped[int | None] = mapped_column(sa.SmallInteger)
    right_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"))
    taken_back: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class DocumentExtraction(Base):
    """A paid extraction, kept under the digest of everything it depends on.

    ``owner_id`` is null for postings; for resumes it lets deletion find a person's rows.
    """

    __tablename__ = "document_extractions"

    cache_key: Mapped[str] = mapped_column(Identifier(64), primary_key=True)
    owner_id: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    extraction: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
