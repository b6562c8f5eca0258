"""Landed files become a release: facts are the files, whatever the layout, wherever it was interrupted."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import (
    Occupation,
    OccupationRequirement,
    OccupationSkill,
    ReleaseOccupation,
    Skill,
    SkillSource,
)
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadStep, QuarantinedRow
from jobmate_agent.models.onet import BUILDING, OnetPublication, OnetRelease
from jobmate_agent.services.onet import land, normalise, sources
from jobmate_agent.services.onet.discard import discard, prune_landing
from jobmate_agent.services.vocabulary import release_vocabulary
from jobmate_agent.services.vocabulary.assembly import Assembly
from tests.mini_release import split_release, write_mini_release
from tests.mini_release_tables import Rows
from tests.onet_loading import load_folder, load_mini, real_release
from tests.release_checksums import checksums
from tests.release_facts import activity_keys, assert_same_facts, counts_of_database, facts_of_database, facts_of_files

CODE = "15-9101.00"


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """SQLite, for what does not depend on the database."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.mark.parametrize("layout", ["classic", "split"])
def test_facts_are_the_files(db: Database, tmp_path: Path, layout: str) -> None:
    loaded = load_mini(db, tmp_path / "release", layout=layout, optional=True)
    assert loaded.report.passed, loaded.report.markdown()
    expected = facts_of_files(loaded.folder)
    assert_same_facts(facts_of_database(db, loaded.release_id), expected)
    # No table is empty on both sides.
    assert all(facts for facts in expected.values())


def test_both_layouts_say_the_same(db: Database, tmp_path: Path) -> None:
    """Two loads of one release, in the old layout and in the new one; only where a fact came from differs."""
    made = [
        facts_of_database(
            db, load_mini(db, tmp_path / layout, layout=layout, optional=True, version=version).release_id
        )
        for layout, version in (("classic", "30.1"), ("split", "30.3"))
    ]
    assert_same_facts(made[1], made[0])


def test_what_is_made_of_other_facts(db: Database, tmp_path: Path) -> None:
    load_mini(db, tmp_path / "release")
    rated, asked = OccupationSkill, OccupationRequirement
    with db.reading() as session:
        skills = session.execute(
            sa.select(Occupation.onet_code, Skill.key, rated)
            .join(Occupation, Occupation.id == rated.occupation_id)
            .join(Skill, Skill.id == rated.skill_id)
        ).all()
        requirements = {
            (code, key): row
            for code, key, row in session.execute(
                sa.select(Occupation.onet_code, Skill.key, asked)
                .join(Occupation, Occupation.id == asked.occupation_id)
                .join(Skill, Skill.id == asked.skill_id)
                .where(asked.importance.is_not(None))
            )
        }
        technologies = session.scalars(sa.select(asked).where(asked.importance.is_(None))).all()
        occupations = session.execute(
            sa.select(Occupation.onet_code, ReleaseOccupation).join(
                Occupation, Occupation.id == ReleaseOccupation.occupation_id
            )
        ).all()
        totals: Counter[int] = Counter(session.scalars(sa.select(asked.occupation_id)))
    expected = {
        (code, key)
        for code, key, row in skills
        if (row.importance or 0) >= 3
        and (row.onet_level or 0) > 0
        and not (row.importance_suppressed or row.level_suppressed or row.not_relevant)
    }
    assert requirements.keys() == expected
    assert expected
    for row in requirements.values():
        assert row.weight == pytest.approx(row.importance / 5)
        assert row.critical == (row.importance >= 4)
    assert {(row.weight, row.critical) for row in technologies} == {(0.8, True), (0.7, False)}
    assert [code for code, own in occupations if not own.has_skills] == ["41-9399.00"]
    for _, own in occupations:
        assert own.requirement_count == totals[own.occupation_id]


def test_ids_are_permanent(db: Database, tmp_path: Path) -> None:
    """The second release has an occupation more; those known before keep their ids, and nothing is deleted."""

    def ids() -> tuple[dict[str, int], dict[tuple[str, str], int]]:
        with db.reading() as session:
            occupations = dict(session.execute(sa.select(Occupation.onet_code, Occupation.id)).all())
            rows = session.execute(sa.select(Skill.kind, Skill.key, Skill.id))
            return occupations, {(kind, key): id_ for kind, key, id_ in rows}

    load_mini(db, tmp_path / "older", version="29.0")
    occupations, skills = ids()
    load_mini(db, tmp_path / "newer", version="30.1")
    later_occupations, later_skills = ids()
    assert later_occupations.keys() - occupations.keys() == {"41-9302.00"}
    assert occupations.items() <= later_occupations.items()
    assert skills.items() < later_skills.items()
    codes = sorted(occupations)
    assert sorted(codes, key=occupations.__getitem__) == codes


