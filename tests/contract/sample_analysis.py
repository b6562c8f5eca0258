"""A gap analysis with every kind of entry in it, made by the engine's own pure parts: no model, no vectors."""

from __future__ import annotations

from jobmate_agent.services.career_engine.engine_settings import ENGINE_VERSION, EngineSettings
from jobmate_agent.services.career_engine.onet_mapper import custom_identity, entry_identity
from jobmate_agent.services.career_engine.types import (
    DocType,
    Evidence,
    ExtractedSkill,
    Extraction,
    JobDocument,
    Level,
    Mapped,
    MappedSkill,
    MatchMethod,
    Provenance,
    VocabularyEntry,
)
from jobmate_agent.services.gaps import readings, rescoring
from jobmate_agent.services.gaps.analysis_document import Subject
from jobmate_agent.services.gaps.corrections import Said
from jobmate_agent.services.gaps.readings import Reading
from jobmate_agent.services.gaps.reports import NewReport

VOCABULARY_VERSION = "0" * 64
RESUME_TEXT = "Kim Example\n\nSix years of Python and SQL; some Docker. Quilting on weekends. Ran the garden club."
JOB_TEXT = "You bring: expert Python, SQL (5+ years), Kubernetes. Nice to have: bee keeping and Java."
SETTINGS = EngineSettings()

_PYTHON = VocabularyEntry(1, "technology", "python", "Python", aliases=("py",), hot_technology=True, in_demand=True)
_SQL = VocabularyEntry(2, "technology", "sql", "SQL")
_DOCKER = VocabularyEntry(3, "technology", "docker", "Docker")
_KUBERNETES = VocabularyEntry(4, "technology", "kubernetes", "Kubernetes", aliases=("k8s",), external_id="43232300")
_LEADERSHIP = VocabularyEntry(5, "skill", "leadership", "Leadership", framework="onet", transferable=True)
_JAVA = VocabularyEntry(6, "technology", "java", "Java")


def reading_of(degraded_reason: str | None = None) -> Reading:
    """Documents whose analysis has matched, weak, missing, custom and surplus skills."""
    resume = (
        _skill(_PYTHON, "Python", RESUME_TEXT, Level(4, 6.0, 0.9, ("Six years",))),
        _skill(_SQL, "SQL", RESUME_TEXT, Level(2, None, 0.5, ())),
        _skill(_DOCKER, "Docker", RESUME_TEXT, Level(1, None, 0.6, ("some",))),
        _skill(_LEADERSHIP, "Ran the garden club", RESUME_TEXT, None, method="vector", similarity=0.8123),
        _custom("Quilting", RESUME_TEXT),
    )
    job = (
        _skill(_PYTHON, "Python", JOB_TEXT, Level(4, None, 0.9, ("expert",))),
        _skill(_SQL, "SQL", JOB_TEXT, Level(3, 5.0, 1.0, ("5+ years",))),
        _skill(_KUBERNETES, "Kubernetes", JOB_TEXT, None, method="alias"),
        _skill(_JAVA, "Java", JOB_TEXT, None, required=False),
        _custom("bee keeping", JOB_TEXT, required=False),
    )
    return _reading(resume, job, {(job[2].identity, resume[2].identity): 0.7345}, degraded_reason)


def empty_reading() -> Reading:
    """The same where the posting asks for nothing that could be scored."""
    return _reading((_skill(_SQL, "SQL", RESUME_TEXT, None),), (), {}, None)


def new_report(
    subject: Subject, user_id: str, job_version: int, *, empty: bool = False, degraded_reason: str | None = None
) -> NewReport:
    """A report row as a run would store it."""
    reading = empty_reading() if empty else reading_of(degraded_reason)
    worked = readings.work_out(reading, (), SETTINGS)
    about = rescoring.About(user_id, subject.resume_id, subject.job_id, job_version, subject.run_id)
    return rescoring.new_report(reading, Said(frozenset(), ()), worked, about, SETTINGS)


def _reading(
    resume: tuple[MappedSkill, ...],
    job: tuple[MappedSkill, ...],
    similarities: dict[tuple[str, str], float],
    degraded_reason: str | None,
) -> Reading:
    found = {"resume": _extraction("resume", resume, None), "job": _extraction("job", job, degraded_reason)}
    provenance = Provenance("starter", VOCABULARY_VERSION, "minilm", None, None, ENGINE_VERSION, degraded_reason)
    posting = JobDocument("Data engineer", "Example Works", JOB_TEXT)
    return readings.make_reading(Mapped(resume, job, similarities), None, provenance, posting, **found)


def _extraction(doc_type: DocType, skills: tuple[MappedSkill, ...], degraded_reason: str | None) -> Extraction:
    found = tuple(ExtractedSkill(skill.name, skill.tokens[0], skill.evidence, skill.level) for skill in skills)
    return Extraction(doc_type, found, "keyword", "keyword-1", degraded_reason=degraded_reason)


def _skill(
    entry: VocabularyEntry,
    token: str,
    text: str,
    level: Level | None,
    *,
    method: MatchMethod = "exact",
    similarity: float = 1.0,
    required: bool = True,
) -> MappedSkill:
    evidence = (_evidence(text, token),)
    return MappedSkill(
        entry_identity(entry), entry.name, entry, method, similarity, (token,), evidence, level, required
    )


def _custom(token: str, text: str, *, required: bool = True) -> MappedSkill:
    evidence = (_evidence(text, token),)
    return MappedSkill(custom_identity(token), token, None, "custom", 0.0, (token,), evidence, None, required)


def _evidence(text: str, quote: str) -> Evidence:
    start = text.index(quote)
    return Evidence(quote, start, start + len(quote))
