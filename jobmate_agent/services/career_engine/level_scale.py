"""The level scale, once: what the extractors look for, what the prompts tell the model, what reports explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.types import LEVEL_LABELS


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One level: what it means, and the words that claim it.

    ``phrases`` describe a holding ("expert in", spreads over a list); ``adjectives`` stand right before a skill or
    after it in brackets; ``verbs`` open a line of experience and are the weakest evidence.
    """

    score: int
    meaning: str
    phrases: tuple[str, ...]
    adjectives: tuple[str, ...]
    verbs: tuple[str, ...]

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self.score]


LEVEL_SCALE: tuple[ScaleStep, ...] = (
    ScaleStep(
        1,
        "has met it: knows the basics, needs guidance",
        (
            "basic knowledge",
            "basic understanding",
            "general understanding",
            "general knowledge",
            "some knowledge",
            "some understanding",
            "some experience",
            "limited experience",
            "little experience",
            "familiarity",
            "familiar",
            "exposure",
            "exposed to",
            "awareness",
            "aware of",
            "introduction to",
            "introductory",
            "beginner",
            "beginner in",
            "novice",
            "learning",
            "coursework in",
            "interest in",
            "willingness to learn",
        ),
        ("basic", "beginner", "novice", "elementary", "entry-level", "introductory"),
        ("assisted", "assist", "helped", "help", "shadowed", "observed", "supported", "learned", "studied"),
    ),
    ScaleStep(
        2,
        "uses it in everyday work without help",
        (
            "working knowledge",
            "practical knowledge",
            "good understanding",
            "sound knowledge",
            "sound understanding",
            "understanding",
            "knowledge",
            "experience",
            "experienced",
            "comfortable",
            "competent",
            "competence",
            "competency",
            "ability to use",
            "skilled",
            "trained",
        ),
        ("intermediate", "working", "practical", "good", "competent", "conversational"),
        (
            "built",
            "build",
            "developed",
            "develop",
            "created",
            "implemented",
            "implement",
            "maintained",
            "used",
            "wrote",
            "performed",
            "operated",
            "delivered",
            "configured",
            "prepared",
            "administered",
        ),
    ),
    ScaleStep(
        3,
        "does demanding work with it and is relied on for it",
        (
            "proficient",
            "proficiency",
            "strong knowledge",
            "strong understanding",
            "strong experience",
            "strong background",
            "strong command",
            "solid knowledge",
            "solid understanding",
            "solid experience",
            "thorough knowledge",
            "thorough understanding",
            "excellent knowledge",
            "excellent command",
            "proven experience",
            "significant experience",
            "demonstrated experience",
            "hands-on experience",
            "well versed",
            "well-versed",
            "fluent",
            "fluency",
            "highly skilled",
            "very experienced",
        ),
        ("proficient", "strong", "solid", "excellent", "fluent", "thorough", "proven", "outstanding", "exceptional"),
        (
            "led",
            "lead",
            "leads",
            "managed",
            "manage",
            "designed",
            "design",
            "owned",
            "own",
            "mentored",
            "trained",
            "taught",
        ),
    ),
    ScaleStep(
        4,
        "is the one others ask: sets how it is done",
        (
            "expert",
            "expertise",
            "expert knowledge",
            "expert-level",
            "expert level",
            "deep knowledge",
            "deep understanding",
            "deep experience",
            "deep expertise",
            "in-depth knowledge",
            "in-depth understanding",
            "in-depth experience",
            "extensive experience",
            "extensive knowledge",
            "advanced knowledge",
            "advanced understanding",
            "advanced proficiency",
            "advanced skills in",
            "mastery",
            "master of",
            "specialist in",
            "authority on",
        ),
        ("advanced", "expert", "expert-level", "deep", "extensive", "in-depth", "mastery", "native"),
        ("architected", "architect", "pioneered", "spearheaded"),
    ),
)

NUMBER_WORDS: dict[str, float] = {
    "half a": 0.5,
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
}

SCORE_ON_THE_WAY = 1
"""Of a certificate or a body of knowledge that is still being worked for."""

CONFIDENCE_YEARS = 0.9
CONFIDENCE_YEARS_FAR = 0.6
CONFIDENCE_PHRASE = 0.8
CONFIDENCE_ADJECTIVE = 0.8
CONFIDENCE_VERB = 0.5


def level_of(value: float, bounds: Sequence[float]) -> int:
    """The level (0–4) of a value on another scale, such as O*NET's LV: level n from ``bounds[n-1]`` on."""
    return sum(1 for bound in bounds if value >= bound)


def level_of_years(years: float, bounds: Sequence[float]) -> int:
    """The level that ``years`` of experience stand for: level n from ``bounds[n-1]`` years on, 0–4."""
    return level_of(years, bounds)


def scale_as_text() -> str:
    """The scale as lines of a prompt: score, label, meaning and some of its words."""
    lines = []
    for step in LEVEL_SCALE:
        words = ", ".join(f'"{word}"' for word in (*step.phrases[:4], *step.adjectives[:2], *step.verbs[:2]))
        lines.append(f"- {step.score} ({step.label}): {step.meaning}. Words such as {words}.")
    return "\n".join(lines)
