"""Places in texts, as whoever finds skills hands them to the readers of cues."""

from __future__ import annotations

from dataclasses import dataclass

from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.types import DocType


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]``, of which nothing else is known."""

    start: int
    end: int


def spans(text: str, *words: str) -> list[Span]:
    """Where each of ``words`` stands first, in text order."""
    return sorted(
        (Span(at, at + len(word)) for word in words for at in [text.index(word)]), key=lambda span: span.start
    )


def sentence_of(text: str, span: Span, doc_type: DocType) -> Sentence:
    """The sentence that holds ``span``."""
    found = Document(text, doc_type).at(span.start)
    assert found is not None
    return found
