"""How names of the vocabulary and spans of the tagger become one list of mentions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.matching import Match, SkillMatcher, longest_first
from jobmate_agent.services.career_engine.mentions import Mention, joined, layers, of_both
from jobmate_agent.services.career_engine.types import SpanLabel, TaggedSpan
from tests.unit.vocabularies import vocabulary

MATCHER = SkillMatcher(vocabulary())


def names(text: str) -> list[Match]:
    return longest_first(MATCHER.find(text).matches)


def span(text: str, words: str, label: SpanLabel, confidence: float = 0.8) -> TaggedSpan:
    start = text.index(words)
    return TaggedSpan(start, start + len(words), label, confidence)


def read(text: str, *spans: TaggedSpan, chance: float = 0.9) -> list[tuple[str, str | None]]:
    """(words, name of the entry) of each mention."""
    found = of_both(text, names(text), spans, lambda start, end: chance, EngineSettings())
    return [(text[each.start : each.end], each.entry.name if each.entry else None) for each in found]


def test_a_span_that_says_no_more_than_the_name_in_it_is_one_with_it() -> None:
    text = "the Python programming language"
    assert read(text, span(text, "Python programming language", "knowledge")) == [
        ("Python programming language", "Python")
    ]


def test_both_together_are_surer_than_each() -> None:
    text = "Docker"
    (alone,) = of_both(text, names(text), [], lambda start, end: 0.7, EngineSettings())
    marked = span(text, "Docker", "tool", 0.7)
    (both,) = of_both(text, names(text), [marked], lambda start, end: 0.7, EngineSettings())
    assert both.confidence > max(alone.confidence, marked.confidence)
    assert both.label == "tool"


def test_a_span_over_a_list_gives_way_to_the_names() -> None:
    text = "Python, SQL and Docker"
    assert read(text, span(text, text, "knowledge")) == [("Python", "Python"), ("SQL", "SQL"), ("Docker", "Docker")]


def test_what_is_done_stays_beside_what_it_is_done_with() -> None:
    text = "deploy services with Docker"
    assert read(text, span(text, text, "skill")) == [(text, None), ("Docker", "Docker")]


def test_a_technology_stays_beside_a_longer_name() -> None:
    text = "Docker image hardening"
    assert read(text, span(text, text, "knowledge")) == [("Docker", "Docker"), (text, None)]


def test_a_name_that_the_tagger_did_not_mark_counts_by_its_chance() -> None:
    text = "we use Docker here"
    likely, unlikely = (
        of_both(text, names(text), [], lambda start, end, chance=chance: chance, EngineSettings())[0].confidence
        for chance in (0.9, 0.01)
    )
    assert unlikely < EngineSettings().least_confidence_job < likely


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("Computer Science", ("knowledge", "knowledge"), ["Computer Science"]),
        ("Computer, Science", ("knowledge", "knowledge"), ["Computer", "Science"]),
        ("Computer Science", ("knowledge", "tool"), ["Computer", "Science"]),
        ("Computer Science", ("skill", "skill"), ["Computer", "Science"]),
    ],
)
def test_neighbours_are_one(text: str, labels: tuple[SpanLabel, SpanLabel], expected: list[str]) -> None:
    spans = [span(text, word, label) for word, label in zip(("Computer", "Science"), labels, strict=True)]
    assert [text[each.start : each.end] for each in joined(text, spans)] == expected


PLACES = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(PLACES, max_size=12, unique=True))
def test_layers_hold_every_mention_once_and_have_no_overlaps(places: list[tuple[int, int]]) -> None:
    mentions = [Mention(start, end, 0.5) for start, end in places]
    found = layers(mentions)
    assert sorted((each.start, each.end) for layer in found for each in layer) == sorted(places)
    for layer in found:
        assert all(left.end <= right.start for left, right in pairwise(layer))
