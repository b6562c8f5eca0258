"""The analysis as existing clients read it: plain values, absent ones left out, null only where they expect it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.report_findings import too_little_read
from jobmate_agent.services.career_engine.types import (
    Evidence,
    Extraction,
    GapAnalysis,
    GapEntry,
    Level,
    MappedSkill,
    OwnWord,
    PostingOccupation,
    Provenance,
    WorkCredit,
)

DOCUMENT_VERSION = "1"
PERCENT_DECIMALS = 1
CUSTOM, SKILL = "custom:", "skill:"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an analysis is about. ``run_id`` None: it was not made by a run."""

    resume_id: int
    job_id: int
    run_id: int | None


def build_analysis(
    analysis: GapAnalysis,
    report_md: str,
    provenance: Provenance,
    subject: Subject,
    *,
    resume: Extraction,
    job: Extraction,
    settings: EngineSettings,
) -> Document:
    """The contract's ``analysis`` object without its id, which exists once the report is stored (:func:`with_id`)."""
    held = [entry for entry in analysis.entries if entry.status in {"meets_or_exceeds", "underqualified"}]
    return {
        "version": DOCUMENT_VERSION,
        "context": _present(
            {
                "resume_id": subject.resume_id,
                "job_id": subject.job_id,
                "run_id": subject.run_id,
                "onet_release": provenance.release,
                "vocabulary_version": provenance.vocabulary_version,
                "embedding_model": provenance.embedding_model,
                "llm_model": provenance.llm_model,
                "prompt_version": provenance.prompt_version,
                "engine_version": provenance.engine_version,
                "occupation": _occupation(analysis.occupation),
            }
        ),
        "metrics": _metrics(analysis),
        "matched_skills": [_corrected(entry, analysis) for entry in held],
        "missing_skills": [_corrected(entry, analysis) for entry in analysis.with_status("missing")],
        "resume_skills": [_corrected(entry, analysis, of_resume=True) for entry in _of_resume(analysis)],
        "report_markdown": report_md,
        "diagnostics": {"resume": _diagnosis(resume), "job": _diagnosis(job)},
        "extras": _present(
            {
                "constants": asdict(settings),
                "line_of_work": _line_of_work(analysis.line_of_work),
                "tentative": bool(too_little_read(analysis, job, settings)),
            }
        ),
    }


def with_id(document: Mapping[str, Any], report_id: int) -> Document:
    """The stored analysis with the id of its report."""
    return {**document, "analysis_id": report_id}


def skill_lists(document: Mapping[str, Any]) -> Document:
    """The report's three lists, apart: matched, weak, missing."""
    held: Sequence[Document] = document["matched_skills"]
    return {
        "matched_skills": [entry for entry in held if entry["status"] == "meets_or_exceeds"],
        "weak_skills": [entry for entry in held if entry["status"] == "underqualified"],
        "missing_skills": document["missing_skills"],
    }


def entry_reference(skill_id: int | None, name: str) -> int | str:
    """What clients name an entry by: its skill's id, or ``custom:`` and its normal name where it has none."""
    return f"{CUSTOM}{normalize_name(name)}" if skill_id is None else skill_id


def skill_entry(entry: GapEntry, *, of_resume: bool = False) -> Document:
    """One skill, seen from the posting or from the resume."""
    from_resume = of_resume or entry.job is None
    skill = entry.resume if from_resume else entry.job
    assert skill is not None
    return {
        "name": skill.name,
        "source_token": skill.tokens[0] if skill.tokens else skill.name,
        "origin": "resume" if from_resume else "job",
        "status": entry.status,
        "is_required": entry.job is not None and entry.job.required,
        "descriptor": _descriptor(skill),
        "match": _match(skill),
        "candidate_level": _level(entry.candidate_level),
        "required_level": _required_level(entry.required_level),
        "level_delta": entry.level_delta,
        "job_score": entry.required_level.score if entry.required_level else None,
        "resume_score": entry.candidate_level.score if entry.candidate_level else None,
        "weight": entry.weight,
        "credit": entry.credit,
        "tags": _tags(skill),
        "resume_evidence": _evidence(entry.resume),
        "job_evidence": _evidence(entry.job),
        "related": [{"name": near.name, "similarity": near.similarity} for near in entry.related],
    }


def _corrected(entry: GapEntry, analysis: GapAnalysis, *, of_resume: bool = False) -> Document:
    """A skill, with the user's own words about it where there are any."""
    skill = entry.job or entry.resume
    assert skill is not None
    words = [_own_word(word) for word in analysis.own_words if word.identity == skill.identity]
    return {**skill_entry(entry, of_resume=of_resume), **({"corrections": words} if words else {})}


