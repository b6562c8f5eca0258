"""The user's own word over what was read: what it does to mapped skills, and the laws that hold of it."""

from __future__ import annotations

import random as randomness
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.corrections import (
    OWN_WORD,
    Statement,
    Subject,
    analyze,
    apply,
    identity_of,
    standing,
)
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.onet_mapper import entry_identity
from jobmate_agent.services.career_engine.types import (
    CorrectionKind,
    DocType,
    GapAnalysis,
    GapEntry,
    Mapped,
    MappedSkill,
    PostingOccupation,
)
from tests.unit.mapped_skills import ENTRIES, MAPPED, NAMES, OCCUPATIONS, skill

CONSTANTS = EngineSettings()
MANY = settings(max_examples=400, deadline=None)
BY_NAME = {entry.name: entry for entry in ENTRIES}


def about(name: str) -> Subject:
    entry, word = BY_NAME.get(name), normalize_name(name)
    return Subject(f"skill:{entry.id}" if entry else f"custom:{word}", (entry.id,) if entry else (), frozenset({word}))


def say(
    kind: CorrectionKind,
    name: str,
    value: int | str | bool | None = None,
    *,
    origin: DocType = "job",
) -> Statement:
    """``value``: a level, the name of the right skill, or False."""
    return Statement(
        kind,
        about(name),
        origin if kind in ("not_a_skill", "wrong_skill") else "resume",
        level=value if isinstance(value, int) and not isinstance(value, bool) else None,
        right=BY_NAME[value] if isinstance(value, str) else None,
        taken_back=value is False,
    )


def entries(analysis: GapAnalysis) -> dict[str, GapEntry]:
    return {entry.job.name: entry for entry in analysis.entries if entry.job is not None}


def judged(mapped: Mapped, *said: Statement) -> dict[str, GapEntry]:
    return entries(analyze(mapped, said, CONSTANTS, None))


NAMED = st.sampled_from(NAMES)
ORIGINS = st.sampled_from(["job", "resume"])
TAKEN_BACK = st.builds(
    lambda kind, name, origin: say(kind, name, False, origin=origin),
    st.sampled_from(["have_it", "level_is", "not_a_skill", "wrong_skill"]),
    NAMED,
    ORIGINS,
)
STATEMENTS = st.one_of(
    st.builds(lambda name, level: say("have_it", name, level), NAMED, st.none() | st.integers(1, 4)),
    st.builds(lambda name, level: say("level_is", name, level), NAMED, st.integers(0, 4)),
    st.builds(lambda name, origin: say("not_a_skill", name, origin=origin), NAMED, ORIGINS),
    st.builds(
        lambda name, right, origin: say("wrong_skill", name, right, origin=origin),
        NAMED,
        st.sampled_from([entry.name for entry in ENTRIES]),
        ORIGINS,
    ),
    TAKEN_BACK,
)
SAID = st.lists(STATEMENTS, max_size=8)


# --- one statement of each kind

JOB = (skill("Zarquon", 3), skill("Uxolite"), skill("Plumbus craft", required=False))
PAIR = Mapped((skill("Zarquon", 1), skill("Dwimmery", 2)), JOB, {("technology:uxolite", "technology:zarquon"): 0.8})


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [("Uxolite", None, 2), ("Uxolite", 4, 4), ("Zarquon", None, 2), ("Zarquon", 3, 3), ("Plumbus craft", 1, 1)],
)
def test_have_it_adds_a_skill_or_raises_its_level(name: str, value: int | None, held: int) -> None:
    entry = judged(PAIR, say("have_it", name, value))[name]
    assert entry.candidate_level is not None
    assert entry.candidate_level.score == held
    assert entry.resume is not None
    assert bool(entry.resume.evidence) == (name == "Zarquon")
    assert entry.job is not None
    assert entry.job.evidence


def test_have_it_says_nothing_that_the_resume_says_better() -> None:
    held = Mapped((skill("Zarquon", 4), skill("Uxolite")), JOB, {})
    said = (say("have_it", "Zarquon", 2), say("have_it", "Uxolite"))
    corrected = apply(held, said, CONSTANTS)
    assert (set(corrected.mapped.resume), corrected.own_words) == (set(held.resume), ())


@pytest.mark.parametrize("level", range(5))
def test_level_is_counts_whatever_the_resume_says(level: int) -> None:
    entry = judged(PAIR, say("level_is", "Zarquon", level))["Zarquon"]
    assert entry.candidate_level is not None
    assert entry.candidate_level.score == level
    assert entry.candidate_level.cues == (OWN_WORD,)
    assert entry.status == ("missing" if level == 0 else "underqualified" if level < 3 else "meets_or_exceeds")


def test_level_none_of_a_skill_that_nobody_claims_adds_nothing() -> None:
    assert set(apply(PAIR, [say("level_is", "Uxolite", 0)], CONSTANTS).mapped.resume) == set(PAIR.resume)


