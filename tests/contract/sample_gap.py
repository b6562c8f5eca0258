"""A third occupation to compare and to match with, and runs that have found something out about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from jobmate_agent.background import runs
from jobmate_agent.clock import utcnow
from jobmate_agent.models import (
    Occupation,
    OccupationRequirement,
    OccupationSkill,
    ReleaseOccupation,
    Run,
    SkillRelation,
)
from jobmate_agent.services import run_results
from jobmate_agent.services.onet import gap_analysis, releases
from jobmate_agent.services.onet.gap_prompt import GapQuestion
from jobmate_agent.services.onet.gap_sides import practice_of, require_side
from jobmate_agent.services.onet.match_answer import NamedSkill, Page, match_names
from jobmate_agent.services.onet.skill_gap import compare
from tests.contract.sample_release import FULL

PROGRAMMER = "15-1251.00"


def add_programmer(session: Session, skills: tuple[int, ...]) -> None:
    """An occupation that reads less than the full one does, knows computers and uses Python."""
    release = releases.current(session)
    reading, computers, _, creative, _, python, *_ = skills
    occupation = Occupation(onet_code=PROGRAMMER, soc_code=PROGRAMMER[:7])
    session.add(occupation)
    session.flush()
    here: dict[str, Any] = {"release_id": release.id, "occupation_id": occupation.id}
    session.add(
        ReleaseOccupation(
            **here,
            title="Computer Programmers",
            description="Write programs.",
            major_group="15",
            job_zone=4,
            has_skills=True,
            requirement_count=2,
            requirement_weight=1.7,
        )
    )
    session.add_all(
        [
            OccupationSkill(**here, skill_id=reading, importance=4.0, onet_level=2.0),
            OccupationSkill(**here, skill_id=computers, importance=4.5, onet_level=4.0),
            OccupationRequirement(
                **here, skill_id=computers, importance=4.5, onet_level=4.0, weight=0.9, critical=True
            ),
            OccupationRequirement(**here, skill_id=python, weight=0.8, critical=False),
            SkillRelation(
                release_id=release.id, skill_id=reading, related_id=creative, strength=1.0, reason="crosswalk"
            ),
        ]
    )


def add_results(session: Session, user_id: str, resume_id: int) -> tuple[int, int]:
    """A finished run of each kind that leaves a result: (skill gap, match)."""
    release = releases.current(session)
    gap = compare(
        release, "by_level", "skill", *(require_side(session, release, code, "skill") for code in (PROGRAMMER, FULL))
    )
    analysis = gap_analysis.write_by_rule(gap, practice_of(session, release.id, gap))
    written = {**gap, "analysis": analysis, "written_by": "rule", "degraded": True, "degraded_reason": "llm_timeout"}
    matched = match_names(session, release, [NamedSkill("Python", 3, 2.0), NamedSkill("Soup")], 3.0, Page(1, 20))
    question = GapQuestion(release.id, PROGRAMMER, FULL, "skill")
    return (
        _finished(session, user_id, runs.SKILL_GAP, question.subject, written),
        _finished(session, user_id, runs.MATCH, runs.resume_subject(resume_id), {**matched, "resume_id": resume_id}),
    )


def _finished(session: Session, user_id: str, kind: str, subject: str, body: dict[str, Any]) -> int:
    run = Run(kind=kind, subject=subject, user_id=user_id, state="succeeded", progress=100, attempt=1)
    run.finished_at = utcnow()
    session.add(run)
    session.flush()
    run_results.store(session, run.id, body)
    return run.id
