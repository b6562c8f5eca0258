"""Phrases that mostly consist of other skills are none of their own."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.containers import without_containers
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill

TEXT = "design REST APIs in Python; lead a team of nurses; Python"


def skill(words: str, *more: str) -> ExtractedSkill:
    starts = [TEXT.index(words), *(TEXT.rindex(each) for each in more)]
    quote = Evidence(TEXT, 0, len(TEXT))
    return ExtractedSkill(words, words, (quote,), places=tuple((start, start + len(words)) for start in starts))


PHRASE, API, PYTHON = skill("design REST APIs in Python"), skill("REST APIs"), skill("Python", "Python")
TEAM, NURSES = skill("lead a team of nurses"), skill("nurses")


@pytest.mark.parametrize(
    ("known", "kept"),
    [
        (set(), [API, PYTHON, TEAM, NURSES]),
        ({PHRASE.name}, [PHRASE, API, PYTHON, TEAM, NURSES]),
    ],
)
def test_an_unknown_phrase_gives_way_to_what_it_is_made_of(known: set[str], kept: list[ExtractedSkill]) -> None:
    skills = [PHRASE, API, PYTHON, TEAM, NURSES]
    assert list(without_containers(skills, lambda each: each.name in known)) == kept
    backwards = without_containers(skills[::-1], lambda each: each.name in known)
    assert list(backwards) == kept[::-1]


def test_a_phrase_that_also_stands_elsewhere_stays() -> None:
    elsewhere = ExtractedSkill("x", "x", PHRASE.evidence, places=(*PHRASE.places, (28, 49)))
    assert without_containers([elsewhere, API, PYTHON], lambda each: False)[0] is elsewhere


def test_where_nothing_says_where_a_skill_stands_it_stays() -> None:
    unplaced = ExtractedSkill("x", "x", PHRASE.evidence)
    assert without_containers([unplaced], lambda each: False) == (unplaced,)
