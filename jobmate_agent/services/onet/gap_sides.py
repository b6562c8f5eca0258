"""The two occupations of a gap, out of a release or, where it lacks one of them, out of O*NET Web Services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.models import Occupation, OccupationSkill, ReleaseOccupation, ReleaseSkill, Skill
from jobmate_agent.services.onet.learning import Practice, practice
from jobmate_agent.services.onet.profile import occupation_not_found
from jobmate_agent.services.onet.ratings import DOMAINS
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.skill_gap import KINDS, GapKind, Rating, Side


class Lookup(Protocol):
    """Occupations that no release has; see :meth:`OnetLookup.lookup`."""

    def lookup(self, onet_code: str) -> dict[str, Any] | None: ...


def require_side(session: Session, release: ReleaseRef, onet_code: str, kind: GapKind) -> Side:
    """As :func:`load_side`; ``occupation_not_found`` (404), which names the code, where the release lacks it."""
    side = load_side(session, release.id, onet_code, kind)
    if side is None:
        raise occupation_not_found(onet_code, release)
    return side


def side_from_anywhere(db: Database, lookup: Lookup, release: ReleaseRef, onet_code: str, kind: GapKind) -> Side:
    """The release's side or, where it has none, that of Web Services; ``occupation_not_found`` where they know none.

    May take seconds: call it with no session open.
    """
    with db.reading() as session:
        side = load_side(session, release.id, onet_code, kind)
    if side is not None:
        return side
    answer = lookup.lookup(onet_code)
    if answer is None:
        raise occupation_not_found(onet_code, release)
    return side_of_answer(answer, kind)


def practice_of(session: Session, release_id: int, gap: Mapping[str, Any]) -> Mapping[int, Practice]:
    """By skill id, what exercises the skills of a gap (:func:`skill_gap.compare`) in the occupation that asks."""
    occupation_id = session.scalar(sa.select(Occupation.id).where(Occupation.onet_code == gap["to"]["onet_code"]))
    skill_ids = [entry["skill_id"] for entry in gap.get("gap", ()) if "skill_id" in entry]
    if occupation_id is None:
        return {}
    found = practice(session, release_id, {occupation_id: skill_ids})
    return {skill_id: exercised for (_, skill_id), exercised in found.items()}


def load_side(session: Session, release_id: int, onet_code: str, kind: GapKind) -> Side | None:
    """An occupation's ratings of the wanted kinds in one release; None where the release has no such occupation."""
    occupation = session.execute(
        sa.select(ReleaseOccupation.occupation_id, ReleaseOccupation.title)
        .join(Occupation, Occupation.id == ReleaseOccupation.occupation_id)
        .where(Occupation.onet_code == onet_code, ReleaseOccupation.release_id == release_id)
    ).one_or_none()
    if occupation is None:
        return None
    rows = session.execute(_ratings(release_id, occupation.occupation_id, KINDS[kind]))
    ratings = {
        row.key: Rating(
            element_id=row.key,
            name=row.name,
            kind=row.kind,
            skill_id=row.skill_id,
            importance=None if row.importance_suppressed else row.importance,
            level=_level(row),
        )
        for row in rows
    }
    return Side(onet_code, occupation.title, ratings)


def side_of_answer(answer: Mapping[str, Any], kind: GapKind) -> Side:
    """The same out of what O*NET Web Services says (:meth:`OnetLookup.lookup`)."""
    ratings = {
        row["element_id"]: Rating(row["element_id"], row["name"], of, None, row["importance"], row["onet_level"])
        for of in KINDS[kind]
        for row in answer[DOMAINS[of]]
        if row["onet_level"] is not None
    }
    return Side(answer["onet_code"], answer["title"], ratings, answer["source"])


def _level(row: sa.Row[Any]) -> float | None:
    if row.level_suppressed:
        return None
    return 0.0 if row.not_relevant else row.onet_level


def _ratings(release_id: int, occupation_id: int, kinds: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    rating = OccupationSkill
    named = sa.and_(ReleaseSkill.release_id == rating.release_id, ReleaseSkill.skill_id == rating.skill_id)
    return (
        sa.select(
            *(rating.skill_id, Skill.kind, Skill.key, ReleaseSkill.name, rating.importance, rating.onet_level),
            *(rating.not_relevant, rating.importance_suppressed, rating.level_suppressed),
        )
        .join(Skill, Skill.id == rating.skill_id)
        .join(ReleaseSkill, named)
        .where(rating.release_id == release_id, rating.occupation_id == occupation_id, Skill.kind.in_(kinds))
    )
