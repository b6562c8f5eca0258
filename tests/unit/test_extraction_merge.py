"""Two readings of one document become one: who is one skill, who is believed, and what a disagreement costs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.agreement import LEAST_ALONE, NAMED, passed_over
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.extraction_merge import doubted, merge_extractions
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Extraction, Level
from tests.unit.vocabularies import vocabulary

MATCHER = SkillMatcher(vocabulary())
JOB = """## Requirements
- Strong Python programming and SQL
- Calibration of looms, dyeing of yarn
- Docker Swarm

## Nice to have
- Kubernetes
- You may also touch Java
"""


def skill(name: str, words: str = "", *, occurrence: int = 0, **values: object) -> ExtractedSkill:
    """A find of ``words`` (else of the name) in JOB, at its nth place."""
    found = list(re.finditer(re.escape(words or name), JOB))[occurrence]
    place = (found.start(), found.end())
    made = ExtractedSkill(name, found.group(), (Evidence(found.group(), *place),), places=(place,), confidence=NAMED)
    return replace(made, **values)  # type: ignore[arg-type]


def merged(model: list[ExtractedSkill], offline: list[ExtractedSkill]) -> dict[str, ExtractedSkill]:
    by_model = Extraction("job", tuple(model), "llm", "p@1", "m", dropped=2, notes=("cut",))
    found = merge_extractions(by_model, Extraction("job", tuple(offline), "keyword", "k"), JOB, MATCHER)
    assert (found.extractor, found.version, found.model, found.dropped, found.notes) == ("llm", "p@1", "m", 2, ("cut",))
    return {one.name: one for one in found.skills}


def test_one_skill_by_entry_name_or_place() -> None:
    places = [skill("x", "Kubernetes").places[0], skill("x", "Python").places[0]]
    found = merged(
        [
            skill("k8s", "Kubernetes", required=False),
            skill("Python programming"),
            skill("Loom calibration", "Calibration of looms"),
        ],
        [skill("Kubernetes", required=False), skill("Python"), skill("Calibration of looms", confidence=0.6)],
    )
    assert set(found) == {"Kubernetes", "Python", "Loom calibration"}
    assert found["Kubernetes"].places == (places[0],)
    assert places[1] in found["Python"].places
    assert all(one.confidence > NAMED for one in found.values())
    assert all(JOB[piece.start : piece.end] == piece.quote for one in found.values() for piece in one.evidence)


def test_a_longer_name_of_another_thing_stays_apart() -> None:
    found = merged([skill("Docker Swarm")], [skill("Docker")])
    assert set(found) == {"Docker Swarm", "Docker"}
    assert found["Docker"].confidence == passed_over(NAMED) < found["Docker Swarm"].confidence == NAMED


def test_a_part_of_a_name_that_nobody_knows_is_given_up() -> None:
    assert set(merged([skill("Docker Swarm")], [skill("Swarm", confidence=0.95, label="tool")])) == {"Docker Swarm"}


def test_a_phrase_that_strings_skills_together_confirms_them() -> None:
    found = merged([skill("Python programming and SQL")], [skill("Python"), skill("SQL")])
    assert set(found) == {"Python", "SQL"}
    assert all(one.confidence > NAMED for one in found.values())


def test_a_long_mark_gives_way_to_the_skills_in_it() -> None:
    mark = skill("Calibration of looms, dyeing of yarn", confidence=0.97, label="skill")
    found = merged([skill("Calibration of looms"), skill("dyeing of yarn")], [mark])
    assert set(found) == {"Calibration of looms", "dyeing of yarn"}


@pytest.mark.parametrize(("confidence", "kept"), [(1.0, True), (0.95, True), (0.86, True), (0.8, False), (0.4, False)])
def test_what_the_model_passed_over_must_be_sure(confidence: float, kept: bool) -> None:
    found = merged([skill("Docker")], [skill("dyeing of yarn", confidence=confidence, label="skill")])
    assert ("dyeing of yarn" in found) is kept
    if kept:
        assert LEAST_ALONE <= found["dyeing of yarn"].confidence < confidence


@pytest.mark.parametrize("claimed", [True, False])
def test_explicit_words_decide_what_is_required(claimed: bool) -> None:
    docker, kubernetes = skill("Docker", required=claimed), skill("Kubernetes", required=claimed)
    found = merged([docker, kubernetes], [skill("Docker"), skill("Kubernetes", required=False)])
    assert (found["Docker"].required, found["Kubernetes"].required) == (True, False)
    disputed = found["Kubernetes"] if claimed else found["Docker"]
    agreed = found["Docker"] if claimed else found["Kubernetes"]
    assert disputed.confidence < NAMED < agreed.confidence


def test_without_explicit_words_the_model_says_what_is_required() -> None:
    text = "You will write Python and work with looms."
    start = text.index("Python")
    one = ExtractedSkill(
        "Python", "Python", (Evidence("Python", start, start + 6),), None, False, NAMED, ((start, start + 6),)
    )
    offline = Extraction("job", (replace(one, required=True),), "keyword", "k")
    (found,) = merge_extractions(Extraction("job", (one,), "llm", "p@1"), offline, text, MATCHER).skills
    assert not found.required
    assert found.confidence < merged([skill("Docker")], [skill("Docker")])["Docker"].confidence


@pytest.mark.parametrize(
    ("theirs", "ours", "score", "cues", "confidence"),
    [
        (Level(3, 4.0, 0.95, ("Strong",)), Level(3, None, 0.8, ("Strong",)), 3, ("Strong",), 0.95),
        (Level(4, None, 0.6, ("a",)), Level(3, None, 0.8, ("b",)), 3, ("b",), 0.64),
        (Level(4, None, 0.98, ("a",)), Level(3, None, 0.8, ("b",)), 3, ("b",), 0.64),
        (Level(4, None, 0.6, ("a",)), Level(2, None, 0.5, ("b",)), 4, ("a",), 0.48),
        (None, Level(2, None, 0.5, ("b",)), 2, ("b",), 0.5),
        (Level(1, None, 0.6, ("a",)), None, 1, ("a",), 0.6),
    ],
)
def test_of_two_levels_the_one_on_firmer_words_is_kept(
    theirs: Level | None, ours: Level | None, score: int, cues: tuple[str, ...], confidence: float
) -> None:
    level = merged([skill("Python", level=theirs)], [skill("Python", level=ours)])["Python"].level
    assert level is not None
    assert (level.score, level.cues, level.confidence) == (score, cues, confidence)


def test_an_empty_answer_about_a_full_document_is_doubted() -> None:
    nothing = Extraction("job", (), "llm", "p@1")
    full = Extraction("job", tuple(skill(name) for name in ("Python", "SQL", "Docker")), "keyword", "k")
    assert doubted(nothing, full)
    assert not doubted(nothing, replace(full, skills=full.skills[:2]))
    assert not doubted(replace(full, extractor="llm"), full)


def test_two_kinds_of_document_are_not_merged() -> None:
    with pytest.raises(ValueError):
        merge_extractions(Extraction("job", (), "llm", "p"), Extraction("resume", (), "keyword", "k"), "", MATCHER)


CHOICE = [
    skill("k8s", "Kubernetes"),
    skill("Kubernetes", required=False),
    skill("Python"),
    skill("Python programming"),
    skill("SQL", confidence=0.5),
    skill("Python programming and SQL"),
    skill("Swarm", confidence=0.95),
    skill("Docker Swarm"),
    skill("Docker", required=False),
    skill("Calibration of looms", level=Level(3, None, 0.6, ("a",))),
    skill("looms", confidence=0.95),
    skill("Calibration of looms, dyeing of yarn", confidence=0.9),
    skill("yarn", level=Level(1, None, 0.6, ("b",))),
    skill("Java", confidence=0.6),
]
FINDS = st.lists(st.sampled_from(CHOICE), max_size=8)


@given(model=FINDS, offline=FINDS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_lists_does_not_matter(
    model: list[ExtractedSkill], offline: list[ExtractedSkill], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(model)), data.draw(st.permutations(offline))
    found = merged(model, offline)
    assert merged(*map(list, shuffled)) == found
    assert all(one.places == tuple(sorted(set(one.places))) and 0 < one.confidence <= 1 for one in found.values())
    assert {one.name for one in found.values()} <= {one.name for one in (*model, *offline)}


def test_a_model_that_agrees_takes_nothing_away() -> None:
    offline = KeywordExtractor(vocabulary(), EngineSettings()).extract(JOB, "job")
    by_model = replace(offline, extractor="llm", version="p@1")
    found = merge_extractions(by_model, offline, JOB, MATCHER)
    assert [(one.name, one.level, one.required) for one in found.skills] == [
        (one.name, one.level, one.required) for one in offline.skills
    ]
