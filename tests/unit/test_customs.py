"""Phrases outside the vocabulary that say the same in both documents, with the real model."""

from __future__ import annotations

import random

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.onet_mapper import OnetMapper
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Extraction, Level, Mapped, MappedSkill
from tests.engines import embedder, small_index, small_vocabulary


def _map(resume: tuple[str, ...], job: tuple[str, ...], level: int | None = None) -> Mapped:
    def found(names: tuple[str, ...], start: int) -> tuple[ExtractedSkill, ...]:
        reached = None if level is None else Level(level)
        return tuple(ExtractedSkill(name, name, (Evidence(name, start, start + len(name)),), reached) for name in names)

    mapper = OnetMapper(small_vocabulary(), embedder(), small_index(), EngineSettings())
    return mapper.map(
        Extraction("resume", found(resume, 3), "keyword", "1"), Extraction("job", found(job, 9), "keyword", "1")
    )


def _held(mapped: Mapped, text: str) -> MappedSkill:
    return next(skill for skill in mapped.resume if text in skill.tokens)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("prepare the annual budgets", "prepare budgets"),
        ("weaves willow baskets by hand", "weaving willow baskets"),
        ("develop relevant educational content", "developing educational content"),
    ],
)
def test_who_says_all_that_is_asked_answers_it(held: str, asked: str) -> None:
    mapped = _map((held,), (asked,))
    (job,) = mapped.job
    skill = _held(mapped, held)
    assert (skill.identity, skill.name, skill.entry, skill.method) == (job.identity, asked, None, "custom")
    assert 0.8 <= skill.similarity <= 1
    assert [piece.quote for piece in (*skill.evidence, *job.evidence)] == [held, asked]


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("weaving", "weaving willow baskets"),
        ("weaving willow baskets", "selling willow baskets"),
        ("lift up to 20 kg", "lift up to 50 kg"),
        ("feeding animals", "grooming animals"),
        ("restore old violins", "manage budgets"),
    ],
)
def test_less_or_other_words_do_not(held: str, asked: str) -> None:
    mapped = _map((held,), (asked,))
    assert mapped.job[0].identity != _held(mapped, held).identity


def test_the_nearest_of_the_postings_phrases_is_answered() -> None:
    mapped = _map(("weaves large willow baskets",), ("weave baskets", "weave willow baskets", "grow willow"))
    assert _held(mapped, "weaves large willow baskets").name == "weave willow baskets"


def test_another_skill_changes_nothing_of_it_in_any_order() -> None:
    asked = ("weave willow baskets", "manage budgets", "SQL", "feeding animals", "pottery")
    held = [
        "weaves large willow baskets",
        "managing the yearly budgets",
        "weave willow baskets",
        "feed wild animals",
        "SQL",
    ]
    alone = {text: _held(_map((text,), asked), text).identity for text in held}
    for seed in range(6):
        chance = random.Random(seed)
        some = tuple(chance.sample(held, 3 + seed % 3))
        mapped = _map(some, tuple(chance.sample(asked, len(asked))))
        assert {text: _held(mapped, text).identity for text in some} == {text: alone[text] for text in some}
    assert len(set(alone.values())) == 4


def test_a_phrase_that_the_posting_has_in_other_words_takes_its_entry() -> None:
    """The posting's phrase means an entry; what says the same and more of it means that entry too."""
    mapped = _map(("managing several large projects at a time",), ("managing large projects",))
    (job,) = mapped.job
    assert job.entry is not None
    skill = mapped.resume[0]
    assert (skill.identity, skill.entry, skill.method) == (job.identity, job.entry, "vector")
