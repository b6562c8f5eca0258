"""The vocabulary on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from jobmate_agent.schemas.occupations import AsOf, Attributed, Words
from jobmate_agent.schemas.sparse import Sparse

SkillKind = Literal["skill", "knowledge", "ability", "work_activity", "technology", "tool", "custom"]


class SkillQuery(AsOf):
    """``q``: a name, an alias, or a part of either. Without it: all skills, by name."""

    q: Words = ""
    kind: SkillKind | None = None
    page: int = Field(1, ge=1, le=100_000)


class SkillOnWire(Sparse):
    """``difficulty`` is 1 (quickly learnt) to 5; ``cluster`` names the group of like skills."""

    id: int
    kind: SkillKind
    name: str
    description: str
    hot_technology: bool
    in_demand: bool
    transferable: bool
    difficulty: int | None = None
    cluster: str | None = None


class FoundSkill(SkillOnWire):
    """``match``: how the query was found."""

    match: Literal["exact", "alias", "prefix", "part", "like"] | None = None


class SkillSearchResult(Attributed):
    skills: list[FoundSkill]
    total: int
    page: int
    pages: int
    query: str


class RelatedSkill(Sparse):
    """``strength`` is 0–1; ``reason``: crosswalk, or co_occurrence in occupations."""

    id: int
    kind: SkillKind
    name: str
    strength: float
    reason: str


class MergedInto(Sparse):
    id: int
    rule: str
    reason: str


class MergedFrom(MergedInto):
    kind: SkillKind
    name: str


class NeedingOccupation(Sparse):
    """``importance`` and ``onet_level`` where it is rated, ``in_demand`` of technologies, ``tasks`` of activities."""

    onet_code: str
    title: str
    importance: float | None = None
    onet_level: float | None = None
    in_demand: bool | None = None
    tasks: int | None = None


class SkillDetails(SkillOnWire, Attributed):
    """A skill. ``merged_into`` is there where the skill that was asked for is the same as this one."""

    framework: str
    external_id: str | None = None
    aliases: list[str]
    related: list[RelatedSkill]
    merged_from: list[MergedFrom]
    merged_into: MergedInto | None = None
    occupations: list[NeedingOccupation]
    occupation_count: int
