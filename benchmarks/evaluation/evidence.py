"""Evidence: whether everything that the engine says of all postings and resumes stands in them word for word."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.evaluation.measured import Measured
from benchmarks.table import Aim, Row
from jobmate_agent.services.career_engine.types import DocType
from tests.evaluation.documents import faults, resume_texts
from tests.evaluation.gold_sets import posting_texts


def rows(subject: Measured) -> list[Row]:
    """How many skills were found, and how many faults there are; a document that makes the engine raise ends it all."""
    found = faulty = 0
    for name, text, doc_type in _documents():
        extraction, _ = subject.engine.extract(text, doc_type, use_llm=False)
        wrong = faults(extraction, text)
        found += len(extraction.skills)
        faulty += len(wrong)
        for fault in wrong:
            print(f"\n{name}: {fault}", file=sys.stderr)
    return [
        Row("engine.evidence_skills", found, "skills"),
        Row("engine.evidence_faults", faulty, "faults", aim=Aim("value", "<=", 0)),
    ]


def _documents() -> Iterator[tuple[str, str, DocType]]:
    for key, text in posting_texts().items():
        yield " ".join(key), text, "job"
    for name, text in resume_texts().items():
        yield name, text, "resume"
