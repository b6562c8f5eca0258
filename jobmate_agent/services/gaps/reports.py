"""Gap reports: written once, read whole, deleted with what they quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from jobmate_agent.models import DefaultResume, JobListing, OnetRelease, SkillGapReport, SkillGapStatus
from jobmate_agent.models.onet import PUBLISHED


@dataclass(frozen=True, slots=True)
class NewReport:
    """Everything a report row holds. ``score`` is 0–10 or None; ``analysis`` the wire document without its id.

    ``reading`` is what it was worked out from, for :mod:`readings`; ``corrections`` is how many of them it counts.
    """

    user_id: str
    resume_id: int
    job_id: int
    job_version: int
    vocabulary_version: str
    score: float | None
    degraded_reason: str | None
    analysis: dict[str, Any]
    report_md: str
    run_id: int | None = None
    reading: bytes | None = None
    reading_version: str | None = None
    corrections: int = 0


def add(session: Session, new: NewReport) -> int:
    """Store a report and return its id. ``run_id`` is unique: a second report of one run is refused."""
    return store(session, new).id


def store(session: Session, new: NewReport) -> SkillGapReport:
    """The same; the report with its documents."""
    report = SkillGapReport(
        run_id=new.run_id,
        user_id=new.user_id,
        resume_id=new.resume_id,
        job_listing_id=new.job_id,
        job_version=new.job_version,
        vocabulary_version=new.vocabulary_version,
        score=new.score,
        degraded=new.degraded_reason is not None,
        degraded_reason=new.degraded_reason,
        analysis=new.analysis,
        report_md=new.report_md,
        reading=new.reading,
        reading_version=new.reading_version,
        corrections=new.corrections,
    )
    session.add(report)
    session.flush()
    return report


def latest(session: Session, user_id: str, job_id: int) -> SkillGapReport | None:
    """The newest report of (user, job) with its documents."""
    return session.scalar(
        _of(user_id, job_id)
        .order_by(SkillGapReport.id.desc())
        .limit(1)
        .options(undefer(SkillGapReport.analysis), undefer(SkillGapReport.report_md))
    )


def by_run(session: Session, run_id: int) -> SkillGapReport | None:
    """The report that a run produced, with its documents."""
    return session.scalar(
        sa.select(SkillGapReport)
        .where(SkillGapReport.run_id == run_id)
        .options(undefer(SkillGapReport.analysis), undefer(SkillGapReport.report_md))
    )


def history(session: Session, user_id: str, job_id: int) -> Sequence[SkillGapReport]:
    """All reports of (user, job), newest first, without their documents."""
    return session.scalars(_of(user_id, job_id).order_by(SkillGapReport.id.desc())).all()


def remove_for_job(session: Session, user_id: str, job_id: int) -> int:
    """Delete every report of (user, job); how many there were."""
    ids = session.scalars(_of(user_id, job_id).with_only_columns(SkillGapReport.id)).all()
    _delete(session, ids)
    return len(ids)


def remove_of_resume(session: Session, user_id: str, resume_id: int) -> None:
    """Delete the reports that quote a resume; each job falls back to its newest other report, if any."""
    gone = session.execute(
        sa.select(SkillGapReport.id, SkillGapReport.job_listing_id).where(
            SkillGapReport.user_id == user_id, SkillGapReport.resume_id == resume_id
        )
    ).all()
    if not gone:
        return
    _delete(session, [row.id for row in gone])
    newest = (
        sa.select(sa.func.max(SkillGapReport.id))
        .where(
            SkillGapReport.user_id == SkillGapStatus.user_id,
            SkillGapReport.job_listing_id == SkillGapStatus.job_listing_id,
        )
        .scalar_subquery()
    )
    touched = (
        SkillGapStatus.user_id == user_id,
        SkillGapStatus.job_listing_id.in_({row.job_listing_id for row in gone}),
    )
    keep = {"synchronize_session": False}
    session.execute(sa.update(SkillGapStatus).where(*touched).values(report_id=newest).execution_options(**keep))
    session.execute(
        sa.update(SkillGapStatus)
        .where(*touched, SkillGapStatus.status == "ready", SkillGapStatus.report_id.is_(None))
        .values(status="none")
        .execution_options(**keep)
    )


@dataclass(frozen=True, slots=True)
class Present:
    """What a report would be made from now; None where there is none."""

    resume_id: int | None
    vocabulary_version: str | None
    job_version: int | None

    def outdates(self, resume_id: int, vocabulary_version: str, job_version: int) -> bool:
        """Whether a report made from the given resume, vocabulary and posting is stale."""
        return (resume_id, vocabulary_version, job_version) != (
            self.resume_id,
            self.vocabulary_version,
            self.job_version,
        )


def present(session: Session, user_id: str, job_id: int) -> Present:
    """The default resume, published vocabulary and version of the posting, in one query."""
    row = session.execute(
        sa.select(
            sa.select(DefaultResume.resume_id).where(DefaultResume.user_id == user_id).scalar_subquery(),
            sa.select(OnetRelease.vocabulary_version).where(OnetRelease.published_key == PUBLISHED).scalar_subquery(),
            sa.select(JobListing.version).where(JobListing.id == job_id).scalar_subquery(),
        )
    ).one()
    return Present(row[0], row[1], row[2])


def is_stale(report: SkillGapReport, now: Present) -> bool:
    """Whether the resume, the posting or the vocabulary has changed since the report."""
    return now.outdates(report.resume_id, report.vocabulary_version, report.job_version)


def _of(user_id: str, job_id: int) -> sa.Select[SkillGapReport]:
    return sa.select(SkillGapReport).where(SkillGapReport.user_id == user_id, SkillGapReport.job_listing_id == job_id)


def _delete(session: Session, ids: Sequence[int]) -> None:
    if ids:
        session.execute(
            sa.update(SkillGapStatus)
            .where(SkillGapStatus.report_id.in_(ids))
            .values(report_id=None)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            sa.delete(SkillGapReport).where(SkillGapReport.id.in_(ids)).execution_options(synchronize_session=False)
        )
