"""A person's skills against what every occupation asks for, in one grouped question to the database.

The formulas are those of the architecture document, as the design settles them::

    match_score          = matched / required × 100
    adjusted_match_score = match_score × mean proficiency alignment × experience weight
    alignment            = min(1, level held / level asked), over the matched skills
    experience weight    = 0.8 + 0.2 · min(1, relevant years / typical years of the job zone), 1 where either is unknown
    importance_score     = weight of the matched / weight of the required × 100

*Required* are the rows of ``occupation_requirements``: important (at least 3 of 5) elements with a level above 0, no
value of which is suppressed, and technologies in demand. *Matched* are those that are held at all. Levels are our own
0–4; where either level is unknown, held is enough: the alignment is 1. Relevant years are those that are stated as a
whole, else the most that any matched skill has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import Occupation, OccupationRequirement, ReleaseOccupation
from jobmate_agent.services.career_engine.engine_settings import EngineSettings

TYPICAL_YEARS: Mapping[int, float] = {1: 0.25, 2: 1.0, 3: 2.0, 4: 4.0, 5: 10.0}
"""Years of preparation by job zone: the upper end of the zone's SVP range.

O*NET's Job Zone Reference gives the ranges (below 4, 4–6, 6–7, 7–8, 8 and above), the Dictionary of Occupational
Titles (appendix C) the times: SVP 3 up to 3 months, 5 up to 1 year, 6 up to 2 years, 7 up to 4, 8 up to 10.
"""
EXPERIENCE_BASE = 0.8
EXPERIENCE_SHARE = 0.2
PERCENT_DIGITS = 2
RATIO_DIGITS = 4


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill that somebody has. ``level`` 1–4, ``years`` of practice; None: not known."""

    skill_id: int
    level: int | None = None
    years: float | None = None


class Score(NamedTuple):
    """How well one occupation fits. Scores are 0–100, the two factors 0–1."""

    occupation_id: int
    onet_code: str
    title: str
    job_zone: int | None
    required: int
    matched: int
    match_score: float
    importance_score: float
    alignment: float
    experience_weight: float

    @property
    def adjusted_match_score(self) -> float:
        return round(self.match_score_exact * self.alignment * self.experience_weight, PERCENT_DIGITS)

    @property
    def match_score_exact(self) -> float:
        return self.matched / self.required * 100


def rank(
    session: Session, release_id: int, held: Mapping[int, HeldSkill], years_experience: float | None = None
) -> list[Score]:
    """Every occupation that asks for at least one of the held skills, the best fit first.

    ``held`` by skill id. Occupations without skill ratings are left out: what little is known of them is a handful
    of technologies, of which anybody may have all. Equal fits are told apart by importance, then by code.
    """
    if not held:
        return []
    rows = fetch(session, _grouped(held), release_id=release_id)
    scores = [_score(row, years_experience) for row in rows]
    return sorted(scores, key=lambda score: (-score.adjusted_match_score, -score.importance_score, score.onet_code))


def unrated(session: Session, release_id: int) -> int:
    """How many occupations of the release have no skill ratings, and so take no part in matching."""
    ((number,),) = fetch(session, _UNRATED, release_id=release_id)
    return int(number)


def own_level(onet_level: float | None) -> int | None:
    """O*NET's level (0–7) on our scale (0–4), by the one table that maps them."""
    if onet_level is None:
        return None
    return sum(onet_level >= bound for bound in EngineSettings().onet_level_bounds)


def experience_weight(job_zone: int | None, years: float | None) -> float:
    """0.8–1; 1 where the zone or the years are unknown."""
    typical = TYPICAL_YEARS.get(job_zone) if job_zone is not None else None
    if typical is None or years is None:
        return 1.0
    return EXPERIENCE_BASE + EXPERIENCE_SHARE * min(1.0, years / typical)


def _score(row: sa.Row[*tuple[Any, ...]], years_experience: float | None) -> Score:
    occupation_id, code, title, job_zone, required, required_weight, matched, weight, alignment, years = row
    if years_experience is not None:
        years = years_experience
    return Score(
        occupation_id,
        code,
        title,
        job_zone,
        required,
        matched,
        match_score=round(matched / required * 100, PERCENT_DIGITS),
        # The sums are of the same numbers in different orders.
        importance_score=min(100.0, round(weight / required_weight * 100, PERCENT_DIGITS)),
        alignment=min(1.0, round(alignment / matched, RATIO_DIGITS)),
        experience_weight=round(experience_weight(job_zone, years), RATIO_DIGITS),
    )


def _grouped(held: Mapping[int, HeldSkill]) -> sa.Select[*tuple[Any, ...]]:
    need = OccupationRequirement
    # Not the column itself: for that, SQLite walks through all requirements in the order of occupations.
    occupation = need.occupation_id + 0
    sums = (
        sa.select(
            occupation.label("occupation_id"),
            sa.func.count().label("matched"),
            sa.func.sum(need.weight).label("weight"),
            sa.func.sum(_alignment(held)).label("alignment"),
            sa.func.max(_years(held)).label("years"),
        )
        .where(need.release_id == _RELEASE, need.skill_id.in_(held))
        .group_by(occupation)
        .subquery()
    )
    here = ReleaseOccupation
    return (
        sa.select(
            *(here.occupation_id, Occupation.onet_code, here.title, here.job_zone),
            *(here.requirement_count, here.requirement_weight),
            *(sums.c.matched, sums.c.weight, sums.c.alignment, sums.c.years),
        )
        .select_from(sums)
        .join(here, sa.and_(here.release_id == _RELEASE, here.occupation_id == sums.c.occupation_id))
        .join(Occupation, Occupation.id == here.occupation_id)
        .where(here.has_skills)
    )


def _alignment(held: Mapping[int, HeldSkill]) -> sa.ColumnElement[float]:
    """min(1, level held / level asked) of a requirement; 1 where either is unknown."""
    at_level: dict[int, list[int]] = defaultdict(list)
    for skill in held.values():
        if skill.level is not None:
            at_level[skill.level].append(skill.skill_id)
    bounds = EngineSettings().onet_level_bounds
    # The highest level asked first, because a level asked reaches the bounds of all below it.
    short = [
        (
            sa.and_(OccupationRequirement.onet_level >= bound, OccupationRequirement.skill_id.in_(skill_ids)),
            sa.literal(have / asked, sa.Double),
        )
        for asked, bound in reversed(list(enumerate(bounds, start=1)))
        for have, skill_ids in sorted(at_level.items())
        if have < asked
    ]
    enough = sa.literal(1.0, sa.Double)
    return sa.case(*short, else_=enough) if short else enough


def _years(held: Mapping[int, HeldSkill]) -> sa.ColumnElement[float | None]:
    """The years of each skill of which they are known, else null."""
    known = {number: skill.years for number, skill in held.items() if skill.years is not None}
    unknown = sa.cast(sa.null(), sa.Double)
    return sa.case(known, value=OccupationRequirement.skill_id, else_=unknown) if known else unknown


_RELEASE: sa.BindParameter[int] = sa.bindparam("release_id")
_UNRATED = (
    sa.select(sa.func.count())
    .select_from(ReleaseOccupation)
    .where(ReleaseOccupation.release_id == _RELEASE, ~ReleaseOccupation.has_skills)
)
