"""The report: says what it must, names nothing without evidence, and renders nothing that a document smuggles in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze
from jobmate_agent.services.career_engine.report_renderer import VERDICTS, render
from jobmate_agent.services.career_engine.report_text import escape
from jobmate_agent.services.career_engine.types import (
    Evidence,
    Extraction,
    JobDocument,
    Level,
    LineOfWork,
    Mapped,
    PostingOccupation,
    Provenance,
)
from tests.unit.mapped_skills import ENTRIES, MAPPED, NAMES, skill

CONSTANTS = EngineSettings()
JOB = JobDocument("Night Baker", "Crumb & Co", "text")
MADE_WITH = Provenance("release 7", "abcdef0123456789", "model@1", None, None, "1", None)
RESUME_FOUND = Extraction("resume", (), "keyword", "keyword-2")
JOB_FOUND = Extraction("job", (), "keyword", "keyword-2")
OWN_TAGS = {"h1", "h2", "p", "strong", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote"}
NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "<javascript:alert(1)>",
    "http://evil.example and www.evil.example and me@evil.example",
    "`code` **bold** _em_ ~~gone~~",
    "cell | cell\n# heading\n\n- item\n\n    code",
    "&lt;script&gt; &#60;b&#62; &amp;",
    "[ref]: http://evil.example\n[ref]",
    "a\\*b \\<b>",
    "</td></tr></table><h1>",
    "line\u2028separator\u202eright-to-left\x00nul",
    "```\nfence\n```",
    "1. one\n2) two\n+ plus\n> quote\n---\n===",
]

NEAR = PostingOccupation(0.3, None, LineOfWork(0.3, ("Riddle Makers", "Toy <Nurses>")))


class Elements(HTMLParser):
    """What a browser would see: tags, attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


def _report(mapped: Mapped, job: JobDocument = JOB, made_with: Provenance = MADE_WITH, **found: Extraction) -> str:
    resume, posting = found.get("resume", RESUME_FOUND), found.get("posting", JOB_FOUND)
    return render(job, analyze(mapped, CONSTANTS), resume, posting, made_with, CONSTANTS)


def _html(markdown: str) -> Elements:
    """As a lenient client would: raw HTML allowed, bare links linked, tables and strikethrough on."""
    lenient = MarkdownIt("gfm-like", {"html": True, "linkify": False}).disable("linkify")
    return Elements(lenient.render(markdown))


@pytest.mark.parametrize("nasty", NASTY)
def test_text_of_documents_is_shown_and_does_nothing(nasty: str) -> None:
    quoted = replace(skill("Uxolite", 1), evidence=(Evidence(nasty, 0, len(nasty)),))
    custom = replace(skill("Plumbus craft"), name=nasty, identity=f"custom:{nasty}")
    wanted = (replace(quoted, level=replace(quoted.level, score=4)), custom, replace(custom, identity="custom:2"))  # type: ignore[type-var]
    report = _report(
        Mapped((quoted, custom), wanted, {("custom:2", custom.identity): 0.9}),
        JobDocument(nasty, nasty, "text"),
        replace(MADE_WITH, embedding_model=nasty, llm_model=nasty, degraded_reason=nasty),
        resume=replace(RESUME_FOUND, notes=(nasty,), extractor="llm", model=nasty, version=nasty),
    )
    seen = _html(report)
    assert set(seen.tags) <= OWN_TAGS
    assert {name for name, _ in seen.attributes} <= {"style"}
    assert seen.tags.count("h1") == 1
    assert (seen.tags.count("th"), seen.tags.count("td")) == (7, 7 * 4)
    # What renderers link by themselves: bare URLs and addresses.
    assert not re.search(r"(?<!\\)://|www\.|(?<!\\)@", report)


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
    | st.text("<>[]()`*_\\&#;:/!|~@w. \n-+=\"'{}x1", max_size=60)
)
def test_escaped_text_is_one_line_of_plain_text_that_reads_the_same(text: str) -> None:
    seen = _html(f"- before “{escape(text)}” after")
    assert seen.tags == ["ul", "li"]
    assert seen.attributes == []
    visible = " ".join(escape("x" + text + "x").split())
    assert "\n" not in visible
    inner = seen.text.strip()
    assert inner.startswith("before “")
    assert inner.endswith("” after")
    kept = [char for char in text if char.isalnum()]
    shown = [char for char in inner.removeprefix("before “").removesuffix("” after") if char.isalnum()]
    assert shown == kept


