from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.normalize import normalize_name


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Problem-Solving", "problem solving"),
        ("  Node.js. ", "node.js"),
        (".NET", ".net"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("CI/CD", "ci cd"),
        ("Profit & Loss (P&L)", "profit & loss p&l"),
        ("ﬁnance", "finance"),
        ("...", ""),
    ],
)
def test_normal_forms(text: str, normal: str) -> None:
    assert normalize_name(text) == normal


@given(st.text(max_size=80))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_name(text)
    assert normalize_name(once) == once


@given(st.text(st.characters(max_codepoint=127), max_size=40))
@example("0:.")
def test_plain_text_takes_a_shorter_way_to_the_same_form(text: str) -> None:
    assert normalize_name(f"{text} é") == f"{normalize_name(text)} é".strip()
