"""Levels that certificates vouch for."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.types import DocType, Level
from tests.unit.spans import sentence_of, spans

READER = LevelReader(EngineSettings().years_bounds)


def level(text: str, skill: str, doc_type: DocType) -> Level | None:
    places = spans(text, skill)
    return READER.of(text, sentence_of(text, places[0], doc_type), places, doc_type)[0]


@pytest.mark.parametrize(
    ("text", "skill", "label", "cue"),
    [
        ("AWS Certified Solutions Architect – Professional", "AWS", "proficient", None),
        (
            "AWS Certified Solutions Architect - Associate, 2021",
            "AWS",
            "working",
            "AWS Certified Solutions Architect - Associate",
        ),
        ("AWS Certified Cloud Practitioner", "AWS", "basic", None),
        ("Microsoft Certified: Azure Administrator Associate (AZ-104)", "Azure", "working", None),
        ("Microsoft Certified: Azure Solutions Architect Expert", "Azure", "advanced", None),
        ("Google Cloud Certified Professional Data Engineer", "Google Cloud", "proficient", None),
        ("Six Sigma Black Belt Certification", "Six Sigma", "proficient", None),
        ("ITIL Foundations Certificate", "ITIL", "basic", None),
    ],
)
@pytest.mark.parametrize("doc_type", ["resume", "job"])
def test_a_certificate_says_its_tier_on_both_sides(
    text: str, skill: str, label: str, cue: str | None, doc_type: DocType
) -> None:
    found = level(text, skill, doc_type)
    assert found is not None
    assert (found.label, found.cues) == (label, (cue or text,))


@pytest.mark.parametrize(
    ("text", "skill", "label", "cue"),
    [
        (
            "Certified Public Accountant, 2015",
            "Certified Public Accountant",
            "proficient",
            "Certified Public Accountant",
        ),
        ("CPA, 2015", "CPA", "proficient", "CPA"),
        ("PMP", "PMP", "proficient", "PMP"),
        ("CCNA, CCNP", "CCNA", "working", "CCNA"),
        ("CCIE Security", "CCIE", "advanced", "CCIE"),
        ("certified in Java since 2019", "Java", "working", "certified in"),
        ("First aid certified", "First aid", "working", "certified"),
        ("Board certified in cardiology", "cardiology", "proficient", "Board certified in"),
        ("Certified ScrumMaster", "ScrumMaster", "working", "Certified ScrumMaster"),
        ("CompTIA A+ Certification", "CompTIA A+", "working", "CompTIA A+ Certification"),
    ],
)
def test_who_holds_a_certificate_has_shown_something(text: str, skill: str, label: str, cue: str) -> None:
    found = level(text, skill, "resume")
    assert found is not None
    assert (found.label, found.cues) == (label, (cue,))
    assert level(text, skill, "job") is None  # a posting that asks for one gives no level by its bare name


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Sent certified mail about Java", "Java"),
        ("Certified Scrum Trainer, Java", "Java"),
        ("Java", "Java"),
        ("CPAs around the world", "CPAs"),
    ],
)
def test_what_no_certificate_speaks_of(text: str, skill: str) -> None:
    assert level(text, skill, "resume") is None


def test_one_that_is_still_worked_for_vouches_for_little() -> None:
    class Certificate:
        start, end, label = 0, 3, "knowledge"

    text = "CPA (in progress)"
    place = Certificate()
    (found,) = READER.of(text, sentence_of(text, spans(text, "CPA")[0], "resume"), [place], "resume")
    assert found is not None
    assert (found.label, found.cues) == ("basic", ("in progress",))
