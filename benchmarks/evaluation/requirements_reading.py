"""What the engine reads about one competence of a sentence: whether it is required, and its level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.evaluation.measured import Measured
from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import LEVEL_LABELS, Extraction, Level

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
    mentions = [(place, skill) for skill in found.skills for place in skill.places]
    here = [(place, skill) for place, skill in mentions if _overlap(place, passage.focus)]
    if here:
        _, skill = max(here, key=lambda each: (_overlap(each[0], passage.focus), each[0][0] - each[0][1]))
        return Reading(REQUIRED if skill.required else NICE, _label(skill.level), True)
    others = [place for place, _ in mentions if place[0] >= passage.sentence[0] and place[1] <= passage.sentence[1]]
    demand, level = _cues(subject, passage, others)
    return Reading(_NEEDS[demand], _label(level), False)


def _label(level: Level | None) -> str:
    return LEVEL_LABELS[0] if level is None else level.label


def _overlap(one: Place, other: Place) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _cues(subject: Measured, passage: Passage, others: Sequence[Place]) -> tuple[Demand, Level | None]:
    sentence = Document(passage.text, "job").at(passage.focus[0])
    if sentence is None:  # it stands in what looks like a heading
        start, end = passage.sentence
        sentence = Sentence(start, end, Section.NEUTRAL, start)
    within = [place for place in others if place[0] >= sentence.start and place[1] <= sentence.end]
    spans = _spans(passage.focus, within)
    index = spans.index(_Span(*passage.focus))
    demand = demands(passage.text, sentence, spans, "job")[index]
    level = LevelReader(subject.engine.settings.years_bounds).of(passage.text, sentence, spans, "job")[index]
    if demand is not Demand.NEGATED and index in alternatives(passage.text, sentence, spans):
        demand = Demand.NICE
    if any(start <= passage.focus[0] < end for start, end, _ in degree_fields(passage.text, sentence)):
        level = None
    return demand, level


@dataclass(frozen=True, slots=True)
class _Span:
    """``text[start:end]``, as a reader of cues is handed it."""

    start: int
    end: int


def _spans(focus: Place, others: Sequence[Place]) -> list[_Span]:
    """The focus and the other skills in text order, none overlapping another."""
    places: list[Place] = [focus]
    for place in sorted(set(others), key=lambda each: (each[0] - each[1], each)):
        if not any(_overlap(place, taken) for taken in places):
            places.append(place)
    return [_Span(*place) for place in sorted(places)]
