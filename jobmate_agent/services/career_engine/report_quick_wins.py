"""What an hour's work on the resume may add: a level that it leaves open, or the posting's words for what is there."""

from __future__ import annotations

from collections.abc import Iterator

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.phrase_words import stems
from jobmate_agent.services.career_engine.types import GapAnalysis, GapEntry

NEAR_FROM = 0.7
"""Cosine from which a related skill may well be what the posting means, in other words."""
SHOWN_WINS = 4


def quick_wins(analysis: GapAnalysis) -> Iterator[str]:
    """At most four, the greatest gain first; nothing where there is none."""
    total = analysis.total_weight
    wins = [entry for entry in analysis.entries if _is_unlevelled(entry) or _nearest(entry)]
    if not wins:
        return
    yield "## Quick wins"
    yield ""
    yield "If these are true, an hour with your resume is enough."
    yield ""
    for entry in sorted(wins, key=lambda entry: -round(words.points(entry, total), 6))[:SHOWN_WINS]:
        assert entry.job is not None
        gain = f"up to {words.points(entry, total):.1f} points"
        yield f"- **{words.name(entry.job)}**: {_how(entry)}: {gain}."


def _how(entry: GapEntry) -> str:
    if _is_unlevelled(entry):
        assert entry.required_level is not None
        asked = entry.required_level.label
        return (
            f"your resume names it without a level, and the posting asks for {asked}; "
            "write the years and what you did with it"
        )
    near = words.escape(_nearest(entry))
    return f"you show {near}; if that is the same or you do both, say it in the posting's words"


def _is_unlevelled(entry: GapEntry) -> bool:
    return entry.status == "underqualified" and words.is_assumed(entry)


def _nearest(entry: GapEntry) -> str:
    """The held skill that is nearest to a missing one, "" where none is near.

    Who shows "finance" has not said "financial analysis" in other words: less of the same words does not count.
    """
    near = entry.related[0] if entry.status == "missing" and entry.related else None
    if near is None or near.similarity < NEAR_FROM or entry.job is None:
        return ""
    return "" if stems(near.name) < stems(entry.job.name) else near.name
