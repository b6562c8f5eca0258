"""What the report says about the documents themselves: their language, what they hide, what looks stuffed or copied."""

from __future__ import annotations

from collections.abc import Iterator

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import Extraction, Finding, GapAnalysis

SHOWN_SKILLS = 12
NO_SKILL = (
    "No skill was recognised in this posting, so there is nothing to compare your resume with. Add the full text of "
    "the posting, with its list of requirements, and run the report again."
)


def language_notices(resume_found: Extraction, job_found: Extraction) -> Iterator[str]:
    """A document in another language is called that before anything rests on it."""
    notices = [f for found in (job_found, resume_found) for f in found.findings if f.code == "other_language"]
    for place, finding in enumerate(notices):
        if place:
            yield ""
        yield f"> {words.escape(finding.message)}"


def nothing_to_score(analysis: GapAnalysis, resume_found: Extraction, job_found: Extraction) -> Iterator[str]:
    """Why there is no score, and what to do about it."""
    if analysis.entries and resume_found.is_unread:
        asked = [words.name(entry.job) for entry in analysis.entries if entry.job is not None]
        more = [f"{len(asked) - SHOWN_SKILLS} more"] if len(asked) > SHOWN_SKILLS else []
        yield (
            "Your resume is not written in English and names no technology that is known here, so it cannot be "
            f"compared. The posting asks for {words.names([*asked[:SHOWN_SKILLS], *more])}."
        )
    elif job_found.is_unread:
        yield (
            "This posting is not written in English and names no technology that is known here, so there is nothing to "
            "compare your resume with. Look for an English version of the posting, and run the report again."
        )
    else:
        yield NO_SKILL


def too_little_read(analysis: GapAnalysis, job_found: Extraction, settings: EngineSettings) -> str:
    """Why a score is tentative, "" where it is not: of the posting too little was read for a verdict."""
    if job_found.extractor == "keyword" and any(finding.code == "other_language" for finding in job_found.findings):
        return "Only names of technologies were read in this posting, so the score is tentative."
    if len(analysis.entries) < settings.few_job_skills:
        count = words.plural(len(analysis.entries), "skill")
        return f"Too little of this posting could be read for a verdict: only {count}, so the score is tentative."
    return ""


def finding_lines(resume_found: Extraction, job_found: Extraction) -> Iterator[str]:
    """The section about the documents; what :func:`language_notices` says is not said again."""
    lines = [
        line
        for found in (resume_found, job_found)
        for finding in found.findings
        if finding.code != "other_language"
        for line in _line(finding)
    ]
    if lines:
        yield "## About your documents"
        yield ""
        yield from lines


def _line(finding: Finding) -> Iterator[str]:
    yield f"- {words.escape(finding.message)}"
    if finding.evidence is not None:
        yield f"   - {words.quote((finding.evidence,), set())}"