def _own_word(word: OwnWord) -> Document:
    """What was said, as it was sent: ``entry`` is what the skill was called before."""
    value = word.right.id if word.right is not None else word.level
    return {
        "entry": int(word.about.removeprefix(SKILL)) if word.about.startswith(SKILL) else word.about,
        "name": word.name,
        "kind": word.kind,
        "value": True if value is None else value,
        "origin": word.origin,
    }


def _of_resume(analysis: GapAnalysis) -> list[GapEntry]:
    return [entry for entry in (*analysis.entries, *analysis.resume_only) if entry.resume is not None]


def _metrics(analysis: GapAnalysis) -> Document:
    score = analysis.overall_match
    share, aligned = _shares(analysis.entries)
    return _present({"overall_score": score}) | {
        "overall_percent": None if score is None else round(score * 10, PERCENT_DECIMALS),
        "matched_skill_count": len(analysis.with_status("meets_or_exceeds")),
        "missing_skill_count": len(analysis.with_status("missing")),
        "underqualified_skill_count": len(analysis.with_status("underqualified")),
        "resume_skill_count": len(_of_resume(analysis)),
        "job_skill_count": len(analysis.entries),
        "match_score": round(100 * share, PERCENT_DECIMALS),
        "adjusted_match_score": round(100 * share * aligned, PERCENT_DECIMALS),
    }


def _shares(entries: Sequence[GapEntry]) -> tuple[float, float]:
    """The share of required skills that are held, and how well: mean of min(1, held level / level asked).

    Where nothing is marked as required, all job skills count. The formula's third factor, experience, needs the
    posting's occupation and is 1 without one.
    """
    wanted = [entry for entry in entries if entry.job is not None and entry.job.required] or list(entries)
    held = [entry for entry in wanted if entry.status in {"meets_or_exceeds", "underqualified"}]
    if not held:
        return 0.0, 1.0
    return len(held) / len(wanted), sum(_alignment(entry) for entry in held) / len(held)


def _alignment(entry: GapEntry) -> float:
    if entry.candidate_level is None or entry.required_level is None:
        return 1.0
    return min(1.0, entry.candidate_level.score / entry.required_level.score)


def _descriptor(skill: MappedSkill) -> Document:
    entry = skill.entry
    if entry is None:
        return {"name": skill.name, "skill_type": "custom", "framework": "custom", "aliases": []}
    aliases = [
        {"label": label, "source_framework": entry.framework, "relation_type": "alias"} for label in entry.aliases
    ]
    return _present({"skill_id": entry.id, "external_id": entry.external_id}) | {
        "name": entry.name,
        "skill_type": entry.kind,
        "framework": entry.framework,
        "aliases": aliases,
    }


def _match(skill: MappedSkill) -> Document:
    tags = _tags(skill)
    return _present({"skill_id": skill.entry.id if skill.entry else None}) | {
        "name": skill.name,
        "method": skill.method,
        "similarity": skill.similarity,
        "hot_technology": tags["hot_technology"],
        "in_demand": tags["in_demand"],
    }


def _tags(skill: MappedSkill) -> Document:
    names = ("hot_technology", "in_demand", "transferable")
    return {name: skill.entry is not None and getattr(skill.entry, name) for name in names}


def _level(level: Level | None) -> Document | None:
    if level is None:
        return None
    return {
        "label": level.label,
        "score": level.score,
        "years": level.years,
        "confidence": level.confidence,
        "cues": list(level.cues),
    }


def _required_level(level: Level | None) -> Document | None:
    """A level that is asked for, with where it comes from."""
    if level is None:
        return None
    return {**(_level(level) or {}), "source": "occupation" if level.of_occupation else "posting"}


def _occupation(occupation: PostingOccupation | None) -> Document | None:
    """What the posting was read as; None where no single occupation fits, or none is loaded."""
    if occupation is None or occupation.profile is None:
        return None
    profile = occupation.profile
    return {"onet_code": profile.onet_code, "title": profile.title, "score": occupation.score}


def _line_of_work(work: WorkCredit | None) -> Document | None:
    """What counts beside the skills, with the occupations that the resume is most like; None where nothing does."""
    if work is None:
        return None
    return {"weight": work.weight, "credit": work.credit, "resume_reads_as": list(work.reads_as)}


def _evidence(skill: MappedSkill | None) -> list[Document]:
    pieces: Sequence[Evidence] = skill.evidence if skill else ()
    return [{"quote": piece.quote, "start": piece.start, "end": piece.end} for piece in pieces]


def _diagnosis(extraction: Extraction) -> Document:
    return _present({"model": extraction.model, "degraded_reason": extraction.degraded_reason}) | {
        "extractor": extraction.extractor,
        "version": extraction.version,
        "skills": len(extraction.skills),
        "dropped": extraction.dropped,
        "notes": list(extraction.notes),
        "findings": [{"code": finding.code, "message": finding.message} for finding in extraction.findings],
    }


def _present(values: Mapping[str, Any]) -> Document:
    return {name: value for name, value in values.items() if value is not None}
