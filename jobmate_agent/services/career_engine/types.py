"""The values that the career engine passes on: documents in, values out.

Everything here is frozen and free of ids of runs, users or times, so that the same documents and the same
vocabulary give byte-identical results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    # The web process reads stored results through these types and has no other use for numpy's 11 MB.
    import numpy as np
    import numpy.typing as npt

DocType = Literal["resume", "job"]
MatchMethod = Literal["exact", "alias", "vector", "custom"]
SpanLabel = Literal["skill", "knowledge", "soft", "tool"]
"""What a marked span names: something that is done, known, an attitude, or a tool."""
Place: TypeAlias = tuple[int, int]
"""(start, end) of characters in a document."""
Status = Literal["meets_or_exceeds", "underqualified", "missing", "resume_only"]
CorrectionKind = Literal["have_it", "level_is", "not_a_skill", "wrong_skill"]
Vectors: TypeAlias = "npt.NDArray[np.float32]"

# The kinds of entry that documents are searched for. Work activities are sentences about jobs, and tools are things
# that stand about in a workplace: the skills of using them are entries of their own.
NAMED_KINDS = frozenset({"skill", "knowledge", "ability", "technology", "custom"})
LEVEL_LABELS: tuple[str, ...] = ("none", "basic", "working", "proficient", "advanced")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim slice of a document: ``text[start:end] == quote``, always."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Level:
    """How well a skill is held or asked for. ``score`` is 0–4, ``years`` whole or part years where stated.

    ``confidence`` is 0–1; ``cues`` are the words of the document that the level rests on. ``of_occupation``: the
    posting gives no level, and this is what its occupation typically needs; the cues say so.
    """

    score: int
    years: float | None = None
    confidence: float = 1.0
    cues: tuple[str, ...] = ()
    of_occupation: bool = False

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self.score]


@dataclass(frozen=True, slots=True)
class ExtractedSkill:
    """What an extractor found: ``name`` as it would be written, ``token`` as it stands in the document.

    ``level`` None: not stated. ``required`` is meaningful for job documents only. ``places`` are the exact words of
    every mention, in text order; ``label`` is what the span tagger took them for, None where it marked nothing there.
    ``confidence`` is the chance (0–1) that this is a skill of the document. ``entry_key`` ("kind:key") is the entry of
    the vocabulary that a language model chose for a name which no entry answers to.
    """

    name: str
    token: str
    evidence: tuple[Evidence, ...]
    level: Level | None = None
    required: bool = True
    confidence: float = 1.0
    places: tuple[Place, ...] = ()
    label: SpanLabel | None = None
    entry_key: str | None = None


FindingCode = Literal[
    "other_language",
    "partly_other_language",
    "hidden_text",
    "repeated_skill",
    "bare_list",
    "many_technologies",
    "copied_passage",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a document itself that its owner should know. ``message`` is a plain sentence.

    ``evidence`` None: there is no one place in the text that shows it.
    """

    code: FindingCode
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All skills of one document.

    ``extractor``: llm | keyword. ``degraded_reason`` names why the model's answer could not be used although
    a model was wanted (None: all is well). ``dropped`` counts what the model claimed and the text does not bear out.
    """

    doc_type: DocType
    skills: tuple[ExtractedSkill, ...]
    extractor: Literal["llm", "keyword"]
    version: str
    model: str | None = None
    degraded_reason: str | None = None
    dropped: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_unread(self) -> bool:
        """Whether nothing was understood of the document because of the language it is written in."""
        return not self.skills and any(finding.code == "other_language" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class LlmUsage:
    """What calling the model cost. ``cost_usd`` follows the configured prices."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: LlmUsage) -> LlmUsage:
        return LlmUsage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class VocabularyEntry:
    """One skill of the vocabulary. ``id`` is the database id, permanent for (kind, key)."""

    id: int
    kind: str
    key: str
    name: str
    description: str = ""
    framework: str = "jobmate"
    external_id: str | None = None
    aliases: tuple[str, ...] = ()
    hot_technology: bool = False
    in_demand: bool = False
    transferable: bool = False
    needs_context: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The whole vocabulary of one release; ``version`` is the digest of its content."""

    version: str
    release: str
    entries: tuple[VocabularyEntry, ...]
    by_id: Mapping[int, VocabularyEntry] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class MappedSkill:
    """A skill of a document after mapping and merging of duplicates.

    ``entry`` None: not in the vocabulary (``custom``), identified by its own normalised name.
    ``identity`` is what two documents are compared by. ``level`` None: not stated.
    """

    identity: str
    name: str
    entry: VocabularyEntry | None
    method: MatchMethod
    similarity: float
    tokens: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    level: Level | None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Mapped:
    """Both documents after mapping, each in order of identity.

    ``similarities`` holds, by (job identity, resume identity), the cosine (four decimals) of every pair that is close
    enough for a held skill to count as related to one that is asked for. ``resume_unread``: nothing is known of the
    resume, because it is written in a language that was not read.
    """

    resume: tuple[MappedSkill, ...]
    job: tuple[MappedSkill, ...]
    similarities: Mapping[tuple[str, str], float] = field(repr=False)
    resume_unread: bool = False


@dataclass(frozen=True, slots=True)
class OccupationProfile:
    """What a release of O*NET says about one occupation, by skill id.

    ``importance`` is 1–5, ``levels`` O*NET's LV, 0–7; values that O*NET recommends not to use are not in them.
    """

    onet_code: str
    title: str
    release: str
    importance: Mapping[int, float]
    levels: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class LineOfWork:
    """How alike the work of a resume and of a posting is.

    ``correlation``: Pearson's, of how much each of the two is like each occupation of a release; four decimals.
    ``reads_as``: titles of the occupations that the resume is most like, the nearest first.
    """

    correlation: float
    reads_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostingOccupation:
    """The occupation that a posting was read as. ``profile`` None: no single one fits clearly. ``score`` is 0–1.

    ``line_of_work`` None: nothing is known of how the resume's work compares.
    """

    score: float
    profile: OccupationProfile | None
    line_of_work: LineOfWork | None = None


@dataclass(frozen=True, slots=True)
class RelatedSkill:
    """A held skill that is close to a job skill; ``similarity`` is cosine, four decimals."""

    identity: str
    name: str
    similarity: float


@dataclass(frozen=True, slots=True)
class GapEntry:
    """The verdict on one skill.

    ``job`` None: only the resume has it. ``level_delta`` > 0: that many levels below what is asked; None where
    the level asked is unknown. ``weight`` and ``credit`` are those of the score formula (0 for resume-only).
    """

    status: Status
    job: MappedSkill | None
    resume: MappedSkill | None
    candidate_level: Level | None
    required_level: Level | None
    level_delta: int | None
    weight: float
    credit: float
    related: tuple[RelatedSkill, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What the user said about a skill, where it changed what the documents say.

    ``about`` is the key of what was spoken of, ``name`` what the skill was called before, ``skill_id`` its entry (None:
    custom), ``origin`` the document whose reading changed. ``level`` (0–4) is of have_it and level_is, None where none
    was given. ``identity`` is the skill that a report shows it on, ``right`` that skill's entry for wrong_skill;
    not_a_skill has neither.
    """

    kind: CorrectionKind
    origin: DocType
    about: str
    name: str
    skill_id: int | None
    identity: str | None = None
    level: int | None = None
    right: VocabularyEntry | None = None


