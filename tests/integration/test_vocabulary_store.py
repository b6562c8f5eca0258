"""The vocabulary in the database: loaded whole, repeated without effect, ids for ever."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import OnetRelease, ReleaseSkill, Skill, SkillAlias
from jobmate_agent.services.vocabulary.starter import Taxonomy, TaxonomyEntry, make_taxonomy, read_starter
from jobmate_agent.services.vocabulary.store import load_published, publish, vocabulary_of


def _entry(name: str, *aliases: str, kind: str = "technology", tags: str = "") -> TaxonomyEntry:
    return TaxonomyEntry(
        kind, name.lower(), name, aliases, frozenset(tags.split()), f"About {name}.", "jobmate", None, "15"
    )


FIRST = make_taxonomy("one", [_entry("Python", "py3", tags="hot context"), _entry("Perl"), _entry("SQL", "sequel")])


def _publish(db: Database, taxonomy: Taxonomy) -> bool:
    with db.unit_of_work() as session:
        return publish(session, taxonomy)


def test_nothing_is_served_before_the_first_load(db: Database) -> None:
    with db.reading() as session:
        assert load_published(session) is None


def test_what_is_loaded_is_what_is_read(db: Database) -> None:
    assert _publish(db, FIRST)
    with db.reading() as session:
        read = load_published(session)
    assert read is not None
    expected = vocabulary_of(FIRST)
    assert (read.version, read.release) == (FIRST.version, "one")
    assert [replace(entry, id=0) for entry in read.entries] == [replace(entry, id=0) for entry in expected.entries]
    assert read.by_id == {entry.id: entry for entry in read.entries}


def test_loading_again_changes_nothing(db: Database) -> None:
    _publish(db, FIRST)
    before = _rows(db)
    assert not _publish(db, FIRST)
    assert _rows(db) == before


def test_ids_are_permanent_and_each_release_keeps_what_it_said(db: Database) -> None:
    _publish(db, FIRST)
    ids = {row.key: row.id for row in _rows(db)["skills"]}
    renamed = replace(FIRST.entries[0], name="PERL 5", aliases=("perl5",))
    second = make_taxonomy("two", [renamed, _entry("Rust"), *(e for e in FIRST.entries if e.name == "SQL")])
    assert _publish(db, second)
    rows = {row.key: row.id for row in _rows(db)["skills"]}
    assert {key: rows[key] for key in ids} == ids
    assert rows.keys() - ids.keys() == {"rust"}
    with db.reading() as session:
        read = load_published(session)
    assert read is not None
    assert {(entry.id, entry.name, entry.aliases) for entry in read.entries} == {
        (ids["perl"], "PERL 5", ("perl5",)),
        (rows["rust"], "Rust", ()),
        (ids["sql"], "SQL", ("sequel",)),
    }
    assert _publish(db, FIRST)
    with db.reading() as session:
        again = load_published(session)
    assert again is not None
    assert {entry.name: entry.id for entry in again.entries} == {
        "Perl": ids["perl"], "Python": ids["python"], "SQL": ids["sql"],
    }  # fmt: skip


def test_exactly_one_release_is_published(db: Database) -> None:
    for taxonomy in (FIRST, make_taxonomy("two", FIRST.entries), FIRST):
        _publish(db, taxonomy)
        with db.reading() as session:
            served = session.scalars(sa.select(OnetRelease.name).where(OnetRelease.published_key.is_not(None))).all()
        assert served == [taxonomy.release]


def test_two_loads_at_once_leave_one_vocabulary(db: Database) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(_publish(db, FIRST))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    assert len(_rows(db)["skills"]) == 3


def test_a_load_that_fails_leaves_the_vocabulary_before(db: Database) -> None:
    _publish(db, FIRST)
    before = _rows(db)
    twice = FIRST.entries[0]
    # Two aliases that are one after normalising break the unique key in the middle of the load.
    broken = replace(FIRST, version="0" * 64, entries=(_entry("New", "a b", "a-b"), twice))
    with pytest.raises(sa.exc.IntegrityError):
        _publish(db, broken)
    assert _rows(db) == before


def test_the_starter_taxonomy_fits_every_database(db: Database) -> None:
    starter = read_starter()
    _publish(db, starter)
    with db.reading() as session:
        read = load_published(session)
    assert read is not None
    assert {(e.kind, e.key, e.aliases) for e in read.entries} == {(e.kind, e.key, e.aliases) for e in starter.entries}


def test_the_container_serves_what_is_published_now(container: Container) -> None:
    with pytest.raises(JobMateError, match="jobmate taxonomy load"):
        assert container.vocabulary
    _publish(container.db, FIRST)
    first = container.vocabulary
    assert container.vocabulary is first
    _publish(container.db, make_taxonomy("two", FIRST.entries[:1]))
    assert container.vocabulary.release == "two"


def _rows(db: Database) -> dict[str, list[sa.Row[tuple[object, ...]]]]:
    with db.reading() as session:
        return {
            table.__tablename__: list(
                session.execute(sa.select(table.__table__).order_by(*table.__table__.primary_key.columns))
            )
            for table in (Skill, ReleaseSkill, SkillAlias, OnetRelease)
        }
