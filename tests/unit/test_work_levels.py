"""Levels from the jobs of a resume: how long ago, for how long, and under which title a skill was used."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.types import ExtractedSkill, Level
from jobmate_agent.services.career_engine.work_history import WorkHistory
from jobmate_agent.services.career_engine.work_levels import with_work_levels
from tests.unit.vocabularies import vocabulary

EXTRACTOR = KeywordExtractor(vocabulary(), EngineSettings())


def levels(text: str) -> dict[str, Level | None]:
    """The level of every skill of a resume."""
    skills = EXTRACTOR.extract(text, "resume").skills
    return {skill.name: skill.level for skill in with_work_levels(Document(text, "resume"), skills, EngineSettings())}


def told(level: Level | None) -> tuple[str, tuple[str, ...]] | None:
    return (level.label, level.cues) if level else None


RESUME = """Experience

Senior Developer, Old Mill
January 2018 – March 2022
- Python services
- Kubernetes

Developer
Corner House, 2012 to 2014
- Java
- SQL queries
- Built Docker images

Intern, Corner House, 06/2011 - 08/2011
* JavaScript

Skills

SQL, expert in C++
"""


def test_jobs_are_told_apart_by_their_dates() -> None:
    history = WorkHistory(Document(RESUME, "resume"))
    assert [RESUME[entry.start : entry.header_end] for entry in history.entries] == [
        "Senior Developer, Old Mill\nJanuary 2018 – March 2022",
        "Developer\nCorner House, 2012 to 2014",
        "Intern, Corner House, 06/2011 - 08/2011",
    ]
    assert history.now == 2022 * 12 + 2
    for words, entry in (("Kubernetes", 0), ("Docker", 1), ("JavaScript", 2)):
        assert history.at(RESUME.index(words)) == history.entries[entry]
    assert history.at(RESUME.index("expert")) is None
    assert history.at(0) is None


def test_what_the_jobs_say() -> None:
    found = levels(RESUME)
    assert told(found["Python"]) == ("proficient", ("Senior", "January 2018 – March 2022"))
    assert found["Python"].years == 4.2  # type: ignore[union-attr]
    assert told(found["Java"]) == ("basic", ("2012 to 2014",))  # two years make "working", eight years ago one less
    assert told(found["Docker"]) == ("basic", ("Built", "2012 to 2014"))
    assert told(found["JavaScript"]) == ("basic", ("Intern", "06/2011 - 08/2011"))
    assert found["SQL"] is None  # also named outside of jobs, where less is not read into it
    assert told(found["C++"]) == ("advanced", ("expert",))


@pytest.mark.parametrize(
    ("said", "ended", "expected"),
    [
        ("Expert in Python", "2019", ("advanced", ("Expert",))),
        ("Expert in Python", "2010", ("proficient", ("Expert", "2004 to 2010"))),
        ("Familiar with Python", "2010", ("basic", ("Familiar",))),  # there is nothing below
        ("Python", "2010", ("working", ("2004 to 2010",))),
        ("Python", "2019", ("proficient", ("2004 to 2019",))),
        ("Assisted with Python", "2019", ("proficient", ("Assisted", "2004 to 2019"))),
    ],
)
def test_what_is_long_ago_counts_one_level_less(said: str, ended: str, expected: tuple[str, tuple[str, ...]]) -> None:
    text = f"EXPERIENCE\nClerk, Firm, 2019 to 2022\n- Docker\n\nClerk, House, 2004 to {ended}\n- {said}\n"
    assert told(levels(text)["Python"]) == expected


def test_a_skill_that_is_used_again_is_not_old() -> None:
    again = RESUME.replace("- Kubernetes", "- Kubernetes, Java")
    assert told(levels(again)["Java"]) == ("proficient", ("Senior", "January 2018 – March 2022", "2012 to 2014"))


def test_the_reference_is_the_resume_and_not_the_clock() -> None:
    only_old = "EXPERIENCE\nClerk, House, 1994 to 1997\n- Python\n"
    assert told(levels(only_old)["Python"]) == ("proficient", ("1994 to 1997",))
    since = f"{only_old}\nClerk, Firm, 2001 to 2003\n- Docker\n"
    assert told(levels(since)["Python"]) == ("working", ("1994 to 1997",))


@pytest.mark.parametrize(
    ("line", "now"),
    [
        ("- Served 2050 customers.", (2022, 3)),
        ("- Upgraded to Windows Server 2025.", (2022, 3)),
        ("- Wrote the plan for 2030", (2022, 3)),
        ("- Won a prize in May 2023", (2023, 5)),
        ("- Sees the shop open again in May 2035", (2022, 3)),
        ("\nEducation\nBSc, Some University, 2023", (2023, 1)),
        ("\nEducation\nBSc, Some University, 2027", (2022, 3)),
        ("\nEducation\nSaw a show of 2023 with many other people there", (2022, 3)),
    ],
)
def test_only_what_reads_as_a_date_of_this_life_makes_a_resume_older(line: str, now: tuple[int, int]) -> None:
    text = RESUME.replace("- Kubernetes\n", f"- Kubernetes\n{line}\n") if line[0] == "-" else f"{RESUME}{line}\n"
    history = WorkHistory(Document(text, "resume"))
    assert history.now == now[0] * 12 + now[1] - 1
    if now[0] == 2022:
        assert levels(text) == levels(RESUME)


def test_while_a_job_goes_on_later_dates_are_none_too_far() -> None:
    text = "EXPERIENCE\nClerk, A, 2008 to present\n- Python\n\nEDUCATION\nBSc, Some University, 2016\n"
    assert WorkHistory(Document(text, "resume")).now == 2016 * 12


def test_years_of_jobs_at_one_time_count_once_and_only_so_many() -> None:
    text = "EXPERIENCE\nClerk, A, 2010 to 2012\n- Python\n\nClerk, B, 2010 to 2012\n- Python\n"
    assert levels(text)["Python"].years == 2  # type: ignore[union-attr]
    text = "EXPERIENCE\nClerk, A, 1990 to 2012\n- Python\n"
    found = levels(text)["Python"]
    assert found is not None
    assert (found.label, found.years, found.confidence) == ("proficient", 5, 0.4)


def test_a_job_that_goes_on_lasts_at_least_to_the_latest_date() -> None:
    text = "EXPERIENCE\nClerk, A, 2018 to present\n- Python\n"
    assert levels(text)["Python"] is None
    assert told(levels(f"{text}\nEDUCATION\nEvening course, 2021\n")["Python"]) == ("proficient", ("2018 to present",))


def test_what_stands_under_impossible_dates_is_not_the_job_aboves() -> None:
    text = "EXPERIENCE\nClerk, A, 2018 to 2021\n- Java\n\nClerk, B\nMay 2016 to March 2014\n- Python\n"
    found = levels(text)
    assert found["Python"] is None
    assert told(found["Java"]) == ("proficient", ("2018 to 2021",))


@pytest.mark.parametrize(
    "text",
    [
        "EXPERIENCE\n- Raised scores in the 2010-2014 school years with Python.\n",
        "EXPERIENCE\nwon the 2010-2014 prize with Python\n",
        "EDUCATION\nBSc Python, 2010 to 2014\n",
        "BSc Python, Some University, 2010 to 2014\n",
        "SKILLS\nPython 2010 - 2014\n",
        "Python",
    ],
)
def test_what_is_no_job(text: str) -> None:
    assert WorkHistory(Document(text, "resume")).entries == []
    assert levels(text)["Python"] is None


def test_a_resume_without_headings_has_jobs_too() -> None:
    text = "Jo Poe\n\nClerk, House, 2011 - 2014\n- Python\n\nBSc, Some University, 2008 - 2011\n"
    assert told(levels(text)["Python"]) == ("proficient", ("2011 - 2014",))


PIECES = [
    *(
        "EXPERIENCE\n",
        "Skills\n",
        "Senior Clerk, ",
        "2010 to 2014",
        "Jan 2010 – present",
        "\n",
        "\n\n",
        "- Python\n",
        "Java",
    ),
    *("expert in ", "May 2016 to March 2014", "Intern\n", "SQL, ", "EDUCATION\n", "2019", ". "),
    *("ſept 2010 to June 2012\n", "ſenior Clerk\n", "APRİL 2010 – 2012\n", "20١0 to 2012\n"),
]


@settings(max_examples=200, deadline=None)
@given(text=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=40).map("".join))
def test_any_resume_can_be_read(text: str) -> None:
    document = Document(text, "resume")
    entries = WorkHistory(document).entries
    assert all(one.end <= other.start for one, other in pairwise(entries))
    skills = EXTRACTOR.extract(text, "resume").skills
    found = with_work_levels(document, skills, EngineSettings())
    assert found == with_work_levels(Document(text, "resume"), skills, EngineSettings())
    assert [_but_level(skill) for skill in found] == [_but_level(skill) for skill in skills]
    flat = " ".join(text.split())
    for skill in found:
        assert skill.level is None or all(cue in flat for cue in skill.level.cues)


def _but_level(skill: ExtractedSkill) -> tuple[object, ...]:
    return skill.name, skill.token, skill.evidence, skill.required, skill.confidence, skill.places
