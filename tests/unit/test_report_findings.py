"""What the report says about the documents themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze
from jobmate_agent.services.career_engine.hidden_words import hidden_finding
from jobmate_agent.services.career_engine.report_renderer import render
from jobmate_agent.services.career_engine.types import (
    Evidence,
    Extraction,
    Finding,
    FindingCode,
    JobDocument,
    Mapped,
    Provenance,
)
from jobmate_agent.services.documents.hidden import WAYS
from tests.unit.mapped_skills import skill

SETTINGS = EngineSettings()
GERMAN = Finding("other_language", "This posting is written in German. Only names were read.")
OWN_GERMAN = Finding("other_language", "Your resume is written in German.")
RESUME = Extraction("resume", (), "keyword", "1")
POSTING = Extraction("job", (), "keyword", "1")
ASKED = tuple(skill(name) for name in ("Uxolite", "Zarquon", "Quobbing", "Dwimmery"))


def report(mapped: Mapped, resume: Extraction = RESUME, posting: Extraction = POSTING) -> str:
    made_with = Provenance("release 7", "abcdef0123456789", "model@1", None, None, "1", None)
    return render(
        JobDocument("Night Baker", "Crumb", ""), analyze(mapped, SETTINGS), resume, posting, made_with, SETTINGS
    )


def test_another_language_is_told_before_anything_rests_on_it() -> None:
    said = report(Mapped(ASKED[:2], ASKED, {}), posting=replace(POSTING, findings=(GERMAN,)))
    assert said.startswith(
        "# Night Baker at Crumb: 5.2 out of 10 (tentative)\n\n**Only names of technologies were read in this posting"
    )
    by_model = replace(POSTING, findings=(GERMAN,), extractor="llm", model="a-model")
    assert report(Mapped(ASKED[:2], ASKED, {}), posting=by_model).startswith("# Night Baker at Crumb: 5.2 out of 10\n")
    assert f"\n\n> {GERMAN.message}\n\n## What to show off" in said
    assert said.count(GERMAN.message) == 1
    both = report(
        Mapped(ASKED[:2], ASKED, {}), replace(RESUME, findings=(OWN_GERMAN,)), replace(POSTING, findings=(GERMAN,))
    )
    assert f"> {GERMAN.message}\n\n> {OWN_GERMAN.message}\n" in both


def test_a_posting_that_was_not_read_has_no_score() -> None:
    said = report(Mapped(ASKED, (), {}), posting=replace(POSTING, findings=(GERMAN,)))
    assert said.startswith(
        "# Night Baker at Crumb: not enough information\n\nThis posting is not written in English and"
    )
    assert "out of 10" not in said
    assert report(Mapped(ASKED, (), {})).split("\n")[2].startswith("No skill was recognised in this posting, so")


def test_a_resume_that_was_not_read_has_no_score_either() -> None:
    unread = replace(RESUME, findings=(OWN_GERMAN,))
    mapped = Mapped((), ASKED, {}, resume_unread=unread.is_unread)
    assert analyze(mapped, SETTINGS).overall_match is None
    said = report(mapped, unread)
    assert said.startswith(
        "# Night Baker at Crumb: not enough information\n\nYour resume is not written in English and"
    )
    assert "The posting asks for Zarquon, Quobbing, Dwimmery and Uxolite." in said
    assert "out of 10" not in said
    assert "What to learn first" not in said
    # What the person says about themselves counts all the same.
    assert analyze(replace(mapped, resume=ASKED[:2]), SETTINGS).overall_match == 5.19
    # An English resume without skills shows none of them, and is scored so.
    assert analyze(Mapped((), ASKED, {}), SETTINGS).overall_match == 0.0


@pytest.mark.parametrize(
    "code",
    ["partly_other_language", "hidden_text", "repeated_skill", "bare_list", "many_technologies", "copied_passage"],
)
def test_every_other_finding_has_a_line_of_its_own(code: FindingCode) -> None:
    found = Finding(code, "Something to <b>know</b>.", Evidence("some *words* there", 3, 21))
    said = report(Mapped(ASKED, ASKED, {}), replace(RESUME, findings=(found,)))
    section = said.split("## About your documents\n")[1].split("\n## ")[0]
    assert section == "\n- Something to &lt;b&gt;know&lt;/b&gt;.\n   - “some \\*words\\* there”\n"
    assert "About your documents" not in report(Mapped(ASKED, ASKED, {}))


def test_findings_of_both_documents_change_nothing_else() -> None:
    findings = (hidden_finding("resume", 3, ("unseen",), "a b c"),)
    plain = report(Mapped(ASKED[:1], ASKED, {}))
    told = report(Mapped(ASKED[:1], ASKED, {}), replace(RESUME, findings=findings), replace(POSTING, findings=findings))
    before, rest = told.split("## About your documents\n")
    assert plain == before + rest[rest.index("## ") :]
    assert rest.count("3 words of your resume cannot be seen") == 2


def test_every_way_of_hiding_has_its_words() -> None:
    messages = {hidden_finding("resume", 2, (way,), "a b").message for way in WAYS}
    assert len(messages) == len(WAYS)


@pytest.mark.parametrize(
    ("finding", "says"),
    [
        (hidden_finding("resume", 1, ("tiny",), "docker"), "1 word of your resume cannot be seen by its readers (too"),
        (
            hidden_finding("resume", 14, ("unseen", "off_page"), "python …"),
            "14 words of your resume cannot be seen by its readers (in the colour of the paper, covered or "
            "transparent; outside of the page): “python …”. Left out.",
        ),
        (hidden_finding("job", 2, ("marked",), "a b"), "2 words of this posting cannot be seen by its readers (marked"),
    ],
)
def test_what_is_said_of_hidden_words(finding: Finding, says: str) -> None:
    assert finding.code == "hidden_text"
    assert finding.message.startswith(says)
    assert finding.evidence is None
