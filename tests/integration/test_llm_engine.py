"""The engine with a model that fails or lies: it ends with a report all the same, and says what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jobmate_agent.adapters.chroma import open_index
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder
from jobmate_agent.adapters.llm import OpenAiChatModel
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import JobDocument, LlmUsage
from tests.integration.test_llm_extraction import FAULTS, INJECTION, JOB, RESUME, configured
from tests.scripted_llm import INVENTED, ScriptedLlm
from tests.unit.vocabularies import vocabulary

POSTING = JobDocument("Backend engineer", "Acme", JOB)
MakeEngine = Callable[..., CareerEngine]


@pytest.fixture
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server


@pytest.fixture(scope="module")
def make_engine(tmp_path_factory: pytest.TempPathFactory) -> MakeEngine:
    known = vocabulary()
    embedder = SentenceEmbedder(PACKAGED_MODEL)
    index = open_index(tmp_path_factory.mktemp("index"), known, embedder)

    def make(llm: ScriptedLlm, **changes: Any) -> CareerEngine:
        model = OpenAiChatModel(configured(llm, **changes), sleep=lambda seconds: None)
        return CareerEngine(known, embedder, index, model, EngineSettings())

    return make


@pytest.mark.parametrize(("steps", "reason", "calls"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_every_fault_ends_in_keywords(
    llm: ScriptedLlm, make_engine: MakeEngine, steps: list[Any], reason: str, calls: int
) -> None:
    engine = make_engine(llm)
    llm.script("resume", steps)
    extraction, usage = engine.extract(RESUME, "resume", use_llm=True)
    offline, _ = engine.extract(RESUME, "resume", use_llm=False)
    assert (extraction.extractor, extraction.degraded_reason) == ("keyword", reason)
    assert extraction.skills == offline.skills
    assert offline.degraded_reason is None
    assert usage.calls == calls


def test_one_document_failing_degrades_the_whole_report(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    llm.script("job", ["refusal"] * 9)
    result = make_engine(llm).analyze_texts(RESUME, POSTING, use_llm=True)
    assert (result.resume.extractor, result.job.extractor) == ("llm", "keyword")
    assert result.provenance.degraded_reason == "llm_refused"
    assert result.analysis.overall_match is not None


def test_a_slow_model_and_a_long_document(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    llm.script("resume", [{"behaviour": "slow", "seconds": 30}] * 9)
    extraction, _ = make_engine(llm, llm_timeout_seconds=0.3, llm_max_retries=0).extract(RESUME, "resume", use_llm=True)
    assert extraction.degraded_reason == "llm_timeout"
    extraction, usage = make_engine(llm, llm_max_input_tokens=500).extract(RESUME, "resume", use_llm=True)
    assert (extraction.degraded_reason, usage) == ("llm_budget", LlmUsage())


def test_without_consent_nothing_is_sent(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    make_engine(llm).analyze_texts(RESUME, POSTING, use_llm=False)
    assert llm.calls == []


def test_the_same_input_gives_the_same_bytes(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    first = make_engine(llm).analyze_texts(RESUME, POSTING, use_llm=True)
    second = make_engine(llm).analyze_texts(RESUME, POSTING, use_llm=True)
    assert first.value() == second.value()
    assert first.resume.extractor == first.job.extractor == "llm"


def test_an_injection_that_the_model_withstands_changes_nothing(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    engine = make_engine(llm)
    honest = engine.analyze_texts(RESUME, POSTING, use_llm=True)
    injected = engine.analyze_texts(INJECTION, POSTING, use_llm=True)
    assert injected.analysis == honest.analysis
    assert injected.report_md == honest.report_md


def test_an_injection_that_the_model_obeys_gains_nothing(llm: ScriptedLlm, make_engine: MakeEngine) -> None:
    engine = make_engine(llm)
    honest = engine.analyze_texts(RESUME, POSTING, use_llm=True)
    llm.script("resume", [], then="obeys_injection")
    injected = engine.analyze_texts(INJECTION, POSTING, use_llm=True)
    assert injected.resume.dropped == len(INVENTED)
    assert {skill.name for skill in injected.mapped.resume} == {skill.name for skill in honest.mapped.resume}
    assert injected.analysis.overall_match is not None
    assert honest.analysis.overall_match is not None
    assert injected.analysis.overall_match <= honest.analysis.overall_match
    assert not any(name in injected.report_md for name in INVENTED)
