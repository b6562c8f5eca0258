"""What the offline extractor takes from a document: skills, context, requirement, level, evidence."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.types import DocType, ExtractedSkill
from tests.unit.vocabularies import ROWS, vocabulary

EXTRACTOR = KeywordExtractor(vocabulary(), EngineSettings())


def skills(text: str, doc_type: DocType = "job") -> dict[str, ExtractedSkill]:
    return {skill.name: skill for skill in EXTRACTOR.extract(text, doc_type).skills}


def names(text: str, doc_type: DocType = "job") -> set[str]:
    return set(skills(text, doc_type))


@pytest.mark.parametrize(
    "text",
    [
        "We go to market faster. Own our go-to-market strategy.",
        "Go to market strategy is yours.",
        "Go above and beyond for customers.",
        "You excel at details. Excel at what you do.",
        "Excel in a fast-paced environment and go the extra mile.",
        "In other words, we care.",
        "Word of mouth brought us here.",
        "R&D budget; a strong R & D culture",
        "Access to a company car. You have access to great tools.",
        "Rust removal and painting of railings",
        "A swift response, and a spark of joy",
        "Class A, B or C license",
        "Class C license required",
        "Hepatitis B, C vaccination",
        "Report to R. Smith, C. Jones and others",
        "You will report to the C-level",
        "our leadership team, under the leadership of our founder",
        "filing a complaint is your right",
        "Lead teams and grow teams",
        "Work with Sales Teams",
        "according to rust belt news",
        "the node fails, and nodes restart",
    ],
)
@pytest.mark.parametrize("heading", ["", "## Requirements\n- "])
def test_everyday_words_are_not_skills(text: str, heading: str) -> None:
    assert names(heading + text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experience with Go and Python", {"Go", "Python"}),
        ("Go developer wanted", {"Go"}),
        ("Proficiency in R or SQL", {"R", "SQL"}),
        ("Languages: Go, Rust, C", {"Go", "Rust", "C"}),
        ("C/C++", {"C", "C++"}),
        ("Python, Java, Swift", {"Python", "Java", "Swift"}),
        ("python, go, docker", {"Python", "Go", "Docker"}),
        ("iOS work in Swift 5.9", {"Swift"}),
        ("MS Office (Word, Access)", {"Microsoft Office", "Microsoft Word", "Microsoft Access"}),
        ("Word, Excel, Access", {"Microsoft Word", "Microsoft Excel", "Microsoft Access"}),
        ("Advanced Excel skills", {"Microsoft Excel"}),
        ("using Excel to track stock", {"Microsoft Excel"}),
        ("proficient in Word and Excel", {"Microsoft Word", "Microsoft Excel"}),
        ("ms excel daily", {"Microsoft Excel"}),
        ("## Nice to have\n- Go or Rust", {"Go", "Rust"}),
        ("## Requirements\n- Go\n- R", {"Go", "R"}),
        ("## Duties\n- Retire the last Jenkins jobs", {"Jenkins"}),
        ("Golang, Docker", {"Go", "Docker"}),
        ("Node.js", {"Node.js"}),
        ("Jobs run on Docker and Spark", {"Docker", "Apache Spark"}),
        ("PySpark", {"Apache Spark"}),
        ("## Requirements\n- BLS certification", {"Basic Life Support"}),
        ("demonstrated leadership and problem solving", {"Leadership", "Problem-Solving"}),
    ],
)  # fmt: skip
def test_the_same_words_are_skills_in_a_skill_context(text: str, expected: set[str]) -> None:
    assert names(text) == expected


POSTING = """# Data person

## About us
We love Python at Acme and build everything on Kubernetes.

## What you will do
- Data analysis for the whole firm
- Own the SQL Server

## Requirements
- 5+ years of Python and SQL
- Docker; Java is a plus
- No experience with Phlebotomy needed

## Nice to have
- k8s
- Must have: C++

## Benefits
JavaScript lessons, paid.

