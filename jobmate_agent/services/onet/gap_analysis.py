"""The written analysis of a gap: its shape, what of a model's answer is believed, and a writer that needs no model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobmate_agent.services.onet.learning import Practice

EFFORTS = ("low", "medium", "high")
# O*NET levels (of 7) to climb: up to the first is little, up to the second some, beyond it much.
EFFORT_BOUNDS = (0.75, 1.75)
# What a skill without a rating of its importance (1–5) counts as.
UNRATED = 3.0
MAX_PRIORITIES = 8
MAX_TRANSFERABLE = 8
MAX_STEPS = 6
MAX_TEXT = 1200
MAX_ANSWER = 200_000
SHOWN_GAP = 40
SHOWN_PROBLEMS = 12

_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Checked:
    """An analysis whose every skill is one of the gap's, or what keeps it from being one, in words for its writer."""

    analysis: dict[str, Any] | None
    problems: tuple[str, ...]


def answer_schema(gap: Mapping[str, Any]) -> dict[str, Any]:
    """The strict JSON schema of a model's answer about ``gap`` (:func:`skill_gap.compare`)."""
    missing = {"type": "string", "enum": _names(gap["gap"][:SHOWN_GAP])}
    held = _names(gap["transferable"])
    text = {"type": "string"}
    return _object(
        summary=text,
        priorities=_array(
            _object(skill=missing, why=text, how_to_learn=text, effort={"type": "string", "enum": list(EFFORTS)})
        ),
        transferable=_array(_object(skill={"type": "string", "enum": held} if held else text, how_it_helps=text)),
        plan=_array(_object(step=text, skills=_array(missing), outcome=text)),
    )


def check(raw: str, gap: Mapping[str, Any]) -> Checked:
    """What of a model's answer can be shown: all of it, or none and the reasons why."""
    fenced = _FENCE.fullmatch(raw)
    try:
        answer = json.loads(fenced[1] if fenced else raw) if len(raw) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return Checked(None, ("The answer is not a JSON object.",))
    reader = _Reader(gap)
    analysis = reader.analysis(answer)
    if reader.problems:
        return Checked(None, tuple(dict.fromkeys(reader.problems))[:SHOWN_PROBLEMS])
    return Checked(analysis, ())


