"""The whole answer to "which occupations fit these skills?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from jobmate_agent.services.onet.attribution import attribution
from jobmate_agent.services.onet.match_details import asked_by, details
from jobmate_agent.services.onet.matching import HeldSkill, rank, unrated
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.skill_names import Resolved, resolve


@dataclass(frozen=True, slots=True)
class NamedSkill:
    """A skill in its owner's words; ``level`` 0–4, ``years`` of practice, None: not said."""

    name: str
    level: int | None = None
    years: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the ranking is wanted; ``number`` counts from 1."""

    number: int
    size: int


def match_names(
    session: Session, release: ReleaseRef, skills: Sequence[NamedSkill], years_experience: float | None, page: Page
) -> dict[str, Any]:
    """As :func:`match_held`, and what was made of each name; what is held at level 0 is not held."""
    resolved = resolve(session, release.id, [skill.name for skill in skills])
    held = held_skills(
        HeldSkill(found.skill_id, skill.level, skill.years)
        for skill, meant in zip(skills, resolved, strict=True)
        for found in meant.skills
    )
    answer = match_held(session, release, held, years_experience, page)
    return {**answer, **_names(resolved)}


def match_held(
    session: Session,
    release: ReleaseRef,
    held: Mapping[int, HeldSkill],
    years_experience: float | None,
    page: Page,
) -> dict[str, Any]:
    """One page of ``occupations``, best first, with ``total, page, pages, not_rated, not_asked_for, release`` and
    ``attribution``.

    Each occupation is as :func:`match_details.details` has it. ``not_rated`` counts those that O*NET has not rated,
    ``not_asked_for`` are ids of held skills that no occupation asks for.
    """
    scores = rank(session, release.id, held, years_experience)
    asked = asked_by(session, release.id, held)
    start = (page.number - 1) * page.size
    return {
        "occupations": details(session, release.id, scores[start : start + page.size], held, asked),
        "total": len(scores),
        "page": page.number,
        "pages": ceil(len(scores) / page.size),
        "not_rated": unrated(session, release.id),
        "not_asked_for": sorted(set(held) - set(asked)),
        "release": release.to_wire(),
        "attribution": attribution(release),
    }


def held_skills(skills: Iterable[HeldSkill]) -> dict[int, HeldSkill]:
    """Each skill once, at the highest level and with the most years that are said of it."""
    found: dict[int, HeldSkill] = {}
    for skill in skills:
        if skill.level == 0:
            continue
        known = found.get(skill.skill_id, skill)
        found[skill.skill_id] = HeldSkill(
            skill.skill_id, _larger(known.level, skill.level), _larger(known.years, skill.years)
        )
    return found


def _names(resolved: Iterable[Resolved]) -> dict[str, Any]:
    known = [name for name in resolved if name.method is not None]
    unknown = [name.name for name in resolved if name.method is None]
    return {"resolved": [name.to_wire() for name in known], "unresolved": unknown}


def _larger(one: Any, other: Any) -> Any:
    return max((value for value in (one, other) if value is not None), default=None)