@settings(max_examples=200, deadline=None)
@given(MAPPED)
def test_every_name_traces_to_evidence(mapped: Mapped) -> None:
    report = _report(mapped)
    there = {found.name for found in (*mapped.resume, *mapped.job) if found.evidence}
    assert {name for name in NAMES if escape(name) in report} <= there
    quotes = {escape(piece.quote) for found in (*mapped.resume, *mapped.job) for piece in found.evidence}
    assert set(re.findall("“(.*?)”", report)) <= quotes
    assert {entry.name for entry in ENTRIES if f"{entry.name} alias" in report} == set()


@settings(max_examples=100, deadline=None)
@given(MAPPED)
def test_every_job_skill_is_in_the_table_and_the_points_add_up(mapped: Mapped) -> None:
    analysis = analyze(mapped, CONSTANTS)
    report = _report(mapped)
    rows = [
        line for line in report.splitlines() if line.startswith("| ") and not line.startswith(("| Skill", "| **All"))
    ]
    assert len(rows) == len(analysis.entries)
    earned = [float(row.split(" | ")[5]) for row in rows]
    if analysis.overall_match is not None:
        assert sum(earned) == pytest.approx(analysis.overall_match, abs=0.006 * len(rows) + 0.006)
        assert f": {analysis.overall_match:.1f} out of 10" in report.splitlines()[0]


def test_without_job_skills_the_first_line_says_not_enough_information() -> None:
    report = _report(Mapped((skill("Uxolite"),), (), {}))
    assert "not enough information" in report.splitlines()[0]
    assert "out of 10" not in report
    assert "0.0" not in report


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (("Zarquon", "Uxolite", "Quobbing", "Dwimmery"), "You are a strong match."),
        (("Zarquon", "Uxolite"), "You are a partial match."),
        ((), "This job is far from what your resume shows today."),
    ],
)
def test_the_verdict_follows_the_score(held: tuple[str, ...], sentence: str) -> None:
    asked = tuple(skill(name) for name in ("Zarquon", "Uxolite", "Quobbing", "Dwimmery", "Mivvle"))
    if "strong" in sentence:
        asked = asked[:4]
    report = _report(Mapped(tuple(skill(name) for name in held), asked, {}))
    assert sentence in report.splitlines()[2]


def test_too_few_skills_give_a_tentative_score_and_no_verdict() -> None:
    asked = tuple(skill(name) for name in ("Zarquon", "Uxolite", "Quobbing", "Dwimmery"))
    few, enough = _report(Mapped(asked, asked[:3], {})), _report(Mapped(asked, asked, {}))
    assert few.splitlines()[0].endswith(": 10.0 out of 10 (tentative)")
    assert few.splitlines()[2].startswith(
        "**Too little of this posting could be read for a verdict: only 3 skills, so the score is tentative.**"
    )
    assert not any(verdict in few for verdict in VERDICTS)
    assert enough.splitlines()[0].endswith(": 10.0 out of 10")
    assert enough.splitlines()[2].startswith("**You are a strong match.**")


def test_without_a_release_the_report_says_that_the_line_of_work_does_not_count() -> None:
    report = _report(Mapped((skill("Uxolite"),), (skill("Uxolite"),), {}))
    assert "- Line of work: not counted, because no release of O\\*NET is loaded here." in report


def test_the_quote_of_a_level_is_the_one_that_it_rests_on() -> None:
    pieces = ("Wrote a long line about Zarquon and what it does for the bakery at night", "Six years of Zarquon")
    evidence = tuple(Evidence(text, 100 * at, 100 * at + len(text)) for at, text in enumerate(pieces))
    held = replace(skill("Zarquon"), evidence=evidence, level=Level(4, 6, cues=("Six years",)))
    assert "You: “Six years of Zarquon”" in _report(Mapped((held,), (skill("Zarquon", 3),), {}))
    unstated = replace(held, level=None)
    assert f"You: “{pieces[0]}”" in _report(Mapped((unstated,), (skill("Zarquon"),), {}))


