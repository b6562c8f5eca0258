"""The starter vocabulary finds what postings of every occupation group ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.vocabulary.starter import MAJOR_GROUPS, read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of

FOLDER = Path(__file__).parents[1] / "fixtures" / "postings"
EXPECTED: dict[str, list[str]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def extractor() -> KeywordExtractor:
    return KeywordExtractor(vocabulary_of(read_starter()), EngineSettings())


@pytest.mark.parametrize("group", MAJOR_GROUPS)
def test_at_least_eight_real_skills_in_a_posting_of_the_group(extractor: KeywordExtractor, group: str) -> None:
    text = (FOLDER / f"{group}.md").read_text(encoding="utf-8")
    spans = [(at, at + len(phrase)) for phrase in EXPECTED[group] for at in _places(text, phrase)]
    extraction = extractor.extract(text, "job")
    real = set()
    for skill in extraction.skills:
        for evidence in skill.evidence:
            at = evidence.start + evidence.quote.find(skill.token)
            if skill.token in evidence.quote and any(
                at < end and at + len(skill.token) > start for start, end in spans
            ):
                real.add(skill.name)
    assert len(real) >= 8, sorted(real)
    strange = {skill.name for skill in extraction.skills} - real
    assert len(strange) <= len(real), f"more finds outside the expected phrases than within: {sorted(strange)}"


def _places(text: str, phrase: str) -> list[int]:
    found = []
    at = text.find(phrase)
    while at >= 0:
        found.append(at)
        at = text.find(phrase, at + 1)
    return found