def test_it_goes_on_where_it_stopped(db: Database, tmp_path: Path) -> None:
    """Stopped after every single step and taken up again: the same state as in one go."""
    folder = write_mini_release(tmp_path / "release", optional=True, rows={"Skills": _importance_of_nine})
    load_id = land.land(db, sources.open_source(folder))
    expected = checksums(db, normalise.normalise(db, load_id))
    assert expected["onet_quarantine"][0] == 1
    discard(db, load_id)
    load_id = land.land(db, sources.open_source(folder))
    steps = normalise.step_names(db, load_id)
    assert expected["onet_load_steps"][0] == len(steps)
    for step in steps:
        normalise.run_steps(db, load_id, up_to=step)
    again = normalise.normalise(db, load_id)
    assert checksums(db, again) == expected


def test_a_step_that_failed_leaves_nothing(lite: Database, tmp_path: Path) -> None:
    """The rows of a step and its line in the ledger are written together, or neither."""
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(lite, sources.open_source(folder))
    normalise.run_steps(lite, load_id, up_to="facts")
    with lite.unit_of_work() as session:
        session.execute(
            sa.text(
                "CREATE TRIGGER no_room BEFORE INSERT ON occupation_requirements WHEN NEW.critical "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    with pytest.raises(sa.exc.IntegrityError):
        normalise.normalise(lite, load_id)
    with lite.unit_of_work() as session:
        assert not session.scalars(sa.select(OccupationRequirement.skill_id)).all()
        done = session.scalars(sa.select(OnetLoadStep.step)).all()
        assert "requirements" not in done
        assert "facts" in done
        session.execute(sa.text("DROP TRIGGER no_room"))
    assert normalise.normalise(lite, load_id)


def test_others_write_while_the_vocabulary_is_put_together(
    lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds, and SQLite has one writer."""
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(lite, sources.open_source(folder))
    assemble = release_vocabulary.assemble
    written = []

    def assemble_and_write(*parts: Any) -> Assembly:
        other = sqlite3.connect(str(lite.engine.url.database), timeout=0)
        with contextlib.closing(other):
            other.execute("UPDATE onet_loads SET source = 'elsewhere'")
            other.commit()
        written.append(load_id)
        return assemble(*parts)

    monkeypatch.setattr(release_vocabulary, "assemble", assemble_and_write)
    release_id = normalise.normalise(lite, load_id)
    with lite.reading() as session:
        assert session.get_one(OnetLoad, load_id).source == "elsewhere"
    # A step that the ledger has is not thought about again.
    assert normalise.normalise(lite, load_id) == release_id
    assert written == [load_id]


def test_two_who_normalise_at_once_make_one_release(db: Database, tmp_path: Path) -> None:
    load_id = land.land(db, sources.open_source(write_mini_release(tmp_path / "release")))
    with ThreadPoolExecutor(2) as pool:
        made = [future.result() for future in [pool.submit(normalise.normalise, db, load_id) for _ in range(2)]]
    assert made[0] == made[1]
    with db.reading() as session:
        done = session.scalars(sa.select(OnetLoadStep.step).where(OnetLoadStep.load_id == load_id)).all()
        assert session.scalars(sa.select(OnetRelease.id)).all() == [made[0]]
    assert sorted(done) == sorted(normalise.step_names(db, load_id))


def test_leftovers_of_a_step_go_first(lite: Database, tmp_path: Path) -> None:
    """A step whose line in the ledger is missing is done again from nothing."""
    loaded = load_mini(lite, tmp_path / "release")
    before = checksums(lite, loaded.release_id)
    with lite.unit_of_work() as session:
        session.execute(sa.delete(OnetLoadStep).where(OnetLoadStep.step.in_(["titles", "facts", "check Skills"])))
    assert normalise.normalise(lite, loaded.load_id) == loaded.release_id
    assert checksums(lite, loaded.release_id) == before


def test_what_has_not_landed_is_not_normalised(lite: Database) -> None:
    with pytest.raises(JobMateError) as unknown:
        normalise.normalise(lite, 1)
    assert unknown.value.code == "load_not_found"
    with lite.unit_of_work() as session:
        half = OnetLoad(content_sha256="0" * 64, version="30.1", source="x", layout="classic", state="landing")
        session.add(half)
    with pytest.raises(JobMateError) as landing:
        normalise.normalise(lite, half.id)
    assert landing.value.code == "load_not_landed"


def test_a_load_is_discarded_with_everything_of_it(db: Database, tmp_path: Path) -> None:
    kept = load_mini(db, tmp_path / "kept", version="29.0")
    before = checksums(db, kept.release_id, landing=True)
    gone = load_mini(db, tmp_path / "gone", rows={"Skills": _importance_of_nine})
    discard(db, gone.load_id)
    discard(db, gone.load_id)
    assert checksums(db, kept.release_id, landing=True) == before
    with db.reading() as session:
        assert session.scalars(sa.select(OnetLoad.id)).all() == [kept.load_id]
        assert session.scalars(sa.select(OnetRelease.id)).all() == [kept.release_id]
        assert not session.scalars(sa.select(QuarantinedRow)).all()
        assert set(session.scalars(sa.select(LANDING["occupation"].c.load_id))) == {kept.load_id}
        assert set(session.scalars(sa.select(SkillSource.release_id))) == {kept.release_id}
        # Permanent rows stay.
        assert session.scalar(sa.select(Occupation.id).where(Occupation.onet_code == "41-9302.00"))


def test_a_published_release_is_not_discarded(lite: Database, tmp_path: Path) -> None:
    loaded = load_mini(lite, tmp_path / "release")
    with lite.unit_of_work() as session:
        session.add(OnetPublication(release_id=loaded.release_id, action="publish", published_at=utcnow()))
    before = checksums(lite, loaded.release_id, landing=True)
    with pytest.raises(JobMateError) as refused:
        discard(lite, loaded.load_id)
    assert refused.value.code == "release_published"
    assert checksums(lite, loaded.release_id, landing=True) == before


def test_landed_rows_can_go_once_the_release_is_ready(lite: Database, tmp_path: Path) -> None:
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(lite, sources.open_source(folder))
    release_id = normalise.normalise(lite, load_id)
    with lite.reading() as session:
        assert session.get_one(OnetRelease, release_id).state == BUILDING
    with pytest.raises(JobMateError) as refused:
        prune_landing(lite, load_id)
    assert refused.value.code == "release_not_ready"
    loaded = load_mini(lite, tmp_path / "release")
    assert loaded.load_id == load_id
    before = checksums(lite, release_id)
    prune_landing(lite, load_id)
    assert checksums(lite, release_id) == before
    # Loading it again changes nothing.
    again = load_mini(lite, tmp_path / "release")
    assert (again.load_id, again.release_id) == (load_id, release_id)
    assert checksums(lite, release_id) == before


def test_the_real_releases_are_in_every_table(db: Database) -> None:
    """O*NET 29.0 and then 30.1 beside it, on every database: all rows of the files but those in quarantine."""
    for name in ("29_0", "30_1"):
        _check_real(db, name)


def test_the_real_release_laid_out_anew(lite: Database, tmp_path: Path) -> None:
    """30.1 in the files of 30.3: the same facts, read from the old files."""
    folder = real_release("30_1")
    loaded = load_folder(lite, split_release(folder, tmp_path / "split"))
    expected = facts_of_files(folder, {("Work Values", 4339)}, activities=activity_keys(lite, loaded.release_id))
    assert_same_facts(facts_of_database(lite, loaded.release_id), expected)


def _check_real(db: Database, name: str) -> None:
    """As many rows of every table as the files give; of the newer release, and on SQLite, value by value.

    The one row that is outside its own scale is in quarantine.
    """
    folder = real_release(name)
    loaded = load_folder(db, folder)
    assert loaded.report.passed, loaded.report.markdown()
    with db.reading() as session:
        rows = session.scalars(sa.select(QuarantinedRow).where(QuarantinedRow.load_id == loaded.load_id))
        quarantined = {(row.file, row.line): row.reason for row in rows}
    assert quarantined == {("Work Values", 4339): "Data Value on scale VH 0.00 is outside 1–6"}
    expected = facts_of_files(folder, set(quarantined), activities=activity_keys(db, loaded.release_id))
    assert counts_of_database(db, loaded.release_id) == {table: facts.total() for table, facts in expected.items()}
    if name == "30_1" or db.backend == "sqlite":
        assert_same_facts(facts_of_database(db, loaded.release_id), expected)


def _importance_of_nine(rows: Rows) -> Rows:
    first = next(number for number, row in enumerate(rows) if row[3] == "IM")
    return [*rows[:first], [*rows[first][:4], "9.00", *rows[first][5:]], *rows[first + 1 :]]