def test_words_that_a_level_rests_on_are_kept_in_a_shortened_quote() -> None:
    text = f"Zarquon {'and more ' * 18}for six years"
    held = replace(skill("Zarquon"), evidence=(Evidence(text, 0, len(text)),), level=Level(4, 6, cues=("six years",)))
    shown = re.search("You: “(.*?)”", _report(Mapped((held,), (skill("Zarquon"),), {})))
    assert shown is not None
    assert len(shown[1]) <= 160
    assert shown[1].startswith("…")
    assert shown[1].endswith("for six years")


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ((4, 4), "shows 2 of the 2 skills this job asks for;"),
        ((4, 1), "shows 1 of the 2 skills this job asks for, and 1 more below the level asked;"),
        ((1, 1), "shows 2 of the 2 skills this job asks for, but below the level asked;"),
        ((0, 0), "shows none of the 2 skills this job asks for;"),
    ],
)
def test_what_is_held_below_the_level_asked_is_counted_apart(levels: tuple[int, int], sentence: str) -> None:
    names = ("Zarquon", "Uxolite")
    held = tuple(skill(name, level) for name, level in zip(names, levels, strict=True))
    top = _report(Mapped(held, tuple(skill(name, 3) for name in names), {})).splitlines()[2]
    assert sentence.rstrip(";") in top.replace(".", ";").split("; **")[0]


def test_it_says_what_to_show_strengthen_and_learn_with_quotes_of_both_sides() -> None:
    resume = (skill("Zarquon", 4, who="my resume"), skill("Uxolite", 1, who="my resume"), skill("Mivvle", 4))
    job = (skill("Zarquon", 2), skill("Uxolite", 4, who="the posting"), skill("Quobbing", 3, who="the posting"))
    near = {(job[2].identity, resume[2].identity): 0.9}
    sections = dict(part.split("\n", 1) for part in _report(Mapped(resume, job, near)).split("\n## ")[1:])
    assert "**Zarquon**" in sections["What to show off"]
    assert "“my resume says Zarquon”" in sections["What to show off"]
    assert "“the posting says Uxolite”" in sections["What to strengthen"]
    assert "“my resume says Uxolite”" in sections["What to strengthen"]
    assert "1. **Quobbing**" in sections["What to learn first"]
    assert "Head start: you already show Mivvle" in sections["What to learn first"]
    assert "**Mivvle**: close to Quobbing" in sections["What carries over"]


def test_what_to_learn_comes_by_weight_times_missing_credit() -> None:
    asked = (skill("Uxolite", required=False), skill("Dwimmery"), skill("Zarquon"), skill("Mivvle"))
    lines = [line for line in _report(Mapped((), asked, {})).splitlines() if re.match(r"\d\. ", line)]
    assert [line.split("**")[1] for line in lines] == ["Zarquon", "Mivvle", "Dwimmery", "Uxolite"]


def test_a_degraded_report_says_so_at_the_top_and_why() -> None:
    mapped = Mapped((skill("Uxolite"),), (skill("Uxolite"),), {})
    report = _report(mapped, made_with=replace(MADE_WITH, degraded_reason="llm_timeout"))
    notice = next(line for line in report.splitlines() if line.startswith("> "))
    assert "it took too long to answer" in notice
    assert report.index(notice) < report.index("## ")
    assert "Degraded: yes" in report
    assert "Degraded: no" in _report(mapped)


def test_every_constant_of_the_score_is_printed() -> None:
    changed = EngineSettings(
        weight_required=1.01, weight_nice_to_have=0.43, factor_hot_technology=1.17, factor_in_demand=1.13,
        importance_base=0.67, importance_slope=0.19, weak_floor=0.23, transfer_cap=0.29,
        transfer_similarity_floor=0.59, assumed_level=3, factor_unlisted=0.37, line_of_work_weight=0.25,
        line_of_work_full=0.61,
    )  # fmt: skip
    analysis = analyze(Mapped((), (skill("Dwimmery"),), {}), changed, NEAR)
    report = render(JOB, analysis, RESUME_FOUND, JOB_FOUND, MADE_WITH, changed)
    for value in (
        "1.01",
        "0.43",
        "1.17",
        "1.13",
        "0.67",
        "0.19",
        "0.23",
        "0.29",
        "0.59",
        "counts as 3",
        "0.37",
        "20%",
        "0.61",
    ):
        assert value in report, value


