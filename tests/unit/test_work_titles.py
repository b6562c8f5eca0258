"""What a resume calls its owner and their jobs."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.work_titles import work_titles

RESUME = """\
KITE TRAFFIC ANALYST
Summary
Ten years of watching kites.

Experience
Senior Kite Analyst 03/2015 to Current
Windward Ltd, Bergen
Kept kites apart.

06/2010 to 02/2015
Riddle Programmer - Sphinx Inc
Wrote riddles.

Education
Master of Kites, 2010
"""


def test_headline_and_jobs_without_their_dates() -> None:
    titles = work_titles(RESUME)
    assert titles[:2] == ("KITE TRAFFIC ANALYST", "Senior Kite Analyst")
    assert "Riddle Programmer - Sphinx Inc" in titles
    assert not any(char.isdigit() for title in titles for char in title)
    assert not any("Master" in title for title in titles)


@pytest.mark.parametrize(
    "first",
    ["jane@example.org", "+47 555 0199", "www.example.org", "I have watched kites for ten years in all weathers " * 2],
)
def test_a_first_line_that_is_no_headline(first: str) -> None:
    assert work_titles(f"{first}\n\nSkills\nPython") == ()


def test_nothing_to_read() -> None:
    assert work_titles("") == work_titles(" \n - \n") == ()
