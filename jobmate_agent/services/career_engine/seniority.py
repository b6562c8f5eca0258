"""What the title of a job says about how well its work must be known: "Senior Accountant", "Data Science Intern"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jobmate_agent.services.career_engine.level_claims import Claim, key_of
from jobmate_agent.services.career_engine.level_scale import CONFIDENCE_TITLE, TITLE_WORDS
from jobmate_agent.services.career_engine.types import ExtractedSkill, Extraction, Level

_WORDS = {word: score for score, words in TITLE_WORDS.items() for word in words}
_TITLE = re.compile(
    r"(?<![\w-])(?P<word>" + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True)) + r")(?![\w-])"
    # "Senior Living", "Lead Generation", "Junior High": what is led or older is not who does the work.
    r"(?!\.?[\s-]+(?:living|citizens?|care|center|centre|services|high|college|school|year|generation|gen|abatement|paint|"
    r"start)\b)",
    re.IGNORECASE,
)
CORE_MENTIONS = 2
"""A skill that a posting names this often, or in its title, is what the job is about."""


def title_claim(text: str, start: int, end: int) -> Claim | None:
    """What the title in ``text[start:end]`` claims; the first word that claims anything decides."""
    found = _TITLE.search(text, start, end)
    if not found:
        return None
    score = _WORDS[key_of(found["word"])]
    return Claim(*found.span("word"), score, found["word"], CONFIDENCE_TITLE)


def with_title_level(posting: Extraction, title: str) -> Extraction:
    """``posting`` with the level of its title, unsure, for the required core skills whose level it leaves open."""
    claim = title_claim(title, 0, len(title))
    if claim is None:
        return posting
    level = Level(claim.score, confidence=claim.confidence, cues=(claim.words,))
    return replace(posting, skills=tuple(_filled(posting.skills, title, level)))


def _filled(skills: Sequence[ExtractedSkill], title: str, level: Level) -> list[ExtractedSkill]:
    return [
        replace(skill, level=level) if skill.level is None and skill.required and _is_core(skill, title) else skill
        for skill in skills
    ]


def _is_core(skill: ExtractedSkill, title: str) -> bool:
    if len(skill.places) >= CORE_MENTIONS:
        return True
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", title, re.IGNORECASE) for form in {skill.name, skill.token}
    )
