"""One finder names a skill several times: how these become one, whatever their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill

MAX_EVIDENCE = 5


def as_one(skills: Sequence[ExtractedSkill]) -> ExtractedSkill:
    """All quotes (five at most) and places, the higher level, required if any is; the surest gives the name."""
    ordered = sorted(skills, key=lambda one: (-one.confidence, one.places, one.name, one.token, one.evidence[0].start))
    return reduce(_together, ordered)


def quotes(*sources: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The quotes of ``sources``, each once, as many as a skill may have."""
    return tuple(dict.fromkeys(piece for source in sources for piece in source))[:MAX_EVIDENCE]


def _together(one: ExtractedSkill, other: ExtractedSkill) -> ExtractedSkill:
    levels = [level for level in (one.level, other.level) if level is not None]
    return replace(
        one,
        level=max(levels, key=lambda level: (level.score, level.confidence, level.cues), default=None),
        required=one.required or other.required,
        evidence=quotes(one.evidence, other.evidence),
        places=tuple(sorted({*one.places, *other.places})),
        label=one.label or other.label,
    )
