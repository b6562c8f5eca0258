"""The level scale, once: what the extractors look for, what the prompts tell the model, what reports explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.types import LEVEL_LABELS


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One level: what it means, and the words that claim it.

    ``phrases`` describe a holding by themselves ("expert in", spreads over a list). ``adjectives`` stand right before a
    skill, after it in brackets, or before a noun of holding ("strong Python", "strong knowledge"); ``qualities`` only
    before such a noun, since elsewhere they mean something else ("general ledger", "sound engineering"). ``verbs`` open
    a line of experience and are the weakest evidence.
    """

    score: int
    meaning: str
    phrases: tuple[str, ...]
    adjectives: tuple[str, ...]
    qualities: tuple[str, ...]
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
            "exposure",
            "familiar",
            "familiarity",
            "exposed to",
            "awareness",
            "aware of",
            "introduction to",
            "introductory",
            "entry level",
            "beginner",
            "beginner in",
            "novice",
            "coursework in",
            "interest in",
        ),
        ("basic", "beginner", "novice", "elementary", "entry-level", "introductory"),
        (
            *("some", "limited", "little", "minimal", "general", "base", "fundamental", "foundational", "rudimentary"),
            *("entry level", "a little", "a bit of"),
        ),
        ("assisted", "assist", "helped", "help", "shadowed", "observed", "supported", "learned", "studied"),
    ),
    ScaleStep(
        2,
        "uses it in everyday work without help",
        (
            "working knowledge",
            "experience",
            "experienced",
            "ability",
            "able",
            "capable",
            "skilled",
            "comfortable",
            "competent",
            "competence",
            "competency",
            "confident",
            "trained",
        ),
        ("intermediate", "working", "practical", "good", "competent", "conversational", "solid"),
        (*("sound", "firm", "decent", "reasonable", "adequate", "functional", "hands-on", "hands on", "a few years"),),
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
            "fluent",
            "fluency",
            "proficiently",
            "fluently",
            "well versed",
            "well-versed",
            "adept",
            "track record",
            "deeply understand",
            "thoroughly understand",
        ),
        (
            *("proficient", "strong", "excellent", "fluent", "thorough", "in-depth", "deep", "outstanding"),
            *("exceptional", "superior", "superb", "exemplary", "impeccable", "stellar", "top-notch"),
        ),
        (
            *("significant", "substantial", "considerable", "comprehensive", "detailed", "great", "very good"),
            *("in depth", "robust", "profound", "broad", "high level of", "high degree of", "highly developed"),
            *("well-developed", "well developed", "several years", "many years", "multiple years"),
        ),
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
            "mastery",
            "expert-level",
            "expert level",
            "master of",
            "specialist in",
            "authority on",
        ),
        ("advanced", "expert", "expert-level", "extensive", "mastery", "native"),
        ("expert level", "unparalleled", "world-class"),
        ("architected", "architect", "pioneered", "spearheaded"),
    ),
)

HOLDING_NOUNS: tuple[str, ...] = (
    *("knowledge", "understanding", "experience", "experiences", "background", "command", "grasp", "ability"),
    *("abilities", "skill", "skills", "skillset", "skill set", "proficiency", "proficiencies", "competence"),
    *("competency", "competencies", "familiarity", "exposure", "expertise", "track record", "capability"),
    *(
        "capabilities",
        "aptitude",
        "acumen",
        "fluency",
        "mastery",
        "awareness",
        "foundation",
        "fundamentals",
        "literacy",
        "breadth",
    ),
    "appreciation",
)
"""What a quality is said of. By themselves most of them say that something is known, and not how well."""

RAISED: tuple[str, ...] = ("familiar", "experienced", "skilled", "trained", "competent", "comfortable", "knowledgeable")
RAISING: tuple[str, ...] = (
    *("highly", "thoroughly", "deeply", "extremely", "very", "intimately", "strongly", "exceptionally", "extensively"),
)
SCORE_RAISED = 3
"""Of one of ``RAISED`` after one of ``RAISING``: "thoroughly familiar"."""

LEARNING: tuple[str, ...] = ("learn", "learns", "learning", "be trained in", "be trained on", "training in")
SCORE_LEARNING = 1
"""Of what is to be learned on the job, or is being learned: "learns the filing system"."""

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
CONFIDENCE_CERTIFICATE = 0.6
CONFIDENCE_USE = 0.4
"""Of years that a skill was used for, as the dates of the jobs that name it tell."""
CONFIDENCE_TITLE = 0.35

TITLE_WORDS: dict[int, tuple[str, ...]] = {
    1: ("intern", "internship", "trainee", "apprentice", "junior", "jr", "entry-level", "entry level", "graduate"),
    2: ("mid-level", "mid level", "intermediate"),
    3: ("senior", "sr", "lead", "principal", "head", "chief", "director", "vp", "vice president"),
}
"""What a job's title says of the work in it: level → words."""

CERTIFICATE_TIERS: dict[int, tuple[str, ...]] = {
    1: (
        "foundational",
        "foundations",
        "fundamentals",
        "practitioner",
        "entry",
        "beginner",
        "yellow belt",
        "white belt",
    ),
    2: ("associate", "user", "technician", "intermediate", "core", "administrator", "green belt"),
    3: ("professional", "specialist", "specialty", "advanced", "engineer", "architect", "black belt"),
    4: ("expert", "master black belt"),
}
"""What the name of a certificate says of its holder: level → words."""
SCORE_CERTIFIED = 2
"""Of a certificate whose name says no more than that."""
CREDENTIALS: dict[int, tuple[str, ...]] = {
    2: ("CCNA", "CAPM", "PHR", "CSM", "MCSA", "BLS", "CPR", "CNA", "EMT", "CDL", "PSM I"),
    3: (
        *("CPA", "CFA", "CMA", "CISA", "CISM", "CISSP", "PMP", "CCNP", "SPHR", "CFP", "FRM", "ACCA", "ACLS"),
        *("RN", "LCSW", "CRNA", "PgMP", "CFE", "SHRM-SCP", "NCLEX-RN"),
        *("Public Accountant", "Management Accountant", "Internal Auditor", "Financial Planner", "Fraud Examiner"),
    ),
    4: ("CCIE", "CCDE", "FSA", "FCAS"),
}
"""Credentials that stand for themselves and are hard to come by, or not: level → names. Held ones count, on resumes."""

MOST_YEARS_OF_USE = 5.0
"""More years than these of a job count no further: the dates do not say how much of them a skill was used."""
STALE_AFTER_YEARS = 5
"""A skill of jobs that all ended longer ago than this, by the resume's latest date, counts one level less."""


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
