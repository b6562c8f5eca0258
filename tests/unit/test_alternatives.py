"""Skills that a posting names as alternatives: none of them is required by itself."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.types import ExtractedSkill
from tests.unit.vocabularies import ROWS, vocabulary

EXTRACTOR = KeywordExtractor(
    vocabulary(
        (
            *ROWS,
            ("Oracle NetSuite", "technology", "NetSuite", ""),
            ("Microsoft Dynamics 365", "technology", "", ""),
            ("Enterprise Resource Planning", "knowledge", "ERP|ERP systems", ""),
            ("Tableau", "technology", "", ""),
            ("Microsoft Power BI", "technology", "Power BI", ""),
            ("Administration and Management", "knowledge", "business administration", ""),
            ("Geographic Information Systems", "knowledge", "GIS", ""),
            ("Accounting", "knowledge", "", ""),
            ("Finance", "knowledge", "", ""),
        )
    ),
    EngineSettings(),
)


def found(text: str) -> dict[str, ExtractedSkill]:
    return {skill.name: skill for skill in EXTRACTOR.extract(text, "job").skills}


@pytest.mark.parametrize(
    ("text", "required", "nice"),
    [
        ("Python or Java required", set(), {"Python", "Java"}),
        ("You must know Python and/or Java.", set(), {"Python", "Java"}),
        ("Python, Java or C++", set(), {"Python", "Java", "C++"}),
        ("Python, Java, or C++", set(), {"Python", "Java", "C++"}),
        ("SQL and Python or Java", {"SQL"}, {"Python", "Java"}),
        ("Docker; Python or Java; SQL", {"Docker", "SQL"}, {"Python", "Java"}),
        ("Python, Perl or Java", set(), {"Python", "Java"}),
        ("Experience in Python or experience with Java", set(), {"Python", "Java"}),
        ("Python (3.11) or Java", set(), {"Python", "Java"}),
        ("Either Python or Java, and SQL", {"SQL"}, {"Python", "Java"}),
        ("Python or Perl", set(), {"Python"}),
        ("Perl or Python", set(), {"Python"}),
        ("Docker or similar", set(), {"Docker"}),
        ("Docker, Kubernetes or another orchestrator", set(), {"Docker", "Kubernetes"}),
        ("A language such as Python, Java", set(), {"Python", "Java"}),
        ("A language such as Python or Java", set(), {"Python", "Java"}),
        ("Tools such as Python and Java", {"Python", "Java"}, set()),
        ("A visualization tool (e.g. Tableau)", set(), {"Tableau"}),
        ("One of: Python, Java and C++", set(), {"Python", "Java", "C++"}),
        ("At least one of the following languages: Python, Java", set(), {"Python", "Java"}),
        ("Data visualization with Tableau or Power BI", set(), {"Tableau", "Microsoft Power BI"}),
        (
            "Hands-on use of an ERP system, NetSuite or Microsoft Dynamics 365 for choice",
            set(),
            {"Enterprise Resource Planning", "Oracle NetSuite", "Microsoft Dynamics 365"},
        ),
        (
            "Bachelor's degree in GIS, business administration or a related field; SQL",
            {"SQL"},
            {"Geographic Information Systems", "Administration and Management"},
        ),
        ("BS in Accounting/Finance with Python", {"Python"}, {"Accounting", "Finance"}),
        ("Degree in accounting and 3 years of SQL or Python", {"Accounting"}, {"SQL", "Python"}),
        ("Python and Java", {"Python", "Java"}, set()),
        ("Python, Java, SQL", {"Python", "Java", "SQL"}, set()),
        ("Two or more years of Python", {"Python"}, set()),
        ("Python, in person or remotely", {"Python"}, set()),
        ("SQL Server or Microsoft SQL Server", {"SQL Server"}, set()),
    ],
)
@pytest.mark.parametrize("heading", ["", "## Requirements\n- "])
def test_alternatives_are_nice_to_have(text: str, required: set[str], nice: set[str], heading: str) -> None:
    skills = found(heading + text)
    assert {name for name, skill in skills.items() if skill.required} == required
    assert {name for name, skill in skills.items() if not skill.required} == nice


def test_an_alternative_that_is_asked_for_by_itself_elsewhere_is_required() -> None:
    skills = found("## Requirements\n- Python or Java\n- 3 years of Python\n")
    assert skills["Python"].required
    assert not skills["Java"].required


def test_the_field_of_a_degree_carries_no_level() -> None:
    skills = found("5 years of experience and a degree in Accounting or Finance")
    assert {skill.level for skill in skills.values()} == {None}
    assert set(skills) == {"Accounting", "Finance"}


def test_what_an_alternative_is_not_needed_for_stays_out() -> None:
    assert found("No experience with Python or Java needed") == {}


def test_on_a_resume_or_lists_say_nothing_about_need() -> None:
    skills = EXTRACTOR.extract("Python or Java", "resume").skills
    assert [skill.required for skill in skills] == [True, True]
