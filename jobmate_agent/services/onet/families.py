"""Families of occupations: the major groups of the Standard Occupational Classification (SOC) of 2018."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import FamilySkill, Occupation, ReleaseOccupation, ReleaseSkill, Skill
from jobmate_agent.services.onet.ratings import DOMAINS
from jobmate_agent.services.onet.releases import ReleaseRef

# https://www.bls.gov/soc/2018/major_groups.htm
MAJOR_GROUPS: Mapping[str, str] = {
    "11": "Management Occupations",
    "13": "Business and Financial Operations Occupations",
    "15": "Computer and Mathematical Occupations",
    "17": "Architecture and Engineering Occupations",
    "19": "Life, Physical, and Social Science Occupations",
    "21": "Community and Social Service Occupations",
    "23": "Legal Occupations",
    "25": "Educational Instruction and Library Occupations",
    "27": "Arts, Design, Entertainment, Sports, and Media Occupations",
    "29": "Healthcare Practitioners and Technical Occupations",
    "31": "Healthcare Support Occupations",
    "33": "Protective Service Occupations",
    "35": "Food Preparation and Serving Related Occupations",
    "37": "Building and Grounds Cleaning and Maintenance Occupations",
    "39": "Personal Care and Service Occupations",
    "41": "Sales and Related Occupations",
    "43": "Office and Administrative Support Occupations",
    "45": "Farming, Fishing, and Forestry Occupations",
    "47": "Construction and Extraction Occupations",
    "49": "Installation, Maintenance, and Repair Occupations",
    "51": "Production Occupations",
    "53": "Transportation and Material Moving Occupations",
    "55": "Military Specific Occupations",
}
_CODE = re.compile(r"([0-9]{2})(?:-0000)?")


def major_group(code: str) -> str:
    """The two digits of ``15`` or ``15-0000``; else ``family_not_found`` (404)."""
    found = _CODE.fullmatch(code)
    if found is None or found.group(1) not in MAJOR_GROUPS:
        raise _not_found()
    return found.group(1)


def families(session: Session, release: ReleaseRef) -> list[dict[str, Any]]:
    """``[{code, name, occupations}]`` by code: the major groups of which the release has occupations, and how many."""
    rows = session.execute(
        sa.select(ReleaseOccupation.major_group, sa.func.count())
        .where(ReleaseOccupation.release_id == release.id)
        .group_by(ReleaseOccupation.major_group)
        .order_by(ReleaseOccupation.major_group)
    )
    return [{**_head(group), "occupations": count} for group, count in rows]


def family(session: Session, release: ReleaseRef, code: str) -> dict[str, Any]:
    """One family: ``{code, name, occupations: [{onet_code, title, job_zone, has_skills}], averages}``.

    ``averages`` are lists by domain (``skills``, …) of ``{skill_id, element_id, name, importance, onet_level,
    occupations}``: means over as many occupations, suppressed values left out; the most important first.
    Raises ``family_not_found`` (404).
    """
    group = major_group(code)
    rows = session.execute(
        sa.select(
            *(Occupation.onet_code, ReleaseOccupation.title),
            *(ReleaseOccupation.job_zone, ReleaseOccupation.has_skills),
        )
        .join(ReleaseOccupation, ReleaseOccupation.occupation_id == Occupation.id)
        .where(ReleaseOccupation.release_id == release.id, ReleaseOccupation.major_group == group)
        .order_by(Occupation.onet_code)
    )
    occupations = [dict(row._mapping) for row in rows]
    if not occupations:
        raise _not_found()
    return {**_head(group), "occupations": occupations, "averages": _averages(session, release.id, group)}


def _averages(session: Session, release_id: int, group: str) -> dict[str, list[dict[str, Any]]]:
    mean = FamilySkill
    rows = session.execute(
        sa.select(
            *(Skill.kind, Skill.key, ReleaseSkill.external_id, ReleaseSkill.name, mean.skill_id),
            *(mean.importance, mean.onet_level, mean.occupations),
        )
        .join(Skill, Skill.id == mean.skill_id)
        .join(ReleaseSkill, sa.and_(ReleaseSkill.release_id == mean.release_id, ReleaseSkill.skill_id == mean.skill_id))
        .where(mean.release_id == release_id, mean.major_group == group)
    )
    found: dict[str, list[dict[str, Any]]] = {domain: [] for domain in DOMAINS.values()}
    for row in sorted(rows, key=lambda row: (-(row.importance or 0.0), row.external_id or row.key)):
        element = {"skill_id": row.skill_id, "element_id": row.external_id or row.key, "name": row.name}
        means = {"importance": _rounded(row.importance), "onet_level": _rounded(row.onet_level)}
        found[DOMAINS[row.kind]].append({**element, **means, "occupations": row.occupations})
    return found


def _rounded(mean: float | None) -> float | None:
    """To O*NET's own precision; databases add up in different orders."""
    return None if mean is None else round(mean, 2)


def _head(group: str) -> dict[str, Any]:
    return {"code": f"{group}-0000", "name": MAJOR_GROUPS.get(group, f"Group {group}")}


def _not_found() -> NotFoundError:
    return NotFoundError(
        "family_not_found", "There is no such family of occupations; GET /api/occupations/families lists them."
    )