@dataclass(frozen=True, slots=True)
class WorkCredit:
    """What the line of work adds to the score: ``credit`` 0–1 with a ``weight`` beside those of the skills."""

    weight: float
    credit: float
    reads_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapAnalysis:
    """The result of comparing two documents. ``overall_match`` is 0–10, two decimals; None: nothing to score.

    ``occupation`` None: there was no release of O*NET to look it up in. ``own_words``: what in it is the user's word.
    ``line_of_work`` None: the score rests on the skills alone.
    """

    entries: tuple[GapEntry, ...]
    resume_only: tuple[GapEntry, ...]
    overall_match: float | None
    occupation: PostingOccupation | None = None
    own_words: tuple[OwnWord, ...] = ()
    line_of_work: WorkCredit | None = None

    def with_status(self, status: Status) -> tuple[GapEntry, ...]:
        return tuple(entry for entry in self.entries if entry.status == status)

    @property
    def total_weight(self) -> float:
        """Σw of the score: that of all job skills and of the line of work."""
        of_work = self.line_of_work.weight if self.line_of_work is not None else 0.0
        return math.fsum([*(entry.weight for entry in self.entries), of_work])

    @property
    def earned(self) -> float:
        """Σwc of the score."""
        of_work = self.line_of_work.weight * self.line_of_work.credit if self.line_of_work is not None else 0.0
        return math.fsum([*(entry.weight * entry.credit for entry in self.entries), of_work])


