"""Skill gaps between occupations on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobmate_agent.schemas.occupations import AsOf, Attributed
from jobmate_agent.schemas.sparse import Sparse

OnetCode = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=20, pattern=r"^[0-9]{2}-[0-9]{4}\.[0-9]{2}$")
]
GapKind = Literal["skill", "knowledge", "ability", "all"]
Element = Literal["skill", "knowledge", "ability"]
Side = Literal["from", "to"]
Effort = Literal["low", "medium", "high"]


class SkillGapQuery(AsOf):
    """Two O*NET-SOC codes (``15-1252.00``); ``kind``: which of an occupation's ratings to compare."""

    from_occupation: OnetCode
    to_occupation: OnetCode
    kind: GapKind = "skill"


class GapSide(Sparse):
    onet_code: str
    title: str
    source: Literal["release", "web_services"]


class GapElement(Sparse):
    skill_id: int | None = None
    element_id: str
    name: str
    kind: Element


class GapSkill(GapElement):
    """Levels are O*NET's, 0–7; ``importance`` (1–5) to the occupation that asks."""

    from_level: float
    to_level: float
    difference: float
    importance: float | None = None


class UnknownGapSkill(GapElement):
    """A skill with a level that O*NET recommends not to use, or does not give; ``unknown_for`` says of which side."""

    from_level: float | None = None
    to_level: float | None = None
    unknown_for: list[Side]


class SkillGap(Attributed):
    """Where ``comparable`` is false there is no ``gap``: ``reason`` and ``message`` say why, ``not_rated`` of which."""

    mode: Literal["strict", "by_level"]
    kind: GapKind
    from_: GapSide = Field(alias="from")
    to: GapSide
    comparable: bool
    gap: list[GapSkill] | None = None
    transferable: list[GapSkill] | None = None
    unknown: list[UnknownGapSkill] | None = None
    compared: int | None = None
    held: int | None = None
    not_required: int | None = None
    reason: Literal["not_rated"] | None = None
    message: str | None = None
    not_rated: list[str] | None = None


class NamedSkill(Sparse):
    skill_id: int | None = None
    element_id: str
    skill: str


class Priority(NamedSkill):
    """A skill to learn."""

    why: str
    how_to_learn: str
    effort: Effort


class CarriedOver(NamedSkill):
    """A skill that is held at the level asked or above."""

    how_it_helps: str


class PlanStep(Sparse):
    step: str
    skills: list[str]
    outcome: str


class WrittenAnalysis(Sparse):
    """Every skill that it names is one of the gap's ``gap`` or ``transferable``."""

    summary: str
    priorities: list[Priority]
    transferable: list[CarriedOver]
    plan: list[PlanStep]


class SkillGapAnalysed(SkillGap):
    """``written_by``: the model, or a rule; ``degraded_reason`` says why not the model that is configured."""

    analysis: WrittenAnalysis | None = None
    written_by: Literal["llm", "rule"] | None = None
    degraded: bool | None = None
    degraded_reason: str | None = None
    model: str | None = None
    prompt_version: str | None = None
