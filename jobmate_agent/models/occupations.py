"""Occupations: permanent codes, and what each release says about them.

Rows of a release are written once, before the release is ready, and never changed. ``file`` and ``line`` name the
landed row that a fact comes from, where facts are as many as rows.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, LongText, UtcDateTime
from jobmate_agent.db import Base


def _release() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("onet_releases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


def _occupation(*, key: bool = False) -> Mapped[int]:
    reference = sa.ForeignKey("occupations.id", ondelete="RESTRICT")
    return mapped_column(reference, primary_key=key, index=True, autoincrement=False)


def _skill(*, key: bool = False) -> Mapped[int]:
    reference = sa.ForeignKey("skills.id", ondelete="RESTRICT")
    return mapped_column(reference, primary_key=key, index=True, autoincrement=False)


class Occupation(Base):
    """One O*NET-SOC code; permanent, never renumbered or deleted. ``soc_code`` is its first seven characters."""

    __tablename__ = "occupations"

    id: Mapped[int] = mapped_column(primary_key=True)
    onet_code: Mapped[str] = mapped_column(Identifier(10), unique=True)
    soc_code: Mapped[str] = mapped_column(Identifier(7), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class ReleaseOccupation(Base):
    """What a release says about an occupation.

    ``major_group`` is the SOC's two digits, ``job_zone`` 1–5. ``has_skills`` is False where the release has no skill
    ratings for it. The two totals are over its rows in ``occupation_requirements``.
    """

    __tablename__ = "release_occupations"
    __table_args__ = (sa.Index("ix_release_occupations_release_group", "release_id", "major_group"),)

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(LongText)
    major_group: Mapped[str] = mapped_column(Identifier(2))
    job_zone: Mapped[int | None] = mapped_column(sa.SmallInteger)
    has_skills: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    requirement_count: Mapped[int] = mapped_column(default=0)
    requirement_weight: Mapped[float] = mapped_column(sa.Double, default=0.0)


class OccupationTitle(Base):
    """Another title of an occupation. ``kind``: alternate | reported. ``lookup_title`` is the title in lower case."""

    __tablename__ = "occupation_titles"
    __table_args__ = (
        sa.Index("ix_occupation_titles_release_occupation", "release_id", "occupation_id"),
        sa.Index("ix_occupation_titles_release_lookup", "release_id", "lookup_title"),
    )

    release_id: Mapped[int] = _release()
    file: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occupation_id: Mapped[int] = _occupation()
    kind: Mapped[str] = mapped_column(Identifier(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    lookup_title: Mapped[str] = mapped_column(Identifier(200))
    short_title: Mapped[str | None] = mapped_column(sa.String(200))
    sources: Mapped[str | None] = mapped_column(Identifier(200))


class OccupationSkill(Base):
    """How much an occupation needs a skill, piece of knowledge, ability or work activity.

    ``importance`` is 1–5, ``onet_level`` 0–7, both as published. ``not_relevant``: the level counts as 0.
    ``importance_suppressed`` and ``level_suppressed``: O*NET recommends not to use the value; it counts as unknown.
    """

    __tablename__ = "occupation_skills"
    __table_args__ = (sa.Index("ix_occupation_skills_release_skill", "release_id", "skill_id"),)

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    skill_id: Mapped[int] = _skill(key=True)
    importance: Mapped[float | None] = mapped_column(sa.Double)
    onet_level: Mapped[float | None] = mapped_column(sa.Double)
    importance_suppressed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    level_suppressed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    not_relevant: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class OccupationTechnology(Base):
    """A technology or tool used in an occupation. ``kind``: technology | tool; ``example`` as the file has it."""

    __tablename__ = "occupation_technologies"
    __table_args__ = (
        sa.Index("ix_occupation_technologies_release_occupation", "release_id", "occupation_id"),
        sa.Index("ix_occupation_technologies_release_skill", "release_id", "skill_id"),
    )

    release_id: Mapped[int] = _release()
    file: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occupation_id: Mapped[int] = _occupation()
    skill_id: Mapped[int] = _skill()
    kind: Mapped[str] = mapped_column(Identifier(20))
    example: Mapped[str] = mapped_column(sa.String(200))
    commodity_code: Mapped[str | None] = mapped_column(Identifier(8))
    commodity_title: Mapped[str | None] = mapped_column(sa.String(200))
    hot_technology: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    in_demand: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class OccupationFact(Base):
    """A rated element of an occupation that is not a skill. ``category`` is 0 where the scale has none.

    ``domain``: interest | work_value | work_style | education | work_context. ``value`` is on the scale ``scale_id``.
    """

    __tablename__ = "occupation_facts"

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    element_id: Mapped[str] = mapped_column(Identifier(20), primary_key=True)
    scale_id: Mapped[str] = mapped_column(Identifier(3), primary_key=True)
    category: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    domain: Mapped[str] = mapped_column(Identifier(20))
    value: Mapped[float] = mapped_column(sa.Double)
    suppressed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    not_relevant: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class OccupationTask(Base):
    """A task of an occupation. ``task_type``: Core | Supplemental | New | Revision, None where not rated.

    ``incumbents`` is the number of workers who answered about it. Emerging tasks have no ``task_id`` of their own.
    """

    __tablename__ = "occupation_tasks"
    __table_args__ = (
        sa.Index("ix_occupation_tasks_release_occupation", "release_id", "occupation_id"),
        sa.Index("ix_occupation_tasks_release_task", "release_id", "task_id"),
    )

    release_id: Mapped[int] = _release()
    file: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occupation_id: Mapped[int] = _occupation()
    task_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(LongText)
    task_type: Mapped[str | None] = mapped_column(Identifier(20))
    incumbents: Mapped[int | None]
    original_task_id: Mapped[int | None]


class TaskRating(Base):
    """How a task was rated (relevance RT, importance IM, frequency FT by category)."""

    __tablename__ = "task_ratings"

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    task_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scale_id: Mapped[str] = mapped_column(Identifier(3), primary_key=True)
    category: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    value: Mapped[float] = mapped_column(sa.Double)
    suppressed: Mapped[bool] = mapped_column(sa.Boolean, default=False)


class TaskActivity(Base):
    """The detailed work activities that a task is part of."""

    __tablename__ = "task_activities"

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    task_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    skill_id: Mapped[int] = _skill(key=True)


class RelatedOccupation(Base):
    """An occupation like another one. ``position`` counts from 1, the closest; ``tier`` as O*NET names it."""

    __tablename__ = "related_occupations"

    release_id: Mapped[int] = _release()
    occupation_id: Mapped[int] = _occupation(key=True)
    related_id: Mapped[int] = _occupation(key=True)
    tier: Mapped[str] = mapped_column(Identifier(30))
    position: Mapped[int]


class Element(Base):
    """An entry of O*NET's content model."""

    __tablename__ = "onet_elements"

    release_id: Mapped[int] = _release()
    element_id: Mapped[str] = mapped_column(Identifier(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(LongText)


class Scale(Base):
    """A scale and its bounds."""

    __tablename__ = "onet_scales"

    release_id: Mapped[int] = _release()
    scale_id: Mapped[str] = mapped_column(Identifier(3), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    minimum: Mapped[float] = mapped_column(sa.Double)
    maximum: Mapped[float] = mapped_column(sa.Double)


class ElementCategory(Base):
    """What a category of a scale means for an element; ``element_id`` is empty for tasks."""

    __tablename__ = "onet_categories"

    release_id: Mapped[int] = _release()
    element_id: Mapped[str] = mapped_column(Identifier(20), primary_key=True)
    scale_id: Mapped[str] = mapped_column(Identifier(3), primary_key=True)
    category: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    description: Mapped[str] = mapped_column(LongText)


class JobZone(Base):
    """How much preparation the occupations of a zone (1–5) need."""

    __tablename__ = "onet_job_zones"

    release_id: Mapped[int] = _release()
    zone: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(200))
    experience: Mapped[str] = mapped_column(LongText)
    education: Mapped[str] = mapped_column(LongText)
    job_training: Mapped[str] = mapped_column(LongText)
    examples: Mapped[str] = mapped_column(LongText)
    svp_range: Mapped[str] = mapped_column(sa.String(100))


class OccupationRequirement(Base):
    """What an occupation asks of a person, made ready for matching: the skill comes first in the key.

    Elements with importance of at least 3 and a level above 0, neither suppressed, and technologies in demand.
    ``weight`` is 0–1 (importance / 5); ``critical``: importance of at least 4, or a technology both hot and in demand.
    """

    __tablename__ = "occupation_requirements"
    __table_args__ = (sa.Index("ix_occupation_requirements_release_occupation", "release_id", "occupation_id"),)

    release_id: Mapped[int] = _release()
    skill_id: Mapped[int] = _skill(key=True)
    occupation_id: Mapped[int] = _occupation(key=True)
    importance: Mapped[float | None] = mapped_column(sa.Double)
    onet_level: Mapped[float | None] = mapped_column(sa.Double)
    weight: Mapped[float] = mapped_column(sa.Double)
    critical: Mapped[bool] = mapped_column(sa.Boolean)


class FamilySkill(Base):
    """Averages over the occupations of a major group whose values are not suppressed."""

    __tablename__ = "family_skills"

    release_id: Mapped[int] = _release()
    major_group: Mapped[str] = mapped_column(Identifier(2), primary_key=True)
    skill_id: Mapped[int] = _skill(key=True)
    importance: Mapped[float | None] = mapped_column(sa.Double)
    onet_level: Mapped[float | None] = mapped_column(sa.Double)
    occupations: Mapped[int]


class OccupationSearch(Base):
    """The words of an occupation, stemmed, short ones lengthened, for the database's own full-text index.

    ``alternate_terms`` has a line for each different alternate title, ``alternate_titles`` how that title is written.
    """

    __tablename__ = "occupation_search"
    __table_args__ = (sa.UniqueConstraint("release_id", "occupation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("onet_releases.id", ondelete="CASCADE"))
    occupation_id: Mapped[int] = mapped_column(sa.ForeignKey("occupations.id", ondelete="RESTRICT"), index=True)
    title_terms: Mapped[str] = mapped_column(LongText)
    alternate_terms: Mapped[str] = mapped_column(LongText)
    alternate_titles: Mapped[str] = mapped_column(LongText)
    description_terms: Mapped[str] = mapped_column(LongText)
