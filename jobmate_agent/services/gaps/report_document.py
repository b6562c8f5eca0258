"""Stored reports as the wire has them."""

from __future__ import annotations

from typing import Any

from jobmate_agent.models import SkillGapReport
from jobmate_agent.services.gaps.analysis_document import skill_lists, with_id

SCORE_DECIMALS = 4


def unit_score(score: float | None) -> float | None:
    """The stored 0–10 as 0–1, None where there was nothing to score."""
    return None if score is None else round(score / 10, SCORE_DECIMALS)


def report_to_wire(report: SkillGapReport, *, stale: bool) -> dict[str, Any]:
    """The contract's latest report."""
    wire: dict[str, Any] = {
        "exists": True,
        "id": report.id,
        "score": unit_score(report.score),
        "overall_match": report.score,
        "created_at": report.created_at.isoformat(),
        "degraded": report.degraded,
        "stale": stale,
        **skill_lists(report.analysis),
        "report_md": report.report_md,
        "analysis": with_id(report.analysis, report.id),
    }
    if report.degraded_reason is not None:
        wire["degraded_reason"] = report.degraded_reason
    return wire


def finished_run_to_wire(report: SkillGapReport) -> dict[str, Any]:
    """What a waited-for run answers."""
    return {
        "gap_report_id": report.id,
        "score": unit_score(report.score),
        "report_md": report.report_md,
        "analysis": with_id(report.analysis, report.id),
    }


def history_entry(report: SkillGapReport) -> dict[str, Any]:
    """One line of a job's history."""
    return {
        "id": report.id,
        "score": unit_score(report.score),
        "created_at": report.created_at.isoformat(),
        "resume_id": report.resume_id,
    }
