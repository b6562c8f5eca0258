"""The laws of the comparison over what the engine finds in documents of many fields, put together by chance."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import analyze
from jobmate_agent.services.career_engine.report_text import escape
from jobmate_agent.services.career_engine.types import (
    ExtractedSkill,
    Extraction,
    JobDocument,
    Level,
    LineOfWork,
    Mapped,
    PostingOccupation,
)
from tests.engines import small_engine

POSTING = """
Five years of experience with patient triage and electronic health records are required.
You will design and maintain REST APIs in Python and Go.
Prepare pastries, manage food cost and train kitchen staff.
Knowledge of GAAP and monthly closing is a plus.
Strong written and oral communication skills.
Licensed forklift operator, able to lift 50 pounds.
Manage annual budgets and negotiate contracts with suppliers.
Experience with soil sampling and crop rotation.
Teach mathematics to classes of thirty pupils.
Plan campaigns for social media and measure their results with Google Analytics.
Weld steel frames and read blueprints.
Attention to detail and the ability to work in a team.
""".strip().split("\n")
RESUME = """
Managed an annual budget of two million dollars and negotiated contracts.
Built Python services on PostgreSQL for six years.
Registered nurse with experience in triage and patient education.
Baked bread and pastries, trained two apprentices.
Fluent in German, basic knowledge of French.
Closed the monthly accounts under GAAP.
Taught algebra and geometry at a high school.
Welded frames for bridges, read blueprints every day.
Ran social media campaigns for three brands.
Operated a forklift in a cold store.
Excellent communication skills, works well in teams.
Took soil samples and planned crop rotations.
""".strip().split("\n")
CONSTANTS = EngineSettings()
OCCUPATIONS = st.none() | st.floats(-1, 1).map(
    lambda value: PostingOccupation(0.9, None, LineOfWork(round(value, 4), ("Bakers", "Welders", "Registered Nurses")))
)
LINES = st.lists(st.integers(0, 11), min_size=1, max_size=6, unique=True)
FEW = settings(max_examples=150, deadline=None)


@cache
def read(lines: tuple[str, ...], doc_type: str) -> Extraction:
    text = "\n".join(lines)
    return small_engine().extract(text, "job" if doc_type == "job" else "resume", use_llm=False)[0]


def posting(numbers: list[int]) -> Extraction:
    return read(tuple(POSTING[number] for number in numbers), "job")


def resume(numbers: list[int]) -> Extraction:
    return read(tuple(RESUME[number] for number in numbers), "resume")


def score(mapped: Mapped, occupation: PostingOccupation | None) -> float:
    found = analyze(mapped, CONSTANTS, occupation).overall_match
    return -1.0 if found is None else found


@FEW
@given(LINES, LINES, st.integers(0, 11), OCCUPATIONS)
def test_a_skill_more_never_lowers_the_score(
    asked: list[int], held: list[int], more: int, occupation: PostingOccupation | None
) -> None:
    job, own = posting(asked), resume(held)
    before = small_engine().map(own, job)
    known = {skill.identity for skill in before.resume}
    both = small_engine().map(replace(own, skills=(*own.skills, *resume([more]).skills)), job)
    last = score(before, occupation)
    held_now = before.resume
    for skill in both.resume:
        if skill.identity not in known:
            held_now = (*held_now, skill)
            now = score(Mapped(held_now, before.job, {**before.similarities, **both.similarities}), occupation)
            assert now >= last
            last = now


@FEW
@given(LINES, LINES, OCCUPATIONS, st.data())
def test_a_higher_level_never_lowers_the_score(
    asked: list[int], held: list[int], occupation: PostingOccupation | None, data: st.DataObject
) -> None:
    mapped = small_engine().map(resume(held), posting(asked))
    if not mapped.resume:
        return
    place = data.draw(st.integers(0, len(mapped.resume) - 1))
    scores = []
    for level in range(5):
        skills = list(mapped.resume)
        skills[place] = replace(skills[place], level=Level(level))
        scores.append(score(replace(mapped, resume=tuple(skills)), occupation))
    assert scores == sorted(scores)


@FEW
@given(LINES, LINES, OCCUPATIONS, st.randoms(use_true_random=False))
def test_the_order_of_what_was_found_does_not_matter(
    asked: list[int], held: list[int], occupation: PostingOccupation | None, chance: random.Random
) -> None:
    job, own = posting(asked), resume(held)

    def shuffled(found: Extraction) -> Extraction:
        skills: list[ExtractedSkill] = list(found.skills)
        chance.shuffle(skills)
        return replace(found, skills=tuple(skills))

    engine = small_engine()
    expected = analyze(engine.map(own, job), CONSTANTS, occupation)
    assert analyze(engine.map(shuffled(own), shuffled(job)), CONSTANTS, occupation) == expected


@FEW
@given(LINES, LINES)
def test_every_job_skill_is_judged_once_and_every_name_stands_in_a_document(asked: list[int], held: list[int]) -> None:
    texts = ["\n".join(RESUME[number] for number in held), "\n".join(POSTING[number] for number in asked)]
    found = small_engine().analyze_texts(texts[0], JobDocument("A job", "", texts[1]), use_llm=False)
    judged = [entry.job.identity for entry in found.analysis.entries if entry.job]
    assert sorted(judged) == sorted({skill.identity for skill in found.mapped.job})
    for skills, text in ((found.mapped.resume, texts[0]), (found.mapped.job, texts[1])):
        for skill in skills:
            assert skill.evidence
            assert all(text[piece.start : piece.end] == piece.quote for piece in skill.evidence)
            assert all(token in text for token in skill.tokens)
    flat = [escape(" ".join(text.split())) for text in texts]
    for quote in re.findall("“(.*?)”", found.report_md):
        assert any(quote.strip("…") in text for text in flat), quote