Acme is an equal opportunity employer. We do not discriminate; ask about .NET.
"""


def test_a_posting_by_its_sections() -> None:
    found = skills(POSTING)
    assert {name: skill.required for name, skill in found.items()} == {
        "Data Analysis": True,
        "SQL Server": True,
        "Python": True,
        "SQL": True,
        "Docker": True,
        "Java": False,
        "Kubernetes": False,
        "C++": True,
    }
    assert found["Kubernetes"].token == "k8s"


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("Python is required, Docker preferred", {"Python": True, "Docker": False}),
        ("You must have Python. Docker is a plus.", {"Python": True, "Docker": False}),
        ("Must have Python; nice to have: Docker, SQL", {"Python": True, "Docker": False, "SQL": False}),
        ("Ideally you know Docker", {"Docker": False}),
        ("Bonus points for Docker", {"Docker": False}),
        ("Bonus: Docker", {"Docker": False}),
        ("Docker would be a bonus", {"Docker": False}),
        ("Docker (preferred), Python (required)", {"Docker": False, "Python": True}),
        ("Preferred: Docker", {"Docker": False}),
        ("Preferred experience with Docker", {"Docker": False}),
        ("Docker experience is desirable", {"Docker": False}),
        ("Travel as required. Python", {"Python": True}),
        ("## Preferred qualifications\n- Python\n- Docker is required", {"Python": False, "Docker": True}),
        ("Nice to have:\n- Docker\n- SQL\n\nRequirements:\n- Python", {"Docker": False, "SQL": False, "Python": True}),
        ("REQUIREMENTS\nPython\n\nNICE TO HAVE\nDocker", {"Python": True, "Docker": False}),
        ("We use Docker.\n\nNice to have: Docker", {"Docker": False}),
        ("Java is not required, but Docker is a plus", {"Docker": False}),
        ("While Java is not required, it is a plus", {"Java": False}),
        ("Docker isn't a must, but nice to have", {"Docker": False}),
        ("SQL preferred but not required", {"SQL": False}),
        ("Go would be a bonus", {"Go": False}),
        ("Use Docker to reach the desired results", {"Docker": True}),
        ("Docker desired", {"Docker": False}),
        ("What's nice: Docker", {"Docker": False}),
    ],
)
def test_required_or_nice_to_have(text: str, required: dict[str, bool]) -> None:
    assert {name: skill.required for name, skill in skills(text).items()} == required


@pytest.mark.parametrize(
    "text",
    [
        "No experience with Python needed",
        "No prior Python experience is required",
        "No previous experience in Python, SQL or Docker necessary",
        "Python is not required",
        "Python and SQL are not required",
        "You don't need Python",
        "You do not need to know Python",
        "Without any knowledge of Python you can start",
        "Python isn't necessary",
    ],
)
def test_what_is_not_needed_is_no_skill_of_the_posting(text: str) -> None:
    assert names(text) == set()


def test_denials_do_not_reach_their_neighbours() -> None:
    assert names("Python is required, Java is not required") == {"Python"}
    assert names("No experience with Java needed. Python is.") == {"Python"}
    assert names("Tools including but not limited to Python and SQL") == {"Python", "SQL"}
    assert names("Not only Python but also SQL") == {"Python", "SQL"}
    assert names("I have never used Java, but I know Python", "resume") == {"Python"}


@pytest.mark.parametrize(
    ("text", "doc_type", "name", "label", "years"),
    [
        ("5+ years of Python", "job", "Python", "proficient", 5),
        ("3-5 years experience with Python", "job", "Python", "proficient", 3),
        ("two years of Python", "job", "Python", "working", 2),
        ("minimum of ten (10) years in Python", "job", "Python", "advanced", 10),
        ("at least 6 months of Python", "job", "Python", "basic", 0.5),
        ("Python (4 years), Java (1 yr)", "resume", "Java", "working", 1),
        ("Python (4 years), Java (1 yr)", "resume", "Python", "proficient", 4),
        ("5 years of Python and 2 years of Java", "job", "Java", "working", 2),
        ("5 years of Python and 2 years of Java", "job", "Python", "proficient", 5),
        ("3 years with Python, Java and SQL", "job", "SQL", "proficient", 3),
        ("Experience: 8 yrs Python, 1 yr Java", "resume", "Python", "advanced", 8),
        ("Experience: 8 yrs Python, 1 yr Java", "resume", "Java", "working", 1),
        ("Python, 4 years", "resume", "Python", "proficient", 4),
        ("expert in Python and SQL", "resume", "SQL", "advanced", None),
        ("Expert in Python, familiar with Java", "resume", "Python", "advanced", None),
        ("Expert in Python, familiar with Java", "resume", "Java", "basic", None),
        ("deep knowledge of Python", "job", "Python", "proficient", None),
        ("proficient in Python", "job", "Python", "proficient", None),
        ("exposure to Python", "job", "Python", "basic", None),
        ("working knowledge of Python", "job", "Python", "working", None),
        ("Python (advanced), Java (beginner to intermediate), SQL", "resume", "Java", "basic", None),
        ("Advanced: Python, SQL", "resume", "SQL", "advanced", None),
        ("strong Python skills", "job", "Python", "proficient", None),
        ("Python expertise", "job", "Python", "advanced", None),
        ("EXPERIENCE\n- Led data analysis for sales", "resume", "Data Analysis", "proficient", None),
        ("EXPERIENCE\n- Built services in Python", "resume", "Python", "working", None),
        ("EXPERIENCE\n- Assisted with data analysis", "resume", "Data Analysis", "basic", None),
        ("Expert-level Python, 2 years", "resume", "Python", "advanced", 2),
        ("Eight years of experience, six of them mainly in Python.", "resume", "Python", "advanced", 6),
        ("At least 5 years in software, 3 of which with Python", "job", "Python", "proficient", 3),
        ("12+ years of professional experience in Python", "job", "Python", "advanced", 12),
        ("4 years of work experience building Python services", "job", "Python", "proficient", 4),
        ("4 years experience Python", "job", "Python", "proficient", 4),
    ],
)
def test_levels(text: str, doc_type: DocType, name: str, label: str, years: float | None) -> None:
    level = skills(text, doc_type)[name].level
    assert level is not None
    assert (level.label, level.years) == (label, years)
    assert level.cues
    assert all(cue in " ".join(text.split()) for cue in level.cues)
    assert 0 < level.confidence <= 1


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("CPA candidate, three of four parts passed", "candidate"),
        ("CPA exam: three of four parts passed", "three of four parts passed"),
        ("CPA (in progress)", "in progress"),
        ("CPA license in progress", "in progress"),
        ("CPA - expected May 2026", "expected May 2026"),
        ("CPA, expected 2026", "expected 2026"),
        ("CPA eligible", "eligible"),
        ("CPA-eligible", "eligible"),
        ("Currently pursuing a CPA", "pursuing"),
        ("EXPERIENCE\n- Prepared for the CPA", "Prepared for"),
        ("Expert in audit, working towards my CPA", "working towards"),
        ("Docker (expert), CPA pending", "pending"),
    ],
)
@pytest.mark.parametrize("doc_type", ["resume", "job"])
def test_a_certificate_that_is_on_the_way_is_basic(text: str, cue: str, doc_type: DocType) -> None:
    level = skills(text, doc_type)["Certified Public Accountant"].level
    if (doc_type, cue) == ("job", "candidate"):  # "the ideal CPA candidate" is an applicant
        assert level is None
        return
    assert level is not None
    assert (level.label, level.cues) == ("basic", (cue,))


@pytest.mark.parametrize(
    "text",
    [
        "CPA, eligible to work in the United States",
        "CPA; GAAP (in progress)",
        "CPA, Docker in progress",
        "Docker in progress, CPA",
        "CPA with the candidate in mind",
        "CPA. Expected 2026 revenue",
    ],
)
def test_a_certificate_that_is_held_is_not_on_the_way(text: str) -> None:
    level = skills(text, "resume")["Certified Public Accountant"].level
    assert level is not None
    assert (level.label, level.cues) == ("proficient", ("CPA",))


def test_a_technology_is_never_on_the_way() -> None:
    assert skills("Python candidate", "resume")["Python"].level is None


@pytest.mark.parametrize("text", ["Sent 300 reports a month with Python", "a year in Python, they say, is short"])
def test_rates_are_no_experience(text: str) -> None:
    assert skills(text, "resume")["Python"].level is None


@pytest.mark.parametrize(
    "text",
    [
        "Python, SQL",
        "You are at least 18 years old and know Python",
        "Founded 20 years ago, we use Python",
        "Python (advanced), SQL (expert), Docker",
        "Basic Life Support, Docker",
        "Within two years you will use Docker",
        "12+ Years of professional experience Docker Skills",
        "12+ Years of professional experience and Docker Skills",
        "6 years of work experience, Docker",
        "6 years experience Own Docker",
    ],
)
def test_no_level_where_none_is_stated(text: str) -> None:
    level = [skill.level for skill in EXTRACTOR.extract(text, "job").skills][-1]
    assert level is None


def test_a_skill_is_listed_once_with_all_its_evidence() -> None:
    text = "Python here.\n\nExpert in Python there.\n\nk8s."
    found = skills(text, "resume")
    assert [e.quote for e in found["Python"].evidence] == ["Expert in Python there.", "Python here."]
    level = found["Python"].level
    assert level is not None
    assert level.score == 4


@pytest.mark.parametrize(
    "text",
    [
        "Please go to the Office of Project Management (OPM) and see the standards.",
        "qualified by the OFFICE OF PROJECT MANAGEMENT",
        "Meet the Office of Project Management's qualifications",
        "For more information on SQL, please call.",
        "Visit our Python website",
        "Go to the Docker and SQL websites for the forms",
    ],
)
def test_authorities_and_directions_for_applying_ask_for_nothing(text: str) -> None:
    assert names(text) == set()


def test_the_sentence_that_the_level_rests_on_is_never_left_out() -> None:
    text = "\n\n".join([*(f"Proficient in Python {place}." for place in "abcdef"), "Python for six years."])
    quotes = [piece.quote for piece in skills(text, "resume")["Python"].evidence]
    assert quotes[0] == "Python for six years."
    assert len(quotes) == 5


def test_an_office_elsewhere_takes_no_skill_away() -> None:
    assert names("Office work and Project Management") == {"Project Management"}
    assert names("Office of Finance, Project Management") == {"Project Management"}


def test_addresses_are_not_skills() -> None:
    assert names("mail python@java.example or see https://example.com/python/sql, github.com/docker", "resume") == set()


NAMES = [form for name, _, aliases, _ in ROWS for form in (name, *aliases.split("|")) if form]
GLUE = [
    *("\n", "\n\n", ". ", "; ", " - ", "## Requirements\n", "Nice to have: ", "no ", " years of ", "5+", "expert in "),
    *("(", ")", "\u0301", "ﬁ", "İ", "½", "\u200b", "\r\n", "• ", "|", "é", "\x00", "😀", "**", "about us\n"),
]
MIXED = st.lists(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(GLUE), st.text(max_size=8), st.just(" ")), max_size=40
).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=MIXED, doc_type=st.sampled_from(["resume", "job"]))
def test_every_quote_is_a_slice_of_the_text(text: str, doc_type: DocType) -> None:
    extraction = EXTRACTOR.extract(text, doc_type)
    assert extraction == EXTRACTOR.extract(text, doc_type)
    assert len({skill.name for skill in extraction.skills}) == len(extraction.skills)
    for skill in extraction.skills:
        assert skill.evidence
        assert any(skill.token in evidence.quote for evidence in skill.evidence)
        for evidence in skill.evidence:
            assert text[evidence.start : evidence.end] == evidence.quote
            assert evidence.quote.strip() == evidence.quote != ""


HOSTILE = {
    "one line of skills": "Python, Go, Excel and SQL (5 years) expert in ",
    "no separators": "pythonsql",
    "commas": ",",
    "spaces": " ",
    "dots": ". ",
    "brackets": "([{",
    "newlines": "\n-\n",
    "headings": "a: ",
    "negations": "no experience with, or ",
    "years": "5 years 3-5 ",
    "signs in tokens": "a.b&",
    "dashes": "a-",
    "marks": "e\u0301",
    "stars": "**a",
    "colons": "a a a: b\n",
    "single letters": "R C, ",
    "addresses": "a@b Python ",
    "everyday words": "Go, Excel and Word ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_work_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Counts executed lines of Python, not seconds; the regexes themselves are held by the suite's time limit."""

    def lines_run(size: int) -> int:
        text = (unit * (size // len(unit) + 1))[:size]
        count = 0

        def tracer(frame: object, event: str, arg: object) -> object:
            nonlocal count
            count += 1
            return tracer

        before = sys.gettrace()
        sys.settrace(tracer)
        try:
            EXTRACTOR.extract(text, "resume")
        finally:
            sys.settrace(before)
        return count

    small, large = lines_run(2_000), lines_run(8_000)
    assert large <= 6 * small + 2_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_two_hundred_thousand_hostile_characters(unit: str) -> None:
    text = (unit * (200_000 // len(unit) + 1))[:200_000]
    for skill in EXTRACTOR.extract(text, "job").skills:
        assert all(text[e.start : e.end] == e.quote for e in skill.evidence)
