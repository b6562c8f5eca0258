"""What an occupation asks for, as one list by importance."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from jobmate_agent.models import ReleaseOccupation
from jobmate_agent.services.onet.profile import occupation_id
from jobmate_agent.services.onet.ratings import DOMAINS, ratings
from jobmate_agent.services.onet.releases import ReleaseRef


def occupation_skills(session: Session, release: ReleaseRef, onet_code: str, kind: str | None) -> dict[str, Any]:
    """``{onet_code, title, has_skills, skills, suppressed}``; both lists as in :func:`ratings`, with ``kind``.

    All kinds together, the most important first, or those of one ``kind``. ``has_skills`` is False where the release
    rates no skills of the occupation, which is not the same as that it needs none. Raises ``occupation_not_found``.
    """
    found = occupation_id(session, release, onet_code)
    about = session.get_one(ReleaseOccupation, (release.id, found))
    rated = ratings(session, release.id, found)
    return {
        "onet_code": onet_code,
        "title": about.title,
        "has_skills": about.has_skills,
        **by_importance(rated, kind),
    }


def by_importance(rated: dict[str, list[dict[str, Any]]], kind: str | None) -> dict[str, list[dict[str, Any]]]:
    """``{skills, suppressed}`` of the lists of a profile; ``kind`` None: of every kind."""
    wanted = {of: domain for of, domain in DOMAINS.items() if kind in (None, of)}
    skills = [{"kind": of, **rating} for of, domain in wanted.items() for rating in rated[domain]]
    skills.sort(key=lambda rating: (-(rating["importance"] or 0.0), -(rating["onet_level"] or 0.0), rating["name"]))
    kinds = {domain: of for of, domain in wanted.items()}
    suppressed = [
        {"kind": kinds[row["domain"]], **row} for row in rated.get("suppressed", []) if row["domain"] in kinds
    ]
    return {"skills": skills, "suppressed": suppressed}
