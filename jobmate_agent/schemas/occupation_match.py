"""Matching skills against occupations on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from jobmate_agent.schemas.occupations import Attributed
from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.text import Storable
from jobmate_agent.schemas.wire import DatabaseId, Wire

SkillName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable]
Level = Annotated[int, Field(ge=0, le=4, strict=True)]
Years = Annotated[float, Field(ge=0, le=80, strict=True)]
LARGEST_PAGE = 50


class SkillOfPerson(Wire):
    """``level``: 0 none, 1 basic, 2 working, 3 proficient, 4 advanced; without it, held is enough."""

    name: SkillName
    level: Level | None = None
    years: Years | None = None


def _as_skill(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


# A bare name is short for a skill of which nothing else is known.
Skill = Annotated[SkillOfPerson, BeforeValidator(_as_skill, json_schema_input_type=SkillName | SkillOfPerson)]


class MatchRequest(Wire):
    """Either ``skills`` or ``resume_id``, one of the caller's own resumes."""

    skills: list[Skill] | None = Field(None, min_length=1, max_length=100)
    resume_id: DatabaseId | None = None
    years_experience: Years | None = Field(None, description="Relevant years as a whole")
    page: int = Field(1, ge=1, le=1000, strict=True)
    per_page: int = Field(20, ge=1, le=LARGEST_PAGE, strict=True)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.skills is None) == (self.resume_id is None):
            raise ValueError("either skills or resume_id is needed, not both")
        return self


class EntryOfVocabulary(Sparse):
    skill_id: int
    name: str
    kind: str


class ResolvedName(Sparse):
    """What was made of a name; ``skills`` are several where a skill and a piece of knowledge share it."""

    name: str
    method: Literal["exact", "alias", "similar", "vector"]
    skills: list[EntryOfVocabulary]


class RequiredSkill(EntryOfVocabulary):
    """``weight`` is 0–1; ``importance`` 1–5, where O*NET rates it."""

    critical: bool
    weight: float
    importance: float | None = None


class MatchedSkill(RequiredSkill):
    """Levels are 0–4, where they are known; ``alignment`` is min(1, held / asked)."""

    level_held: int | None = None
    level_asked: int | None = None
    alignment: float


class Learning(Sparse):
    """What exercises a skill in the occupation; ``level_to_reach`` is 0–4, ``onet_level`` 0–7."""

    level_to_reach: int | None = None
    level_label: str | None = None
    onet_level: float | None = None
    activities: list[str]
    tasks: list[str]
    tools: list[str]
    category: str | None = None
    suggestion: str | None = None


class MissingSkill(RequiredSkill):
    learning: Learning


class CommonSkill(EntryOfVocabulary):
    """``asked_by``: how many occupations ask for it."""

    asked_by: int


class OccupationFit(Sparse):
    """Scores are 0–100, ``alignment`` and ``experience_weight`` the factors between the first two."""

    onet_code: str
    title: str
    job_zone: int | None = None
    match_score: float
    adjusted_match_score: float
    importance_score: float
    alignment: float
    experience_weight: float
    required_count: int
    matched_count: int
    missing_count: int
    matched: list[MatchedSkill]
    missing_critical: list[MissingSkill]
    transferable: list[CommonSkill]


class OccupationMatch(Attributed):
    """``not_rated``: occupations without ratings, which take no part. ``unresolved``: names that mean nothing here.

    ``not_asked_for``: ids of resolved skills that no occupation asks for, so that they change no score.
    """

    occupations: list[OccupationFit]
    total: int
    page: int
    pages: int
    not_rated: int
    not_asked_for: list[int]
    resolved: list[ResolvedName]
    unresolved: list[str]
    resume_id: int | None = None
    degraded: bool | None = None
    degraded_reason: str | None = None
