"""What changes from one release to another: the changelog of a publication, and what ``--dry-run`` says beforehand.

Lists are ``{count, items}`` with the first items only, so that the changelog of a first release stays short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import Occupation, OccupationSkill, ReleaseOccupation, ReleaseSkill, Skill, SkillMerge
from jobmate_agent.models.onet import OnetRelease
from jobmate_agent.services.onet.change_counts import fact_counts, rating_counts
from jobmate_agent.services.onet.changes_markdown import markdown

__all__ = ["compare", "markdown"]

LISTED = 50
LARGEST = 20
Listing = dict[str, Any]


def compare(session: Session, old_id: int | None, new_id: int) -> dict[str, Any]:
    """The changelog from release ``old_id`` (None: from nothing) to ``new_id``.

    ``{from, to, occupations: {added, removed, retitled, redescribed, job_zone_changed}, vocabulary: {added, removed,
    renamed, newly_hot, no_longer_hot, newly_in_demand, no_longer_in_demand, merged}, ratings: {added, removed, changed,
    largest_importance_changes, largest_level_changes}, titles, tasks, technologies, facts, task_activities, related:
    {before, after, added, removed}}``. Raises ``release_not_found`` (404).
    """
    return {
        "from": None if old_id is None else _release(session, old_id),
        "to": _release(session, new_id),
        "occupations": _occupations(session, old_id, new_id),
        "vocabulary": _vocabulary(session, old_id, new_id),
        "ratings": {
            **rating_counts(session, old_id, new_id),
            "largest_importance_changes": _largest(session, old_id, new_id, "importance"),
            "largest_level_changes": _largest(session, old_id, new_id, "onet_level"),
        },
        **fact_counts(session, old_id, new_id),
    }


def _release(session: Session, release_id: int) -> dict[str, Any]:
    release = session.get(OnetRelease, release_id)
    if release is None:
        raise NotFoundError("release_not_found", f"There is no release {release_id}.")
    return {
        "release_id": release.id,
        "name": release.name,
        "version": release.version,
        "released_on": release.released_on.isoformat() if release.released_on else None,
    }


def _list(items: Sequence[Any]) -> Listing:
    return {"count": len(items), "items": list(items[:LISTED])}


def _occupations(session: Session, old_id: int | None, new_id: int) -> dict[str, Listing]:
    # A release has about a thousand: they are compared here, letter by letter, alike on every database.
    before, after = (_occupation_rows(session, id_) for id_ in (old_id, new_id))
    both = sorted(before.keys() & after.keys())

    def differing(field: str) -> list[str]:
        return [code for code in both if getattr(before[code], field) != getattr(after[code], field)]

    def named(codes: Sequence[str], rows: dict[str, Any]) -> Listing:
        return _list([{"onet_code": code, "title": rows[code].title} for code in codes])

    return {
        "added": named(sorted(after.keys() - before.keys()), after),
        "removed": named(sorted(before.keys() - after.keys()), before),
        "retitled": _list(
            [{"onet_code": c, "from": before[c].title, "to": after[c].title} for c in differing("title")]
        ),
        "redescribed": named(differing("description"), after),
        "job_zone_changed": _list(
            [
                {"onet_code": c, "title": after[c].title, "from": before[c].job_zone, "to": after[c].job_zone}
                for c in differing("job_zone")
            ]
        ),
    }


def _occupation_rows(session: Session, release_id: int | None) -> dict[str, Any]:
    own = ReleaseOccupation
    rows = session.execute(
        sa.select(Occupation.onet_code, own.title, own.description, own.job_zone)
        .join(Occupation, Occupation.id == own.occupation_id)
        .where(own.release_id == release_id)
    )
    return {row.onet_code: row for row in rows}


def _vocabulary(session: Session, old_id: int | None, new_id: int) -> dict[str, Any]:
    before, after = (_skill_rows(session, id_) for id_ in (old_id, new_id))
    both = sorted(before.keys() & after.keys(), key=lambda id_: _order(after[id_]))

    def listed(ids: Sequence[int], rows: dict[int, Any]) -> Listing:
        return _list([{"kind": rows[i].kind, "name": rows[i].name} for i in ids])

    def turned(field: str, to: bool) -> Listing:
        # A technology that is new may be hot from the start.
        ids = [i for i in both if bool(getattr(after[i], field)) is to and bool(getattr(before[i], field)) is not to]
        if to:
            ids += [i for i in after.keys() - before.keys() if getattr(after[i], field)]
        return listed(sorted(ids, key=lambda id_: _order(after[id_])), after)

    renamed = [
        {"kind": after[i].kind, "from": before[i].name, "to": after[i].name}
        for i in both
        if before[i].name != after[i].name
    ]
    return {
        "added": listed(sorted(after.keys() - before.keys(), key=lambda id_: _order(after[id_])), after),
        "removed": listed(sorted(before.keys() - after.keys(), key=lambda id_: _order(before[id_])), before),
        "renamed": _list(renamed),
        "newly_hot": turned("hot_technology", True),
        "no_longer_hot": turned("hot_technology", False),
        "newly_in_demand": turned("in_demand", True),
        "no_longer_in_demand": turned("in_demand", False),
        "merged": _list(_merges(session, old_id, new_id)),
    }


def _order(row: Any) -> tuple[str, str]:
    return row.kind, row.name


def _skill_rows(session: Session, release_id: int | None) -> dict[int, Any]:
    own = ReleaseSkill
    rows = session.execute(
        sa.select(own.skill_id, Skill.kind, own.name, own.hot_technology, own.in_demand)
        .join(Skill, Skill.id == own.skill_id)
        .where(own.release_id == release_id)
    )
    return {row.skill_id: row for row in rows}


def _merges(session: Session, old_id: int | None, new_id: int) -> list[dict[str, Any]]:
    """Entries that the new release holds to be the same and the old one did not, with the reason."""
    earlier, into, own = aliased(SkillMerge), aliased(Skill), SkillMerge
    rows = session.execute(
        sa.select(Skill.kind, Skill.key, into.key.label("into"), own.rule, own.reason)
        .join(Skill, Skill.id == own.skill_id)
        .join(into, into.id == own.into_id)
        .outerjoin(
            earlier,
            sa.and_(earlier.release_id == old_id, earlier.skill_id == own.skill_id, earlier.into_id == own.into_id),
        )
        .where(own.release_id == new_id, earlier.skill_id.is_(None))
        .order_by(Skill.kind, Skill.key)
    )
    return [dict(row) for row in rows.mappings()]


def _largest(session: Session, old_id: int | None, new_id: int, field: str) -> list[dict[str, Any]]:
    """The values that moved most: ``{onet_code, occupation, skill, from, to}``."""
    before, after = aliased(OccupationSkill), aliased(OccupationSkill)
    was, now = getattr(before, field), getattr(after, field)
    rows = session.execute(
        sa.select(
            Occupation.onet_code,
            ReleaseOccupation.title.label("occupation"),
            ReleaseSkill.name.label("skill"),
            was.label("from"),
            now.label("to"),
        )
        .select_from(after)
        .join(
            before,
            sa.and_(
                before.release_id == old_id,
                before.occupation_id == after.occupation_id,
                before.skill_id == after.skill_id,
            ),
        )
        .join(Occupation, Occupation.id == after.occupation_id)
        .join(
            ReleaseOccupation,
            sa.and_(ReleaseOccupation.release_id == new_id, ReleaseOccupation.occupation_id == after.occupation_id),
        )
        .join(ReleaseSkill, sa.and_(ReleaseSkill.release_id == new_id, ReleaseSkill.skill_id == after.skill_id))
        .where(after.release_id == new_id, was != now)
        .order_by(sa.func.abs(now - was).desc(), Occupation.onet_code, after.skill_id)
        .limit(LARGEST)
    )
    return [dict(row) for row in rows.mappings()]
