"""The gap report on the wire: skills with their evidence, the analysis around them, the report of a job."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from jobmate_agent.schemas.jobs import OccupationGuess
from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.wire import Wire

Unit = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
LevelScore = Annotated[int, Field(ge=0, le=4)]
Position = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
CorrectionKind = Literal["have_it", "level_is", "not_a_skill", "wrong_skill"]


class SkillAliasEntry(Sparse):
    """Another form of a skill's name."""

    label: str
    alias_id: int | None = None
    source_framework: str
    relation_type: Literal["alias"]
    similarity_score: float | None = None


class SkillDescriptor(Sparse):
    """The vocabulary's entry; a ``custom`` skill has no id, because it is not in the vocabulary."""

    skill_id: int | None = None
    name: str
    skill_type: Literal["skill", "knowledge", "ability", "work_activity", "technology", "custom"]
    framework: str
    external_id: str | None = None
    soc_code: str | None = None
    commodity_title: str | None = None
    aliases: list[SkillAliasEntry]


class SkillMatch(Sparse):
    """How a name found its entry."""

    skill_id: int | None = None
    name: str
    method: Literal["exact", "alias", "vector", "custom"]
    similarity: Unit
    hot_technology: bool
    in_demand: bool


class SkillLevel(Sparse):
    """How well a skill is held or asked for, 0 (none) to 4 (advanced).

    ``source`` of a level that is asked for: the posting, or what is typical for its occupation.
    """

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"years"})

    label: Literal["none", "basic", "working", "proficient", "advanced"]
    score: LevelScore
    years: float | None
    confidence: Unit
    cues: list[str]
    source: Literal["posting", "occupation"] | None = None


class SkillTags(Wire):
    """What is known about a skill besides its name."""

    hot_technology: bool
    in_demand: bool
    transferable: bool


class SkillEvidence(Wire):
    """A verbatim slice of a document."""

    quote: str
    start: Position
    end: Position


class RelatedSkillEntry(Wire):
    """A held skill that is close to the one asked for."""

    name: str
    similarity: Unit


class OwnWord(Wire):
    """What the user said about a skill, as they would send it again. ``name``: what it was called before."""

    entry: int | str
    name: str
    kind: CorrectionKind
    value: bool | int
    origin: Literal["resume", "job"]


class SkillEntry(Sparse):
    """The verdict on one skill. ``level_delta`` > 0: that many levels below what is asked.

    ``corrections`` is there where the verdict rests on the user's own word.
    """

    NULLABLE: ClassVar[frozenset[str]] = frozenset(
        {"candidate_level", "required_level", "level_delta", "job_score", "resume_score"}
    )

    name: str
    source_token: str
    origin: Literal["resume", "job"]
    status: Literal["meets_or_exceeds", "underqualified", "missing", "resume_only"]
    is_required: bool
    descriptor: SkillDescriptor
    match: SkillMatch
    candidate_level: SkillLevel | None
    required_level: SkillLevel | None
    level_delta: int | None
    job_score: LevelScore | None
    resume_score: LevelScore | None
    weight: Annotated[float, Field(ge=0)]
    credit: Unit
    tags: SkillTags
    resume_evidence: list[SkillEvidence]
    job_evidence: list[SkillEvidence]
    related: list[RelatedSkillEntry]
    corrections: list[OwnWord] | None = None


class AnalysisContext(Sparse):
    """What an analysis was made from and with."""

    resume_id: int
    job_id: int
    run_id: int | None = None
    onet_release: str
    vocabulary_version: str
    embedding_model: str
    llm_model: str | None = None
    prompt_version: str | None = None
    engine_version: str
    occupation: OccupationGuess | None = None


class AnalysisMetrics(Sparse):
    """Counts and scores. ``overall_score`` is left out, ``overall_percent`` null, when there is nothing to score."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"overall_percent"})

    overall_score: Annotated[float, Field(ge=0, le=10)] | None = None
    overall_percent: Percent | None
    matched_skill_count: Count
    missing_skill_count: Count
    underqualified_skill_count: Count
    resume_skill_count: Count
    job_skill_count: Count
    match_score: Percent
    adjusted_match_score: Percent


class Analysis(Sparse):
    """The whole analysis. ``matched_skills`` has the weak ones too, told apart by their status."""

    version: str
    analysis_id: int
    context: AnalysisContext
    metrics: AnalysisMetrics
    matched_skills: list[SkillEntry]
    missing_skills: list[SkillEntry]
    resume_skills: list[SkillEntry]
    report_markdown: str
    diagnostics: dict[str, Any]
    extras: dict[str, Any]


class GapReport(Sparse):
    """The newest report of a user for a job. ``score`` is ``overall_match`` / 10; null: not enough information."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"score", "overall_match"})

    exists: Literal[True]
    id: int
    score: Unit | None
    overall_match: Annotated[float, Field(ge=0, le=10)] | None
    created_at: AwareDatetime
    degraded: bool
    degraded_reason: str | None = None
    stale: bool
    matched_skills: list[SkillEntry]
    weak_skills: list[SkillEntry]
    missing_skills: list[SkillEntry]
    report_md: str
    analysis: Analysis
