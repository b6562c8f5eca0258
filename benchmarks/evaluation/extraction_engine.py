"""Where the skills of an extraction stand in its document, as spans of characters."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.evaluation.scores import Span
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.types import DocType


@dataclass(frozen=True, slots=True)
class EngineSpans:
    """The offline engine as a finder of spans: the exact words of every mention of every skill that it extracts."""

    engine: CareerEngine

    def __call__(self, text: str, doc_type: DocType) -> list[Span]:
        extraction, _ = self.engine.extract(text, doc_type, use_llm=False)
        return sorted({place for skill in extraction.skills for place in skill.places})