def test_the_line_of_work_is_named_and_adds_up() -> None:
    mapped = Mapped((skill("Uxolite", 3),), (skill("Uxolite"), skill("Mivvle")), {})
    analysis = analyze(mapped, CONSTANTS, NEAR)
    report = render(JOB, analysis, RESUME_FOUND, JOB_FOUND, MADE_WITH, CONSTANTS)
    assert "Your resume reads most like: Riddle Makers; Toy &lt;Nurses&gt;. That is near" in report
    table = [line for line in report.splitlines() if line.startswith("| ")][1:-1]
    rows = [line.split(" | ") for line in table]
    (work,) = [row for row in rows if row[0] == "| *Line of work*"]
    assert work[2:6] == ["Riddle Makers; Toy &lt;Nurses&gt;", "0.72", "0.60", "1.50"]
    score = analysis.overall_match
    assert score is not None
    earned = [float(row[5]) for row in rows]
    could_add = [float(row[6].strip(" |")) for row in rows if row is not work]
    assert sum(earned) == pytest.approx(score, abs=0.02)
    assert score + sum(could_add) == pytest.approx(10 - 2.5 * 0.4, abs=0.02)
    assert f"= {score:.2f}." in report
    assert "O\\*NET® is a trademark of USDOL/ETA" in report


def test_quick_wins_are_levels_left_open_and_skills_in_other_words() -> None:
    asked = (skill("Uxolite", 4), skill("Mivvle"), skill("Zarquon"), skill("Dwimmery", 3), skill("Frelkology"))
    held = (skill("Uxolite"), skill("Quobbing", 4), skill("Dwimmery", 1))
    ids = {one.name: one.identity for one in (*asked, *held)}
    near = {(ids["Mivvle"], ids["Quobbing"]): 0.8, (ids["Zarquon"], ids["Quobbing"]): 0.6}
    section = _report(Mapped(held, asked, near)).split("## Quick wins\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    assert [line.split("**")[1] for line in lines] == ["Mivvle", "Uxolite"]
    assert "you show Quobbing; if that is the same" in lines[0]
    assert "without a level, and the posting asks for advanced" in lines[1]


def test_a_broader_word_is_no_quick_win() -> None:
    asked = replace(skill("Uxolite"), name="Plumbus repair", tokens=("Plumbus repair",))
    for name, shown in (("plumbuses", False), ("repairs of plumbuses", True), ("grumbo repair", True)):
        held = replace(skill("Mivvle", 3), name=name)
        report = _report(Mapped((held,), (asked,), {(asked.identity, held.identity): 0.9}))
        assert (f"you show {name};" in report) == shown


def test_no_quick_wins_where_there_are_none() -> None:
    assert "Quick wins" not in _report(Mapped((skill("Uxolite", 3),), (skill("Uxolite", 3), skill("Mivvle")), {}))


@pytest.mark.parametrize(
    ("name", "token", "written"),
    [
        ("Selective Attention", "attention to detail", ""),
        ("Speaking", "oral *communication*", "“oral \\*communication\\*”; "),
        ("Microsoft Excel", "Excel", ""),
        ("Programming", "programs", ""),
        ("Key Performance Indicators", "KPIs", ""),
        ("Google Ads", "Adwords", "“Adwords”; "),
    ],
)
def test_words_that_a_reader_would_not_recognise_stand_beside_the_name(name: str, token: str, written: str) -> None:
    asked = replace(skill("Uxolite"), name=name, tokens=(token,))
    assert f"1. **{name}** ({written}required" in _report(Mapped((), (asked,), {}))
    assert f"- **{name}** ({written}required" in _report(Mapped((asked,), (asked,), {}))


def test_onet_is_credited_where_its_data_is_shown() -> None:
    entry = replace(ENTRIES[4], framework="onet", external_id="1.A.1")
    shown = replace(skill("Dwimmery"), entry=entry)
    assert "O\\*NET® is a trademark of USDOL/ETA" in _report(Mapped((), (shown,), {}))
    assert "USDOL" not in _report(Mapped((), (skill("Uxolite"),), {}))


def test_what_was_not_understood_is_named() -> None:
    mapped = Mapped((skill("Yak <b>shaving</b>"),), (skill("Plumbus craft"),), {})
    dropped = replace(JOB_FOUND, dropped=2, notes=("a table was skipped",))
    section = _report(mapped, posting=dropped).split("## What was not understood\n")[1].split("\n## ")[0]
    assert "Plumbus craft" in section
    assert "Yak &lt;b&gt;shaving&lt;/b&gt;" in section
    assert "2 skills for the posting" in section
    assert "a table was skipped" in section
