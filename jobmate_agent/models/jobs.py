"""Job listings and who saved them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, LongText, UtcDateTime
from jobmate_agent.db import Base


class JobListing(Base):
    """A posting. ``owner_id`` null: public catalogue; set: visible to that user alone.

    ``version`` counts changes of what a report depends on. ``import_key`` is the digest of
    (owner, source, external id) that makes importing the same posting twice update one row. ``hidden_text`` says what
    its page held beside the visible description (:mod:`services.documents.hidden`).
    """

    __tablename__ = "job_listings"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    import_key: Mapped[str | None] = mapped_column(Identifier(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    company: Mapped[str] = mapped_column(sa.String(300))
    location: Mapped[str | None] = mapped_column(sa.String(300))
    job_type: Mapped[str | None] = mapped_column(sa.String(50))
    description: Mapped[str] = mapped_column(LongText)
    hidden_text: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    requirements: Mapped[str | None] = mapped_column(LongText)
    salary_min: Mapped[float | None] = mapped_column(sa.Double)
    salary_max: Mapped[float | None] = mapped_column(sa.Double)
    salary_currency: Mapped[str | None] = mapped_column(sa.String(3))
    external_url: Mapped[str | None] = mapped_column(sa.String(2000))
    external_id: Mapped[str | None] = mapped_column(Identifier(255))
    source: Mapped[str | None] = mapped_column(Identifier(100))
    company_logo_url: Mapped[str | None] = mapped_column(sa.String(2000))
    company_website: Mapped[str | None] = mapped_column(sa.String(2000))
    required_skills: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    preferred_skills: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    is_active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    is_remote: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    date_posted: Mapped[datetime | None] = mapped_column(UtcDateTime)
    date_expires: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class JobCollection(Base):
    """A job that a user saved."""

    __tablename__ = "job_collections"
    __table_args__ = (sa.UniqueConstraint("user_id", "job_listing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    job_listing_id: Mapped[int] = mapped_column(sa.ForeignKey("job_listings.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
