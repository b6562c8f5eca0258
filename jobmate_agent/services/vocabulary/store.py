"""Vocabularies in the database: each stored whole beside the others, published by one pointer, read as one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.bulk import bulk_insert
from jobmate_agent.clock import utcnow
from jobmate_agent.db import insert_if_absent
from jobmate_agent.errors import ConflictError
from jobmate_agent.models.onet import (
    PUBLISHED,
    READY,
    OnetPublication,
    OnetRelease,
    ReleaseSkill,
    Skill,
    SkillAlias,
    SkillMerge,
)
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import Vocabulary, VocabularyEntry
from jobmate_agent.services.vocabulary.starter import Taxonomy, TaxonomyEntry

Key = tuple[str, str]


def publish(session: Session, taxonomy: Taxonomy) -> bool:
    """Store ``taxonomy`` and serve it; False when it is being served already."""
    release = stage(session, taxonomy)
    if release.published_key == PUBLISHED:
        return False
    switch(session, release)
    return True


def stage(session: Session, taxonomy: Taxonomy, **values: object) -> OnetRelease:
    """The release that holds ``taxonomy``, stored beside the one that is served; stored already: as it is.

    ``values`` are columns of a new release. Ids are permanent for (kind, key): known skills keep theirs, nothing
    is deleted. The release's row is locked until the transaction ends.
    """
    # Two processes that load the same version meet at this row's unique key, and the second one waits here.
    insert_if_absent(session, OnetRelease, {**_release_values(taxonomy), **values})
    release = session.scalars(
        sa.select(OnetRelease).where(OnetRelease.vocabulary_version == taxonomy.version).with_for_update()
    ).one()
    stored = session.scalar(sa.select(sa.literal(1)).where(ReleaseSkill.release_id == release.id).limit(1))
    if not stored:
        ids = skill_ids(session, ((entry.kind, entry.key) for entry in taxonomy.entries))
        _insert(session, ReleaseSkill.__table__, [_release_skill(release.id, ids, e) for e in taxonomy.entries])
        _insert(session, SkillAlias.__table__, _aliases(release.id, ids, taxonomy.entries))
    return release


def skill_ids(session: Session, keys: Iterable[Key]) -> dict[Key, int]:
    """The permanent id of every (kind, key); those never seen before get one, in the order given."""
    wanted = list(dict.fromkeys(keys))
    known = {(kind, key): id_ for id_, kind, key in session.execute(_ids())}
    new: list[dict[str, object]] = [{"kind": kind, "key": key} for kind, key in wanted if (kind, key) not in known]
    if new:
        _insert(session, Skill.__table__, new)
        known = {(kind, key): id_ for id_, kind, key in session.execute(_ids())}
    return {key: known[key] for key in wanted}


class OvertakenError(ConflictError):
    """Another release was published since the caller looked."""

    def __init__(self) -> None:
        super().__init__(
            "publication_overtaken",
            "Another release was published meanwhile, so nothing was changed; see: jobmate onet releases",
        )


def switch_to(
    session: Session, release_id: int, action: str, changelog: dict[str, Any] | None, *, expected: int | None
) -> bool:
    """Serve a stored release; False when it is served already. ``changelog`` is kept with it, where there is one.

    ``expected`` is the release that was served when the caller looked, None for none; :class:`OvertakenError` where
    that is no longer so.
    """
    # Whoever moves the pointer holds every release, so that two who want to take turns.
    held = session.scalars(
        sa.select(OnetRelease).order_by(OnetRelease.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    release = next(release for release in held if release.id == release_id)
    if release.published_key == PUBLISHED:
        return False
    if expected != next((one.id for one in held if one.published_key == PUBLISHED), None):
        raise OvertakenError
    if changelog is not None:
        release.changelog = changelog
    switch(session, release, action)
    return True


def switch(session: Session, release: OnetRelease, action: str = "publish") -> None:
    """Serve ``release`` from the end of this transaction on. ``action`` as in :class:`OnetPublication`.

    Raises ``release_not_ready`` for one that is still being built.
    """
    if release.state != READY:
        raise ConflictError("release_not_ready", f"{release.name} is not complete yet; load it again first.")
    # The pointer is a unique key: the release that has it gives it up before the next one takes it.
    session.execute(sa.update(OnetRelease).where(OnetRelease.published_key == PUBLISHED).values(published_key=None))
    session.flush()
    release.published_key = PUBLISHED
    session.add(OnetPublication(release_id=release.id, action=action))
    rows = session.execute(
        sa.select(SkillMerge.skill_id, SkillMerge.into_id).where(SkillMerge.release_id == release.id)
    )
    merges = dict(rows.all())
    _point_merges(session, merges)
    session.flush()


def _point_merges(session: Session, merges: Mapping[int, int]) -> None:
    rows = session.execute(sa.select(Skill.id, Skill.merged_into_id).where(Skill.merged_into_id.is_not(None)))
    now = dict(rows.all())
    changes = [
        {"id": id_, "merged_into_id": merges.get(id_)}
        for id_ in sorted(now.keys() | merges.keys())
        if now.get(id_) != merges.get(id_)
    ]
    if changes:
        session.execute(sa.update(Skill), changes)


def published_version(session: Session) -> str | None:
    """The version of the vocabulary that is served now, without reading it; None before the first load."""
    return session.scalar(sa.select(OnetRelease.vocabulary_version).where(OnetRelease.published_key == PUBLISHED))


def published_id(session: Session) -> int | None:
    """The release that is served now, the starter included; None before the first load."""
    return session.scalar(sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED))


def load_published(session: Session) -> Vocabulary | None:
    """The vocabulary that is served now; None before the first load."""
    release = session.scalars(sa.select(OnetRelease).where(OnetRelease.published_key == PUBLISHED)).one_or_none()
    return None if release is None else load_vocabulary(session, release)


def load_vocabulary(session: Session, release: OnetRelease) -> Vocabulary:
    """The vocabulary of a release, whether it is served or not."""
    return make_vocabulary(release.vocabulary_version, release.name, load_entries(session, release.id))


def load_entries(
    session: Session, release_id: int, skill_ids: Collection[int] | None = None
) -> Sequence[VocabularyEntry]:
    """The entries of a release's vocabulary by rising id; all, or those of ``skill_ids`` that it has."""
    labels = sa.select(SkillAlias.skill_id, SkillAlias.label).where(SkillAlias.release_id == release_id)
    named = (
        sa.select(Skill.id, Skill.kind, Skill.key, ReleaseSkill.__table__)
        .join(Skill, Skill.id == ReleaseSkill.skill_id)
        .where(ReleaseSkill.release_id == release_id)
    )
    if skill_ids is not None:
        labels = labels.where(SkillAlias.skill_id.in_(skill_ids))
        named = named.where(ReleaseSkill.skill_id.in_(skill_ids))
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for skill_id, label in session.execute(labels.order_by(SkillAlias.skill_id, SkillAlias.position)):
        aliases[skill_id].append(label)
    rows = session.execute(named.order_by(Skill.id))
    return [_entry(dict(row._mapping), aliases[row.id]) for row in rows]


