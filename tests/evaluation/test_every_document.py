"""Postings and resumes of every kind go through the engine: nothing raises, and all that is said stands there.

Here with some of the documents; ``make evaluate`` takes all.
"""

from __future__ import annotations

from functools import cache

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.types import JobDocument
from jobmate_agent.services.vocabulary.starter import read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of
from tests.engines import small_engine, tagger
from tests.evaluation.documents import faults, resume_texts
from tests.evaluation.gold_sets import DATA, posting_texts

TAKEN = 30

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no shared documents in {DATA}")


@cache
def extractor() -> KeywordExtractor:
    return KeywordExtractor(vocabulary_of(read_starter()), EngineSettings(), tagger())


@pytest.mark.parametrize("number", range(TAKEN))
def test_what_is_said_of_a_document_stands_in_it(number: int) -> None:
    postings, resumes = list(posting_texts().values()), list(resume_texts().values())
    posting = postings[number * len(postings) // TAKEN]
    resume = resumes[number * len(resumes) // TAKEN]
    assert faults(extractor().extract(posting, "job"), posting) == []
    assert faults(extractor().extract(resume, "resume"), resume) == []
    result = small_engine().analyze_texts(resume, JobDocument("A job", "", posting), use_llm=False)
    assert faults(result.job, posting) == []
    assert faults(result.resume, resume) == []
    for entry in result.analysis.entries:
        assert entry.job is not None
        assert entry.job.evidence, entry
        assert entry.status != "meets_or_exceeds" or (entry.resume is not None and entry.resume.evidence)
