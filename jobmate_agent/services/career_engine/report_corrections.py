"""What the report says about the user's own word: marked wherever it counts, and listed once."""

from __future__ import annotations

from collections.abc import Iterator

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.corrections import OWN_WORD
from jobmate_agent.services.career_engine.types import LEVEL_LABELS, GapAnalysis, GapEntry, OwnWord

SHOWN_OWN_WORDS = 12


def is_own_word(entry: GapEntry) -> bool:
    """Whether the resume's side of an entry is not what a document says: nothing is quoted, or the level is said."""
    if entry.resume is None:
        return False
    return not entry.resume.evidence or (entry.resume.level is not None and OWN_WORD in entry.resume.level.cues)


def held(entry: GapEntry) -> str:
    """What the resume shows, or what the user says instead."""
    assumed = words.is_assumed(entry)
    if not is_own_word(entry):
        return words.held(entry.candidate_level, assumed=assumed)
    return f"{'yes' if assumed else words.held(entry.candidate_level, assumed=False)} ({OWN_WORD})"


def own_word_lines(analysis: GapAnalysis) -> Iterator[str]:
    """The section that lists what the user corrected; nothing where they did not."""
    if not analysis.own_words:
        return
    yield "## Your own word"
    yield ""
    yield "You corrected this report, and your word counts. Have your resume say what it does not say yet."
    yield ""
    for word in analysis.own_words[:SHOWN_OWN_WORDS]:
        yield f"- **{_name(word.name)}**: {_said(word)}."
    if len(analysis.own_words) > SHOWN_OWN_WORDS:
        yield f"- And {len(analysis.own_words) - SHOWN_OWN_WORDS} more."


def _said(word: OwnWord) -> str:
    document = "posting" if word.origin == "job" else "resume"
    if word.kind == "not_a_skill":
        return f"not a skill in the {document}, so it is left out"
    if word.kind == "wrong_skill":
        assert word.right is not None
        return f"the {document} means {_name(word.right.name)} where it was read so"
    if word.kind == "level_is":
        return f"your level is {LEVEL_LABELS[word.level or 0]}"
    return "you have it" if word.level is None else f"you have it, at the level {LEVEL_LABELS[word.level]}"


def _name(name: str) -> str:
    return words.escape(words.shortened(name, words.NAME_LIMIT))
