"""What one occupation asks for that another does not, by the ratings of one release.

Every occupation lists the same skills, so that only levels tell occupations apart. *Strict*: the skills of the one
that are needed at all (level above 0), which the other does not need (level 0). *By level*: those whose level is
above the other's. ``Not Relevant = Y`` means level 0; ``Recommend Suppress = Y`` on the level means that it is unknown:
such a skill is listed apart, as neither missing nor held. Of a row with both flags the value must not be used either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jobmate_agent.services.onet.attribution import attribution
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.sourced_answer import ATTRIBUTION

Mode = Literal["strict", "by_level"]
GapKind = Literal["skill", "knowledge", "ability", "all"]
KINDS: Mapping[str, tuple[str, ...]] = {
    "skill": ("skill",),
    "knowledge": ("knowledge",),
    "ability": ("ability",),
    "all": ("skill", "knowledge", "ability"),
}
NOT_RATED = "not_rated"
RELEASE = "release"
IN_WORDS = {"skill": "skill", "knowledge": "knowledge", "ability": "ability", "all": "skill, knowledge or ability"}


@dataclass(frozen=True, slots=True)
class Rating:
    """An element as one occupation needs it. ``importance`` 1–5, ``level`` 0–7; None: unknown.

    ``skill_id`` is None where O*NET Web Services says it.
    """

    element_id: str
    name: str
    kind: str
    skill_id: int | None
    importance: float | None
    level: float | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two occupations; its ratings by element id. ``source``: release | web_services."""

    onet_code: str
    title: str
    ratings: Mapping[str, Rating]
    source: str = RELEASE

    def to_wire(self) -> dict[str, str]:
        return {"onet_code": self.onet_code, "title": self.title, "source": self.source}


def compare(release: ReleaseRef, mode: Mode, kind: GapKind, held: Side, asked: Side) -> dict[str, Any]:
    """The gap from ``held`` to ``asked`` as it goes over the wire.

    ``{mode, kind, from, to, release, attribution, comparable}`` and, where the two are comparable, ``gap``: the skills
    that are missing, the largest difference first, then the most important; ``transferable``: those held at the level
    asked or above; ``unknown``: those with a level that is not known, ``unknown_for`` saying of which of the two;
    ``compared``, ``held`` and ``not_required``: how many there are, so that ``compared = held + not_required + gap``.
    Where they are not: ``reason`` (``not_rated``), ``message`` and ``not_rated``, the codes without ratings.
    """
    shown = {
        "mode": mode,
        "kind": kind,
        "from": held.to_wire(),
        "to": asked.to_wire(),
        "release": release.to_wire(),
        "attribution": _attribution(release, held, asked),
    }
    without = {side.onet_code: side.title for side in (held, asked) if not side.ratings}
    if without:
        return {**shown, "comparable": False, **_not_comparable(kind, without)}
    return {**shown, "comparable": True, **_compared(mode, held.ratings, asked.ratings)}


def _attribution(release: ReleaseRef, *sides: Side) -> str:
    """Of the release and, where one of the two comes from there, of O*NET Web Services."""
    elsewhere = any(side.source != RELEASE for side in sides)
    return f"{attribution(release)} {ATTRIBUTION}" if elsewhere else attribution(release)


def _compared(mode: Mode, held: Mapping[str, Rating], asked: Mapping[str, Rating]) -> dict[str, Any]:
    gap, transferable, unknown, not_required, others = [], [], [], 0, 0
    for element_id in sorted(held.keys() | asked.keys()):
        ours, theirs = held.get(element_id), asked.get(element_id)
        have = None if ours is None else ours.level
        need = None if theirs is None else theirs.level
        known = theirs or ours
        assert known is not None
        if have is None or need is None:
            unknown.append(_unknown(known, have, need))
            continue
        entry = _entry(known, have, need)
        if need <= 0:
            not_required += 1
        elif have >= need:
            transferable.append(entry)
        elif mode == "by_level" or have <= 0:
            gap.append(entry)
        else:
            others += 1
    return {
        "gap": sorted(gap, key=_worst_first),
        "transferable": sorted(transferable, key=_most_important_first),
        "unknown": unknown,
        "compared": len(gap) + len(transferable) + not_required + others,
        "held": len(transferable) + others,
        "not_required": not_required,
    }


def _entry(rating: Rating, have: float, need: float) -> dict[str, Any]:
    entry = {
        **_element(rating),
        "from_level": have,
        "to_level": need,
        # Levels have two decimals; their difference in binary has more.
        "difference": round(need - have, 2),
    }
    return entry if rating.importance is None else {**entry, "importance": rating.importance}


def _unknown(rating: Rating, have: float | None, need: float | None) -> dict[str, Any]:
    levels = {"from_level": have, "to_level": need}
    sides = {"from": have, "to": need}
    return {
        **_element(rating),
        **{name: level for name, level in levels.items() if level is not None},
        "unknown_for": [side for side, level in sides.items() if level is None],
    }


def _element(rating: Rating) -> dict[str, Any]:
    known = {} if rating.skill_id is None else {"skill_id": rating.skill_id}
    return {**known, "element_id": rating.element_id, "name": rating.name, "kind": rating.kind}


def _worst_first(entry: Mapping[str, Any]) -> tuple[float, float, str]:
    return -entry["difference"], -entry.get("importance", 0.0), entry["element_id"]


def _most_important_first(entry: Mapping[str, Any]) -> tuple[float, float, str]:
    return -entry.get("importance", 0.0), -entry["to_level"], entry["element_id"]


def _not_comparable(kind: GapKind, without: Mapping[str, str]) -> dict[str, Any]:
    named = " and ".join(f"{title} ({code})" for code, title in without.items())
    return {
        "reason": NOT_RATED,
        "message": f"There are no {IN_WORDS[kind]} levels of {named}, so the two cannot be compared; that is not the "
        "same as no gap.",
        "not_rated": list(without),
    }


def names(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of a list of a gap."""
    return [entry["name"] for entry in entries]
