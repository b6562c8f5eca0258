"""What lies behind the scores of a few occupations: what is matched, what is missing and how to learn it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import OccupationRequirement, ReleaseOccupation, ReleaseSkill, Skill
from jobmate_agent.services.career_engine.types import LEVEL_LABELS
from jobmate_agent.services.onet.learning import Practice, practice
from jobmate_agent.services.onet.matching import HeldSkill, Score, own_level

SHOWN_MISSING = 10
SHOWN_TRANSFERABLE = 10

_Row = Any


def details(
    session: Session,
    release_id: int,
    scores: Sequence[Score],
    held: Mapping[int, HeldSkill],
    asked_by: Mapping[int, int],
) -> list[dict[str, Any]]:
    """Each score as it goes over the wire, with its skills; ``asked_by`` is as :func:`asked_by` gives it.

    ``matched``: the most important first, each with both levels (0–4) and its alignment. ``missing_critical``: what is
    missing, critical skills first, then by importance, at most ten, each with ``learning``: the level to reach and
    what exercises it in this occupation. ``transferable``: matched at the level asked or above, those first that most
    occupations ask for; ``asked_by`` says how many do.
    """
    needs = _needs(session, release_id, [score.occupation_id for score in scores])
    missing = {
        occupation_id: [row for row in rows if row.skill_id not in held][:SHOWN_MISSING]
        for occupation_id, rows in needs.items()
    }
    wanted = {occupation_id: [row.skill_id for row in rows] for occupation_id, rows in missing.items()}
    exercised = practice(session, release_id, wanted)
    return [
        {
            **_scores(score),
            **_matched(needs[score.occupation_id], held, asked_by),
            "missing_count": score.required - score.matched,
            "missing_critical": [
                _missing(row, exercised.get((score.occupation_id, row.skill_id)))
                for row in missing[score.occupation_id]
            ],
        }
        for score in scores
    ]


def _scores(score: Score) -> dict[str, Any]:
    shown = {**score._asdict(), "adjusted_match_score": score.adjusted_match_score}
    del shown["occupation_id"]
    return {name: value for name, value in shown.items() if value is not None} | {
        "required_count": shown.pop("required"),
        "matched_count": shown.pop("matched"),
    }


def _matched(rows: Sequence[_Row], held: Mapping[int, HeldSkill], asked_by: Mapping[int, int]) -> dict[str, Any]:
    matched = []
    for row in rows:
        if row.skill_id in held:
            have, need = held[row.skill_id].level, own_level(row.onet_level)
            alignment = 1.0 if have is None or not need else min(1.0, round(have / need, 4))
            levels = {"level_held": have, "level_asked": need}
            known = {name: level for name, level in levels.items() if level is not None}
            matched.append({**_skill(row), **known, "alignment": alignment})
    carried = [
        {name: skill[name] for name in ("skill_id", "name", "kind")} | {"asked_by": asked_by[skill["skill_id"]]}
        for skill in matched
        if skill["alignment"] >= 1
    ]
    carried.sort(key=lambda skill: (-skill["asked_by"], skill["name"]))
    return {"matched": matched, "transferable": carried[:SHOWN_TRANSFERABLE]}


def _missing(row: _Row, exercised: Practice | None) -> dict[str, Any]:
    learning: dict[str, Any] = (exercised or Practice()).to_wire()
    level = own_level(row.onet_level)
    if level is not None:
        learning |= {"level_to_reach": level, "level_label": LEVEL_LABELS[level], "onet_level": row.onet_level}
    suggestion = exercised.in_words() if exercised else ""
    if suggestion:
        learning["suggestion"] = suggestion
    return {**_skill(row), "learning": learning}


def _skill(row: _Row) -> dict[str, Any]:
    named = {"skill_id": row.skill_id, "name": row.name, "kind": row.kind, "critical": bool(row.critical)}
    return {**named, "weight": row.weight} | ({} if row.importance is None else {"importance": row.importance})


def _needs(session: Session, release_id: int, occupation_ids: Collection[int]) -> Mapping[int, list[_Row]]:
    """What each occupation asks for, critical skills first, then by weight."""
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in fetch(session, _NEEDS, release_id=release_id, occupation_ids=list(occupation_ids)):
        found[row.occupation_id].append(row)
    for needs in found.values():
        needs.sort(key=lambda row: (not row.critical, -row.weight, row.name, row.skill_id))
    return found


def asked_by(session: Session, release_id: int, held: Collection[int]) -> Mapping[int, int]:
    """How many rated occupations of the release ask for each held skill; those that none asks for are not in it."""
    rows = fetch(session, _ASKED_BY, release_id=release_id, skill_ids=list(held))
    return {row.skill_id: row.asked for row in rows}


_OF_RELEASE = OccupationRequirement.release_id == sa.bindparam("release_id")
_NEEDS = (
    sa.select(
        *(OccupationRequirement.occupation_id, OccupationRequirement.skill_id, ReleaseSkill.name, Skill.kind),
        *(OccupationRequirement.importance, OccupationRequirement.onet_level),
        *(OccupationRequirement.weight, OccupationRequirement.critical),
    )
    .join(Skill, Skill.id == OccupationRequirement.skill_id)
    .join(
        ReleaseSkill,
        sa.and_(
            ReleaseSkill.release_id == OccupationRequirement.release_id,
            ReleaseSkill.skill_id == OccupationRequirement.skill_id,
        ),
    )
    .where(_OF_RELEASE, OccupationRequirement.occupation_id.in_(sa.bindparam("occupation_ids", expanding=True)))
)
_ASKED_BY = (
    sa.select(OccupationRequirement.skill_id, sa.func.count().label("asked"))
    .join(
        ReleaseOccupation,
        sa.and_(
            ReleaseOccupation.release_id == OccupationRequirement.release_id,
            ReleaseOccupation.occupation_id == OccupationRequirement.occupation_id,
            ReleaseOccupation.has_skills,
        ),
    )
    .where(_OF_RELEASE, OccupationRequirement.skill_id.in_(sa.bindparam("skill_ids", expanding=True)))
    .group_by(OccupationRequirement.skill_id)
)
