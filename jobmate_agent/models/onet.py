"""Releases of the reference data and the skill vocabulary that comes with each.

Permanent are the rows of ``skills``; what a release says about a skill (name, flags, aliases) carries the release's id
and never changes once that release is ready, so that readers who know the release see one state of things.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, LongText, UtcDateTime
from jobmate_agent.db import Base

PUBLISHED = "published"
BUILDING = "building"
READY = "ready"


class OnetRelease(Base):
    """One version of the reference data. The served one carries ``published_key`` = ``published``.

    ``version`` is O*NET's own ("30.1"; None for the starter). ``state``: building | ready; only a ready one is ever
    published or read. ``vocabulary_version`` is the digest of the vocabulary's content; the vector index and cached
    extractions are bound to it. ``changelog`` compares with the release that was published before.
    """

    __tablename__ = "onet_releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Identifier(100))
    version: Mapped[str | None] = mapped_column(Identifier(20), index=True)
    released_on: Mapped[date | None] = mapped_column(sa.Date)
    state: Mapped[str] = mapped_column(Identifier(20), default=READY)
    load_id: Mapped[int | None] = mapped_column(sa.ForeignKey("onet_loads.id", ondelete="RESTRICT"), unique=True)
    vocabulary_version: Mapped[str] = mapped_column(Identifier(64), unique=True)
    published_key: Mapped[str | None] = mapped_column(Identifier(20), unique=True)
    changelog: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OnetPublication(Base):
    """The history of the pointer, append-only: which release was served from when. ``action``: publish | rollback."""

    __tablename__ = "onet_publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("onet_releases.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(Identifier(20))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)


class Skill(Base):
    """One entry of the canonical vocabulary; (kind, key) is permanent, rows are never renumbered or deleted.

    ``kind``: skill | knowledge | ability | work_activity | technology | tool | custom. ``key`` is the O*NET element or
    activity id, else the normalised name. ``merged_into_id`` points on where the published vocabulary holds this entry
    to be the same as another one; ``skill_merges`` says why.
    """

    __tablename__ = "skills"
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Identifier(20))
    key: Mapped[str] = mapped_column(Identifier(150))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"))


class ReleaseSkill(Base):
    """What one release says about a skill. ``normalized_name`` is what names are looked up by.

    ``needs_context`` marks everyday words (Go, R, Excel) that count only in a skill context. ``external_id`` is the
    O*NET element or activity id where there is one. ``difficulty`` is 1 (quickly learnt) to 5, None where unknown;
    ``cluster`` names the group of like skills that the entry belongs to.
    """

    __tablename__ = "release_skills"
    __table_args__ = (sa.Index("ix_release_skills_release_name", "release_id", "normalized_name"),)

    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill_id: Mapped[int] = mapped_column(
        sa.ForeignKey("skills.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False, index=True
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    normalized_name: Mapped[str] = mapped_column(Identifier(200))
    description: Mapped[str] = mapped_column(LongText, default="")
    framework: Mapped[str] = mapped_column(Identifier(40))
    external_id: Mapped[str | None] = mapped_column(Identifier(40))
    major_group: Mapped[str | None] = mapped_column(Identifier(2))
    hot_technology: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    in_demand: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    transferable: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    needs_context: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    difficulty: Mapped[int | None] = mapped_column(sa.SmallInteger)
    cluster: Mapped[str | None] = mapped_column(sa.String(200))


class SkillAlias(Base):
    """Another form under which a skill occurs in texts, in one release's vocabulary; ``position`` keeps their order."""

    __tablename__ = "skill_aliases"
    __table_args__ = (sa.Index("ix_skill_aliases_release_label", "release_id", "normalized_label"),)

    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill_id: Mapped[int] = mapped_column(
        sa.ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    normalized_label: Mapped[str] = mapped_column(Identifier(200), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int] = mapped_column(default=0)


class SkillSource(Base):
    """What each name or id of a release's files became: the skill that its facts are kept under.

    ``kind`` and ``name`` as the files have them (an element id, a technology's or tool's example).
    """

    __tablename__ = "skill_sources"

    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(Identifier(20), primary_key=True)
    name: Mapped[str] = mapped_column(Identifier(200), primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"), index=True)


class SkillMerge(Base):
    """Why a skill is the same as another one in a release's vocabulary.

    ``rule`` names the kind of reason (same_normalised_name | alias | near_duplicate), ``reason`` is a sentence.
    """

    __tablename__ = "skill_merges"

    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill_id: Mapped[int] = mapped_column(
        sa.ForeignKey("skills.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False, index=True
    )
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("skills.id", ondelete="RESTRICT"), index=True)
    rule: Mapped[str] = mapped_column(Identifier(40))
    reason: Mapped[str] = mapped_column(sa.String(500))


class SkillRelation(Base):
    """Two skills of a release that go together. ``strength`` is 0–1; ``reason``: crosswalk | co_occurrence."""

    __tablename__ = "skill_relations"

    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    skill_id: Mapped[int] = mapped_column(
        sa.ForeignKey("skills.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False, index=True
    )
    related_id: Mapped[int] = mapped_column(
        sa.ForeignKey("skills.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False, index=True
    )
    strength: Mapped[float] = mapped_column(sa.Double)
    reason: Mapped[str] = mapped_column(Identifier(20))
