"""The gold sets are whole: what they quote stands in the documents, and the agreement is that of the labels."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from tests.evaluation.gold_sets import GOLD, POSTINGS, kappa, posting_texts, read

LEVELS = {"none", "basic", "working", "proficient", "advanced"}
AGREEMENT: dict[str, dict[str, Any]] = json.loads((GOLD / "agreement.json").read_text(encoding="utf-8"))


@pytest.fixture
def texts() -> dict[tuple[str, str], str]:
    found = posting_texts()
    if not found:
        pytest.skip(f"no postings in {POSTINGS}")
    return found


def test_spans_of_postings_are_where_they_say(texts: dict[tuple[str, str], str]) -> None:
    postings = read("postings")
    assert len(postings) == 60
    for posting in postings:
        text = texts[posting["source"], posting["id"]]
        for span in posting["spans"]:
            assert text[span["start"] : span["end"]] == span["quote"]
            assert span["type"] in {"K", "S", "A"}
        assert all(one["end"] <= after["start"] for one, after in itertools.pairwise(posting["spans"]))


def test_the_two_readings_of_postings_agree_as_told(texts: dict[tuple[str, str], str]) -> None:
    marked: dict[str, list[bool]] = {"a": [], "b": []}
    for posting in read("postings"):
        for word in re.finditer(r"\w+", texts[posting["source"], posting["id"]]):
            for reader, inside in marked.items():
                inside.append(any(start < word.end() and end > word.start() for start, end, _ in posting[reader]))
    assert round(kappa(marked["a"], marked["b"]), 3) == AGREEMENT["postings"]["cohen_kappa_tokens"]


def test_sentences_are_labelled_and_where_they_say(texts: dict[tuple[str, str], str]) -> None:
    sentences = read("sentences")
    assert len(sentences) == 200
    for item in sentences:
        text = texts[item["source"], item["id"]]
        assert text[item["focus_start"] :].startswith(item["focus"])
        assert item["start"] <= item["focus_start"] < item["end"]
        assert item["need"] in {"required", "nice"}
        assert item["level"] in LEVELS
    for number, name in enumerate(("need", "level")):
        found = kappa([item["a"][number] for item in sentences], [item["b"][number] for item in sentences])
        assert round(found, 3) == AGREEMENT["sentences"][f"cohen_kappa_{name}"]


def test_spans_are_labelled_with_entries_or_none(texts: dict[tuple[str, str], str]) -> None:
    spans = read("spans")
    assert len(spans) == 300
    for span in spans:
        assert re.fullmatch(r"none|(skill|knowledge|ability|technology):.+", span["label"])
        if span["source"] != "resumes":
            assert texts[span["source"], span["id"]].count(span["quote"]) >= span["nth"]
    assert (
        round(kappa([span["a"] for span in spans], [span["b"] for span in spans]), 3)
        == AGREEMENT["spans"]["cohen_kappa"]
    )
    assert sum(span["split"] == "held" for span in spans) == 150


def test_a_quarter_is_hard() -> None:
    for name in ("postings", "spans", "sentences"):
        items = read(name)
        assert sum(item["hard"] for item in items) >= len(items) / 4, name
