"""The skill vocabulary and the releases that it comes from."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, UtcDateTime
from jobmate_agent.db import Base

PUBLISHED = "published"


class OnetRelease(Base):
    """One version of the reference data. The served one carries ``published_key`` = ``published``.

    ``vocabulary_version`` is the digest of the vocabulary's content; the vector index and cached
    extractions are bound to it.
    """

    __tablename__ = "onet_releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Identifier(100))
    vocabulary_version: Mapped[str] = mapped_column(Identifier(64), unique=True)
    published_key: Mapped[str | None] = mapped_column(Identifier(20), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class Skill(Base):
    """One entry of the canonical vocabulary; (kind, key) is permanent, ids are never renumbered.

    ``kind``: skill | knowledge | ability | work_activity | technology | custom. ``normalized_name`` is what
    names are looked up by. ``needs_context`` marks everyday words (Go, R, Excel) that count only in a skill
    context. ``external_id`` is the O*NET element id where there is one.
    """

    __tablename__ = "skills"
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Identifier(20))
    key: Mapped[str] = mapped_column(Identifier(150))
    name: Mapped[str] = mapped_column(sa.String(200))
    normalized_name: Mapped[str] = mapped_column(Identifier(200), index=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    framework: Mapped[str] = mapped_column(Identifier(40))
    external_id: Mapped[str | None] = mapped_column(Identifier(40))
    major_group: Mapped[str | None] = mapped_column(Identifier(2))
    hot_technology: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    in_demand: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    transferable: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    needs_context: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    is_active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"))


class SkillAlias(Base):
    """Another form under which a skill occurs in texts."""

    __tablename__ = "skill_aliases"
    __table_args__ = (sa.UniqueConstraint("skill_id", "normalized_label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skills.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(sa.String(200))
    normalized_label: Mapped[str] = mapped_column(Identifier(200), index=True)
