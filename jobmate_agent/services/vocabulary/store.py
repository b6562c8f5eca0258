"""The vocabulary in the database: loaded whole in one transaction, published by one pointer, read as one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.clock import utcnow
from jobmate_agent.db import insert_if_absent
from jobmate_agent.models.onet import PUBLISHED, OnetRelease, Skill, SkillAlias
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import Vocabulary, VocabularyEntry
from jobmate_agent.services.vocabulary.starter import Taxonomy, TaxonomyEntry

Key = tuple[str, str]


def publish(session: Session, taxonomy: Taxonomy) -> bool:
    """Bring the tables to ``taxonomy`` and serve it; False when it is being served already.

    Ids are permanent for (kind, key): known entries are updated in place, vanished ones deactivated, never deleted.
    """
    # Two processes that load the same version meet at this row's unique key, and the second one waits here.
    insert_if_absent(session, OnetRelease, _release_values(taxonomy))
    release = session.scalars(
        sa.select(OnetRelease).where(OnetRelease.vocabulary_version == taxonomy.version).with_for_update()
    ).one()
    if release.published_key == PUBLISHED:
        return False
    known: dict[Key, int] = {(kind, key): id_ for id_, kind, key in session.execute(_ids())}
    wanted = {(entry.kind, entry.key): entry for entry in taxonomy.entries}
    new = [entry for key, entry in wanted.items() if key not in known]
    old = [entry for key, entry in wanted.items() if key in known]
    vanished = [known[key] for key in known if key not in wanted]
    _insert(session, Skill.__table__, [{**_values(entry), "kind": entry.kind, "key": entry.key} for entry in new])
    if old:
        session.execute(sa.update(Skill), [{"id": known[entry.kind, entry.key], **_values(entry)} for entry in old])
    if vanished:
        session.execute(sa.update(Skill), [{"id": id_, "is_active": False} for id_ in vanished])
    _replace_aliases(session, {(kind, key): id_ for id_, kind, key in session.execute(_ids())}, taxonomy.entries)
    # The pointer is a unique key: the release that has it gives it up before the next one takes it.
    session.execute(sa.update(OnetRelease).where(OnetRelease.published_key == PUBLISHED).values(published_key=None))
    release.published_key = PUBLISHED
    session.flush()
    return True


def published_version(session: Session) -> str | None:
    """The version of the vocabulary that is served now, without reading it; None before the first load."""
    return session.scalar(sa.select(OnetRelease.vocabulary_version).where(OnetRelease.published_key == PUBLISHED))


def load_published(session: Session) -> Vocabulary | None:
    """The vocabulary that is served now; None before the first load."""
    release = session.scalars(sa.select(OnetRelease).where(OnetRelease.published_key == PUBLISHED)).one_or_none()
    if release is None:
        return None
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for skill_id, label in session.execute(sa.select(SkillAlias.skill_id, SkillAlias.label).order_by(SkillAlias.id)):
        aliases[skill_id].append(label)
    rows = session.execute(sa.select(Skill.__table__).where(Skill.is_active).order_by(Skill.id))
    return make_vocabulary(
        release.vocabulary_version, release.name, [_entry(dict(row._mapping), aliases[row.id]) for row in rows]
    )


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
    return {**columns, "created_at": utcnow()}


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
        "is_active": True,
    }


def _replace_aliases(session: Session, ids: Mapping[Key, int], entries: Iterable[TaxonomyEntry]) -> None:
    session.execute(sa.delete(SkillAlias))
    rows = [
        {"skill_id": ids[entry.kind, entry.key], "label": label, "normalized_label": normalize_name(label)}
        for entry in entries
        for label in entry.aliases
    ]
    _insert(session, SkillAlias.__table__, rows)


def _insert(session: Session, table: sa.FromClause, rows: list[dict[str, object]]) -> None:
    assert isinstance(table, sa.Table)
    if rows:
        session.execute(sa.insert(table), rows)


def _entry(row: Mapping[str, object], aliases: Sequence[str]) -> VocabularyEntry:
    fields = (
        *("id", "kind", "key", "name", "description", "framework", "external_id"),
        *("hot_technology", "in_demand", "transferable", "needs_context"),
    )
    return VocabularyEntry(**{name: row[name] for name in fields}, aliases=tuple(aliases))  # type: ignore[arg-type]