class _Reader:
    """Reads an answer part by part and notes what is wrong with it."""

    def __init__(self, gap: Mapping[str, Any]) -> None:
        self._missing = {_key(entry["name"]): entry for entry in gap["gap"]}
        self._held = {_key(entry["name"]): entry for entry in gap["transferable"]}
        self.problems: list[str] = []

    def analysis(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        priorities = [
            {
                **_named(self._skill(item, "priorities", self._missing)),
                "why": self._text(item, "why"),
                "how_to_learn": self._text(item, "how_to_learn"),
                "effort": self._effort(item),
            }
            for item in self._items(answer, "priorities", MAX_PRIORITIES)
        ]
        if not priorities:
            self.problems.append("priorities is empty, but there are skills to learn.")
        return {
            "summary": self._text(answer, "summary"),
            "priorities": _once(priorities),
            "transferable": _once(
                [
                    {
                        **_named(self._skill(item, "transferable", self._held)),
                        "how_it_helps": self._text(item, "how_it_helps"),
                    }
                    for item in self._items(answer, "transferable", MAX_TRANSFERABLE)
                ]
            ),
            "plan": [
                {
                    "step": self._text(item, "step"),
                    "skills": self._skills(item),
                    "outcome": self._text(item, "outcome"),
                }
                for item in self._items(answer, "plan", MAX_STEPS)
            ],
        }

    def _items(self, answer: Mapping[str, Any], name: str, most: int) -> list[Mapping[str, Any]]:
        items = answer.get(name)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.problems.append(f"{name} is not a list of objects.")
            return []
        return items[:most]

    def _text(self, item: Mapping[str, Any], name: str) -> str:
        text = item.get(name)
        plain = " ".join(_CONTROL.sub(" ", text).split()) if isinstance(text, str) else ""
        if not plain or len(plain) > MAX_TEXT:
            self.problems.append(f"{name} is not a text of 1 to {MAX_TEXT} characters.")
        return plain

    def _effort(self, item: Mapping[str, Any]) -> str:
        effort = item.get("effort")
        if effort not in EFFORTS:
            self.problems.append(f"effort is not one of {', '.join(EFFORTS)}.")
        return str(effort)

    def _skills(self, item: Mapping[str, Any]) -> list[str]:
        names = item.get("skills")
        if not isinstance(names, list):
            self.problems.append("skills of a step is not a list.")
            return []
        found = [self._skill({"skill": name}, "plan", self._missing) for name in names]
        return list(dict.fromkeys(entry["name"] for entry in found if entry))

    def _skill(self, item: Mapping[str, Any], where: str, known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
        name = item.get("skill")
        entry = known.get(_key(name)) if isinstance(name, str) else None
        if entry is None:
            shown = _CONTROL.sub(" ", str(name))[:80]
            listed = "skills to learn" if known is self._missing else "skills already held"
            self.problems.append(f"{shown!r} in {where} is not one of the {listed}.")
            return {}
        return entry


def write_by_rule(gap: Mapping[str, Any], practice: Mapping[int, Practice]) -> dict[str, Any]:
    """The same analysis without a model: from levels, importance and what exercises each skill, by skill id.

    Priorities are in the order of the difference of levels times importance.
    """
    first = sorted(gap["gap"], key=lambda entry: -entry["difference"] * entry.get("importance", UNRATED))
    first = first[:MAX_PRIORITIES]
    return {
        "summary": _summary(gap),
        "priorities": [_priority(gap, entry, practice.get(entry.get("skill_id", 0))) for entry in first],
        "transferable": [
            {
                **_named(entry),
                "how_it_helps": f"{gap['to']['title']} asks for level {entry['to_level']:g} of 7; "
                f"{gap['from']['title']} brings {entry['from_level']:g}.",
            }
            for entry in gap["transferable"][:MAX_TRANSFERABLE]
        ],
        "plan": _plan(first),
    }


def _summary(gap: Mapping[str, Any]) -> str:
    missing, held = gap["gap"], gap["transferable"]
    start, goal = gap["from"]["title"], gap["to"]["title"]
    required = gap["compared"] - gap["not_required"]
    if not missing:
        said = f"{goal} asks for nothing above the level that {start} brings, in {required} rated skills."
    else:
        worst = ", ".join(f"{entry['name']} (+{entry['difference']:g})" for entry in missing[:3])
        said = (
            f"From {start} to {goal}, {len(missing)} of {required} skills are asked for at a higher level; "
            f"the largest steps are {worst}. {len(held)} are held at the level asked or above."
        )
    unknown = len(gap["unknown"])
    return f"{said} Of {unknown} more the level is not known well enough to compare." if unknown else said


def _priority(gap: Mapping[str, Any], entry: Mapping[str, Any], practice: Practice | None) -> dict[str, Any]:
    why = (
        f"{gap['to']['title']}: level {entry['to_level']:g} of 7 is needed; "
        f"{gap['from']['title']}: level {entry['from_level']:g}"
    )
    if "importance" in entry:
        why += f"; its importance is {entry['importance']:g} of 5"
    known = practice.in_words() if practice else ""
    return {
        **_named(entry),
        "why": f"{why}.",
        "how_to_learn": known or f"Look for tasks that ask for {entry['name']} at level {entry['to_level']:g} of 7.",
        "effort": _effort_of(entry["difference"]),
    }


def _effort_of(difference: float) -> str:
    return EFFORTS[sum(difference > bound for bound in EFFORT_BOUNDS)]


def _plan(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The small steps first: what they bring shows soon."""
    words = {
        "low": ("Close the small gaps", "what is nearly there is there"),
        "medium": ("Build up the next level", "everyday work of the new occupation can be done with help"),
        "high": ("Learn from the ground up", "the new occupation can be held on its own terms"),
    }
    steps = []
    for effort, (step, outcome) in words.items():
        names = [entry["name"] for entry in entries if _effort_of(entry["difference"]) == effort]
        if names:
            steps.append({"step": f"{step}: {', '.join(names)}", "skills": names, "outcome": f"After this, {outcome}."})
    return steps


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **({"skill_id": entry["skill_id"]} if "skill_id" in entry else {}),
        **({"element_id": entry["element_id"], "skill": entry["name"]} if entry else {}),
    }


def _once(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each skill once, where it is named first."""
    return list({item.get("element_id"): item for item in reversed(items)}.values())[::-1]


def _names(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return [entry["name"] for entry in entries]


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _array(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _object(**fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
