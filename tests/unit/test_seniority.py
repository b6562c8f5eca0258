"""What titles of jobs say about levels."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.seniority import title_claim, with_title_level
from tests.unit.vocabularies import vocabulary

EXTRACTOR = KeywordExtractor(vocabulary(), EngineSettings())


@pytest.mark.parametrize(
    ("title", "score", "words"),
    [
        ("Senior Accountant", 3, "Senior"),
        ("Sr. Python Developer", 3, "Sr"),
        ("Shift Lead, Outbound", 3, "Lead"),
        ("Principal Engineer", 3, "Principal"),
        ("Head of Kitchen", 3, "Head"),
        ("Vice President of Sales", 3, "Vice President"),
        ("Mid-Level Analyst", 2, "Mid-Level"),
        ("Junior Welder", 1, "Junior"),
        ("Marketing Intern (summer)", 1, "Intern"),
        ("Entry-level Clerk", 1, "Entry-level"),
        ("TRAINEE PHARMACIST", 1, "TRAINEE"),
    ],
)
def test_titles(title: str, score: int, words: str) -> None:
    claim = title_claim(title, 0, len(title))
    assert claim is not None
    assert (claim.score, claim.words) == (score, words)
    assert title[claim.start : claim.end] == words


@pytest.mark.parametrize(
    "title",
    [
        "Accountant",
        "Lead Generation Specialist",
        "Senior Living Nurse",
        "Caregiver, senior care",
        "Teacher, Junior High School",
        "International Trade Clerk",
        "Head Start Teacher",
        "Leader of the pack",
        "",
    ],
)
def test_titles_that_say_nothing(title: str) -> None:
    assert title_claim(title, 0, len(title)) is None


def test_a_title_fills_in_what_the_posting_leaves_open_about_its_core() -> None:
    text = (
        "## Requirements\n- Python\n- Docker\n- 2 years of SQL\n- Java is a plus\n\n## Duties\n- Run Docker and Java\n"
    )
    found = EXTRACTOR.extract(text, "job")
    filled = {skill.name: skill.level for skill in with_title_level(found, "Senior Python Developer").skills}
    assert {name: level and (level.label, level.cues) for name, level in filled.items()} == {
        "Python": ("proficient", ("Senior",)),  # stands in the title
        "Docker": ("proficient", ("Senior",)),  # stands twice
        "SQL": ("working", ("2 years",)),
        "Java": None,  # is only a plus
    }
    assert filled["Python"] is not None
    assert filled["Python"].confidence < 0.5
    assert with_title_level(found, "Python Developer") == found
