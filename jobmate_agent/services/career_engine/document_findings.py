"""What a document's owner should know about the document itself, beyond the skills in it."""

from __future__ import annotations

from dataclasses import replace

from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.readable import language_findings
from jobmate_agent.services.career_engine.stuffing import stuffing_findings
from jobmate_agent.services.career_engine.types import Extraction, Finding

FINDINGS_VERSION = "findings-1"
"""Changes whenever the same document would get other findings, or be read less or more for its language."""


def document_findings(text: str, found: Extraction, matcher: SkillMatcher) -> tuple[Finding, ...]:
    """The findings of one document, given its skills. A posting is nobody's to mend, so only its language counts."""
    language = language_findings(text, found.doc_type, by_model=found.extractor == "llm")
    if found.doc_type == "job":
        return language
    entries = (matcher.entry_named(skill.name) for skill in found.skills)
    technologies = sum(entry is not None and entry.kind == "technology" for entry in entries)
    return (*language, *stuffing_findings(text, found.skills, technologies))


def with_findings(found: Extraction, more: tuple[Finding, ...]) -> Extraction:
    """``found`` with ``more`` to say about its document, as about the file that it came from."""
    return replace(found, findings=(*found.findings, *more)) if more else found