def test_about_the_person_the_later_word_counts() -> None:
    def level(*said: Statement) -> int:
        found = judged(PAIR, *said)["Uxolite"].candidate_level
        return -1 if found is None else found.score

    assert level(say("have_it", "Uxolite", 3), say("level_is", "Uxolite", 1)) == 1
    assert level(say("level_is", "Uxolite", 0), say("have_it", "Uxolite")) == 2
    assert level(say("have_it", "Uxolite", 3), say("have_it", "Uxolite")) == 3
    assert level(say("have_it", "Uxolite", 3), say("level_is", "Uxolite", 1), say("level_is", "Uxolite", False)) == 3
    assert level(say("have_it", "Uxolite", 3), say("have_it", "Uxolite", False)) == -1


def test_not_a_skill_is_left_out_of_the_document_that_was_read() -> None:
    both = Mapped((skill("Zarquon", 1),), JOB, {})
    of_job = apply(both, [say("not_a_skill", "Zarquon")], CONSTANTS).mapped
    assert {each.name for each in of_job.job} == {"Uxolite", "Plumbus craft"}
    assert of_job.resume == both.resume
    of_resume = apply(both, [say("not_a_skill", "Zarquon", origin="resume")], CONSTANTS).mapped
    assert (of_resume.resume, set(of_resume.job)) == ((), set(JOB))
    without = apply(both, [say("not_a_skill", "Plumbus  CRAFT")], CONSTANTS).mapped
    assert {each.name for each in without.job} == {"Zarquon", "Uxolite"}


def test_wrong_skill_keeps_the_documents_words_and_level() -> None:
    (mivvle,) = [
        each for each in apply(PAIR, [say("wrong_skill", "Zarquon", "Mivvle")], CONSTANTS).mapped.job
        if each.name == "Mivvle"
    ]  # fmt: skip
    was = JOB[0]
    assert (mivvle.evidence, mivvle.level, mivvle.tokens) == (was.evidence, was.level, was.tokens)
    assert (mivvle.identity, mivvle.entry, mivvle.method) == ("technology:mivvle", BY_NAME["Mivvle"], "exact")


def test_wrong_skill_joins_what_is_there_already() -> None:
    asked = (skill("Zarquon", 3, required=False, who="one"), skill("Uxolite", 1, who="two"))
    (only,) = apply(Mapped((), asked, {}), [say("wrong_skill", "Zarquon", "Uxolite")], CONSTANTS).mapped.job
    assert (only.name, only.required) == ("Uxolite", True)
    assert only.level is not None
    assert only.level.score == 3
    assert {piece.quote for piece in only.evidence} == {"one says Zarquon", "two says Uxolite"}


def test_what_was_put_in_place_can_be_corrected_again_and_taken_back() -> None:
    first, second = say("wrong_skill", "Zarquon", "Mivvle"), say("wrong_skill", "Mivvle", "Quobbing")

    def asked(*said: Statement) -> set[str]:
        return {each.name for each in apply(PAIR, said, CONSTANTS).mapped.job} - {"Uxolite", "Plumbus craft"}

    assert asked(first) == {"Mivvle"}
    assert asked(first, second) == {"Quobbing"}
    assert asked(first, say("wrong_skill", "Mivvle", "Zarquon")) == {"Zarquon"}
    assert asked(first, second, say("wrong_skill", "Zarquon", False)) == {"Zarquon"}
    assert asked(first, say("not_a_skill", "Mivvle")) == set()
    # Of two readings of the same entry the newer counts; the older one is there again without it.
    assert asked(first, say("not_a_skill", "Zarquon")) == set()
    assert asked(first, say("not_a_skill", "Zarquon"), say("not_a_skill", "Zarquon", False)) == {"Mivvle"}


def test_a_right_skill_that_no_vocabulary_has_any_more_changes_nothing() -> None:
    gone = replace(say("wrong_skill", "Zarquon", "Mivvle"), right=None)
    assert set(apply(PAIR, [gone], CONSTANTS).mapped.job) == set(JOB)


def test_a_name_is_found_after_it_came_into_the_vocabulary_or_left_it() -> None:
    listed = replace(skill("Uxolite"), tokens=("Plumbus-Craft",))
    came = Mapped((), (listed, skill("Zarquon")), {})
    (zarquon,) = apply(came, [say("not_a_skill", "Plumbus craft")], CONSTANTS).mapped.job
    assert zarquon.name == "Zarquon"
    # An entry that was also found by other words is more than what was spoken of.
    more = Mapped((), (replace(listed, tokens=("Plumbus craft", "ux")),), {})
    assert apply(more, [say("not_a_skill", "Plumbus craft")], CONSTANTS).mapped == more
    left = Mapped((), (replace(skill("Yak <b>shaving</b>"), name="UXOLITE", identity="custom:uxolite"),), {})
    assert apply(left, [say("not_a_skill", "Uxolite")], CONSTANTS).mapped.job == ()


