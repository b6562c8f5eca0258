"""Two texts to a report: deterministic to the byte, and never without an answer when the model fails."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jobmate_agent.adapters.llm import OpenAiChatModel
from jobmate_agent.services.career_engine.career_engine import CareerEngine, extraction_from_json, extraction_to_json
from jobmate_agent.services.career_engine.types import (
    Evidence,
    ExtractedSkill,
    Extraction,
    JobDocument,
    Level,
    LlmUsage,
)
from jobmate_agent.settings import Settings
from tests.engines import small_engine

REPOSITORY = Path(__file__).parents[2]
RESUME = """# Ada Quill

## Experience
- Expert in Python, 7 years; built data analysis pipelines with Apache Spark and SQL
- Deployed services with Docker and k8s

## Skills
Python, SQL, Docker, Balance sheets, GAAP
"""
JOB = JobDocument(
    "Data Engineer",
    "Marrow & Pine",
    """## Requirements
- Must have: 5+ years of Python, strong SQL
- Experience with Kubernetes and CI/CD

## Nice to have
- Java, R programming
""",
)


def _digest() -> str:
    return hashlib.sha256(small_engine().analyze_texts(RESUME, JOB, use_llm=False).value()).hexdigest()


def test_it_says_what_is_held_weak_and_missing() -> None:
    result = small_engine().analyze_texts(RESUME, JOB, use_llm=False)
    status = {entry.job.name: entry.status for entry in result.analysis.entries if entry.job}
    assert status["Python"] == "meets_or_exceeds"
    assert status["Kubernetes"] == "meets_or_exceeds"
    assert status["CI/CD"] == status["Java"] == "missing"
    assert {entry.job.name: entry.job.required for entry in result.analysis.entries if entry.job}["Java"] is False
    assert 4 < (result.analysis.overall_match or 0) < 10
    assert result.report_md.startswith("# Data Engineer at Marrow & Pine: ")
    assert result.usage == LlmUsage()
    for document, found in ((RESUME, result.resume), (JOB.text, result.job)):
        assert all(
            document[piece.start : piece.end] == piece.quote for skill in found.skills for piece in skill.evidence
        )


def test_the_same_input_gives_the_same_bytes_in_this_and_in_another_process() -> None:
    code = "from tests.unit.test_career_engine import _digest; print(_digest())"
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": "7", "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert _digest() == _digest() == other.stdout.strip()


def test_its_value_has_no_costs_and_is_canonical_json() -> None:
    result = small_engine().analyze_texts(RESUME, JOB, use_llm=False)
    value = json.loads(result.value())
    assert set(value) == {"analysis", "job", "mapped", "provenance", "report_md", "resume"}
    assert json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == result.value()


def test_an_empty_posting_has_no_score() -> None:
    result = small_engine().analyze_texts(RESUME, JobDocument("Job", "", "We are nice people."), use_llm=False)
    assert result.analysis.overall_match is None
    assert "not enough information" in result.report_md.splitlines()[0]


@pytest.fixture
def unreachable_model(tmp_path: Path) -> OpenAiChatModel:
    """A model behind a port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return OpenAiChatModel(
        Settings(
            _env_file=None, data_dir=tmp_path, llm_api_key="key", llm_max_retries=0,
            llm_base_url=f"http://127.0.0.1:{port}/v1",
        )
    )  # fmt: skip


def test_when_the_model_fails_the_keywords_answer_and_say_why(unreachable_model: OpenAiChatModel) -> None:
    engine, offline = small_engine(unreachable_model), small_engine()
    found, _ = engine.extract(RESUME, "resume", use_llm=True)
    plain, _ = offline.extract(RESUME, "resume", use_llm=True)
    assert (found.extractor, found.degraded_reason) == ("keyword", "llm_unreachable")
    assert found.skills == plain.skills
    assert plain.degraded_reason is None
    result = engine.analyze_texts(RESUME, JOB, use_llm=True)
    assert result.provenance.degraded_reason == "llm_unreachable"
    assert "it could not be reached" in result.report_md


def test_without_consent_the_model_is_not_asked(unreachable_model: OpenAiChatModel) -> None:
    found, usage = small_engine(unreachable_model).extract(RESUME, "resume", use_llm=False)
    assert (found.degraded_reason, usage.calls) == (None, 0)


def test_the_cache_key_depends_on_everything_that_an_extraction_does(unreachable_model: OpenAiChatModel) -> None:
    engine, by_model = small_engine(), small_engine(unreachable_model)

    def key(engine: CareerEngine = engine, text: str = "text", kind: str = "job", **other: object) -> str:
        return engine.cache_key(text, kind, **{"owner": "", "use_llm": True, **other})  # type: ignore[arg-type]

    keys = [key(), key(text="text "), key(kind="resume"), key(owner="me"), key(by_model)]
    assert len(set(keys)) == len(keys)
    assert all(len(each) == 64 for each in keys)
    assert key() == key() == key(use_llm=False) == key(by_model, use_llm=False)


def test_extractions_survive_the_cache() -> None:
    level = Level(3, 4.5, 0.8, ("four years", "led"))
    skill = ExtractedSkill("Python", "python", (Evidence("python", 1, 7), Evidence("py", 9, 11)), level, False, 0.9)
    unknown = ExtractedSkill("SQL", "SQL", (Evidence("SQL", 0, 3),))
    extraction = Extraction("resume", (skill, unknown), "llm", "p-1", "gpt", None, 2, ("a", "b"))
    assert extraction_from_json(json.loads(json.dumps(extraction_to_json(extraction)))) == extraction
