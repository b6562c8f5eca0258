"""The formulas, number by number."""

from __future__ import annotations

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze, transfer_credit, weak_credit, weight
from jobmate_agent.services.career_engine.types import (
    LineOfWork,
    Mapped,
    OccupationProfile,
    PostingOccupation,
    WorkCredit,
)
from tests.unit.mapped_skills import skill

CONSTANTS = EngineSettings()


@pytest.mark.parametrize(
    ("name", "required", "importance", "expected"),
    [
        ("Uxolite", True, {}, 1.0),
        ("Uxolite", False, {}, 0.4),
        ("Mivvle", True, {}, 1.15),
        ("Quobbing", True, {}, 1.10),
        ("Zarquon", False, {}, 0.4 * 1.15 * 1.10),
        ("Uxolite", True, {6: 5.0}, 1.1),
        ("Zarquon", True, {1: 1.0}, 1.15 * 1.10 * 0.7),
        ("Plumbus craft", True, {1: 5.0}, 0.4),
        ("Plumbus craft", False, {1: 5.0}, 0.4 * 0.4),
    ],
)
def test_weight(name: str, required: bool, importance: dict[int, float], expected: float) -> None:
    assert weight(skill(name, required=required), CONSTANTS, importance) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("delta", "credit"), [(1, 0.75), (2, 0.5), (3, 0.25), (4, 0.25)])
def test_credit_of_a_weak_skill_falls_by_a_quarter_a_level_to_its_floor(delta: int, credit: float) -> None:
    assert weak_credit(delta, CONSTANTS) == credit


def test_transfer_rises_with_level_and_closeness_and_is_capped() -> None:
    floor = CONSTANTS.transfer_similarity_floor
    assert transfer_credit(1.0, 4, CONSTANTS) == CONSTANTS.transfer_cap == 0.20
    assert transfer_credit(floor, 4, CONSTANTS) == 0
    assert transfer_credit(0.1, 4, CONSTANTS) == 0
    assert [transfer_credit(0.8, level, CONSTANTS) for level in range(5)] == sorted(
        transfer_credit(0.8, level, CONSTANTS) for level in range(5)
    )
    assert transfer_credit(0.7, 2, CONSTANTS) < transfer_credit(0.9, 2, CONSTANTS)


@pytest.mark.parametrize(
    ("held", "asked", "status", "credit", "delta"),
    [
        (3, 3, "meets_or_exceeds", 1.0, 0),
        (4, 2, "meets_or_exceeds", 1.0, -2),
        (1, 3, "underqualified", 0.5, 2),
        (1, None, "meets_or_exceeds", 1.0, None),
        (None, None, "meets_or_exceeds", 1.0, None),
        (None, 2, "meets_or_exceeds", 1.0, 0),
        (None, 4, "underqualified", 0.5, 2),
        (0, 2, "missing", 0.0, 2),
        (0, None, "missing", 0.0, None),
        (2, 0, "meets_or_exceeds", 1.0, None),
    ],
)
def test_verdict(held: int | None, asked: int | None, status: str, credit: float, delta: int | None) -> None:
    (entry,) = analyze(Mapped((skill("Uxolite", held),), (skill("Uxolite", asked),), {}), CONSTANTS).entries
    assert (entry.status, entry.credit, entry.level_delta) == (status, credit, delta)


def test_a_level_that_nobody_stated_is_assumed_with_low_confidence() -> None:
    (entry,) = analyze(Mapped((skill("Uxolite"),), (skill("Uxolite", 2),), {}), CONSTANTS).entries
    assert entry.candidate_level is not None
    assert entry.candidate_level.score == 2
    assert entry.candidate_level.confidence < 0.5


def test_score_is_the_weighted_mean_of_credits() -> None:
    job = (skill("Zarquon", 4), skill("Uxolite"), skill("Quobbing", required=False))
    analysis = analyze(Mapped((skill("Zarquon", 3), skill("Uxolite", 1)), job, {}), CONSTANTS)
    weights = (1.15 * 1.10, 1.0, 0.4 * 1.10)
    expected = 10 * (weights[0] * 0.75 + weights[1]) / sum(weights)
    assert analysis.overall_match == round(expected, 2) == 7.2


def test_nothing_to_score_is_not_zero() -> None:
    assert analyze(Mapped((skill("Uxolite"),), (), {}), CONSTANTS).overall_match is None
    assert analyze(Mapped((), (skill("Uxolite"),), {}), CONSTANTS).overall_match == 0


def test_a_nearer_skill_at_a_lower_level_does_not_take_credit_away() -> None:
    asked, far, near = skill("Uxolite"), skill("Zarquon", 4), skill("Mivvle", 1)
    similarities = {(asked.identity, far.identity): 0.8, (asked.identity, near.identity): 0.85}
    alone = analyze(Mapped((far,), (asked,), similarities), CONSTANTS).entries[0]
    both = analyze(Mapped((far, near), (asked,), similarities), CONSTANTS).entries[0]
    assert alone.credit == both.credit > 0
    assert [skill.name for skill in both.related] == ["Mivvle", "Zarquon"]


