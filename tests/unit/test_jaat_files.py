"""Files of short summaries: what an entry must be."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.onet.jaat import JaatEntry, _parsed

ENTRY: dict[str, Any] = {
    "onet_code": "15-1252.00",
    "job_summary": "Software developers design programs. They test and improve them.",
    "key_responsibilities": ["Design programs", "Test them"],
    "essential_skills": ["Programming", "Critical Thinking", "Testing", "Writing", "Speaking"],
    "typical_education": "Bachelor's degree",
    "salary_range": {"low": 80000, "high": 210000},
    "growth_outlook": "Much faster than average.",
    "related_occupations": ["15-1253.00"],
}
FILE: dict[str, Any] = {
    "name": "JAAT 2025",
    "source": "Example Career Center",
    "licence": "CC BY 4.0",
    "summaries": [ENTRY],
}


def parsed(**changes: Any) -> list[JaatEntry]:
    return _parsed(orjson.dumps({**copy.deepcopy(FILE), **changes}), "jaat.json")[1]


def mistakes(content: Any) -> list[str]:
    raw = content if isinstance(content, bytes) else orjson.dumps(content)
    with pytest.raises(InvalidInputError) as caught:
        _parsed(raw, "jaat.json")
    assert caught.value.code == "bad_jaat_file"
    return [f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in caught.value.details] or [
        caught.value.message
    ]


def test_an_entry_takes_source_and_licence_from_its_file() -> None:
    (entry,) = parsed()
    assert (entry.source, entry.licence) == ("Example Career Center", "CC BY 4.0")
    assert entry.salary_range is not None
    assert entry.salary_range.currency == "USD"
    (own,) = parsed(summaries=[{**ENTRY, "licence": "internal use"}])
    assert own.licence == "internal use"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"job_summary": "One sentence."}, "entry 1.job_summary: must be 2 or 3 sentences, not 1"),
        ({"job_summary": "One. Two. Three. Four."}, "entry 1.job_summary: must be 2 or 3 sentences, not 4"),
        ({"job_summary": "Bold <b>words</b>. Two."}, "entry 1.job_summary: must be plain text, without HTML"),
        ({"job_summary": "This &amp; that. Two."}, "entry 1.job_summary: must be plain text, without HTML"),
        ({"typical_education": "A\x1b[31m degree"}, "entry 1.typical_education: must not contain control characters"),
        ({"typical_education": "A\x00 degree"}, "entry 1.typical_education: must not contain control characters"),
        ({"essential_skills": ["A"]}, "entry 1.essential_skills: List should have at least 5 items"),
        ({"essential_skills": ["A", "B", "C", "D", "a"]}, "entry 1.essential_skills: must not repeat an entry"),
        ({"onet_code": "15-1252"}, "entry 1.onet_code: String should match pattern"),
        ({"salary_range": {"low": 2, "high": 1}}, "entry 1.salary_range: low must not be above high"),
        ({"salary_range": {"low": -2, "high": 1}}, "entry 1.salary_range.low: Input should be greater than 0"),
        ({"colour": "red"}, "entry 1.colour: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(change: dict[str, Any], message: str) -> None:
    (said,) = mistakes({**FILE, "summaries": [{**ENTRY, **change}]})
    assert said.startswith(message)


def test_every_wrong_entry_is_named() -> None:
    bad = {key: value for key, value in ENTRY.items() if key != "typical_education"}
    said = mistakes({**FILE, "summaries": [ENTRY, bad, ENTRY, "text"]})
    assert [line.split(":")[0] for line in said] == ["entry 2.typical_education", "entry 3.onet_code", "entry 4"]


def test_a_text_without_a_licence_is_refused() -> None:
    nameless = {key: value for key, value in FILE.items() if key != "licence"}
    assert mistakes(nameless) == ["entry 1.licence: say it for the entry or for the file"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"{}", orjson.dumps({**FILE, "summaries": []})])
def test_a_file_of_something_else_is_refused(content: bytes) -> None:
    assert mistakes(content)
