"""Where a skill stands in a document, whoever found it: the vocabulary or the span tagger."""

from __future__ import annotations

from typing import Protocol

from jobmate_agent.services.career_engine.types import VocabularyEntry


class Spanned(Protocol):
    """``text[start:end]`` of a document. May also have an ``entry`` of the vocabulary or a tagger's ``label``."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def entry_of(place: Spanned) -> VocabularyEntry | None:
    """The entry that ``place`` names; None: its words are all that is known."""
    entry: VocabularyEntry | None = getattr(place, "entry", None)
    return entry


def same_skill(one: Spanned, other: Spanned) -> bool:
    """Whether both are known to name one entry of the vocabulary."""
    left, right = entry_of(one), entry_of(other)
    return left is not None and right is not None and left.id == right.id


def is_knowledge(place: Spanned) -> bool:
    """Whether it is something to be studied, such as a certificate: by its entry, else by its label."""
    entry = entry_of(place)
    return entry.kind == "knowledge" if entry is not None else getattr(place, "label", None) == "knowledge"
