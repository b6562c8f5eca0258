"""What the engine reads about one competence of a sentence: whether it is required, and its level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.evaluation.measured import Measured
from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.matching import Form, Match
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.tokens import tokenize
from jobmate_agent.services.career_engine.types import (
    LEVEL_LABELS,
    ExtractedSkill,
    Extraction,
    Level,
    VocabularyEntry,
)

REQUIRED, NICE, NOT_NEEDED = "required", "nice", "not needed"
_NEEDS = {
    Demand.REQUIRED: REQUIRED,
    Demand.UNSAID: REQUIRED,
    Demand.NICE: NICE,
    Demand.NEGATED: NOT_NEEDED,
}

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """``need`` and ``level`` in the labels of the gold set. ``extracted``: the engine found a skill there by itself."""

    need: str
    level: str
    extracted: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A document with a sentence at ``sentence`` and the competence that is asked about at ``focus``."""

    text: str
    sentence: Place
    focus: Place


def read(subject: Measured, passage: Passage, found: Extraction) -> Reading:
    """What ``found``, the extraction of the passage's text, says about the focus.

    The skill is the one whose mention covers most of the focus. Where there is none, the cues are read as the extractor
    would for a skill that stands exactly there: what is measured is the reading of cues, not the finding of skills.
    """
    mentions = [(place, skill) for skill in found.skills for place in _mentions(passage.text, skill)]
    here = [(place, skill) for place, skill in mentions if _overlap(place, passage.focus)]
    if here:
        _, skill = max(here, key=lambda each: (_overlap(each[0], passage.focus), each[0][0] - each[0][1]))
        return Reading(REQUIRED if skill.required else NICE, _label(skill.level), True)
    others = [place for place, _ in mentions if place[0] >= passage.sentence[0] and place[1] <= passage.sentence[1]]
    demand, level = _cues(subject, passage, others)
    return Reading(_NEEDS[demand], _label(level), False)


def _label(level: Level | None) -> str:
    return LEVEL_LABELS[0] if level is None else level.label


def _mentions(text: str, skill: ExtractedSkill) -> Iterator[Place]:
    """Where a skill's words, as found or as it is called, stand within its evidence."""
    words = "|".join(re.escape(form) for form in dict.fromkeys((skill.token, skill.name)))
    whole = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for piece in skill.evidence:
        for found in whole.finditer(text, piece.start, piece.end):
            yield found.span()


def _overlap(one: Place, other: Place) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _cues(subject: Measured, passage: Passage, others: Sequence[Place]) -> tuple[Demand, Level | None]:
    sentence = Document(passage.text, "job").at(passage.focus[0])
    if sentence is None:  # it stands in what looks like a heading
        start, end = passage.sentence
        sentence = Sentence(start, end, Section.NEUTRAL, start)
    within = [place for place in others if place[0] >= sentence.start and place[1] <= sentence.end]
    matches = _matches(passage, within)
    index = next(number for number, match in enumerate(matches) if (match.start, match.end) == passage.focus)
    demand = demands(passage.text, sentence, matches, "job")[index]
    level = LevelReader(subject.engine.settings.years_bounds).of(passage.text, sentence, matches, "job")[index]
    if demand is not Demand.NEGATED and index in alternatives(passage.text, sentence, matches):
        demand = Demand.NICE
    if any(start <= passage.focus[0] < end for start, end, _ in degree_fields(passage.text, sentence)):
        level = None
    return demand, level


def _matches(passage: Passage, others: Sequence[Place]) -> list[Match]:
    """The focus and the other skills as the matcher would report them, in text order, none within another."""
    places: list[Place] = [passage.focus]
    for place in sorted(set(others), key=lambda each: (each[0] - each[1], each)):
        if not any(_overlap(place, taken) for taken in places):
            places.append(place)
    matches = []
    for number, (start, end) in enumerate(sorted(places), start=1):
        written = passage.text[start:end]
        entry = VocabularyEntry(-number, "custom", written.lower(), written)
        form = Form(entry, written, "name", len(tokenize(written)), frozenset())
        # Neither cue reader looks at the numbers of tokens.
        matches.append(Match(form, start, end, number, number))
    return matches
