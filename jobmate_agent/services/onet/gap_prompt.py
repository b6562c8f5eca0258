"""What a model is asked about a gap, and under which name its answer is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobmate_agent.services.career_engine.prompts import load_prompt
from jobmate_agent.services.onet.gap_analysis import (
    EFFORTS,
    MAX_PRIORITIES,
    MAX_STEPS,
    MAX_TRANSFERABLE,
    SHOWN_GAP,
)
from jobmate_agent.services.onet.learning import Practice
from jobmate_agent.services.onet.skill_gap import GapKind

PROMPT = "skill_gap_analysis"
# Grows when the same answer would be read differently.
ANALYSIS_VERSION = "1"
SHOWN_HELD = 20


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """Which two occupations, of which release, by which ratings."""

    release_id: int
    from_code: str
    to_code: str
    kind: GapKind

    def to_payload(self) -> dict[str, Any]:
        """As a run carries it; the arguments of this class."""
        return asdict(self)

    @property
    def subject(self) -> str:
        """What a run is about."""
        return f"skill-gap:{self.release_id}:{self.from_code}:{self.to_code}:{self.kind}"

    def key(self, model_id: str) -> str:
        """Digest (64 hex) of everything that a model's analysis depends on."""
        content = {**asdict(self), "model": model_id, "prompt": prompt_id(), "version": ANALYSIS_VERSION}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def prompt_id() -> str:
    """The prompt's name and version."""
    return load_prompt(PROMPT).id


def fill(gap: Mapping[str, Any], practice: Mapping[int, Practice], problems: Sequence[str]) -> tuple[str, str]:
    """(system, user) about a gap (:func:`skill_gap.compare`); ``problems`` are those of the answer before."""
    return load_prompt(PROMPT).fill(
        {
            "efforts": " | ".join(EFFORTS),
            "gap": _as_text(gap, practice),
            "max_priorities": str(MAX_PRIORITIES),
            "max_steps": str(MAX_STEPS),
            "max_transferable": str(MAX_TRANSFERABLE),
            "repair": _repair(problems),
        }
    )


def _as_text(gap: Mapping[str, Any], practice: Mapping[int, Practice]) -> str:
    document = {
        "works as": gap["from"]["title"],
        "wants to work as": gap["to"]["title"],
        "to learn": [
            {**_levels(entry), **_exercised(practice.get(entry.get("skill_id", 0)))} for entry in gap["gap"][:SHOWN_GAP]
        ],
        "already held": [_levels(entry) for entry in gap["transferable"][:SHOWN_HELD]],
    }
    # Nothing inside may end the data: the tags are written with < and >.
    return json.dumps(document, ensure_ascii=False, indent=1).replace("<", "\\u003c").replace(">", "\\u003e")


def _levels(entry: Mapping[str, Any]) -> dict[str, Any]:
    levels = {"skill": entry["name"], "level held": entry["from_level"], "level asked": entry["to_level"]}
    return {**levels, "importance": entry["importance"]} if "importance" in entry else levels


def _exercised(practice: Practice | None) -> dict[str, Any]:
    return {"exercised by": list(practice.activities)} if practice and practice.activities else {}


def _repair(problems: Sequence[str]) -> str:
    if not problems:
        return "Answer with the JSON object alone."
    listed = "\n".join(f"- {problem}" for problem in problems)
    return f"Your last answer could not be used:\n{listed}\nAnswer again, with the JSON object alone."
