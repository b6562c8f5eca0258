"""What is embedded of the vocabulary, so that entries are found by meaning: several texts an entry, each by itself.

Its name; of O*NET's entries the aliases that say more than another form of the name would; and its description, read
with the name, since a description seldom says what it describes. Products are told apart by their words, so only their
names are embedded, to know which of them are related.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobmate_agent.services.career_engine.acronyms import ACRONYM
from jobmate_agent.services.career_engine.phrase_words import stems
from jobmate_agent.services.career_engine.types import NAMED_KINDS, Vocabulary, VocabularyEntry

Field = Literal["name", "alias", "description"]

PRODUCT_KIND = "technology"
BROAD_FRAMEWORK = "onet"
"""Whose entries are broad, and called by many words.

The aliases of the others are known to the word lookup; their vectors find little that the descriptions' do not, and
would make an index of the starter vocabulary twice as large.
"""
BACKGROUND_KIND = "work_activity"
BACKGROUND_TEXTS = 300
STATEMENT_WORDS = 3


@dataclass(frozen=True, slots=True)
class EntryText:
    """One text of an entry."""

    entry: VocabularyEntry
    field: Field
    text: str


def entry_texts(vocabulary: Vocabulary) -> Iterator[EntryText]:
    """The texts of one entry follow each other, its name first and its description last; products come last."""
    named = [entry for entry in vocabulary.entries if entry.kind in NAMED_KINDS]
    for entry in sorted(named, key=lambda entry: entry.kind == PRODUCT_KIND):
        yield EntryText(entry, "name", entry.name)
        if entry.kind == PRODUCT_KIND:
            continue
        if entry.framework == BROAD_FRAMEWORK:
            for alias in _telling(entry):
                yield EntryText(entry, "alias", alias)
        if entry.description:
            yield EntryText(entry, "description", f"{entry.name}. {entry.description}")


def background_texts(vocabulary: Vocabulary) -> list[str]:
    """What people say about work at large: some of the release's activities, evenly spread; else the descriptions."""
    texts = [entry.name for entry in vocabulary.entries if entry.kind == BACKGROUND_KIND]
    texts = texts or [entry.description or entry.name for entry in vocabulary.entries if entry.kind in NAMED_KINDS]
    return texts[:: max(1, len(texts) // BACKGROUND_TEXTS)]


def asked_as(phrase: str) -> str:
    """How a phrase is compared with descriptions: what reads like a thing that is done, as the ability to do it."""
    return f"ability to {phrase}" if len(phrase.split()) >= STATEMENT_WORDS else phrase


def _telling(entry: VocabularyEntry) -> Iterator[str]:
    """Aliases that are not the name with more words or an alias before in other forms, and no unreadable acronym."""
    name = stems(entry.name)
    said: set[frozenset[str]] = set()
    for alias in entry.aliases:
        words = stems(alias)
        if not name <= words and words not in said and not ACRONYM.fullmatch(alias):
            said.add(words)
            yield alias
