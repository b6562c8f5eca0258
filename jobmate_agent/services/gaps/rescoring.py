"""Reports made again from what was read once: after a correction, and where corrections were made elsewhere.

Everybody who adds a report to a job holds the job's status row (:func:`statuses.lock`), so of two corrections made at
the same moment the second one sees the first, and a run that read the corrections too early reads them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import JobCollection, SkillCorrection, SkillGapReport, SkillGapStatus
from jobmate_agent.services.career_engine import corrections as engine
from jobmate_agent.services.career_engine.correction_diff import Moved, moved
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.gaps import corrections, readings, reports, statuses
from jobmate_agent.services.gaps.analysis_document import Subject, build_analysis, entry_reference
from jobmate_agent.services.gaps.correction_input import NewCorrection, to_row
from jobmate_agent.services.gaps.corrections import Said
from jobmate_agent.services.gaps.readings import SETTINGS, Reading, Worked
from jobmate_agent.services.gaps.reports import NewReport


@dataclass(frozen=True, slots=True)
class About:
    """Whose report, on what. ``run_id`` None: no run makes it."""

    user_id: str
    resume_id: int
    job_id: int
    job_version: int
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a correction led to. ``report`` None: it has to be made by a run, because it cannot be worked out again.

    ``before`` is the score (0–10 or None) of the report that was corrected. ``is_new``: the report was made for it.
    """

    report: SkillGapReport | None
    before: float | None
    is_new: bool = False
    moved: tuple[Moved, ...] = ()


def new_report(reading: Reading, said: Said, worked: Worked, about: About, settings: EngineSettings) -> NewReport:
    """The row of a report, its wire document included."""
    subject = Subject(about.resume_id, about.job_id, about.run_id)
    found = {"resume": reading.resume, "job": reading.job}
    return NewReport(
        user_id=about.user_id,
        resume_id=about.resume_id,
        job_id=about.job_id,
        job_version=about.job_version,
        vocabulary_version=reading.provenance.vocabulary_version,
        score=worked.analysis.overall_match,
        degraded_reason=reading.provenance.degraded_reason,
        analysis=build_analysis(
            worked.analysis, worked.report_md, reading.provenance, subject, **found, settings=settings
        ),
        report_md=worked.report_md,
        run_id=about.run_id,
        reading=readings.dump(reading, said.ids),
        reading_version=readings.version(settings),
        corrections=len(said.ids),
    )


def correct(session: Session, user_id: str, job_id: int, new: NewCorrection) -> Outcome:
    """Keep what the user says about an entry of the newest report, and make the report again.

    Saying what counts already changes nothing. Raises ``no_gap_report`` or ``entry_not_found`` (404), ``too_many_…``
    (409), and what :func:`to_row` refuses (422).
    """
    report = _locked_report(session, user_id, job_id)
    if report is None:
        raise NotFoundError("no_gap_report", "There is no report for this job yet, so there is nothing to correct.")
    before = corrections.rows(session, user_id, job_id)
    row = to_row(session, report, before, new)
    means = corrections.meanings(session, [*before, row])
    is_new = corrections.add(session, row, before, means)
    found = [*before, row] if is_new else before
    if len(found) == report.corrections:
        return Outcome(report, report.score)
    if report.reading_version != readings.version(SETTINGS):
        return Outcome(None, report.score)
    again, changes = _make_again(session, report, found)
    return Outcome(again, report.score, True, changes)


def is_behind(session: Session, report: SkillGapReport) -> bool:
    """Whether a report lacks corrections that were made since, and can be made again with them."""
    count = corrections.count(session, report.user_id, report.job_listing_id)
    return report.corrections != count and report.reading_version == readings.version(SETTINGS)


def catch_up(session: Session, user_id: str, job_id: int) -> SkillGapReport | None:
    """The newest report of a job with every correction in it, made again where it lacks some."""
    report = _locked_report(session, user_id, job_id)
    if report is None or not is_behind(session, report):
        return report
    again, _ = _make_again(session, report, corrections.rows(session, user_id, job_id))
    return again


def saved_jobs_behind(session: Session, user_id: str) -> Sequence[int]:
    """Saved jobs whose newest report :func:`catch_up` would make again."""
    of_job = sa.or_(
        SkillCorrection.job_listing_id.is_(None), SkillCorrection.job_listing_id == SkillGapReport.job_listing_id
    )
    count = sa.select(sa.func.count()).where(SkillCorrection.user_id == user_id, of_job).scalar_subquery()
    return session.scalars(
        sa.select(JobCollection.job_listing_id)
        .join(
            SkillGapStatus,
            sa.and_(
                SkillGapStatus.user_id == JobCollection.user_id,
                SkillGapStatus.job_listing_id == JobCollection.job_listing_id,
            ),
        )
        .join(SkillGapReport, SkillGapReport.id == SkillGapStatus.report_id)
        .where(JobCollection.user_id == user_id, SkillGapReport.corrections != count)
        .where(SkillGapReport.reading_version == readings.version(SETTINGS))
        .order_by(JobCollection.job_listing_id)
    ).all()


def _locked_report(session: Session, user_id: str, job_id: int) -> SkillGapReport | None:
    statuses.lock(session, user_id, job_id)
    return reports.latest(session, user_id, job_id)


def _make_again(
    session: Session, report: SkillGapReport, found: Sequence[SkillCorrection]
) -> tuple[SkillGapReport, tuple[Moved, ...]]:
    """A new report that counts ``found``, and what moved since ``report``, which counted some of them."""
    assert report.reading is not None
    reading, counted = readings.load(report.reading)
    means = corrections.meanings(session, found, corrections.ids_of(reading.mapped), report.vocabulary_version)
    said = corrections.said(found, means)
    then = corrections.said([row for row in found if row.id in counted], means)
    worked = readings.work_out(reading, said.statements, SETTINGS)
    was = engine.analyze(reading.mapped, then.statements, SETTINGS, reading.occupation)
    about = About(report.user_id, report.resume_id, report.job_listing_id, report.job_version)
    again = reports.store(session, new_report(reading, said, worked, about, SETTINGS))
    statuses.show_report(session, report.user_id, report.job_listing_id, again.id)
    return again, moved(was, worked.analysis)


def moved_to_wire(entries: Sequence[Moved]) -> list[dict[str, Any]]:
    """The contract's list of what moved."""
    return [_moved_to_wire(entry) for entry in entries]


def _moved_to_wire(entry: Moved) -> dict[str, Any]:
    sides = {"before": entry.before, "after": entry.after}
    wire = {
        "entry": entry_reference(entry.skill_id, entry.name),
        "name": entry.name,
        **{name: asdict(side) for name, side in sides.items() if side is not None},
        "why": entry.why,
    }
    return wire if entry.points is None else {**wire, "points": entry.points}
