"""Analyses made by the product's own pure functions, without model or index."""

from __future__ import annotations

from typing import Any

from jobmate_agent.db import Database
from jobmate_agent.services.career_engine import gap_analyzer
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import (
    Evidence,
    Extraction,
    Level,
    Mapped,
    MappedSkill,
    Provenance,
    VocabularyEntry,
)
from jobmate_agent.services.gaps import reports, statuses
from jobmate_agent.services.gaps.analysis_document import Subject, build_analysis
from jobmate_agent.services.gaps.reports import NewReport

REPORT_MD = "# Data engineer at Acme\n\n**A partial match.**\n\n| skill | weight |\n|---|---|\n| Python | 1 |\n"
VOCABULARY_VERSION = "v1"


def skill(number: int, name: str, level: int | None, *, required: bool = True) -> MappedSkill:
    entry = VocabularyEntry(number, "technology", name.lower(), name)
    held = None if level is None else Level(level)
    evidence = (Evidence(name, 0, len(name)),)
    return MappedSkill(f"skill:{number}", name, entry, "exact", 1.0, (name,), evidence, held, required)


PYTHON, SQL, RUST = (1, "Python"), (2, "SQL"), (3, "Rust")


def new_report(
    user_id: str,
    job_id: int,
    resume_id: int,
    *,
    run_id: int | None = None,
    asked: tuple[MappedSkill, ...] = (skill(*PYTHON, 3), skill(*SQL, 2), skill(*RUST, 2, required=False)),
    held: tuple[MappedSkill, ...] = (skill(*PYTHON, 3), skill(*SQL, 1)),
    report_md: str = REPORT_MD,
) -> NewReport:
    """A report on a job that asks for Python, SQL and perhaps Rust, from a resume with Python and some SQL."""
    settings = EngineSettings()
    analysis = gap_analyzer.analyze(Mapped(held, asked, {}), settings)
    found = {
        "resume": Extraction("resume", (), "keyword", "keyword-1"),
        "job": Extraction("job", (), "keyword", "keyword-1"),
    }
    provenance = Provenance("starter", VOCABULARY_VERSION, "all-MiniLM-L6-v2", None, None, "1", None)
    document: dict[str, Any] = build_analysis(
        analysis, report_md, provenance, Subject(resume_id, job_id, run_id), **found, settings=settings
    )
    return NewReport(
        user_id, resume_id, job_id, 1, VOCABULARY_VERSION, analysis.overall_match, None, document, report_md, run_id
    )


def add_report(db: Database, new: NewReport) -> int:
    """Store a report as a direct run of the agent does."""
    with db.unit_of_work() as session:
        report_id = reports.add(session, new)
        statuses.show_report(session, new.user_id, new.job_id, report_id)
        return report_id
