"""The report with the user's own word in it: marked, never quoted, and still nothing without a source."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from jobmate_agent.services.career_engine.corrections import OWN_WORD, Statement, Subject, analyze, apply
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.report_corrections import SHOWN_OWN_WORDS
from jobmate_agent.services.career_engine.report_renderer import render
from jobmate_agent.services.career_engine.report_text import escape
from jobmate_agent.services.career_engine.types import Extraction, JobDocument, Mapped, Provenance
from tests.unit.mapped_skills import MAPPED, NAMES, skill
from tests.unit.test_corrections import SAID, say

CONSTANTS = EngineSettings()
MADE_WITH = Provenance("release 7", "abcdef0123456789", "model@1", None, None, "1", None)
RESUME, POSTING = Extraction("resume", (), "keyword", "keyword-2"), Extraction("job", (), "keyword", "keyword-2")
ASKED = (skill("Uxolite", 3), skill("Dwimmery", 2), skill("Frelkology"), skill("Quobbing"), skill("Mivvle"))


def report(mapped: Mapped, *said: Statement) -> str:
    analysis = analyze(mapped, said, CONSTANTS, None)
    return render(JobDocument("Night Baker", "Crumb & Co", "text"), analysis, RESUME, POSTING, MADE_WITH, CONSTANTS)


def section(text: str, title: str) -> list[str]:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0].strip().splitlines()


@settings(max_examples=200, deadline=None)
@given(MAPPED, SAID)
def test_every_name_traces_to_evidence_or_to_the_users_word(mapped: Mapped, said: list[Statement]) -> None:
    text = report(mapped, *said)
    quoted = {found.name for found in (*mapped.resume, *mapped.job) if found.evidence}
    right = {one.right.name for one in said if one.right is not None}
    assert {name for name in NAMES if escape(name) in text} <= quoted | right
    quotes = {escape(piece.quote) for found in (*mapped.resume, *mapped.job) for piece in found.evidence}
    assert all(any(words in quote for quote in quotes) for words in re.findall("“(.*?)”", text))
    words = apply(mapped, said, CONSTANTS).own_words
    assert ("## Your own word" in text) == bool(words)
    if not words:
        assert OWN_WORD not in text
        assert text == report(mapped)


def test_own_words_are_marked_where_they_count_and_listed_once() -> None:
    held = (skill("Uxolite", 1), skill("Dwimmery", 2))
    text = report(
        Mapped(held, ASKED, {}),
        say("level_is", "Uxolite", 3),
        say("have_it", "Frelkology"),
        say("not_a_skill", "Quobbing"),
        say("wrong_skill", "Mivvle", "Zarquon"),
    )
    assert section(text, "Your own word")[2:] == [
        "- **Mivvle**: the posting means Zarquon where it was read so.",
        "- **Quobbing**: not a skill in the posting, so it is left out.",
        "- **Frelkology**: you have it.",
        "- **Uxolite**: your level is proficient.",
    ]
    rows = [line for line in section(text, "How the score came about") if line.startswith("| ")]
    marked = {row.split(" | ")[0].strip("| "): row.split(" | ")[2] for row in rows if OWN_WORD in row}
    assert marked == {"Uxolite": f"proficient ({OWN_WORD})", "Frelkology": f"yes ({OWN_WORD})"}
    shown = section(text, "What to show off")
    assert f"- **Frelkology** (required; you: yes ({OWN_WORD}))" in shown
    assert "   - You: “text says Uxolite”" in shown
    assert not any("You: “" in line and "Frelkology" in line for line in shown)
    assert any(line.startswith("1. **Zarquon** (“Mivvle”; required") for line in section(text, "What to learn first"))
    assert "Quobbing" not in "\n".join(rows)


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "a | b\n# c", "[x](javascript:alert(1))", "x" * 500])
def test_names_of_documents_do_nothing_there(nasty: str) -> None:
    custom = replace(skill("Plumbus craft"), name=nasty, identity="custom:nasty")
    said = Statement("not_a_skill", Subject("custom:nasty", (), frozenset({"nasty"})), "job")
    found = replace(custom, tokens=("nasty",))
    (line,) = section(report(Mapped((), (*ASKED, found), {}), said), "Your own word")[2:]
    assert "<" not in line
    assert not re.search(r"(?<!\\)\](?=\()", line)
    assert not re.search(r"(?<!\\)\|", line)
    assert len(line) < 200


def test_many_own_words_are_counted() -> None:
    many = tuple(replace(skill("Plumbus craft"), name=f"Thing {n}", identity=f"custom:thing {n}") for n in range(20))
    said = [
        Statement("not_a_skill", Subject(f"custom:thing {n}", (), frozenset({f"thing {n}"})), "job") for n in range(20)
    ]
    lines = section(report(Mapped((), (*ASKED, *many), {}), *said), "Your own word")[2:]
    assert len(lines) == SHOWN_OWN_WORDS + 1
    assert lines[-1] == "- And 8 more."
