"""The short summary of an occupation: an imported one where there is one, else made by rule from O*NET's facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import Occupation, ReleaseOccupation
from jobmate_agent.services.onet import jaat
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.sentences import sentences

RESPONSIBILITIES = 7
SKILLS_AT_LEAST, SKILLS_AT_MOST = 5, 10
IMPORTANT = 3.0
RELATED = 10
CORE, EMERGING = "Core", ("New", "Revision")
LICENCE = "CC BY 4.0"


def summary(session: Session, release: ReleaseRef, jaat_id: int | None, profile: Mapping[str, Any]) -> dict[str, Any]:
    """The summary of an occupation: that of the import, or made of ``profile``, all else that is said about it.

    Keys: ``job_summary`` (2–3 sentences), ``key_responsibilities``, ``essential_skills`` (lists of text),
    ``typical_education`` (text or None), ``salary_range`` (``{low, high, currency}`` and, where derived, ``median,
    year, source``; or None), ``growth_outlook`` (text or None), ``related_occupations`` (``[{onet_code, title}]``),
    ``derived`` (False: imported), ``derived_from`` (the release's name, None where imported), ``source``, ``licence``.
    """
    imported = jaat.imported(session, jaat_id, profile["onet_code"])
    return derived(release, profile) if imported is None else _imported(session, release.id, *imported)


def _imported(session: Session, release_id: int, body: dict[str, Any], name: str) -> dict[str, Any]:
    titles = _titles(session, release_id, body["related_occupations"])
    related = [{"onet_code": code, "title": titles[code]} for code in body["related_occupations"] if code in titles]
    return {
        **body,
        "related_occupations": related,
        "derived": False,
        "derived_from": None,
        "source": f"{body['source']} ({name})",
    }


def derived(release: ReleaseRef, profile: Mapping[str, Any]) -> dict[str, Any]:
    """The summary made by rule."""
    tasks = _tasks(profile["tasks"])
    related = [{name: other[name] for name in ("onet_code", "title")} for other in profile["related"][:RELATED]]
    return {
        "job_summary": _job_summary(profile, tasks, related),
        "key_responsibilities": tasks[:RESPONSIBILITIES],
        "essential_skills": _skills(profile["skills"]),
        "typical_education": _education(profile),
        "salary_range": _salary_range(profile["wages"]),
        "growth_outlook": _growth_outlook(profile["outlook"]),
        "related_occupations": related,
        "derived": True,
        "derived_from": release.name,
        "source": f"Made by rule from {release.name}",
        "licence": LICENCE,
    }


def _job_summary(profile: Mapping[str, Any], tasks: Sequence[str], related: Sequence[dict[str, str]]) -> str:
    """The first two sentences of O*NET's description, and one about tasks, else about occupations like it."""
    described = sentences(profile["description"])[:2]
    if tasks:
        closing = "Typical tasks are to " + ", and to ".join(map(_inside, tasks[:2])) + "."
    elif related:
        closing = "Occupations like it are " + ", ".join(other["title"] for other in related[:3]) + "."
    else:
        closing = f"O*NET gives no tasks of {profile['title']} yet."
    return " ".join([*described, closing])


def _inside(task: str) -> str:
    """A task as part of a sentence: no full stop, and a small first letter unless it begins an abbreviation."""
    bare = task.strip().rstrip(".")
    return bare if bare[1:2].isupper() else bare[:1].lower() + bare[1:]


def _tasks(tasks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Core tasks, the most important first (else those that most workers answered about); others where none is."""
    settled = [task for task in tasks if task["task_type"] not in EMERGING]
    chosen = [task for task in settled if task["task_type"] == CORE] or settled
    ranked = sorted(chosen, key=lambda task: (-(task["importance"] or 0.0), -(task["incumbents"] or 0)))
    return [task["text"] for task in ranked]


def _skills(rated: Sequence[Mapping[str, Any]]) -> list[str]:
    """The most important skills: those of importance 3 and above, at least five and at most ten where rated."""
    known = [skill for skill in rated if skill["importance"] is not None]
    ranked = sorted(known, key=lambda skill: (-skill["importance"], skill["name"].casefold()))[:SKILLS_AT_MOST]
    enough = max(SKILLS_AT_LEAST, sum(skill["importance"] >= IMPORTANT for skill in ranked))
    return [skill["name"] for skill in ranked[:enough]]


def _education(profile: Mapping[str, Any]) -> str | None:
    """What most workers say is required, else what the imported figures say, else what the job zone asks."""
    surveyed, outlook, zone = profile["education"], profile["outlook"], profile["job_zone"]
    most_common = surveyed and surveyed["most_common"]
    return (
        (most_common and most_common["description"])
        or (outlook and outlook["typical_entry_education"])
        or (zone and zone["education"])
        or None
    )


def _salary_range(figures: dict[str, Any] | None) -> dict[str, Any] | None:
    if figures is None or (figures["wage_10th_percentile"] is None and figures["median_wage"] is None):
        return None
    return {
        "low": figures["wage_10th_percentile"],
        "median": figures["median_wage"],
        "high": figures["wage_90th_percentile"],
        "currency": figures["currency"],
        "year": figures["year"],
        "source": figures["source"],
    }


def _growth_outlook(figures: dict[str, Any] | None) -> str | None:
    if figures is None:
        return None
    parts = []
    percent, openings = figures["outlook_percent"], figures["annual_openings"]
    if percent is not None:
        change = f"to grow by {percent:g}%" if percent > 0 else f"to fall by {-percent:g}%"
        parts.append(f"Employment is projected {change if percent else 'to stay as it is'}.")
    if openings is not None:
        parts.append(f"About {openings:,} openings a year are projected.")
    return " ".join(parts) or None


def _titles(session: Session, release_id: int, codes: Sequence[str]) -> dict[str, str]:
    rows = session.execute(
        sa.select(Occupation.onet_code, ReleaseOccupation.title)
        .join(ReleaseOccupation, ReleaseOccupation.occupation_id == Occupation.id)
        .where(ReleaseOccupation.release_id == release_id, Occupation.onet_code.in_(codes))
    )
    return {row.onet_code: row.title for row in rows}
