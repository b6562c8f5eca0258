"""What operators do with releases: which one a version means, what is served by default, what is cleaned away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.adapters import vector_store
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import OnetRelease
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadFile
from jobmate_agent.models.onet import BUILDING, READY
from jobmate_agent.services.career_engine.types import Vocabulary
from jobmate_agent.services.onet import publish, releases
from jobmate_agent.services.vocabulary import store
from jobmate_agent.services.vocabulary.starter import STARTER_RELEASE, make_taxonomy, read_starter
from tests.conftest import make_settings
from tests.integration.test_cli import Operator
from tests.integration.test_onet_publish import Letters
from tests.mini_release import write_mini_release
from tests.onet_loading import load_mini


@pytest.fixture
def operator(sqlite_url: str, tmp_path: Path) -> Iterator[Operator]:
    made = Operator(sqlite_url, tmp_path)
    yield made
    made.container.db.dispose()


def add(db: Database, version: str, digest: str, *, state: str = READY) -> int:
    """A release of which nothing but its row is there."""
    with db.unit_of_work() as session:
        release = OnetRelease(name=f"O*NET {version}", version=version, vocabulary_version=digest, state=state)
        session.add(release)
        session.flush()
        return release.id


def serve(db: Database, release_id: int) -> None:
    with db.unit_of_work() as session:
        expected = store.published_id(session)
        assert store.switch_to(session, release_id, publish.PUBLISH, None, expected=expected)


def served(db: Database) -> int | None:
    with db.reading() as session:
        return store.published_id(session)


def code_of(session: Session, version: str) -> str:
    with pytest.raises(JobMateError) as refused:
        releases.as_of(session, version)
    return refused.value.code


def test_a_version_means_the_release_that_is_or_was_served(db: Database) -> None:
    first, second, other = add(db, "30.1", "a"), add(db, "30.1", "b"), add(db, "29.0", "c")
    with db.reading() as session:
        assert (code_of(session, "30.1"), code_of(session, "29.0")) == ("unknown_release", "unknown_release")
    for turn, meant in ((first, first), (second, second), (other, second), (first, first), (other, first)):
        serve(db, turn)
        with db.reading() as session:
            assert releases.as_of(session, "30.1").id == meant


def test_the_way_to_a_version_leads_to_one_that_may_be_served(db: Database) -> None:
    ready, refused = add(db, "30.1", "a"), add(db, "30.1", "b", state=BUILDING)
    with db.reading() as session:
        assert publish.find(session, "30.1").id == refused
        assert publish.find(session, "30.1", ready_first=True).id == ready
        with pytest.raises(JobMateError, match=r"O\*NET 30.1 was never served.*jobmate onet publish 30.1") as caught:
            publish.find_served_before(session, "30.1")
        assert (caught.value.code, caught.value.status) == ("never_served", 409)
    serve(db, ready)
    newest = add(db, "30.1", "c")
    with db.reading() as session:
        assert publish.find_served_before(session, "30.1").id == ready
        assert publish.find(session, "30.1", ready_first=True).id == newest
        with pytest.raises(JobMateError, match=r"There is no release 28\.0"):
            publish.find_served_before(session, "28.0")


@pytest.mark.parametrize(
    ("version", "news"), [("30.1", False), ("29.0", False), ("9.9", False), ("30.10", True), ("odd", False)]
)
def test_only_what_is_newer_is_news(operator: Operator, version: str, news: bool) -> None:
    db = operator.container.db
    present, other = add(db, "30.2", "a"), add(db, version, "b")
    with db.reading() as session:
        assert publish.is_news(session, other)
    serve(db, present)
    with db.reading() as session:
        assert publish.is_news(session, other) is news
        assert publish.is_news(session, present)


def test_an_older_release_does_not_take_the_place_of_a_newer_one(operator: Operator) -> None:
    db = operator.container.db
    loaded = load_mini(db, operator.folder / "29", version="29.0")
    present = add(db, "30.1", "newer")
    serve(db, present)
    said = operator.run("onet", "load", str(loaded.folder)).output
    assert "O*NET 30.1 is served, and O*NET 29.0 is not newer, so it was not published." in said
    assert said.endswith("Publish it with: jobmate onet publish 29.0\n")
    assert served(db) == present
    add(db, "28.3", "older")
    refused = operator.run("onet", "publish", status=1).output
    assert "O*NET 28.3 was loaded last and is not newer than what is served" in refused
    assert served(db) == present


def test_the_starter_replaces_a_release_only_by_force(operator: Operator) -> None:
    db = operator.container.db
    operator.run("taxonomy", "load")
    present = add(db, "30.1", "a")
    serve(db, present)
    refused = operator.run("taxonomy", "load", status=1).output
    assert "O*NET 30.1 is served, and its vocabulary contains the starter already" in refused
    assert "jobmate onet rollback" in refused
    assert served(db) == present
    assert STARTER_RELEASE in operator.run("taxonomy", "load", "--force").output
    assert served(db) != present


def test_a_trial_of_a_refused_release_shows_the_report_and_leaves_nothing(operator: Operator) -> None:
    folder = write_mini_release(operator.folder / "tiny")
    said = operator.run("onet", "load", str(folder), "--dry-run", status=1).output
    assert "# Quality report: O*NET 30.1" in said
    assert "| check | result | what was found |" in said
    assert "--load" not in said
    assert "Nothing was kept, except the permanent ids of codes and skills that were new." in said
    assert count(operator.container.db, OnetLoad.__table__) == 0


def test_a_trial_that_fails_on_the_way_leaves_nothing(operator: Operator) -> None:
    folder = write_mini_release(operator.folder / "bad", data={"Scales Reference": lambda content: b"X" + content})
    for arguments, left in ((["--dry-run"], 0), ([], 1), (["--dry-run"], 1)):
        operator.run("onet", "load", str(folder), *arguments, status=1)
        assert count(operator.container.db, OnetLoad.__table__) == left, "what was here before a trial stays"


class Overtaken(Database):
    """A database in which another release is published right before what is asked for first."""

    other: int | None = None

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        other, self.other = self.other, None
        if other is not None:
            serve(self, other)
        with super().unit_of_work() as session:
            yield session


def test_changes_are_told_against_what_was_served_at_that_moment(sqlite_url: str, operator: Operator) -> None:
    first, second, third = (add(operator.container.db, version, version) for version in ("28.0", "29.0", "30.1"))
    db = Overtaken(sqlite_url)
    serve(db, first)

    def make_index(vocabulary: Vocabulary) -> None:
        serve(db, second)

    assert publish.publish(db, third, make_index)
    assert compared(db, third) == "29.0", "not what was served before the index was made"
    db.other = first
    assert publish.publish(db, second, lambda vocabulary: None)
    assert compared(db, second) == "28.0", "not what was served before somebody else published"
    with db.unit_of_work() as session, pytest.raises(store.OvertakenError, match="published meanwhile"):
        store.switch_to(session, third, publish.PUBLISH, None, expected=first)
    assert served(db) == second
    db.dispose()


def compared(db: Database, release_id: int) -> str:
    with db.reading() as session:
        changelog = session.get_one(OnetRelease, release_id).changelog
    assert changelog is not None
    return str(changelog["from"]["version"])


def test_the_served_index_stays_however_many_are_built(sqlite_url: str, tmp_path: Path) -> None:
    container = Container(make_settings(sqlite_url, tmp_path))
    container.__dict__["embedder"] = Letters()
    with container.db.unit_of_work() as session:
        store.publish(session, make_taxonomy("some", read_starter().entries[::200]))
    present = container.vocabulary
    for version in (present.version, "1", "2", "3", "4"):
        container.prepare_index(replace(present, version=version))
    root = container.data_dir / "index"
    assert vector_store.stored(root, present, Letters.model_id) is not None
    assert len(list(root.glob("index-*"))) == 4
    container.db.dispose()


def test_what_releases_were_made_of_can_go(operator: Operator) -> None:
    db = operator.container.db
    downloads = operator.container.data_dir / "onet"
    downloads.mkdir()
    for name in ("db_30_1_text.zip", "db_30_2_text.zip"):
        (downloads / name).write_bytes(b"zip")
    load_mini(db, operator.folder / "ready")
    operator.run("onet", "load", str(write_mini_release(operator.folder / "refused", version="30.2")), status=1)
    refused = landed(db) / 2
    said = operator.run("onet", "prune").output
    assert f"O*NET 30.1: {refused:.0f} landed rows freed.\n" in said
    assert "db_30_1_text.zip: 0.0 MiB freed.\n" in said
    assert landed(db) == refused, "what is not ready may still be needed"
    assert [path.name for path in downloads.glob("*.zip")] == ["db_30_2_text.zip"]
    assert count(db, OnetLoad.__table__) == 2
    assert count(db, OnetLoadFile.__table__) > 0
    assert "Passed" in operator.run("onet", "report", "30.1").output
    assert operator.run("onet", "prune").output == "There was nothing to free.\n"


def landed(db: Database) -> int:
    return sum(count(db, table) for table in LANDING.values())


def count(db: Database, table: sa.FromClause) -> int:
    with db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
