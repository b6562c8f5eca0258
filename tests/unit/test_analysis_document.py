"""The wire document: exactly the contract's fields, absent ones left out, null only where it is allowed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.schemas.gaps import Analysis, GapReport, SkillEntry
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze
from jobmate_agent.services.career_engine.types import Extraction, Finding, Mapped, Provenance
from jobmate_agent.services.gaps.analysis_document import Subject, build_analysis, skill_lists, with_id
from tests.unit.mapped_skills import MAPPED, skill

CONSTANTS = EngineSettings()
OFFLINE = Provenance("release 7", "abcdef", "model@1", None, None, "1", None)
BY_MODEL = replace(OFFLINE, llm_model="gpt", prompt_version="p-1", degraded_reason="llm_timeout")
RESUME = Extraction("resume", (), "keyword", "keyword-1", dropped=3)
JOB = Extraction("job", (), "llm", "p-1", model="gpt", notes=("note",), findings=(Finding("hidden_text", "2 words."),))
NULLABLE_OF_ENTRY = {"candidate_level", "required_level", "level_delta", "job_score", "resume_score"}


def _document(mapped: Mapped, made_with: Provenance = OFFLINE, run_id: int | None = 5) -> dict[str, Any]:
    return build_analysis(
        analyze(mapped, CONSTANTS), "# md", made_with, Subject(3, 4, run_id), resume=RESUME, job=JOB, settings=CONSTANTS
    )


@settings(max_examples=200, deadline=None)
@given(MAPPED, st.sampled_from([OFFLINE, BY_MODEL]), st.none() | st.integers(1, 9))
def test_every_document_is_exactly_the_schema(mapped: Mapped, made_with: Provenance, run_id: int | None) -> None:
    document = with_id(_document(mapped, made_with, run_id), 17)
    wire = json.loads(json.dumps(document, allow_nan=False))
    assert Analysis.model_validate_json(json.dumps(wire), strict=True).model_dump(mode="json") == wire
    for entry in (*wire["matched_skills"], *wire["missing_skills"], *wire["resume_skills"]):
        assert {name for name, value in entry.items() if value is None} <= NULLABLE_OF_ENTRY
        assert set(SkillEntry.model_fields) - {"corrections"} == set(entry)
    nulls = {name for name, value in {**wire["context"], **wire["metrics"]}.items() if value is None}
    assert nulls <= {"overall_percent"}
    assert ("run_id" in wire["context"]) == (run_id is not None)
    assert ("llm_model" in wire["context"]) == ("prompt_version" in wire["context"]) == (made_with is BY_MODEL)


@settings(max_examples=100, deadline=None)
@given(MAPPED)
def test_counts_and_lists_agree(mapped: Mapped) -> None:
    document = _document(mapped)
    lists, metrics = skill_lists(document), document["metrics"]
    assert len(lists["matched_skills"]) == metrics["matched_skill_count"]
    assert len(lists["weak_skills"]) == metrics["underqualified_skill_count"]
    assert len(lists["missing_skills"]) == metrics["missing_skill_count"]
    assert len(document["resume_skills"]) == metrics["resume_skill_count"]
    assert sum(map(len, lists.values())) == metrics["job_skill_count"] == len({s.identity for s in mapped.job})
    assert metrics["adjusted_match_score"] <= metrics["match_score"]
    assert ("overall_score" in metrics) == (metrics["overall_percent"] is not None) == bool(mapped.job)


def test_one_entry_in_full() -> None:
    job, resume = skill("Zarquon", 4, who="posting"), skill("Zarquon", 3, years=4.0, who="resume")
    held = _document(Mapped((resume,), (job,), {}))
    (entry,) = held["matched_skills"]
    (own,) = held["resume_skills"]
    assert entry == {
        "name": "Zarquon",
        "source_token": "Zarquon",
        "origin": "job",
        "status": "underqualified",
        "is_required": True,
        "descriptor": {
            "skill_id": 1,
            "name": "Zarquon",
            "skill_type": "technology",
            "framework": "jobmate",
            "aliases": [{"label": "Zarquon alias", "source_framework": "jobmate", "relation_type": "alias"}],
        },
        "match": {
            "skill_id": 1,
            "name": "Zarquon",
            "method": "exact",
            "similarity": 1.0,
            "hot_technology": True,
            "in_demand": True,
        },
        "candidate_level": {"label": "proficient", "score": 3, "years": 4.0, "confidence": 1.0, "cues": []},
        "required_level": {
            "label": "advanced",
            "score": 4,
            "years": None,
            "confidence": 1.0,
            "cues": [],
            "source": "posting",
        },
        "level_delta": 1,
        "job_score": 4,
        "resume_score": 3,
        "weight": 1.265,
        "credit": 0.75,
        "tags": {"hot_technology": True, "in_demand": True, "transferable": False},
        "resume_evidence": [{"quote": "resume says Zarquon", "start": 10, "end": 29}],
        "job_evidence": [{"quote": "posting says Zarquon", "start": 10, "end": 30}],
        "related": [],
    }
    assert own == {**entry, "origin": "resume"}


def test_a_skill_outside_the_vocabulary_has_no_id() -> None:
    (entry,) = _document(Mapped((), (skill("Plumbus craft", required=False),), {}))["missing_skills"]
    assert entry["descriptor"] == {
        "name": "Plumbus craft",
        "skill_type": "custom",
        "framework": "custom",
        "aliases": [],
    }
    assert "skill_id" not in entry["match"]
    assert (entry["status"], entry["is_required"], entry["candidate_level"]) == ("missing", False, None)


def test_match_scores_follow_their_formulas() -> None:
    resume = (skill("Zarquon", 4), skill("Uxolite", 1), skill("Frelkology"))
    job = (
        skill("Zarquon", 2),
        skill("Uxolite", 4),
        skill("Quobbing"),
        skill("Dwimmery"),
        skill("Frelkology", required=False),
    )
    metrics = _document(Mapped(resume, job, {}))["metrics"]
    assert metrics["match_score"] == 50.0
    assert metrics["adjusted_match_score"] == round(50.0 * (1 + 0.25) / 2, 1)


def test_nothing_to_score_has_no_score() -> None:
    metrics = _document(Mapped((skill("Uxolite"),), (), {}))["metrics"]
    assert "overall_score" not in metrics
    assert (metrics["overall_percent"], metrics["job_skill_count"], metrics["resume_skill_count"]) == (None, 0, 1)


def test_diagnostics_and_constants_travel_along() -> None:
    document = _document(Mapped((), (), {}))
    assert document["diagnostics"]["resume"] == {
        "extractor": "keyword",
        "version": "keyword-1",
        "skills": 0,
        "dropped": 3,
        "notes": [],
        "findings": [],
    }
    assert document["diagnostics"]["job"]["findings"] == [{"code": "hidden_text", "message": "2 words."}]
    assert document["diagnostics"]["job"]["model"] == "gpt"
    assert document["extras"]["constants"]["weak_floor"] == CONSTANTS.weak_floor


def test_the_report_around_it_keeps_null_scores_and_leaves_out_the_rest() -> None:
    document = with_id(_document(Mapped((), (), {})), 17)
    report = GapReport.model_validate(
        {
            **skill_lists(document), "exists": True, "id": 17, "score": None, "overall_match": None, "degraded": False,
            "created_at": "2026-03-01T12:00:00+00:00", "stale": False, "report_md": "# md", "analysis": document,
        }
    ).model_dump(mode="json")  # fmt: skip
    assert (report["score"], report["overall_match"]) == (None, None)
    assert "degraded_reason" not in report
    assert report["analysis"]["analysis_id"] == 17
