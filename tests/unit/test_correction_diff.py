"""What moved the score between two analyses: the parts add up to the whole, and each says why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from jobmate_agent.services.career_engine.correction_diff import Moved, moved
from jobmate_agent.services.career_engine.corrections import Statement, analyze
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import GapAnalysis, Mapped, PostingOccupation
from tests.unit.mapped_skills import MAPPED, OCCUPATIONS, skill
from tests.unit.test_corrections import SAID, say

CONSTANTS = EngineSettings()
ASKED = (skill("Uxolite", 4), skill("Dwimmery", 2), skill("Frelkology"), skill("Plumbus craft", required=False))
PAIR = Mapped((skill("Dwimmery", 3), skill("Uxolite", 1)), ASKED, {})


def score(analysis: GapAnalysis) -> float:
    """Not rounded."""
    return 10 * analysis.earned / analysis.total_weight


def by_name(before: list[Statement], after: list[Statement], mapped: Mapped = PAIR) -> dict[str, Moved]:
    sides = (analyze(mapped, said, CONSTANTS, None) for said in (before, after))
    return {each.name: each for each in moved(*sides)}


@settings(max_examples=200, deadline=None)
@given(MAPPED, SAID, SAID, OCCUPATIONS)
def test_the_points_add_up_to_the_whole_move(
    mapped: Mapped, said: list[Statement], later: list[Statement], occupation: PostingOccupation | None
) -> None:
    before, after = (analyze(mapped, each, CONSTANTS, occupation) for each in (said, [*said, *later]))
    found = moved(before, after)
    if before.overall_match is None or after.overall_match is None:
        assert all(each.points is None for each in found)
        return
    points = [each.points for each in found if each.points is not None]
    assert len(points) == len(found)
    assert sum(points) == pytest.approx(score(after) - score(before), abs=0.005 * len(points) + 1e-9)
    assert sum(points) == pytest.approx(after.overall_match - before.overall_match, abs=0.005 * len(points) + 0.01)


@settings(max_examples=200, deadline=None)
@given(MAPPED, SAID, SAID)
def test_exactly_what_counts_differently_is_listed(
    mapped: Mapped, said: list[Statement], later: list[Statement]
) -> None:
    before, after = (analyze(mapped, each, CONSTANTS, None) for each in (said, [*said, *later]))
    sides = [
        {entry.job.identity: (entry.status, entry.credit, entry.weight) for entry in each.entries if entry.job}
        for each in (before, after)
    ]
    differing = {name for name in sides[0].keys() | sides[1].keys() if sides[0].get(name) != sides[1].get(name)}
    found = moved(before, after)
    assert len(found) == len(differing)
    assert all(each.before != each.after and each.why.endswith(".") for each in found)
    assert moved(before, before) == moved(after, after) == ()
    if not differing:
        assert before.overall_match == after.overall_match


def test_one_skill_that_is_held_after_all() -> None:
    (only,) = by_name([], [say("have_it", "Frelkology")]).values()
    weight = 1.0
    assert only.before is not None
    assert only.after is not None
    assert (only.before.status, only.after.status) == ("missing", "meets_or_exceeds")
    assert only.points == pytest.approx(10 * weight / 3.16, abs=0.005)
    assert only.why == "You said that you have Frelkology."


def test_a_level_and_what_it_was() -> None:
    (only,) = by_name([], [say("level_is", "Uxolite", 3)]).values()
    assert only.why == "You said that your level of Uxolite is proficient."
    said = [say("level_is", "Uxolite", 3)]
    (back,) = by_name(said, [*said, say("level_is", "Uxolite", False)]).values()
    assert back.points == pytest.approx(-(only.points or 0))
    assert back.why == "You took back what you said about Uxolite, so your resume decides."
    (how,) = by_name([], [say("have_it", "Uxolite", 4)]).values()
    assert how.why == "You said that you have Uxolite at the level advanced."


def test_a_skill_that_is_none_moves_the_whole_score_by_itself() -> None:
    (gone,) = by_name([], [say("not_a_skill", "Frelkology")]).values()
    assert (gone.after, gone.skill_id) == (None, 4)
    assert gone.why == (
        "You said that Frelkology in the posting is not a skill. "
        "The other 3 skills count for more of the score."
    )  # fmt: skip
    before, after = (analyze(PAIR, said, CONSTANTS, None) for said in ([], [say("not_a_skill", "Frelkology")]))
    assert gone.points == pytest.approx(score(after) - score(before), abs=0.005)
    assert gone.points is not None
    assert gone.points > 0
    (custom,) = by_name([], [say("not_a_skill", "Plumbus craft")]).values()
    assert (custom.skill_id, custom.name) == (None, "Plumbus craft")


def test_a_skill_in_another_ones_place() -> None:
    found = by_name([], [say("wrong_skill", "Frelkology", "Quobbing")])
    assert set(found) == {"Frelkology", "Quobbing"}
    said = "You said that the posting means Quobbing where it was read as Frelkology."
    assert found["Frelkology"].why == f"{said} The other 4 skills count for more of the score."
    assert found["Quobbing"].why == f"{said} The other 3 skills count for less of the score."
    on_resume = by_name([], [say("wrong_skill", "Dwimmery", "Frelkology", origin="resume")])
    assert {name: each.after.status for name, each in on_resume.items() if each.after} == {
        "Dwimmery": "missing",
        "Frelkology": "meets_or_exceeds",
    }
    assert {each.why for each in on_resume.values()} == {
        "You said that your resume means Frelkology where it was read as Dwimmery."
    }


def test_what_follows_from_a_related_skill_says_so() -> None:
    near = {("knowledge:frelkology", "technology:uxolite"): 0.9}
    pair = Mapped(PAIR.resume, PAIR.job, near)
    found = by_name([], [say("level_is", "Uxolite", 4)], pair)
    assert found["Frelkology"].why == "What you said about a related skill (Uxolite) counts here too."
    assert found["Frelkology"].points is not None
    assert found["Frelkology"].points > 0


def test_from_nothing_to_score_to_something_there_are_no_points() -> None:
    unread = Mapped((), (skill("Uxolite"), skill("Quobbing")), {}, resume_unread=True)
    (held,) = by_name([], [say("have_it", "Uxolite")], unread).values()
    assert held.points is None
    only = Mapped((), (skill("Uxolite"),), {})
    (gone,) = by_name([], [say("not_a_skill", "Uxolite")], only).values()
    assert (gone.points, gone.why) == (None, "You said that Uxolite in the posting is not a skill.")
    said = [say("not_a_skill", "Uxolite")]
    (back,) = by_name(said, [*said, say("not_a_skill", "Uxolite", False)], only).values()
    assert back.why == "You took back what you said about Uxolite, so it is read as before."
