"""The words by which occupations are found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmate_agent.services.onet import search_terms
from jobmate_agent.services.onet.search_terms import LARGEST_QUERY, LONGEST, SHORTEST, last_word, query_terms, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IT Managers", ["zqit", "manag"]),
        ("Registered Nurse (RN)", ["regist", "nurs", "zqrn"]),
        ("R.N.", ["zqrn"]),
        ("C++ / C# / C developer", ["cplusplus", "csharp", "zqc", "develop"]),
        ("Müller's café", ["muller", "cafe"]),
        ("O’Brien", ["obrien"]),
        ("will call clerk", ["zqwill", "call", "clerk"]),
        ("中文 *** \U0001f600", []),
        ("x" * 500, ["x" * LONGEST]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@given(st.text(max_size=200))
def test_no_term_can_be_an_operator_or_too_short_for_mysql(text: str) -> None:
    for term in [*terms(text), *query_terms(text)]:
        assert re.fullmatch(r"[a-z0-9]+", term)
        assert len(term) >= SHORTEST
        assert term not in search_terms._STOP_WORDS
    assert len(query_terms(text)) <= LARGEST_QUERY
    assert set(query_terms(text)) <= set(terms(text))


def test_a_query_goes_without_its_grammar() -> None:
    assert query_terms("director of the nursing for a hospital") == ["director", "nurs", "hospit"]
    assert query_terms("of the") == []
    assert query_terms("IT or HR") == ["zqit", "zqor", "zqhr"]
    assert query_terms("nurse nurses nursing") == ["nurs"]


def test_the_last_word_may_be_unfinished() -> None:
    assert last_word("Registered nur") == "nur"
    assert last_word("senior QA") is None
    assert last_word("") is None
