"""Everything that one release says about an occupation, and what was imported beside it."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import (
    JobZone,
    Occupation,
    OccupationTechnology,
    OccupationTitle,
    RelatedOccupation,
    ReleaseOccupation,
    ReleaseSkill,
)
from jobmate_agent.services.onet import facts, ratings, summaries, tasks, wages
from jobmate_agent.services.onet.available import unavailable
from jobmate_agent.services.onet.imports import ImportIds
from jobmate_agent.services.onet.releases import ReleaseRef

CODE = re.compile(r"[0-9]{2}-[0-9]{4}\.[0-9]{2}")
ZONE = ("zone", "name", "experience", "education", "job_training", "examples", "svp_range")
OUTLOOK = ("employment", "annual_openings", "outlook_percent", "typical_entry_education")


def check_code(onet_code: str) -> str:
    """``onet_code``, if it looks like one; else ``bad_occupation_code`` (422)."""
    if not CODE.fullmatch(onet_code):
        raise InvalidInputError(
            "bad_occupation_code", "That is no O*NET-SOC code; one looks like 15-1252.00. Search by title to find it."
        )
    return onet_code


def occupation_not_found(onet_code: str, release: ReleaseRef) -> NotFoundError:
    return NotFoundError(
        "occupation_not_found",
        f"{release.name} has no occupation {onet_code}. Search by title to find the code of the one you mean.",
    )


def occupation_id(session: Session, release: ReleaseRef, onet_code: str) -> int:
    """The permanent id of an occupation that the release has; else ``occupation_not_found`` (404)."""
    found = fetch(session, _OCCUPATION, release_id=release.id, onet_code=onet_code)
    if not found:
        raise occupation_not_found(onet_code, release)
    return int(found[0].id)


def profile(session: Session, release: ReleaseRef, imported: ImportIds, onet_code: str) -> dict[str, Any]:
    """The contract's profile of an occupation; values that are not known are None or missing.

    ``imported``: whose wages, outlook and summary it shows.

    Lists come from :mod:`tasks`, :mod:`ratings` and :mod:`facts`; ``related`` are the nearest first, ``summary`` is the
    imported one, else made by rule (``derived``). ``unavailable`` names the lists that the release has no file for.
    Raises ``occupation_not_found`` (404).
    """
    found = fetch(session, _OCCUPATION, release_id=release.id, onet_code=onet_code)
    if not found:
        raise occupation_not_found(onet_code, release)
    about = found[0]
    key = release.id, about.id
    rated, other = ratings.ratings(session, *key), facts.facts(session, *key)
    known = {
        "onet_code": onet_code,
        "soc_code": about.soc_code,
        "title": about.title,
        "description": about.description,
        "major_group": about.major_group,
        "has_skills": about.has_skills,
        **_titles(session, *key),
        "tasks": tasks.tasks(session, *key),
        **rated,
        **_technologies(session, *key),
        **other,
        "suppressed": [*rated["suppressed"], *other["suppressed"]],
        "job_zone": _job_zone(about),
        **_figures(session, imported.wages, about.soc_code),
        "related": _related(session, *key),
    }
    return {
        **known,
        "summary": summaries.summary(session, release, imported.jaat, known),
        "unavailable": unavailable(session, release.id),
    }


def _titles(session: Session, release_id: int, occupation_id: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"alternate_titles": [], "reported_titles": []}
    for kind, title, short in fetch(session, _TITLES, release_id=release_id, occupation_id=occupation_id):
        found[f"{kind}_titles"].append({"title": title, "short_title": short})
    return found


def _technologies(session: Session, release_id: int, occupation_id: int) -> dict[str, list[dict[str, Any]]]:
    """Those in demand first, then the hot ones, by name."""
    rows = fetch(session, _TECHNOLOGIES, release_id=release_id, occupation_id=occupation_id)
    found: dict[str, list[dict[str, Any]]] = {"technologies": [], "tools": []}
    for kind, skill_id, name, example, code, title, hot, in_demand in sorted(rows, key=_most_wanted_first):
        item = {
            "skill_id": skill_id,
            "name": name or example,
            "example": example,
            "commodity_code": code,
            "commodity_title": title,
        }
        if kind == "technology":
            item |= {"hot_technology": hot, "in_demand": in_demand}
        found["technologies" if kind == "technology" else "tools"].append(item)
    return found


def _most_wanted_first(row: sa.Row[*tuple[Any, ...]]) -> tuple[bool, bool, str]:
    _, _, _, example, _, _, hot, in_demand = row
    return not in_demand, not hot, example.lower()


def _job_zone(about: sa.Row[*tuple[Any, ...]]) -> dict[str, Any] | None:
    """What the occupation's zone asks for, in O*NET's words."""
    return None if about.zone is None else {name: getattr(about, name) for name in ZONE}


def _figures(session: Session, import_id: int | None, soc_code: str) -> dict[str, dict[str, Any] | None]:
    figures = wages.for_soc(session, import_id, soc_code)
    if figures is None:
        return {"wages": None, "outlook": None}
    shared = ("year", "source", "attribution", "soc_code")
    return {
        "wages": {name: value for name, value in figures.items() if name not in OUTLOOK},
        "outlook": {name: figures[name] for name in (*OUTLOOK, *shared)},
    }


def _related(session: Session, release_id: int, occupation_id: int) -> list[dict[str, Any]]:
    rows = fetch(session, _RELATED, release_id=release_id, occupation_id=occupation_id)
    return [dict(row._mapping) for row in rows]


def _of_occupation(table: type[OccupationTitle | OccupationTechnology | RelatedOccupation]) -> sa.ColumnElement[bool]:
    return sa.and_(table.release_id == sa.bindparam("release_id"), table.occupation_id == sa.bindparam("occupation_id"))


_OCCUPATION = (
    sa.select(
        *(Occupation.id, Occupation.soc_code, ReleaseOccupation.title, ReleaseOccupation.description),
        *(ReleaseOccupation.major_group, ReleaseOccupation.has_skills),
        *(getattr(JobZone, name) for name in ZONE),
    )
    .join(ReleaseOccupation, ReleaseOccupation.occupation_id == Occupation.id)
    .outerjoin(
        JobZone,
        sa.and_(JobZone.release_id == ReleaseOccupation.release_id, JobZone.zone == ReleaseOccupation.job_zone),
    )
    .where(
        Occupation.onet_code == sa.bindparam("onet_code"),
        ReleaseOccupation.release_id == sa.bindparam("release_id"),
    )
)
_TITLES = (
    sa.select(OccupationTitle.kind, OccupationTitle.title, OccupationTitle.short_title)
    .where(_of_occupation(OccupationTitle))
    .order_by(OccupationTitle.file, OccupationTitle.line)
)
_TECHNOLOGIES = (
    sa.select(
        *(OccupationTechnology.kind, OccupationTechnology.skill_id, ReleaseSkill.name, OccupationTechnology.example),
        *(OccupationTechnology.commodity_code, OccupationTechnology.commodity_title),
        *(OccupationTechnology.hot_technology, OccupationTechnology.in_demand),
    )
    .outerjoin(
        ReleaseSkill,
        sa.and_(
            ReleaseSkill.release_id == OccupationTechnology.release_id,
            ReleaseSkill.skill_id == OccupationTechnology.skill_id,
        ),
    )
    .where(_of_occupation(OccupationTechnology))
    .order_by(OccupationTechnology.file, OccupationTechnology.line)
)
_RELATED = (
    sa.select(
        Occupation.onet_code,
        *(ReleaseOccupation.title, RelatedOccupation.tier, RelatedOccupation.position),
    )
    .select_from(RelatedOccupation)
    .join(Occupation, Occupation.id == RelatedOccupation.related_id)
    .join(
        ReleaseOccupation,
        sa.and_(
            ReleaseOccupation.release_id == RelatedOccupation.release_id,
            ReleaseOccupation.occupation_id == RelatedOccupation.related_id,
        ),
    )
    .where(_of_occupation(RelatedOccupation))
    .order_by(RelatedOccupation.position, Occupation.onet_code)
)