def test_custom_skills_are_compared_by_their_own_names() -> None:
    (entry,) = analyze(Mapped((skill("Plumbus craft"),), (skill("Plumbus craft"),), {}), CONSTANTS).entries
    assert entry.status == "meets_or_exceeds"


def test_duplicates_merge_to_the_highest_level_and_to_required() -> None:
    resume = (skill("Uxolite", 1), skill("Uxolite", 3, who="resume"), skill("Uxolite"))
    job = (skill("Uxolite", 2, required=False), skill("Uxolite", 4, required=False), skill("Uxolite"))
    (entry,) = analyze(Mapped(resume, job, {}), CONSTANTS).entries
    assert entry.candidate_level is not None
    assert entry.required_level is not None
    assert entry.job is not None
    assert (entry.candidate_level.score, entry.required_level.score, entry.job.required) == (3, 4, True)
    assert entry.resume is not None
    assert len(entry.resume.evidence) == 2


def read_as(levels: dict[int, float], importance: dict[int, float] | None = None) -> PostingOccupation:
    return PostingOccupation(0.9, OccupationProfile("15-1.00", "Riddle Makers", "O*NET 30.1", importance or {}, levels))


@pytest.mark.parametrize(
    ("onet_level", "asked", "filled"),
    [
        (0.0, None, None),
        (0.5, None, 1),
        (1.99, None, 1),
        (2.0, None, 2),
        (4.12, None, 2),
        (6.5, None, 2),
        (6.5, 1, 1),
        (0.5, 4, 4),
        (4.12, 0, 2),
    ],
)
def test_an_occupation_fills_in_what_the_posting_leaves_open_up_to_everyday_use(
    onet_level: float, asked: int | None, filled: int | None
) -> None:
    mapped = Mapped((), (skill("Uxolite", asked),), {})
    required = analyze(mapped, CONSTANTS, read_as({6: onet_level})).entries[0].required_level
    assert (required.score if required else None) == filled
    if required is not None and not asked:
        label = {0.5: "basic", 1.99: "basic", 2.0: "working", 4.12: "proficient", 6.5: "advanced"}[onet_level]
        assert required.of_occupation
        assert required.cues == (f"typical for Riddle Makers (O*NET 30.1): {label}, {onet_level:.2f} of 7",)
        assert required.confidence == CONSTANTS.occupation_level_confidence < 1


@pytest.mark.parametrize(
    ("held", "status", "credit"),
    [(None, "meets_or_exceeds", 1), (1, "underqualified", 0.75), (2, "meets_or_exceeds", 1)],
)
def test_only_who_says_less_than_everyday_use_falls_short_of_an_occupation(
    held: int | None, status: str, credit: float
) -> None:
    mapped = Mapped((skill("Uxolite", held),), (skill("Uxolite"),), {})
    entry = analyze(mapped, CONSTANTS, read_as({6: 5.0})).entries[0]
    assert (entry.status, entry.credit) == (status, credit)


def test_importance_moves_the_score_and_only_that() -> None:
    mapped = Mapped((skill("Uxolite", 3),), (skill("Uxolite"), skill("Mivvle")), {})
    plain, weighed = analyze(mapped, CONSTANTS), analyze(mapped, CONSTANTS, read_as({}, {6: 5.0, 2: 1.0}))
    assert plain.overall_match == round(10 * 1 / 2.15, 2)
    assert weighed.overall_match == round(10 * 1.1 / (1.1 + 1.15 * 0.7), 2)
    unsure = analyze(mapped, CONSTANTS, PostingOccupation(0.3, None))
    assert unsure.line_of_work is None
    assert (unsure.entries, unsure.overall_match) == (plain.entries, plain.overall_match)


@pytest.mark.parametrize(("correlation", "credit"), [(-0.4, 0.0), (0.0, 0.0), (0.2, 0.4), (0.5, 1.0), (0.9, 1.0)])
def test_the_line_of_work_is_a_quarter_of_the_score(correlation: float, credit: float) -> None:
    mapped = Mapped((skill("Uxolite", 3),), (skill("Uxolite"), skill("Mivvle")), {})
    occupation = PostingOccupation(0.3, None, LineOfWork(correlation, ("Riddle Makers",)))
    analysis = analyze(mapped, CONSTANTS, occupation)
    assert analysis.line_of_work == WorkCredit(round(2.15 / 3, 6), credit, ("Riddle Makers",))
    assert analysis.overall_match == round(0.75 * 10 / 2.15 + 0.25 * 10 * credit, 2)
    assert analysis.entries == analyze(mapped, CONSTANTS).entries


def test_a_line_of_work_alone_is_no_score() -> None:
    occupation = PostingOccupation(0.3, None, LineOfWork(0.9, ("Riddle Makers",)))
    analysis = analyze(Mapped((skill("Uxolite"),), (), {}), CONSTANTS, occupation)
    assert (analysis.overall_match, analysis.line_of_work) == (None, None)