def test_merged_ids_find_the_entry_that_is_there() -> None:
    subject = Subject("skill:6", (99, 6), frozenset())
    assert apply(PAIR, [Statement("not_a_skill", subject, "job")], CONSTANTS).own_words[0].name == "Uxolite"


def test_identities_are_those_of_the_mapper() -> None:
    assert [identity_of(entry) for entry in ENTRIES] == [entry_identity(entry) for entry in ENTRIES]


# --- laws


@MANY
@given(MAPPED, SAID, OCCUPATIONS)
def test_saying_everything_twice_is_saying_it_once(
    mapped: Mapped, said: list[Statement], occupation: PostingOccupation | None
) -> None:
    once, twice = (analyze(mapped, each, CONSTANTS, occupation) for each in (said, [*said, *said]))
    assert once == twice


@MANY
@given(MAPPED, SAID, st.randoms(use_true_random=False), OCCUPATIONS)
def test_the_order_of_statements_about_different_skills_never_matters(
    mapped: Mapped, said: list[Statement], random: randomness.Random, occupation: PostingOccupation | None
) -> None:
    related = {statement.right.name for statement in said if statement.right is not None}
    mine: dict[str, list[Statement]] = {}
    for statement in said:
        if not statement.subject.words & {normalize_name(name) for name in related}:
            mine.setdefault(statement.subject.key, []).append(statement)
    groups = list(mine.values())
    in_order = [statement for group in groups for statement in group]
    mixed: list[Statement] = []
    while groups:
        group = random.choice(groups)
        mixed.append(group.pop(0))
        groups = [each for each in groups if each]
    assert analyze(mapped, mixed, CONSTANTS, occupation) == analyze(mapped, in_order, CONSTANTS, occupation)


@MANY
@given(MAPPED, SAID, st.sampled_from(NAMES), st.none() | st.integers(1, 4), OCCUPATIONS)
def test_have_it_never_lowers_anything(
    mapped: Mapped, said: list[Statement], name: str, level: int | None, occupation: PostingOccupation | None
) -> None:
    before = analyze(mapped, said, CONSTANTS, occupation)
    after = analyze(mapped, [*said, say("have_it", name, level)], CONSTANTS, occupation)
    credits = {entry.job.identity: entry.credit for entry in after.entries if entry.job}
    assert all(credits[entry.job.identity] >= entry.credit for entry in before.entries if entry.job)
    assert (before.overall_match is None) == (after.overall_match is None)
    assert before.overall_match is None or (after.overall_match or 0) >= before.overall_match


@MANY
@given(MAPPED, SAID)
def test_the_order_of_skills_never_matters(mapped: Mapped, said: list[Statement]) -> None:
    turned = Mapped(mapped.resume[::-1], mapped.job[::-1], mapped.similarities)
    assert analyze(turned, said, CONSTANTS, None) == analyze(mapped, said, CONSTANTS, None)


@MANY
@given(MAPPED, SAID)
def test_evidence_is_neither_made_nor_lost_but_with_what_is_no_skill(mapped: Mapped, said: list[Statement]) -> None:
    def pieces(skills: tuple[MappedSkill, ...]) -> set[object]:
        return {piece for each in skills for piece in each.evidence}

    corrected = apply(mapped, said, CONSTANTS)
    for was, now in ((mapped.job, corrected.mapped.job), (mapped.resume, corrected.mapped.resume)):
        assert pieces(now) <= pieces(was)
        if not any(word.kind == "not_a_skill" for word in corrected.own_words):
            assert pieces(now) == pieces(was)
    own = {word.identity for word in corrected.own_words}
    assert {each.identity for each in corrected.mapped.resume if not each.evidence} <= own
    assert all(each.evidence for each in corrected.mapped.job)


@MANY
@given(MAPPED, SAID)
def test_every_own_word_stands_and_every_identity_is_there(mapped: Mapped, said: list[Statement]) -> None:
    corrected = apply(mapped, said, CONSTANTS)
    kinds = {(one.kind, one.subject.key) for one in standing(said)}
    there = {each.identity for each in (*corrected.mapped.resume, *corrected.mapped.job)}
    for word in corrected.own_words:
        assert (word.kind, word.about) in kinds
        assert word.identity is None or word.identity in there


@MANY
@given(MAPPED, st.lists(STATEMENTS.filter(lambda one: not one.taken_back), max_size=5))
def test_taking_everything_back_leaves_what_was_read(mapped: Mapped, said: list[Statement]) -> None:
    back = [replace(one, level=None, right=None, taken_back=True) for one in said]
    assert analyze(mapped, [*said, *back], CONSTANTS, None) == analyze(mapped, (), CONSTANTS, None)
