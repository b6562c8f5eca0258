"""Single entries of the vocabulary, by ids that may be those of another release."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models.onet import PUBLISHED, OnetRelease, Skill
from jobmate_agent.services.career_engine.types import VocabularyEntry
from jobmate_agent.services.vocabulary.store import load_entries


def merged_ids(session: Session, skill_ids: Collection[int]) -> dict[int, int]:
    """What each of ``skill_ids`` was merged into in the published vocabulary, however many merges away; else itself."""
    into: dict[int, int | None] = {}
    wanted = set(skill_ids)
    while wanted:
        rows = session.execute(sa.select(Skill.id, Skill.merged_into_id).where(Skill.id.in_(wanted)))
        into |= {**dict.fromkeys(wanted), **{row.id: row.merged_into_id for row in rows}}
        wanted = {target for target in into.values() if target is not None} - into.keys()
    return {skill_id: _last(skill_id, into) for skill_id in skill_ids}


def entries(session: Session, vocabulary_version: str | None, skill_ids: Collection[int]) -> dict[int, VocabularyEntry]:
    """The entries of a vocabulary (None: the published one); what it lacks, from the published one."""
    published = published_entries(session, skill_ids)
    if vocabulary_version is None:
        return published
    return published | _entries(session, OnetRelease.vocabulary_version == vocabulary_version, skill_ids)


def published_entries(session: Session, skill_ids: Collection[int]) -> dict[int, VocabularyEntry]:
    """The entries that the vocabulary has that is served now."""
    return _entries(session, OnetRelease.published_key == PUBLISHED, skill_ids)


def _entries(
    session: Session, wanted: sa.ColumnElement[bool], skill_ids: Collection[int]
) -> dict[int, VocabularyEntry]:
    release_id = session.scalar(sa.select(OnetRelease.id).where(wanted)) if skill_ids else None
    found = [] if release_id is None else load_entries(session, release_id, skill_ids)
    return {entry.id: entry for entry in found}


def _last(skill_id: int, into: dict[int, int | None]) -> int:
    seen = {skill_id}
    while (target := into.get(skill_id)) is not None and target not in seen:
        skill_id = target
        seen.add(target)
    return skill_id
