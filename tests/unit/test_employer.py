"""The employer's name is no skill, whatever its words would mean elsewhere."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.employer import without_employer
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Extraction


def left(text: str, company: str, *named: str, known: str = "") -> list[str]:
    skills = []
    for words in named:
        start = text.index(words)
        place = (start, start + len(words))
        skills.append(ExtractedSkill(words, words, (Evidence(words, *place),), places=(place,)))
    found = Extraction("job", tuple(skills), "keyword", "keyword")
    return [skill.name for skill in without_employer(found, text, company, lambda name: name == known).skills]


def test_several_words() -> None:
    text = "Bluebird Data Engineering builds tools. We need data engineering."
    named = ("Data Engineering", "Bluebird Data Engineering builds tools", "data engineering")
    for company in ("Bluebird Data Engineering", "Bluebird  Data Engineering, Inc.", "the bluebird data engineering"):
        assert left(text, company, *named) == ["data engineering"]


@pytest.mark.parametrize("written", ["Acme", "ACME, LLC", "The Acme", "Acme's"])
def test_one_word_under_any_form(written: str) -> None:
    text = f"{written} is hiring. Acme Studio needed."
    assert left(text, "Acme, Inc.", written, "Acme Studio") == ["Acme Studio"]


def test_one_word_that_is_a_product_too() -> None:
    assert left("Oracle hires for Oracle.", "Oracle", "Oracle", known="Oracle") == ["Oracle"]
    assert left("Oracle hires for Oracle Database.", "Oracle", "Oracle Database") == ["Oracle Database"]


@pytest.mark.parametrize("company", ["", "  ", "Inc.", "X", "Nobody there", "C++ (.*) [a-z"])
def test_nothing_to_leave_out(company: str) -> None:
    assert left("We need Python.", company, "Python") == ["Python"]
