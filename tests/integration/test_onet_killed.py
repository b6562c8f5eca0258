"""``kill -9`` at every step of a load and of a publication; run again, it ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent import crypto
from jobmate_agent.db import Database
from jobmate_agent.models.landing import OnetLoadFile, OnetLoadStep
from jobmate_agent.models.onet import PUBLISHED, OnetRelease
from jobmate_agent.services.onet import publish, sources
from jobmate_agent.services.onet.land import land
from jobmate_agent.services.onet.normalise import normalise, step_names
from jobmate_agent.services.onet.pipeline import load_release
from tests.conftest import make_settings
from tests.databases import Servers
from tests.mini_release import write_mini_release
from tests.onet_loading import TINY, real_release
from tests.release_checksums import Checksums, checksums

# While files land, are checked, become a vocabulary and become facts: the ones that take longest.
KILLED_IN = ("Knowledge.txt", "Skills.txt", "check Skills", "vocabulary", "skills", "search")


class Killer:
    """Ends this process by SIGKILL in the transaction of one step, before its commit or in its midst."""

    def __init__(self, database: Database, step: str, moment: str) -> None:
        self.step, self.armed = step, False
        if moment == "commit":
            sa.event.listen(database.engine, "commit", self._strike)
        else:
            sa.event.listen(database.engine, "after_cursor_execute", self._strike_after_a_change)

    def progress(self, step: str, percent: int) -> None:
        self.armed = step == self.step

    def _strike(self, *_: object) -> None:
        if self.armed:
            os.kill(os.getpid(), signal.SIGKILL)

    def _strike_after_a_change(self, _: object, __: object, statement: str, *___: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "DELETE", "UPDATE")):
            self._strike()


def _in_a_killed_process(work: Callable[[], None]) -> None:
    """Fork, do ``work`` there, and see that it was killed on the way."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"ended by itself with {os.WEXITSTATUS(status)}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _killed_load(url: str, folder: Path, step: str, moment: str) -> Callable[[], None]:
    def work() -> None:
        database = Database(url)
        killer = Killer(database, step, moment)
        load_release(database, sources.open_source(folder), limits=TINY, progress=killer.progress)

    return work


def _undisturbed(servers: Servers, folder: Path) -> tuple[Checksums, list[str]]:
    database = Database(servers.url("sqlite"))
    done = load_release(database, sources.open_source(folder), limits=TINY)
    assert done.report.passed, done.report.markdown()
    steps = [f"land {name}" for name in sources.open_source(folder).files()] + step_names(database, done.load_id)
    found = checksums(database, done.release_id, landing=True)
    database.dispose()
    return found, steps


@pytest.mark.parametrize("moment", ["change", "commit"])
def test_a_load_that_is_killed_in_every_step_ends_as_an_undisturbed_one(
    database_url: str, servers: Servers, tmp_path: Path, moment: str
) -> None:
    folder = write_mini_release(tmp_path / "release")
    expected, steps = _undisturbed(servers, folder)
    for step in steps:
        if moment == "change" and _changes_nothing(step):
            continue
        _in_a_killed_process(_killed_load(database_url, folder, step, moment))
    database = Database(database_url)
    done = load_release(database, sources.open_source(folder), limits=TINY)
    assert done.report.passed
    assert checksums(database, done.release_id, landing=True) == expected
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OnetRelease)) == 1
    database.dispose()


def _changes_nothing(step: str) -> bool:
    return step == "statistics"


@pytest.mark.parametrize("moment", ["index", "backup", "switch"])
def test_a_publication_that_is_killed_leaves_the_release_before(database_url: str, tmp_path: Path, moment: str) -> None:
    database = Database(database_url)
    crypto.activate(crypto.new_key_ring())
    first = load_release(database, sources.open_source(write_mini_release(tmp_path / "a")), limits=TINY)
    publish.publish(database, first.release_id, lambda vocabulary: None)
    newer = write_mini_release(tmp_path / "b", version="30.2")
    second = load_release(database, sources.open_source(newer), limits=TINY)
    database.dispose()

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        child = Database(database_url)
        if moment == "switch":
            sa.event.listen(child.engine, "commit", die)
        publish.publish(
            child,
            second.release_id,
            die if moment == "index" else lambda vocabulary: None,
            die if moment == "backup" else None,
        )

    _in_a_killed_process(work)
    assert _served(database) == first.release_id
    assert publish.publish(database, second.release_id, lambda vocabulary: None)
    assert _served(database) == second.release_id
    database.dispose()


def test_the_command_is_killed_at_any_moment_with_a_real_release(servers: Servers, tmp_path: Path) -> None:
    folder = real_release("30_1")
    calm = Database(servers.url("sqlite"))
    load_id = land(calm, sources.open_source(folder))
    expected = checksums(calm, normalise(calm, load_id))
    order = [*(file.name for file in sources.open_source(folder).files().values()), *step_names(calm, load_id)]
    calm.dispose()
    url = servers.url("sqlite")
    settings = make_settings(url, tmp_path)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JOBMATE_")},
        "JOBMATE_DATABASE_URL": url,
        "JOBMATE_DATA_DIR": str(settings.data_dir),
    }
    command = [sys.executable, "-m", "jobmate_agent", "onet", "load", str(folder), "--no-publish"]
    database = Database(url)
    for killed_in in KILLED_IN:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = order[: order.index(killed_in)]
        while not _ledger(database).issuperset(before):
            assert child.poll() is None, f"it ended before {killed_in}"
            time.sleep(0.005)
        assert child.poll() is None
        child.kill()
        assert child.wait() == -signal.SIGKILL
        # The last thing that was written whole may be the step itself, never the whole of the load.
        assert set(before) <= _ledger(database) < set(order)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert _ledger(database) == set(order)
    with database.reading() as session:
        release_id = session.scalars(sa.select(OnetRelease.id)).one()
    assert checksums(database, release_id) == {
        **expected,
        "onet_releases": checksums(database, release_id)["onet_releases"],
    }
    database.dispose()


def _ledger(database: Database) -> set[str]:
    """The files that have landed and the steps that are done."""
    with database.reading() as session:
        return {*session.scalars(sa.select(OnetLoadFile.name)), *session.scalars(sa.select(OnetLoadStep.step))}


def _served(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED))