def vocabulary_of(taxonomy: Taxonomy) -> Vocabulary:
    """The same vocabulary without a database: ids count up in the taxonomy's own order."""
    return make_vocabulary(
        taxonomy.version,
        taxonomy.release,
        [
            _entry({**_values(entry), "id": number, "kind": entry.kind, "key": entry.key}, entry.aliases)
            for number, entry in enumerate(taxonomy.entries, start=1)
        ],
    )


def make_vocabulary(version: str, release: str, entries: Sequence[VocabularyEntry]) -> Vocabulary:
    return Vocabulary(version, release, tuple(entries), {entry.id: entry for entry in entries})


def _ids() -> sa.Select[int, str, str]:
    return sa.select(Skill.id, Skill.kind, Skill.key)


def _release_values(taxonomy: Taxonomy) -> dict[str, object]:
    columns = {"name": taxonomy.release, "vocabulary_version": taxonomy.version}
    return {**columns, "state": READY, "created_at": utcnow()}


def _values(entry: TaxonomyEntry) -> dict[str, object]:
    return {
        "name": entry.name,
        "normalized_name": normalize_name(entry.name),
        "description": entry.description,
        "framework": entry.framework,
        "external_id": entry.external_id,
        "major_group": entry.major_group,
        "hot_technology": "hot" in entry.tags,
        "in_demand": "in_demand" in entry.tags,
        "transferable": "transferable" in entry.tags,
        "needs_context": "context" in entry.tags,
        "difficulty": entry.difficulty,
        "cluster": entry.cluster,
    }


def _release_skill(release_id: int, ids: Mapping[Key, int], entry: TaxonomyEntry) -> dict[str, object]:
    return {"release_id": release_id, "skill_id": ids[entry.kind, entry.key], **_values(entry)}


def _aliases(release_id: int, ids: Mapping[Key, int], entries: Iterable[TaxonomyEntry]) -> list[dict[str, object]]:
    return [
        {
            "release_id": release_id,
            "skill_id": ids[entry.kind, entry.key],
            "label": label,
            "normalized_label": normalize_name(label),
            "position": position,
        }
        for entry in entries
        for position, label in enumerate(entry.aliases)
    ]


def _insert(session: Session, table: sa.FromClause, rows: list[dict[str, object]]) -> None:
    assert isinstance(table, sa.Table)
    if rows:
        columns = list(rows[0])
        bulk_insert(session, table, columns, ([row[column] for column in columns] for row in rows))


def _entry(row: Mapping[str, object], aliases: Sequence[str]) -> VocabularyEntry:
    fields = (
        *("id", "kind", "key", "name", "description", "framework", "external_id"),
        *("hot_technology", "in_demand", "transferable", "needs_context"),
    )
    return VocabularyEntry(**{name: row[name] for name in fields}, aliases=tuple(aliases))  # type: ignore[arg-type]
