"""What a gap report is made from: the default resume and the posting, read in one short transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import DefaultResume, Resume, User
from jobmate_agent.services.career_engine.hidden_words import hidden_finding
from jobmate_agent.services.career_engine.types import DocType, Finding, JobDocument
from jobmate_agent.services.documents.hidden import from_json
from jobmate_agent.services.jobs.listings import visible_job
from jobmate_agent.services.ownership import owned


@dataclass(frozen=True, slots=True)
class ResumeInput:
    """The text of a resume, and whether its owner lets a language model read it.

    ``findings`` are about its file, of which nothing else is known once it has been read.
    """

    resume_id: int
    text: str
    llm_consent: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class JobInput:
    """A posting at one version. ``findings`` are about the page that it was read from."""

    job_id: int
    version: int
    document: JobDocument
    findings: tuple[Finding, ...] = ()


def default_resume(session: Session, user_id: str) -> ResumeInput | None:
    """The user's default resume, None where there is none."""
    row = session.execute(
        sa.select(Resume.id, Resume.text, User.llm_consent, Resume.hidden_text)
        .join(DefaultResume, DefaultResume.resume_id == Resume.id)
        .join(User, User.id == DefaultResume.user_id)
        .where(DefaultResume.user_id == user_id)
    ).one_or_none()
    return None if row is None else _resume(*row)


def own_resume(session: Session, user_id: str, resume_id: int) -> ResumeInput:
    """One of the user's resumes; ``resume_not_found`` otherwise."""
    resume = owned(session, Resume, resume_id, user_id, code="resume_not_found")
    return _resume(resume.id, resume.text, session.get_one(User, user_id).llm_consent, resume.hidden_text)


def _resume(resume_id: int, text: str, llm_consent: bool, hidden: dict[str, Any] | None) -> ResumeInput:
    return ResumeInput(resume_id, text, llm_consent, hidden_findings("resume", hidden))


def posting(session: Session, user_id: str, job_id: int) -> JobInput:
    """The posting that the user may see; ``job_not_found`` otherwise."""
    job = visible_job(session, job_id, user_id)
    text = "\n\n".join(part for part in (job.description, job.requirements) if part)
    return JobInput(
        job.id,
        job.version,
        JobDocument(job.title, job.company, text, job.location),
        hidden_findings("job", job.hidden_text),
    )


def hidden_findings(doc_type: DocType, stored: dict[str, Any] | None) -> tuple[Finding, ...]:
    """The finding about what a file or page hides, from the stored form of that; none where it hides nothing."""
    hidden = from_json(stored)
    return () if hidden is None else (hidden_finding(doc_type, hidden.words, hidden.ways, hidden.sample),)
