"""Which of the found occupations comes first: one rule for all databases, whose own ranks differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from jobmate_agent.services.onet.search_index import TITLE_LINES, Candidate

Group = Sequence[str]

# An exact alternate title comes before a title that says more than was asked, and after one that is just that.
ALTERNATE = 0.92
# How much of a name's worth hangs on its saying nothing else: "Nurse" before "Nurse Practitioner" for "nurse".
PRECISION = 0.4
# What is left of a name's worth where it has the terms of the query, but not one after the other.
SCATTERED = 0.92
# English names say last what somebody is: "C++ programmer".
HEAD = 2.0
NAMES, SHARE, DESCRIPTION = 0.8, 0.12, 0.08
# So that one of two names counts for less than ten of twenty.
SHARE_SMOOTHING = 25
# Only a name that has all of the query's terms can be worth as much.
WHOLE = (1 - PRECISION) * SCATTERED
# Names of what is left over: they match everything of their kind.
RESIDUAL, RESIDUAL_FACTOR = "all other", 0.9


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked occupation. ``score`` is 0–1; ``line``: which alternate title matched better, in the index's order."""

    occupation_id: int
    onet_code: str
    title: str
    score: float
    line: int | None


class _Asked:
    """A query made ready for looking into many names; a name stands as its terms, with a space around each."""

    def __init__(self, groups: Sequence[Group], weights: Sequence[float]) -> None:
        # A whole term is followed by a space as well; the beginning of one is not.
        self.groups = [
            ([f" {form[:-1]}" if form.endswith("*") else f" {form} " for form in group], weight)
            for group, weight in zip(groups, weights, strict=True)
        ]
        self.phrase = " ".join(group[0] for group in groups)

    def described(self, text: str) -> float:
        """The share of the query whose terms are in a text."""
        return sum(weight for forms, weight in self.groups if any(form in text for form in forms))

    def worths(self, names: Sequence[str]) -> dict[int, float]:
        """By its place, what each name is worth that says anything of the query."""
        said: dict[int, list[float]] = {}
        for forms, weight in self.groups:
            for place in {place for form in forms for place, name in enumerate(names) if form in name}:
                said.setdefault(place, []).append(weight)
        return {place: self._worth(names[place], matched) for place, matched in said.items()}

    def _worth(self, name: str, matched: Sequence[float]) -> float:
        """0–1: how much of the query a name says, less what it says beside."""
        length = name.count(" ") - 1
        precision = len(matched) / length if len(matched) < length else 1.0
        # Squared: a name with all of the query comes before one with most of it and nothing else.
        worth = sum(matched) ** 2 * (1 - PRECISION + PRECISION * precision)
        if len(matched) == len(self.groups) > 1 and self.phrase not in name:
            worth *= SCATTERED
        return worth


def rank(candidates: Sequence[Candidate], groups: Sequence[Group]) -> list[Hit]:
    """Best first, equal ones by code. ``groups`` as they were asked for: the forms of each term."""
    asked = _Asked(groups, _weights(candidates, groups))
    hits = [_hit(candidate, asked) for candidate in candidates]
    return sorted(hits, key=lambda hit: (-hit.score, hit.onet_code))


def _weights(candidates: Sequence[Candidate], groups: Sequence[Group]) -> list[float]:
    """Each term's share of what the query says: rare ones say more, and so does the last one."""
    if len(groups) == 1:
        return [1.0]
    texts = [f"{c.title_terms}\n{c.alternates}\n{c.description_terms}" for c in candidates]
    stems = [[form.rstrip("*") for form in group] for group in groups]
    counts = [sum(any(stem in text for stem in group) for text in texts) for group in stems]
    raw = [1 + log(1 + (len(texts) + 1) / (count + 1)) / 2 for count in counts]
    raw[-1] *= HEAD
    return [weight / sum(raw) for weight in raw]


def _hit(candidate: Candidate, asked: _Asked) -> Hit:
    names = f" {candidate.title_terms}\n{candidate.alternates} ".replace(TITLE_LINES, f" {TITLE_LINES} ").split(
        TITLE_LINES
    )
    worths = asked.worths(names)
    title = worths.pop(0, 0.0)
    best = max(worths.values(), default=0.0)
    whole = sum(worth >= WHOLE for worth in worths.values())
    share = whole / (len(names) - 1 + SHARE_SMOOTHING)
    described = asked.described(f" {candidate.description_terms} ")
    score = NAMES * max(title, best * ALTERNATE) + SHARE * share + DESCRIPTION * described
    if candidate.title_terms.endswith(RESIDUAL):
        score *= RESIDUAL_FACTOR
    line = None
    if best * ALTERNATE > title:
        line = min(place for place, worth in worths.items() if worth == best) - 1
    return Hit(candidate.occupation_id, candidate.onet_code, candidate.title, round(score, 4), line)
