"""What the report says about itself: how it was made, and what to hold against it."""

from __future__ import annotations

from collections.abc import Iterator

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.types import Extraction, GapAnalysis, MappedSkill, Provenance

ATTRIBUTION = (
    "This report includes information from the O\\*NET Database by the U.S. Department of Labor, Employment and "
    "Training Administration (USDOL/ETA), used under the CC BY 4.0 license. O\\*NET® is a trademark of USDOL/ETA. "
    "JobMate has modified some of this information; USDOL/ETA has not approved, endorsed, or tested these "
    "modifications."
)
REASONS = {
    "llm_unreachable": "it could not be reached",
    "llm_timeout": "it took too long to answer",
    "llm_rate_limited": "its quota was used up",
    "llm_server_error": "it answered with an error",
    "llm_rejected": "it rejected the request",
    "llm_refused": "it declined to answer",
    "llm_truncated": "its answer was cut off",
    "llm_empty": "its answer was empty",
    "llm_malformed": "its answer could not be read",
    "llm_budget": "the document is longer than it may be given",
}


def notice(provenance: Provenance) -> Iterator[str]:
    """A degraded report says so before anything rests on it."""
    if provenance.degraded_reason is not None:
        yield (
            f"> **Made without the language model**, because {_reason(provenance.degraded_reason)}. Skills were found "
            "by their names and by a small model of JobMate's own, so some that are described in other words may "
            "be missing here."
        )


def provenance_lines(
    analysis: GapAnalysis, resume_found: Extraction, job_found: Extraction, provenance: Provenance
) -> Iterator[str]:
    """Release, models and versions, and O*NET's attribution where its data is shown."""
    yield "## How this report was made"
    yield ""
    yield f"- Skills: {words.escape(provenance.release)}, version {provenance.vocabulary_version[:12]}"
    for whose, found in (("Posting", job_found), ("Resume", resume_found)):
        yield f"- {whose} read by: {_reader(found)}"
    yield f"- Names compared with: {words.escape(provenance.embedding_model)}"
    yield f"- Engine version {provenance.engine_version}"
    degraded = provenance.degraded_reason
    yield f"- Degraded: {'no' if degraded is None else f'yes, the language model was not used: {_reason(degraded)}'}"
    read_as = analysis.occupation
    by_occupation = read_as is not None and (read_as.profile is not None or read_as.line_of_work is not None)
    if by_occupation or any(skill.entry and skill.entry.framework == "onet" for skill in _skills(analysis)):
        yield ""
        yield ATTRIBUTION


def _reader(found: Extraction) -> str:
    if found.extractor == "llm":
        return f"language model {words.escape(found.model or 'unknown')}, prompt {words.escape(found.version)}"
    return f"JobMate itself, without a language model ({words.escape(found.version)})"


def _reason(code: str) -> str:
    return REASONS.get(code, words.escape(code))


def _skills(analysis: GapAnalysis) -> Iterator[MappedSkill]:
    for entry in (*analysis.entries, *analysis.resume_only):
        yield from (skill for skill in (entry.job, entry.resume) if skill is not None)
