"""Levels in words and years: which words claim one, and for which of the skills around them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.types import DocType, Level
from tests.unit.spans import Span, sentence_of, spans

READER = LevelReader(EngineSettings().years_bounds)


def level(text: str, skill: str, doc_type: DocType = "job", beside: tuple[str, ...] = ()) -> Level | None:
    """What ``text`` says about ``skill``, where ``beside`` it the other skills were found."""
    places = spans(text, skill, *beside)
    sentence = sentence_of(text, spans(text, skill)[0], doc_type)
    return READER.of(text, sentence, places, doc_type)[places.index(spans(text, skill)[0])]


@pytest.mark.parametrize(
    ("text", "skill", "label", "cue"),
    [
        # A quality and the noun of holding that it is said of.
        ("Solid knowledge of Kanban boards", "Kanban", "working", "Solid knowledge"),
        ("In-depth understanding of tax law", "tax law", "proficient", "In-depth understanding"),
        ("You bring comprehensive knowledge of HVAC codes", "HVAC codes", "proficient", "comprehensive knowledge"),
        ("Extensive hands-on experience in carpentry", "carpentry", "advanced", "Extensive hands-on experience"),
        ("A sound grasp of thermodynamics", "thermodynamics", "working", "sound grasp"),
        ("some experience of night shifts", "night shifts", "basic", "some experience"),
        ("very good command of spoken Dutch", "Dutch", "proficient", "very good command"),
        ("a fundamental understanding of payroll", "payroll", "basic", "fundamental understanding"),
        ("several years experience with looms", "looms", "proficient", "several years experience"),
        ("Strong working knowledge of Ansible", "Ansible", "proficient", "Strong working knowledge"),
        ("Good exposure to warehouse scanners", "warehouse scanners", "working", "Good exposure"),
        # Over the list between the quality and its noun.
        ("Excellent writing and presentation skills", "presentation", "proficient", "Excellent"),
        ("Good oral, written and listening abilities", "listening", "working", "Good"),
        ("Superior planning and negotiating skills", "planning", "proficient", "Superior"),
        ("Extensive paediatric and emergency nursing experience", "emergency nursing", "advanced", "Extensive"),
        ("Strong Spanish (written and spoken) communication skills", "Spanish", "proficient", "Strong"),
        # Statements without a quality.
        ("Experience building irrigation systems", "building irrigation systems", "working", "Experience"),
        ("Previous hotel reception experience", "hotel reception", "working", "experience"),
        ("Rigging or scaffolding experience", "Rigging", "working", "experience"),
        ("Ability to read blueprints", "read blueprints", "working", "Ability"),
        ("You are able to lift pallets", "lift pallets", "working", "able"),
        ("capable of working without supervision", "working without supervision", "working", "capable"),
        ("Comfortable presenting to boards", "presenting to boards", "working", "Comfortable"),
        ("Skilled in upholstery", "upholstery", "working", "Skilled"),
        ("Thoroughly familiar with OSHA rules", "OSHA rules", "proficient", "Thoroughly familiar"),
        ("Familiarity with barcode systems", "barcode systems", "basic", "Familiarity"),
        ("Proven track record in fundraising", "fundraising", "proficient", "track record"),
        ("fluent in Portuguese", "Portuguese", "proficient", "fluent"),
        ("write Portuguese fluently", "Portuguese", "proficient", "fluently"),
        ("an expert in soil chemistry", "soil chemistry", "advanced", "expert"),
        ("Expertise across Rails, Ember and Postgres", "Ember", "advanced", "Expertise"),
        ("Learns the scheduling system", "scheduling system", "basic", "Learns"),
        ("Experience with and knowledge of sutures", "sutures", "working", "Experience"),
        ("Strong in stage lighting", "stage lighting", "proficient", "Strong"),
        ("Strong sales background, preferably in retail", "retail", "proficient", "Strong sales background"),
        ("Mastery of the bow", "Mastery of the bow", "advanced", "Mastery"),
        ("Excellent Gaelic", "Gaelic", "proficient", "Excellent"),
        ("Welding (advanced), painting", "Welding", "advanced", "advanced"),
        ("Exposure to our tools: Jira, Trello", "Trello", "basic", "Exposure"),
        # Two statements: the nearer one is the skill's own.
        ("Strong background in law and ability to travel", "travel", "working", "ability"),
        ("Sound knowledge of masonry and some knowledge of tiling", "tiling", "basic", "some knowledge"),
        ("Expert in glazing, familiar with roofing", "roofing", "basic", "familiar"),
        ("Strong communication skills and the ability to train others", "train others", "working", "ability"),
        # List items that were run together.
        ("Diploma in catering Strong baking skills", "baking", "proficient", "Strong"),
        ("Warehouse experienceProficient forklift handling", "forklift", "proficient", "Proficient"),
    ],
)
def test_words_claim_levels(text: str, skill: str, label: str, cue: str) -> None:
    found = level(text, skill)
    assert found is not None
    assert (found.label, found.cues[0]) == (label, cue)
    assert all(words in " ".join(text.split()) for words in found.cues)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        # To know something is no level of knowing it.
        ("Knowledge of customs law", "customs law"),
        ("an understanding of hydraulics is useful", "hydraulics"),
        ("Demonstrated knowledge of wine", "wine"),
        ("Background in ceramics", "ceramics"),
        # Duties and bare names.
        ("Lead the harvest crew", "harvest crew"),
        ("Manage and design exhibitions", "exhibitions"),
        ("Perform advanced threat research", "threat research"),
        ("Using basic hand tools", "hand tools"),
        ("Plumbing, heating", "heating"),
        # Said of something else.
        ("Expert in glazing; roofing", "roofing"),
        ("Expert in glazing Must do roofing", "roofing"),
        ("Excellent communicator. Fencing", "Fencing"),
        ("Ability to travel required, fencing welcome", "fencing"),
        ("Strong Danish skills (Finnish is a plus)", "Finnish"),
        ("improve the user experience of Trello", "Trello"),
        ("machine learning with Caffe", "Caffe"),
        ("Shape the customer experience, baking", "baking"),
        ("Advanced degree; baking", "baking"),
        ("Oak (expert), pine", "pine"),
    ],
)
def test_words_that_claim_nothing(text: str, skill: str) -> None:
    assert level(text, skill) is None


@pytest.mark.parametrize(
    ("text", "skill", "label", "years"),
    [
        ("4 years of beekeeping", "beekeeping", "proficient", 4),
        ("two years' beekeeping experience", "beekeeping", "working", 2),
        ("a minimum of 90 days of logging experience", "logging", "basic", 0.25),
        ("at least 26 weeks of logging experience", "logging", "basic", 0.5),
        ("3 to 5 years experience in beekeeping", "beekeeping", "proficient", 3),
        ("7+ years relevant work experience within hydrology", "hydrology", "advanced", 7),
        # Years win over words in a posting.
        ("2 years of strong experience in beekeeping", "beekeeping", "working", 2),
        ("at least 1 year of extensive sculpting experience", "sculpting", "working", 1),
    ],
)
def test_years_win_in_postings(text: str, skill: str, label: str, years: float) -> None:
    found = level(text, skill)
    assert found is not None
    assert (found.label, found.years) == (label, years)


def test_a_resume_is_believed_in_the_higher_of_years_and_words() -> None:
    found = level("Expert in beekeeping (2 years)", "beekeeping", "resume")
    assert found is not None
    assert (found.label, found.years) == ("advanced", 2)


@pytest.mark.parametrize(
    ("text", "skill", "label"),
    [
        ("8 years in logistics, basic knowledge of Polish", "Polish", "basic"),
        ("10 years' experience as a chef and familiarity with allergens", "allergens", "basic"),
        ("6 years of teaching with good Norwegian skills", "Norwegian", "working"),
        ("within 5 days of hire, Polish", "Polish", None),
        ("open 7 days a week, Polish", "Polish", None),
    ],
)
def test_years_of_something_else(text: str, skill: str, label: str | None) -> None:
    found = level(text, skill)
    assert (found.label if found else None) == label
    assert found is None or found.years is None


def test_each_of_several_skills_has_its_own_claim() -> None:
    text = "Expert in granite, some experience with slate, 3 years of marble"
    skills = ("granite", "slate", "marble")
    found = READER.of(text, sentence_of(text, spans(text, "granite")[0], "job"), spans(text, *skills), "job")
    assert [each and each.label for each in found] == ["advanced", "basic", "proficient"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("strong", (3, None)),
        ("knowledge of", (None, None)),
        ("extensive experience", (4, None)),
        ("some knowledge", (1, None)),
        ("led", (3, None)),
        ("5 years", (3, 5.0)),
        ("", (None, None)),
    ],
)
def test_what_words_claim_by_themselves(words: str, expected: tuple[int | None, float | None]) -> None:
    assert READER.stated(words) == expected


PIECES = [
    *("strong ", "and ", ", ", "skills ", "experience ", "with ", "in ", "(", ")", "5 years ", "of ", "Java", "; "),
    *("Certified ", "Expert ", "– ", "basic ", "knowledge ", "to ", "ability ", "a plus", "\n", ". ", "or ", ":"),
    *(
        "ſtrong ",
        "ſkilled in ",
        "excellent ſkillſ ",
        "fıve years ",
        "WORKİNG ",
        "expertiſe",
        "ſenior ",
        "½ year ",
        "٣ years ",
    ),
]


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_can_be_read_and_cues_stand_in_it(text: str) -> None:
    for doc_type in ("job", "resume"):
        for sentence in Document(text, doc_type).sentences:
            starts = range(sentence.start, sentence.end, 7)
            places = [Span(start, min(start + 4, sentence.end)) for start in starts]
            found = READER.of(text, sentence, places, doc_type)
            assert found == READER.of(text, sentence, places, doc_type)
            flat = " ".join(text.split())
            for each in found:
                assert each is None or (1 <= each.score <= 4 and all(cue in flat for cue in each.cues))


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "unit", ["strong a, ", "Aa ", "Certified A ", "( ", "a, and ", "years ", "5 to 5 ", "experience, "]
)
def test_no_sentence_takes_long(unit: str) -> None:
    text = (unit * 600)[:600]
    for sentence in Document(text, "job").sentences:
        READER.of(text, sentence, [Span(at, at + 1) for at in range(sentence.start, sentence.end - 1, 12)], "job")
