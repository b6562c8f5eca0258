"""Which entries moved the score between two analyses of the same documents, by how much, and why.

With weights ``w``, credits ``c`` and score ``s = 10 · Σwc / Σw`` before, ``w'``, ``c'`` and ``s'`` after:

    s' − s = Σ_j [ w'_j (10 c'_j − s) − w_j (10 c_j − s) ] / Σw'

because ``Σ w (10 c − s) = 0``; ``s`` is of the skills alone, while the ``Σw'`` below the line counts the line of work
too. An entry that stays as it was adds nothing, although its share of the score changes where others come or go: that
movement belongs to them.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from jobmate_agent.services.career_engine.corrections import OF_READING
from jobmate_agent.services.career_engine.types import (
    LEVEL_LABELS,
    GapAnalysis,
    GapEntry,
    MappedSkill,
    OwnWord,
    Status,
)

POINTS_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry counts in one analysis."""

    status: Status
    credit: float
    weight: float


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that counts differently. ``before`` or ``after`` None: the posting did not or does not ask for it.

    ``skill_id`` None: custom. ``points`` is its part of the move of ``overall_match`` (two decimals); None where one of
    the two analyses has no score. ``why`` is a sentence or two.
    """

    skill_id: int | None
    name: str
    before: Standing | None
    after: Standing | None
    points: float | None
    why: str


def moved(before: GapAnalysis, after: GapAnalysis) -> tuple[Moved, ...]:
    """The entries that count differently, the greatest move first."""
    old, new = _by_identity(before), _by_identity(after)
    said = _Change(
        tuple(word for word in after.own_words if word not in before.own_words),
        tuple(word for word in before.own_words if word not in after.own_words),
    )
    scored = before.overall_match is not None and after.overall_match is not None
    found = []
    for identity in old.keys() | new.keys():
        was, now = old.get(identity), new.get(identity)
        if _standing(was) != _standing(now):
            skill = _skill(was, now)
            points = _points(was, now, old.values(), after) if scored else None
            why = _why(said, skill, was, now, len(new) - (now is not None))
            skill_id = skill.entry.id if skill.entry is not None else None
            found.append((identity, Moved(skill_id, skill.name, _standing(was), _standing(now), points, why)))
    found.sort(key=lambda item: (-abs(item[1].points or 0.0), item[0]))
    return tuple(each for _, each in found)


@dataclass(frozen=True, slots=True)
class _Change:
    new: tuple[OwnWord, ...]
    gone: tuple[OwnWord, ...]


def _by_identity(analysis: GapAnalysis) -> dict[str, GapEntry]:
    return {entry.job.identity: entry for entry in analysis.entries if entry.job is not None}


def _standing(entry: GapEntry | None) -> Standing | None:
    return None if entry is None else Standing(entry.status, entry.credit, entry.weight)


def _skill(was: GapEntry | None, now: GapEntry | None) -> MappedSkill:
    skill = next(entry.job for entry in (now, was) if entry is not None)
    assert skill is not None
    return skill


def _points(was: GapEntry | None, now: GapEntry | None, old: Collection[GapEntry], after: GapAnalysis) -> float:
    """The line of work counts with a fixed share of all weights, so what skills move is the less for it."""
    score = 10 * math.fsum(entry.weight * entry.credit for entry in old) / math.fsum(entry.weight for entry in old)
    gained, lost = (0.0 if entry is None else entry.weight * (10 * entry.credit - score) for entry in (now, was))
    return round((gained - lost) / after.total_weight, POINTS_DECIMALS)


def _why(said: _Change, skill: MappedSkill, was: GapEntry | None, now: GapEntry | None, others: int) -> str:
    """What the user said about this entry; where nothing was said, what else changed for it."""
    reasons = [_said(word, skill) for word in said.new if _is_about(word, skill)]
    reasons += [_taken_back(word, skill) for word in said.gone if not reasons and _is_about(word, skill)]
    if not reasons:
        reasons = [_related(was, now)]
    if (was is None or now is None) and others:
        counts = "more" if now is None else "less"
        rest = "The one other skill counts" if others == 1 else f"The other {others} skills count"
        reasons.append(f"{rest} for {counts} of the score.")
    return " ".join(dict.fromkeys(reasons))


def _is_about(word: OwnWord, skill: MappedSkill) -> bool:
    """Whether the skill is what the word was about, or what it was put under."""
    if word.identity == skill.identity:
        return True
    return skill.name == word.name if skill.entry is None else skill.entry.id == word.skill_id


def _said(word: OwnWord, skill: MappedSkill) -> str:
    whose = "the posting" if word.origin == "job" else "your resume"
    if word.kind == "not_a_skill":
        return f"You said that {word.name} in {whose} is not a skill."
    if word.kind == "wrong_skill":
        assert word.right is not None
        return f"You said that {whose} means {word.right.name} where it was read as {word.name}."
    if word.kind == "level_is":
        return f"You said that your level of {skill.name} is {LEVEL_LABELS[word.level or 0]}."
    how = "" if word.level is None else f" at the level {LEVEL_LABELS[word.level]}"
    return f"You said that you have {skill.name}{how}."


def _taken_back(word: OwnWord, skill: MappedSkill) -> str:
    if word.kind in OF_READING:
        return f"You took back what you said about {word.name}, so it is read as before."
    return f"You took back what you said about {skill.name}, so your resume decides."


def _related(was: GapEntry | None, now: GapEntry | None) -> str:
    near = {each.name for entry in (was, now) if entry is not None for each in entry.related}
    if near:
        return f"What you said about a related skill ({', '.join(sorted(near))}) counts here too."
    return "It follows from what you said about another skill."
