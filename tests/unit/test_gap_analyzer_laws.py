"""What must hold of every comparison, whatever is compared."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze
from jobmate_agent.services.career_engine.types import Level, Mapped, MappedSkill, PostingOccupation
from tests.unit.mapped_skills import MAPPED, OCCUPATIONS, SKILLS

CONSTANTS = EngineSettings()
MANY = settings(max_examples=400, deadline=None)


@MANY
@given(MAPPED, SKILLS, OCCUPATIONS)
def test_adding_a_skill_to_the_resume_never_lowers_anything(
    mapped: Mapped, extra: MappedSkill, occupation: PostingOccupation | None
) -> None:
    before = analyze(mapped, CONSTANTS, occupation)
    after = analyze(replace(mapped, resume=(*mapped.resume, extra)), CONSTANTS, occupation)
    credits = {entry.job.identity: entry.credit for entry in after.entries if entry.job}
    assert all(credits[entry.job.identity] >= entry.credit for entry in before.entries if entry.job)
    assert (after.overall_match is None) == (before.overall_match is None)
    assert before.overall_match is None or (after.overall_match or 0) >= before.overall_match


@MANY
@given(MAPPED, st.data(), OCCUPATIONS)
def test_raising_a_level_never_lowers_anything(
    mapped: Mapped, data: st.DataObject, occupation: PostingOccupation | None
) -> None:
    assume(mapped.resume)
    place = data.draw(st.integers(0, len(mapped.resume) - 1))
    held = mapped.resume[place]
    floor = CONSTANTS.assumed_level if held.level is None else held.level.score
    raised = replace(held, level=Level(data.draw(st.integers(floor, 4))))
    better = (*mapped.resume[:place], raised, *mapped.resume[place + 1 :])
    before, after = (analyze(each, CONSTANTS, occupation) for each in (mapped, replace(mapped, resume=better)))
    credits = {entry.job.identity: entry.credit for entry in after.entries if entry.job}
    assert all(credits[entry.job.identity] >= entry.credit for entry in before.entries if entry.job)
    assert before.overall_match is None or (after.overall_match or 0) >= before.overall_match


@MANY
@given(MAPPED, st.randoms(use_true_random=False), OCCUPATIONS)
def test_the_order_of_the_input_never_matters(
    mapped: Mapped, random: object, occupation: PostingOccupation | None
) -> None:
    resume, job = list(mapped.resume), list(mapped.job)
    near = list(mapped.similarities.items())
    for items in (resume, job, near):
        random.shuffle(items)  # type: ignore[attr-defined]
    shuffled = Mapped(tuple(resume), tuple(job), dict(near))
    assert analyze(shuffled, CONSTANTS, occupation) == analyze(mapped, CONSTANTS, occupation)


@MANY
@given(MAPPED, OCCUPATIONS)
def test_matched_weak_and_missing_are_exactly_the_job_skills(
    mapped: Mapped, occupation: PostingOccupation | None
) -> None:
    analysis = analyze(mapped, CONSTANTS, occupation)
    parts = [
        [entry.job.identity for entry in analysis.with_status(status) if entry.job]
        for status in ("meets_or_exceeds", "underqualified", "missing")
    ]
    together = [identity for part in parts for identity in part]
    assert len(together) == len(set(together)) == len(analysis.entries)
    assert set(together) == {skill.identity for skill in mapped.job}
    extra = [entry.resume.identity for entry in analysis.resume_only if entry.resume]
    assert len(extra) == len(set(extra))
    assert set(extra) == {skill.identity for skill in mapped.resume} - set(together)


@MANY
@given(MAPPED, OCCUPATIONS)
def test_numbers_stay_in_their_bounds(mapped: Mapped, occupation: PostingOccupation | None) -> None:
    analysis = analyze(mapped, CONSTANTS, occupation)
    assert (analysis.overall_match is None) == (not mapped.job)
    assert analysis.overall_match is None or 0 <= analysis.overall_match <= 10
    for entry in analysis.entries:
        assert entry.weight > 0
        if entry.status == "meets_or_exceeds":
            assert entry.credit == 1
        elif entry.status == "underqualified":
            assert entry.resume is not None
            assert entry.level_delta is not None
            assert entry.level_delta > 0
            assert CONSTANTS.weak_floor <= entry.credit < 1
        else:
            assert 0 <= entry.credit <= CONSTANTS.transfer_cap


@MANY
@given(MAPPED, OCCUPATIONS)
def test_an_occupation_takes_nothing_from_a_skill_without_a_stated_level(
    mapped: Mapped, occupation: PostingOccupation | None
) -> None:
    without, with_it = analyze(mapped, CONSTANTS), analyze(mapped, CONSTANTS, occupation)
    before = {entry.job.identity: entry for entry in without.entries if entry.job}
    for entry in with_it.entries:
        assert entry.job is not None
        was = before[entry.job.identity]
        if was.required_level is not None:
            assert (entry.status, entry.credit, entry.required_level) == (was.status, was.credit, was.required_level)
        elif entry.required_level is not None:
            assert entry.required_level.of_occupation
            assert entry.required_level.score <= CONSTANTS.occupation_level_cap <= CONSTANTS.assumed_level
            if was.candidate_level is None or was.candidate_level.score >= CONSTANTS.assumed_level:
                assert (entry.status, entry.credit) == (was.status, was.credit)
