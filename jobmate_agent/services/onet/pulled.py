"""What O*NET Web Services says, with all the lists that a loaded profile has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobmate_agent.services.onet.occupation_skills import by_importance

_LISTS = ("alternate_titles", "suppressed", "tools", "work_styles", "work_context", "training", "credentials")
_HIGH_POINTS = ("interests", "work_values")


def whole_profile(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a lookup, with empty lists for what it says nothing about (``unavailable`` names that)."""
    nothing: dict[str, Any] = {"high_points": [], "elements": []}
    return {**{name: [] for name in _LISTS}, **dict.fromkeys(_HIGH_POINTS, nothing), **answer}


def skills_of(answer: Mapping[str, Any], kind: str | None) -> dict[str, Any]:
    """The list by importance of an answer to a lookup."""
    profile = whole_profile(answer)
    kept = ("onet_code", "title", "has_skills", "source", "attribution", "fetched_at")
    return {**{name: profile[name] for name in kept}, **by_importance(profile, kind)}
