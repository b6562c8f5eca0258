"""The engine: two documents in, one value out. Composes extraction, mapping, analysis and report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from jobmate_agent.services.career_engine import gap_analyzer, report_renderer
from jobmate_agent.services.career_engine.candidate_choice import CandidateChooser
from jobmate_agent.services.career_engine.copies import without_copies
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.document_findings import FINDINGS_VERSION, document_findings, with_findings
from jobmate_agent.services.career_engine.employer import without_employer
from jobmate_agent.services.career_engine.engine_settings import ENGINE_VERSION, EngineSettings
from jobmate_agent.services.career_engine.extraction_merge import MERGE_VERSION, doubted, merge_extractions
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.llm_extractor import LlmExtractor
from jobmate_agent.services.career_engine.onet_mapper import OnetMapper
from jobmate_agent.services.career_engine.readable import without_unread
from jobmate_agent.services.career_engine.seniority import with_title_level
from jobmate_agent.services.career_engine.types import (
    ChatModel,
    DocType,
    Embedder,
    Evidence,
    ExtractedSkill,
    Extraction,
    Finding,
    GapAnalysis,
    JobDocument,
    Level,
    LlmError,
    LlmUsage,
    Mapped,
    PostingOccupation,
    Provenance,
    SpanTagger,
    VectorIndex,
    Vocabulary,
)
from jobmate_agent.services.career_engine.work_levels import WORK_LEVELS_VERSION, with_work_levels


@dataclass(frozen=True, slots=True)
class EngineResult:
    """Everything the engine made of two documents. ``usage`` is what it cost and no part of the value."""

    resume: Extraction
    job: Extraction
    mapped: Mapped
    analysis: GapAnalysis
    report_md: str
    provenance: Provenance
    usage: LlmUsage

    def value(self) -> bytes:
        """Canonical JSON of the result: the same extractions and vocabulary give the same bytes on one machine."""
        parts: dict[str, Any] = {
            "resume": asdict(self.resume),
            "job": asdict(self.job),
            "mapped": {"resume": [asdict(skill) for skill in self.mapped.resume]}
            | {"job": [asdict(skill) for skill in self.mapped.job]}
            | {"similarities": sorted([*pair, near] for pair, near in self.mapped.similarities.items())},
            "analysis": asdict(self.analysis),
            "report_md": self.report_md,
            "provenance": asdict(self.provenance),
        }
        return _canonical(parts)


class CareerEngine:
    """Bound to one vocabulary, one index and one set of constants. Thread-safe."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        embedder: Embedder,
        index: VectorIndex,
        chat_model: ChatModel | None,
        settings: EngineSettings,
        tagger: SpanTagger | None = None,
        *,
        choose_entries: bool = False,
    ) -> None:
        """``chat_model`` None: documents are read offline only. ``tagger`` None: by the vocabulary's names alone.

        ``choose_entries``: the model is also asked which entries the names mean that no entry answers to.
        """
        self.vocabulary = vocabulary
        self.settings = settings
        self._embedding_model = embedder.model_id
        self._keyword = KeywordExtractor(vocabulary, settings, tagger)
        self._llm = LlmExtractor(chat_model, settings, self._keyword.matcher) if chat_model is not None else None
        self._llm_model = chat_model.model_id if chat_model is not None else None
        self._mapper = OnetMapper(vocabulary, embedder, index, settings)
        self._chooser = (
            CandidateChooser(chat_model, vocabulary, embedder, index, settings)
            if chat_model is not None and choose_entries
            else None
        )

    def extract(self, text: str, doc_type: DocType, *, use_llm: bool) -> tuple[Extraction, LlmUsage]:
        """The document's skills: the offline extractor's, merged with the model's where one is wanted and there.

        A failure of the model is named in ``degraded_reason``; what it cost is reported all the same. The dates of a
        resume's jobs have their say last, since they count by all the places where a skill is named. What there is to
        say about the document itself is in ``findings``.
        """
        found, usage = self._read(text, doc_type, use_llm=use_llm)
        if doc_type == "resume":
            found = replace(found, skills=with_work_levels(Document(text, doc_type), found.skills, self.settings))
        return replace(found, findings=document_findings(text, found, self._keyword.matcher)), usage

    def _read(self, text: str, doc_type: DocType, *, use_llm: bool) -> tuple[Extraction, LlmUsage]:
        offline = without_unread(self._keyword.extract(text, doc_type), text, self._keyword.matcher)
        if self._llm is None or not use_llm:
            return offline, LlmUsage()
        try:
            by_model, usage = self._llm.extract(text, doc_type)
        except LlmError as exc:
            return replace(offline, degraded_reason=exc.reason), exc.usage
        if doubted(by_model, offline):
            return replace(offline, degraded_reason="llm_empty"), usage
        found = merge_extractions(by_model, offline, text, self._keyword.matcher)
        if self._chooser is None:
            return found, usage
        chosen, cost = self._chooser.choose(found, self._mapper.is_known)
        return chosen, usage + cost

    def cache_key(self, text: str, doc_type: DocType, *, owner: str, use_llm: bool) -> str:
        """Digest (64 hex) of everything that an extraction depends on. ``owner`` is '' for postings."""
        by_model = self._llm if use_llm else None
        content: dict[str, Any] = {
            "doc_type": doc_type,
            "text": text,
            "owner": owner,
            "extractor": [
                self._keyword.version,
                WORK_LEVELS_VERSION,
                FINDINGS_VERSION,
                *((by_model.version, MERGE_VERSION) if by_model else ()),
            ],
            "chooser": self._chooser.version if by_model and self._chooser else None,
            "model": self._llm_model if by_model else None,
            "vocabulary": self.vocabulary.version,
            "settings": asdict(self.settings),
        }
        return hashlib.sha256(_canonical(content)).hexdigest()

    def of_job(self, found: Extraction, job: JobDocument) -> Extraction:
        """A posting's extraction in the light of its title and its employer, which its text does not tell."""
        return with_title_level(without_employer(found, job.text, job.company, self._is_named), job.title)

    def _is_named(self, name: str) -> bool:
        return self._keyword.matcher.entry_named(name) is not None

    def map(self, resume: Extraction, job: Extraction) -> Mapped:
        """Both documents in terms of the vocabulary."""
        return replace(self._mapper.map(resume, job), resume_unread=resume.is_unread)

    def analyze(self, mapped: Mapped, occupation: PostingOccupation | None = None) -> GapAnalysis:
        """The comparison; see :func:`gap_analyzer.analyze`."""
        return gap_analyzer.analyze(mapped, self.settings, occupation)

    def provenance(self, resume: Extraction, job: Extraction) -> Provenance:
        """What a report of these extractions was made with."""
        by_model = [found for found in (resume, job) if found.extractor == "llm"]
        reasons = [found.degraded_reason for found in (job, resume) if found.degraded_reason is not None]
        return Provenance(
            release=self.vocabulary.release,
            vocabulary_version=self.vocabulary.version,
            embedding_model=self._embedding_model,
            llm_model=by_model[0].model if by_model else None,
            prompt_version=" + ".join(dict.fromkeys(found.version for found in by_model)) or None,
            engine_version=ENGINE_VERSION,
            degraded_reason=reasons[0] if reasons else None,
        )

    def render(self, job: JobDocument, analysis: GapAnalysis, resume_found: Extraction, job_found: Extraction) -> str:
        """The report as Markdown."""
        return report_renderer.render(
            job, analysis, resume_found, job_found, self.provenance(resume_found, job_found), self.settings
        )

    def analyze_texts(
        self,
        resume_text: str,
        job: JobDocument,
        *,
        use_llm: bool,
        about_resume: tuple[Finding, ...] = (),
        about_job: tuple[Finding, ...] = (),
    ) -> EngineResult:
        """The whole way from two texts to a report. ``about_…`` are findings about the files that they come from."""
        resume_found, resume_usage = self.extract(resume_text, "resume", use_llm=use_llm)
        job_found, job_usage = self.extract(job.text, "job", use_llm=use_llm)
        job_found = self.of_job(with_findings(job_found, about_job), job)
        resume_found = with_findings(without_copies(resume_found, resume_text, job.text), about_resume)
        mapped = self.map(resume_found, job_found)
        analysis = self.analyze(mapped)
        return EngineResult(
            resume=resume_found,
            job=job_found,
            mapped=mapped,
            analysis=analysis,
            report_md=self.render(job, analysis, resume_found, job_found),
            provenance=self.provenance(resume_found, job_found),
            usage=resume_usage + job_usage,
        )


def extraction_to_json(extraction: Extraction) -> dict[str, Any]:
    """An extraction as plain JSON values, for the cache."""
    return asdict(extraction)


def extraction_from_json(data: Mapping[str, Any]) -> Extraction:
    """The inverse of :func:`extraction_to_json`."""
    skills = tuple(_skill_from_json(skill) for skill in data["skills"])
    findings = tuple(_finding_from_json(finding) for finding in data["findings"])
    return Extraction(**{**data, "skills": skills, "notes": tuple(data["notes"]), "findings": findings})


def _finding_from_json(data: Mapping[str, Any]) -> Finding:
    place = data["evidence"]
    return Finding(**{**data, "evidence": None if place is None else Evidence(**place)})


def _skill_from_json(data: Mapping[str, Any]) -> ExtractedSkill:
    level = data["level"]
    return ExtractedSkill(
        **{
            **data,
            "evidence": tuple(Evidence(**piece) for piece in data["evidence"]),
            "level": None if level is None else Level(**{**level, "cues": tuple(level["cues"])}),
            "places": tuple((start, end) for start, end in data["places"]),
        }
    )


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
