"""Names in texts: whole tokens, longest first, offsets that lead back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.matching import SkillMatcher, longest_first
from jobmate_agent.services.career_engine.tokens import token_key, tokenize
from tests.unit.vocabularies import vocabulary

MATCHER = SkillMatcher(vocabulary())


def found(text: str) -> list[tuple[str, str]]:
    return [(m.entry.name, text[m.start : m.end]) for m in longest_first(MATCHER.find(text).matches)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python and PYTHON", [("Python", "python"), ("Python", "PYTHON")]),
        ("Pythonic JavaScripty", []),
        ("Java/JavaScript", [("Java", "Java"), ("JavaScript", "JavaScript")]),
        ("C++, C# and .NET.", [("C++", "C++"), ("C#", "C#"), (".NET", ".NET")]),
        ("C++. Python!", [("C++", "C++"), ("Python", "Python")]),
        ("**Python**, `SQL`", [("Python", "Python"), ("SQL", "SQL")]),
        ("Microsoft SQL Server", [("SQL Server", "Microsoft SQL Server")]),
        ("problem solving, problem-solving, Problem–Solving, problemsolving", [("Problem-Solving", form) for form in
            ("problem solving", "problem-solving", "Problem–Solving", "problemsolving")]),
        ("project\nmanagement", [("Project Management", "project\nmanagement")]),
        ("We run the project. Management is fun", []),
        ("project, management", []),
        ("data (analysis)", []),
        ("CI/CD and ci cd", [("CI/CD", "CI/CD"), ("CI/CD", "ci cd")]),
        ("diversity, equity & inclusion", [("Diversity, Equity, and Inclusion", "diversity, equity & inclusion")]),
        ("KPIs and kpi", [("Key Performance Indicators", "KPIs"), ("Key Performance Indicators", "kpi")]),
        ("kpis", []),
        ("balance sheets", [("Balance Sheet", "balance sheets")]),
        ("Python3, C++17", [("Python", "Python"), ("C++", "C++")]),
        ("ＰＹＴＨＯＮ™ und “k8s”", [("Python", "ＰＹＴＨＯＮ"), ("Kubernetes", "k8s")]),
        ("Phle\u0301botomy", []),
        ("e\u0301e\u0301 Python", [("Python", "Python")]),
    ],
)  # fmt: skip
def test_find(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_name_is_found_by_its_own_key_or_alias() -> None:
    entry = MATCHER.entry_named("K8S")
    assert entry is not None
    assert entry.name == "Kubernetes"
    assert MATCHER.entry_named("Cobol") is None


def test_a_name_beats_the_same_alias_of_another_entry() -> None:
    rows = (("Basic", "technology", "Scratch", ""), ("Scratch", "technology", "", ""))
    entry = SkillMatcher(vocabulary(rows)).entry_named("scratch")
    assert entry is not None
    assert entry.name == "Scratch"


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert SkillMatcher(vocabulary(())).find("Python").matches == ()


@given(st.text(max_size=200))
def test_tokens_stand_in_order_within_the_text(text: str) -> None:
    ends = 0
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.end >= ends
        ends = token.end


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    assert token_key(token_key(text)) == token_key(text)
