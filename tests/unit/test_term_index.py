"""Cosines of documents by their terms, against the plain formula."""

from __future__ import annotations

import math

import pytest

from jobmate_agent.services.onet.term_index import TermIndex, grams

DOCUMENTS = [{"kite": 2.0, "toy": 1.0}, {"toy": 1.0}, {"apple": 1.0, "toy": 3.0, "kite": 1.0}, {}]


def rarity(having: int) -> float:
    return math.log((1 + len(DOCUMENTS)) / (1 + having)) + 1


def test_cosines_are_those_of_the_formula() -> None:
    kite, toy = rarity(2), rarity(3)
    first = (kite * (1 + math.log(2)), toy)
    expected = (first[0] * kite + first[1] * toy) / (math.hypot(*first) * math.hypot(kite, toy))
    found = TermIndex(DOCUMENTS).cosines({"kite": 1.0, "toy": 1.0, "unheard": 5.0})
    assert found[0] == pytest.approx(expected, abs=1e-6)
    assert found[3] == 0
    assert TermIndex(DOCUMENTS).cosines(DOCUMENTS[2])[2] == pytest.approx(1, abs=1e-6)


def test_terms_weigh_more_the_rarer_they_are_and_unknown_ones_nothing() -> None:
    weighted = TermIndex(DOCUMENTS).weighted({"apple": 1.0, "toy": 1.0, "unheard": 1.0})
    assert weighted == {"apple": pytest.approx(rarity(1)), "toy": pytest.approx(rarity(3))}


def test_nothing_is_like_nothing() -> None:
    assert TermIndex(DOCUMENTS).cosines({}).tolist() == [0, 0, 0, 0]
    assert TermIndex([]).cosines({"kite": 1.0}).tolist() == []
    assert TermIndex([{}]).cosines({"kite": 1.0}).tolist() == [0]


def test_runs_of_letters_stay_within_words() -> None:
    assert grams("clerk it") == [" cle", "cler", "lerk", "erk ", " it "]
