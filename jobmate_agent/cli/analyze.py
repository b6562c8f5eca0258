"""One resume and one posting from files to a report, without server, account or database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobmate_agent.cli.progress import ProgressBar
from jobmate_agent.container import Container
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import JobDocument
from jobmate_agent.services.documents.hidden import to_json
from jobmate_agent.services.documents.sandbox import SandboxLimits
from jobmate_agent.services.gaps.inputs import hidden_findings
from jobmate_agent.services.jobs import importing
from jobmate_agent.services.resumes import parser
from jobmate_agent.settings import Settings


def report(settings: Settings, resume: Path, job: Path, *, use_llm: bool) -> str:
    """The report as Markdown. ``job`` is text, Markdown or the source of a web page (``.html``)."""
    if use_llm and not settings.llm_configured:
        raise JobMateError("llm_not_configured", "No language model is configured; set JOBMATE_LLM_API_KEY.")
    sandbox = SandboxLimits(settings.parser_seconds, settings.parser_memory_mb)
    limits = parser.ResumeLimits(settings.resume_max_bytes, settings.resume_max_chars, sandbox)
    read = parser.read_resume(resume.read_bytes(), parser.document_format(resume.name), limits)
    posting, hidden = read_posting(job, sandbox)
    with ProgressBar() as progress:
        engine = Container(settings, use_database=False, progress=progress).engine
    return engine.analyze_texts(
        read.text,
        posting,
        use_llm=use_llm,
        about_resume=hidden_findings("resume", to_json(read.hidden)),
        about_job=hidden_findings("job", hidden),
    ).report_md


def read_posting(path: Path, sandbox: SandboxLimits) -> tuple[JobDocument, dict[str, Any] | None]:
    """A posting file as the engine reads it, and what else it holds, as that is stored."""
    if path.suffix.lower() in {".html", ".htm"}:
        values = importing.posting_from_html(path.read_bytes(), sandbox)
    else:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as exc:
            raise JobMateError("posting_unreadable", f"{path} is not UTF-8 text; save the posting as text.") from exc
        values = importing.posting_from_text(text)
    document = JobDocument(
        title=values["title"],
        company="" if values["company"] == importing.UNKNOWN_COMPANY else values["company"],
        text=values["description"],
        location=values.get("location"),
    )
    return document, values["hidden_text"]
