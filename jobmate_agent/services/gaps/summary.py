"""What is worth learning, across all saved jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import JobCollection, JobListing, SkillGapReport, SkillGapStatus
from jobmate_agent.services.career_engine.normalize import normalize_name

LARGEST_NUMBER_OF_JOBS = 200
DECIMALS = 4
MATCH_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Reported:
    """A saved job with its newest report. ``score`` is 0–10 or None."""

    job_id: int
    title: str
    score: float | None
    analysis: Mapping[str, Any]


@dataclass
class _Skill:
    name: str
    skill_id: int | None
    skill_type: str | None
    total: float = 0.0
    jobs: list[dict[str, Any]] = field(default_factory=list)


def reported_jobs(session: Session, user_id: str) -> tuple[list[Reported], int]:
    """The newest saved jobs that have a report, and how many saved jobs have none."""
    rows = session.execute(
        sa.select(JobListing.id, JobListing.title, SkillGapReport.score, SkillGapReport.analysis)
        .select_from(JobCollection)
        .join(JobListing, JobListing.id == JobCollection.job_listing_id)
        .join(
            SkillGapStatus,
            sa.and_(SkillGapStatus.user_id == user_id, SkillGapStatus.job_listing_id == JobListing.id),
        )
        .join(SkillGapReport, SkillGapReport.id == SkillGapStatus.report_id)
        .where(JobCollection.user_id == user_id)
        .order_by(JobCollection.added_at.desc(), JobCollection.id.desc())
        .limit(LARGEST_NUMBER_OF_JOBS)
    ).all()
    saved = session.scalar(sa.select(sa.func.count()).where(JobCollection.user_id == user_id)) or 0
    return [Reported(row.id, row.title, row.score, row.analysis) for row in rows], max(0, saved - len(rows))


def summarize(jobs: Iterable[Reported]) -> list[dict[str, Any]]:
    """Skills by falling Σ weight × missing credit.

    Having a skill fully would lift a job's match by ``10 · weight · (1 − credit) / Σ weight`` of that job; a
    skill's own ``lift`` is the mean over the jobs that ask for it.
    """
    skills: dict[str, _Skill] = {}
    for job in jobs:
        entries = [*job.analysis["matched_skills"], *job.analysis["missing_skills"]]
        weights = sum(entry["weight"] for entry in entries)
        for entry in entries:
            lacking = entry["weight"] * (1 - entry["credit"])
            if lacking <= 0:
                continue
            skill = skills.setdefault(_identity(entry), _skill(entry))
            skill.total += lacking
            lift = round(10 * lacking / weights, MATCH_DECIMALS)
            skill.jobs.append({"job_id": job.job_id, "title": job.title, "lift": lift})
    ranked = sorted(skills.items(), key=lambda item: (-round(item[1].total, DECIMALS), item[0]))
    return [_to_wire(skill) for _, skill in ranked]


def average_match(jobs: Iterable[Reported]) -> float | None:
    """The mean of the scores there are, 0–10; None where there are none."""
    scores = [job.score for job in jobs if job.score is not None]
    return round(sum(scores) / len(scores), MATCH_DECIMALS) if scores else None


def _identity(entry: Mapping[str, Any]) -> str:
    skill_id = entry["descriptor"].get("skill_id")
    return f"custom:{normalize_name(entry['name'])}" if skill_id is None else f"skill:{skill_id:09d}"


def _skill(entry: Mapping[str, Any]) -> _Skill:
    descriptor = entry["descriptor"]
    return _Skill(entry["name"], descriptor.get("skill_id"), descriptor.get("skill_type"))


def _to_wire(skill: _Skill) -> dict[str, Any]:
    wire = {
        "name": skill.name,
        "skill_id": skill.skill_id,
        "skill_type": skill.skill_type,
        "total": round(skill.total, DECIMALS),
        "lift": round(sum(job["lift"] for job in skill.jobs) / len(skill.jobs), MATCH_DECIMALS),
        "jobs": sorted(skill.jobs, key=lambda job: (-job["lift"], job["job_id"])),
    }
    return {name: value for name, value in wire.items() if value is not None}