@dataclass(frozen=True, slots=True)
class JobDocument:
    """A posting as the engine reads it. ``text`` is description and requirements, joined by a blank line."""

    title: str
    company: str
    text: str
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was made with. Printed at its end; no ids, no times."""

    release: str
    vocabulary_version: str
    embedding_model: str
    llm_model: str | None
    prompt_version: str | None
    engine_version: str
    degraded_reason: str | None


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """``text[start:end]`` was marked. ``confidence`` is the calibrated chance (0–1) that it names a skill."""

    start: int
    end: int
    label: SpanLabel
    confidence: float


@dataclass(frozen=True, slots=True)
class TaggedText:
    """What the tagger says of one text: its spans in order, of which one may lie within another of another label.

    ``chances`` is (start, end, chance that the piece is part of a skill) of each piece of a word, in order.
    """

    spans: tuple[TaggedSpan, ...]
    chances: tuple[tuple[int, int, float], ...]

    def chance(self, start: int, end: int) -> float:
        """The mean chance of the pieces in ``text[start:end]``; 0 where there are none."""
        pieces = [chance for first, last, chance in self.chances if first < end and last > start]
        return sum(pieces) / len(pieces) if pieces else 0.0


class SpanTagger(Protocol):
    """Marks skills in texts, in each whatever the others are. ``model_id`` changes whenever the marks would."""

    @property
    def model_id(self) -> str: ...

    def tag(self, texts: Sequence[str], doc_type: DocType) -> list[TaggedText]:
        """One answer for each text, in order. Texts are sentences or list items."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors. ``model_id`` changes whenever the vectors would."""

    @property
    def model_id(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, each row of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted for one embedding model on entries and their phrases; ``benchmarks/mapping`` tells how.

    The score of an entry for a phrase is ``meaning`` × the cosine of its description − ``commonness`` × how common that
    is + ``closeness`` × what the cosine of its nearest name or alias exceeds ``close_from`` by + ``overlap`` × the
    share of words they have in common (0–1). The log-odds that the best entry is right are ``score_weight`` × its score
    + ``lead_weight`` × its lead over the next + ``intercept``; ``thresholds`` are the least chances, by kind.
    """

    meaning: float
    commonness: float
    closeness: float
    close_from: float
    overlap: float
    score_weight: float
    lead_weight: float
    intercept: float
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vocabulary entry near a query. ``similarity`` is the exact cosine of its nearest name or alias, four decimals.

    ``meaning`` is that of its description (of its name, where it has none), ``commonness`` how near that description
    lies to whatever is said of work: the description of an entry that is near everything tells little.
    """

    skill_id: int
    similarity: float
    meaning: float = 0.0
    commonness: float = 0.0


class VectorIndex(Protocol):
    """Nearest neighbours among the vocabulary's vectors, for one embedding model and one vocabulary version.

    Queries are rows of unit length: ``vectors`` of the phrases, compared with names and aliases, and ``meanings`` of
    the same phrases as they are compared with descriptions (None: ``vectors``).
    """

    @property
    def calibration(self) -> Calibration:
        """What was fitted for this embedding model, as it is stored with the index."""
        ...

    def nearest(self, vectors: Vectors, count: int, meanings: Vectors | None = None) -> list[list[Candidate]]:
        """For each row, at least ``count`` candidates, compared exactly, by falling similarity then skill id."""
        ...

    def vectors(self, skill_ids: Sequence[int]) -> Vectors:
        """(n, d) unit vectors of the entries' own names, in the order asked."""
        ...


class ChatModel(Protocol):
    """A structured-output chat call. Raises :class:`LlmError` with a reason code; never returns rubbish silently."""

    @property
    def model_id(self) -> str: ...

    def complete(self, system: str, user: str, schema: Mapping[str, object]) -> tuple[str, LlmUsage]:
        """The answer's raw text (expected to be JSON of ``schema``) and what it cost."""
        ...


class LlmError(Exception):
    """The model could not be used.

    ``reason``: llm_unreachable | llm_timeout | llm_rate_limited | llm_server_error | llm_rejected | llm_refused |
    llm_truncated | llm_empty | llm_malformed | llm_budget. ``usage``: what it cost anyway.
    """

    def __init__(self, reason: str, message: str, usage: LlmUsage | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.usage = usage or LlmUsage()


Progress = Callable[[str, int], None]
