"""Phrases that mostly consist of other skills: "design REST APIs in Python" beside REST APIs and Python.

Such a phrase is no skill of its own where the vocabulary does not know it: what it asks for is counted with the skills
in it, whose evidence is the same sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jobmate_agent.services.career_engine.types import ExtractedSkill, Place

MOST = 0.4
"""The share of a phrase's characters from which the skills within it are what it is about; the rest is a verb, say."""


def without_containers(
    skills: Sequence[ExtractedSkill], is_known: Callable[[ExtractedSkill], bool]
) -> tuple[ExtractedSkill, ...]:
    """The skills without those that are unknown to the vocabulary and, wherever they stand, mostly other skills."""
    places = [place for skill in skills for place in skill.places]
    return tuple(
        skill
        for skill in skills
        if is_known(skill) or not skill.places or not all(_is_container(place, places) for place in skill.places)
    )


def _is_container(place: Place, others: Sequence[Place]) -> bool:
    start, end = place
    inner = sorted((a, b) for a, b in others if start <= a and b <= end and (a, b) != place)
    covered, reached = 0, start
    for a, b in inner:
        covered += max(0, b - max(a, reached))
        reached = max(reached, b)
    return covered >= MOST * (end - start)
