"""Publishing releases and going back: one pointer, permanent ids, and readers who see one release or the other."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from jobmate_agent.adapters.vector_store import FolderLock
from jobmate_agent.cli.main import cli
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import OccupationTechnology, Skill, SkillMerge, SkillRelation, SkillSource
from jobmate_agent.models.onet import BUILDING, PUBLISHED, OnetPublication, OnetRelease, ReleaseSkill
from jobmate_agent.services.career_engine.types import Vectors, Vocabulary
from jobmate_agent.services.onet import publish, releases
from jobmate_agent.services.vocabulary import starter, store
from tests.conftest import make_settings
from tests.mini_release import write_mini_release
from tests.mini_release_tables import Rows
from tests.onet_loading import Loaded, load_mini

ZORVEX = ("Zorvex", "43232408", "Web platform development software", "N", "N")
MERGED = ("technology", "zorvex")


def _with(*rows: Sequence[str]) -> dict[str, Callable[[Rows], Rows]]:
    return {"Technology Skills": lambda known: [*known, *(list(row) for row in rows)]}


def _no_index(vocabulary: Vocabulary) -> None:
    assert vocabulary.entries


@pytest.fixture
def older(db: Database, tmp_path: Path) -> Loaded:
    """29.0, in which Zorvex is a technology by itself."""
    return load_mini(db, tmp_path / "29", version="29.0", rows=_with(("15-9101.00", *ZORVEX)))


@pytest.fixture
def newer(db: Database, older: Loaded, tmp_path: Path) -> Loaded:
    """30.1, where two occupations call it Zorvex software."""
    renamed = ("Zorvex software", *ZORVEX[1:])
    rows = _with(("15-9101.00", *ZORVEX), ("15-9101.01", *renamed), ("15-9102.00", *renamed))
    return load_mini(db, tmp_path / "30", version="30.1", rows=rows)


def _skill(db: Database, key: tuple[str, str]) -> Skill:
    with db.reading() as session:
        return session.scalars(sa.select(Skill).where(Skill.kind == key[0], Skill.key == key[1])).one()


def _served(db: Database) -> list[int]:
    with db.reading() as session:
        return list(session.scalars(sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED)))


def _ids(db: Database) -> dict[tuple[str, str], int]:
    with db.reading() as session:
        return {(kind, key): id_ for id_, kind, key in session.execute(sa.select(Skill.id, Skill.kind, Skill.key))}


def test_upgrade_and_way_back_keep_ids_and_move_merges(db: Database, older: Loaded, newer: Loaded) -> None:
    assert older.report.passed
    assert newer.report.passed
    ids = _ids(db)
    zorvex = _skill(db, MERGED)
    target = _skill(db, ("technology", "zorvex software"))
    assert publish.publish(db, older.release_id, _no_index)
    assert not publish.publish(db, older.release_id, _no_index), "it is served already"
    assert _skill(db, MERGED).merged_into_id is None

    assert publish.publish(db, newer.release_id, _no_index)
    assert _served(db) == [newer.release_id]
    assert _skill(db, MERGED).merged_into_id == target.id
    with db.reading() as session:
        merge = session.get_one(SkillMerge, (newer.release_id, zorvex.id))
        assert (merge.into_id, merge.rule) == (target.id, "near_duplicate")
        assert merge.reason == "“Zorvex” and “Zorvex software” differ only in the word “software”."
        assert session.get(ReleaseSkill, (newer.release_id, zorvex.id)) is None
        assert session.get(ReleaseSkill, (older.release_id, zorvex.id)) is not None
        used = session.scalars(
            sa.select(OccupationTechnology.skill_id).where(
                OccupationTechnology.release_id == newer.release_id, OccupationTechnology.example.like("Zorvex%")
            )
        ).all()
        assert list(used) == [target.id] * 3
        changelog = session.get_one(OnetRelease, newer.release_id).changelog
        assert changelog is not None

    assert publish.rollback(db, _no_index) == "O*NET 29.0"
    assert _served(db) == [older.release_id]
    assert _skill(db, MERGED).merged_into_id is None
    assert _ids(db) == ids, "no id was renumbered, lost or added"
    with db.reading() as session:
        history = session.execute(
            sa.select(OnetPublication.release_id, OnetPublication.action).order_by(OnetPublication.id)
        ).all()
        assert [tuple(row) for row in history] == [
            (older.release_id, "publish"),
            (newer.release_id, "publish"),
            (older.release_id, "rollback"),
        ]
        assert {one.name: one.state for one in publish.releases(session)} == {
            "O*NET 29.0": "published",
            "O*NET 30.1": "ready",
        }


def test_the_starter_can_be_gone_back_to(db: Database, older: Loaded) -> None:
    with db.unit_of_work() as session:
        store.publish(session, starter.read_starter())
    assert publish.publish(db, older.release_id, _no_index)
    assert publish.rollback(db, _no_index) == starter.STARTER_RELEASE
    with db.reading() as session:
        vocabulary = store.load_published(session)
        assert vocabulary is not None
        assert vocabulary.version == starter.read_starter().version
        with pytest.raises(JobMateError, match="has skills but no occupations"):
            releases.current(session)
    with pytest.raises(JobMateError, match="No other release was served"):
        publish.rollback(db, _no_index)


def test_the_published_vocabulary_joins_release_and_starter(db: Database, older: Loaded) -> None:
    publish.publish(db, older.release_id, _no_index)
    with db.reading() as session:
        vocabulary = store.load_published(session)
        sources = {
            (kind, name): skill_id
            for kind, name, skill_id in session.execute(
                sa.select(SkillSource.kind, SkillSource.name, SkillSource.skill_id).where(
                    SkillSource.release_id == older.release_id
                )
            )
        }
        related = session.scalars(
            sa.select(SkillRelation.reason).where(SkillRelation.release_id == older.release_id)
        ).all()
    assert vocabulary is not None
    excel = vocabulary.by_id[sources["technology", "Microsoft Excel"]]
    assert (excel.kind, excel.hot_technology, excel.in_demand) == ("technology", True, True)
    assert "Excel" in (excel.name, *excel.aliases)
    programming = vocabulary.by_id[sources["skill", "2.B.3.e"]]
    assert (programming.key, programming.framework) == ("2.B.3.e", "onet")
    assert vocabulary.by_id[sources["work_activity", "4.A.1.a.1.I01.D02"]].kind == "work_activity"
    assert vocabulary.by_id[sources["tool", "Brass tuning forks"]].kind == "tool"
    assert {entry.name for entry in starter.read_starter().entries if entry.kind == "skill"} <= {
        entry.name for entry in vocabulary.entries
    }
    assert set(related) <= {"crosswalk", "co_occurrence"}


def test_what_fails_before_the_switch_changes_nothing(db: Database, older: Loaded, newer: Loaded) -> None:
    publish.publish(db, older.release_id, _no_index)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for index, backup in ((fail, None), (_no_index, fail)):
        with pytest.raises(JobMateError, match="No room is left"):
            publish.publish(db, newer.release_id, index, backup)
    with db.unit_of_work() as session:
        release = session.get_one(OnetRelease, newer.release_id)
        assert release.changelog is None
        release.state = BUILDING
    with pytest.raises(JobMateError, match=r"O\*NET 30.1 is not complete") as caught:
        publish.publish(db, newer.release_id, _no_index)
    assert (caught.value.code, caught.value.status) == ("release_not_ready", 409)
    assert _served(db) == [older.release_id]


def test_two_who_publish_at_once_end_with_one_pointer(db: Database, older: Loaded, newer: Loaded) -> None:
    start = threading.Barrier(4)

    def work(release_id: int) -> bool:
        start.wait()
        return publish.publish(db, release_id, _no_index)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, [older.release_id, newer.release_id] * 2))
    with db.reading() as session:
        history = list(session.scalars(sa.select(OnetPublication.release_id).order_by(OnetPublication.id)))
    assert len(history) == sum(done) >= 2
    assert _served(db) == [history[-1]]
    expected = _skill(db, ("technology", "zorvex software")).id if history[-1] == newer.release_id else None
    assert _skill(db, MERGED).merged_into_id == expected


def test_readers_see_one_release_or_the_other_never_a_mixture(db: Database, older: Loaded, newer: Loaded) -> None:
    publish.publish(db, older.release_id, _no_index)
    stop = threading.Event()
    seen: set[tuple[str, str, str]] = set()

    def read() -> None:
        while not stop.is_set():
            with db.reading() as session:
                vocabulary = store.load_published(session)
            assert vocabulary is not None
            content = hashlib.sha256(repr(vocabulary.entries).encode()).hexdigest()
            seen.add((vocabulary.version, vocabulary.release, content))

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for _ in range(2):
                publish.publish(db, newer.release_id, _no_index)
                publish.rollback(db, _no_index)
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    assert len({version for version, _, _ in seen}) == len(seen) <= 2
    assert "O*NET 29.0" in {release for _, release, _ in seen}


class Letters:
    """An embedder that counts letters: cheap, deterministic, and good enough to tell names apart."""

    model_id = "letters@1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 32), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in f"_{text.lower()}":
                row[ord(char) % 32] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def engine_container(container: Container) -> Iterator[Container]:
    container.__dict__["embedder"] = Letters()
    yield container
    FolderLock.release(container.data_dir / "index")


def test_a_running_engine_takes_up_each_publication_with_an_index_that_is_there(
    engine_container: Container, older: Loaded, newer: Loaded
) -> None:
    built: list[str] = []

    def make_index(vocabulary: Vocabulary) -> None:
        engine_container.prepare_index(vocabulary, lambda step, percent: built.append(vocabulary.release))

    db = engine_container.db
    publish.publish(db, older.release_id, make_index)
    first = engine_container.engine
    publish.publish(db, newer.release_id, make_index)
    assert first.vocabulary.release == "O*NET 29.0", "a run that is under way keeps its engine"
    second = engine_container.engine
    assert (second.vocabulary.release, engine_container.engine is second) == ("O*NET 30.1", True)
    assert set(built) == {"O*NET 29.0", "O*NET 30.1"}
    built.clear()
    publish.rollback(db, make_index)
    assert engine_container.engine.vocabulary.version == first.vocabulary.version
    assert built == [], "the index of the release before is still there"


def _run(url: str, folder: Path, *arguments: str, status: int = 0) -> Result:
    environment = {"JOBMATE_DATABASE_URL": url, "JOBMATE_DATA_DIR": str(folder / "var")}
    result = CliRunner().invoke(cli, ["onet", *arguments], env=environment)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def test_the_commands_say_what_there_is_and_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    container = Container(make_settings(sqlite_url, tmp_path))
    assert "There is no release yet" in _run(sqlite_url, tmp_path, "publish", status=1).output
    assert "No other release was served" in _run(sqlite_url, tmp_path, "rollback", status=1).output
    folder = write_mini_release(tmp_path / "tiny")
    refused = _run(sqlite_url, tmp_path, "load", str(folder), "--dry-run", status=1)
    assert "Nothing was kept, except the permanent ids" in refused.output
    assert "Nothing was published." in refused.output
    assert _run(sqlite_url, tmp_path, "releases").output == ""
    loaded = load_mini(container.db, tmp_path / "loaded")
    assert _run(sqlite_url, tmp_path, "releases").output.split("\t")[1:] == [
        "load 1",
        "O*NET 30.1",
        "2025-12-01",
        "ready\n",
    ]
    assert "Occupation" in _run(sqlite_url, tmp_path, "report", "30.1").output
    assert "There is no load 99" in _run(sqlite_url, tmp_path, "discard", "99", status=1).output
    assert "not in the range" in _run(sqlite_url, tmp_path, "discard", "9" * 20, status=2).output
    bad = write_mini_release(tmp_path / "bad", version="30.2")
    (bad / "Skills.txt").write_bytes((bad / "Skills.txt").read_bytes()[:-7])
    _run(sqlite_url, tmp_path, "load", str(bad), status=1)
    assert _run(sqlite_url, tmp_path, "releases").output.splitlines()[-1].startswith("–\tload 2\tO*NET 30.2")
    assert "Skills.txt" in _run(sqlite_url, tmp_path, "report", "--load", "2").output
    assert "Load 2 is gone." in _run(sqlite_url, tmp_path, "discard", "2").output
    assert "O*NET 30.1" in _run(sqlite_url, tmp_path, "changes").output
    assert "There is no release 28.3" in _run(sqlite_url, tmp_path, "publish", "28.3", status=1).output
    assert _run(sqlite_url, tmp_path, "publish", "30.1").output.endswith("Serving O*NET 30.1.\n")
    assert _run(sqlite_url, tmp_path, "publish").output.endswith("O*NET 30.1 is served already.\n")
    assert _served(container.db) == [loaded.release_id]
    assert "published" in _run(sqlite_url, tmp_path, "releases").output
    container.db.dispose()
