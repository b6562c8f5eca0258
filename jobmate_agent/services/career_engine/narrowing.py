"""Takes places that prove nothing out of an extracted skill, and the quotes that stood for them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import itemgetter

from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Place


def narrowed(skill: ExtractedSkill, text: str, allowed: Callable[[Place], Place | None]) -> ExtractedSkill | None:
    """``skill`` with the places that ``allowed`` makes of its own; None: not one is left.

    A skill that knows no places stands where its quotes do. Quotes around a place that is left stay.
    """
    places = skill.places or tuple((piece.start, piece.end) for piece in skill.evidence)
    kept = tuple(sorted({place for own in places if (place := allowed(own)) is not None}))
    if kept == places:
        return skill
    if not kept:
        return None
    quotes = tuple(
        piece for piece in skill.evidence if any(piece.start <= start and end <= piece.end for start, end in kept)
    )
    start, end = kept[0]
    return replace(skill, places=kept, evidence=quotes or (Evidence(text[start:end], start, end),))


def inside(place: Place, passages: Sequence[Place]) -> bool:
    """Whether ``place`` lies within one of ``passages``, which are in order and do not overlap."""
    index = bisect_right(passages, place[0], key=itemgetter(0)) - 1
    return index >= 0 and place[1] <= passages[index][1]
