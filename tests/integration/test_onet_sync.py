"""The monthly look at the official site, carried out as a worker does, against a site on loopback."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.background import alerts, leases, schedule
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.execution import execute
from jobmate_agent.background.isolation import execute_alone
from jobmate_agent.background.sweeper import sweep
from jobmate_agent.container import Container
from jobmate_agent.db import database_now
from jobmate_agent.models import OnetPublication, OnetRelease, Run, Schedule
from jobmate_agent.models.onet import PUBLISHED
from tests.conftest import make_settings
from tests.mini_release import write_mini_release, zip_release
from tests.onet_loading import TINY, load_folder, load_mini
from tests.post_catcher import PostCatcher, catching_posts
from tests.scripted_onet import ScriptedOnet


@pytest.fixture
def hook() -> Iterator[PostCatcher]:
    with catching_posts() as made:
        yield made


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as made:
        yield made


def offer(onet: ScriptedOnet, folder: Path, version: str = "30.1", **changes: Any) -> None:
    """Have the site offer a made-up release."""
    source = write_mini_release(folder / f"offered {version}", version=version, **changes)
    major, minor = version.split(".")
    path = zip_release(source, folder / f"{version}.zip", top=f"db_{major}_{minor}_text")
    onet.releases = {version: path.read_bytes()}


@pytest.fixture
def make_on(tmp_path: Path, onet: ScriptedOnet, hook: PostCatcher) -> Iterator[Callable[[str, str], Container]]:
    made: list[Container] = []

    def build(url: str, mode: str) -> Container:
        settings = make_settings(
            url,
            tmp_path,
            onet_sync=mode,
            onet_download_url=onet.base_url,
            alert_webhook_url=f"{hook.origin}/hook?secret=1",
            max_attempts=1,
        )
        made.append(Container(settings))
        return made[-1]

    yield build
    for container in made:
        container.db.dispose()


@pytest.fixture
def make(make_on: Callable[[str, str], Container], database_url: str) -> Callable[[str], Container]:
    """A container in the given mode, on each database."""
    return partial(make_on, database_url)


def carry(container: Container, name: str) -> tuple[Run, str | None]:
    """What a worker does once a schedule is due: the run as it ended, and the schedule's outcome."""
    claim = claimed(container, name)
    execute(container, RunAttempt(container.db, claim))
    return ended(container, claim, name)


def claimed(container: Container, name: str) -> leases.Claim:
    """A run that its schedule has queued, taken by a worker."""
    schedule.look(container.db, container.settings)
    with container.db.unit_of_work() as session:
        session.execute(sa.update(Schedule).where(Schedule.name == name).values(next_at=database_now(-1)))
    assert schedule.look(container.db, container.settings) == [name]
    with container.db.reading() as session:
        (claim,) = leases.due(session, tuple(schedule.SCHEDULE_OF_KIND), 10)
    with container.db.unit_of_work() as session:
        assert leases.claim(session, claim, "by hand", 30)
    return claim


def ended(container: Container, claim: leases.Claim, name: str) -> tuple[Run, str | None]:
    with container.db.reading() as session:
        return session.get_one(Run, claim.run_id), session.get_one(Schedule, name).last_outcome


def served(container: Container) -> str | None:
    with container.db.reading() as session:
        return session.scalar(sa.select(OnetRelease.version).where(OnetRelease.published_key == PUBLISHED))


def test_checking_only_tells(
    make: Callable[[str], Container], onet: ScriptedOnet, hook: PostCatcher, tmp_path: Path
) -> None:
    offer(onet, tmp_path)
    container = make("check")
    run, outcome = carry(container, schedule.MONTHLY)
    assert (run.state, run.error_code) == ("succeeded", None)
    assert outcome is not None
    assert "30.1 is on offer" in outcome
    assert onet.count("download") == 0
    (told,) = hook.bodies
    assert (told["kind"], told["details"]["latest"]) == (alerts.NEWER_RELEASE, "30.1")


def test_a_release_that_the_gate_refuses_changes_nothing_and_is_told(
    make: Callable[[str], Container], onet: ScriptedOnet, hook: PostCatcher, tmp_path: Path
) -> None:
    offer(onet, tmp_path)
    container = make("publish")
    run, outcome = carry(container, schedule.MONTHLY)
    assert (run.state, run.error_code) == ("failed", "gate_refused")
    assert outcome == "failed: gate_refused"
    assert served(container) is None
    (told,) = hook.bodies
    assert told["kind"] == alerts.GATE_REFUSED
    assert "Occupation Data" in told["message"]
    assert told["text"].startswith("JobMate: ")


def test_nothing_new_is_said_so(
    make: Callable[[str], Container], onet: ScriptedOnet, hook: PostCatcher, tmp_path: Path
) -> None:
    offer(onet, tmp_path)
    container = make("publish")
    release_id = load_mini(container.db, tmp_path / "held").release_id
    with container.db.unit_of_work() as session:
        session.add(OnetPublication(release_id=release_id, action="publish"))
    run, outcome = carry(container, schedule.MONTHLY)
    assert run.state == "succeeded"
    assert outcome == "O*NET 30.1 is here, and 30.1 is the newest."
    assert onet.count("download") == 0
    assert hook.bodies == []


def test_a_site_that_refuses_is_told_even_where_the_webhook_fails(
    make: Callable[[str], Container], onet: ScriptedOnet, hook: PostCatcher
) -> None:
    onet.script("page", ["forbidden"] * 5)
    hook.statuses = [500, 500, 500]
    run, outcome = carry(make("publish"), schedule.MONTHLY)
    assert (run.state, run.error_code) == ("failed", "onet_site_refuses")
    assert outcome == "failed: onet_site_refuses"
    assert [told["kind"] for told in hook.bodies] == [alerts.SYNC_FAILED] * 3


def test_a_look_that_dies_is_told(make: Callable[[str], Container], hook: PostCatcher) -> None:
    container = make("publish")
    claim = claimed(container, schedule.MONTHLY)
    with container.db.unit_of_work() as session:
        assert leases.expire_worker(session, "by hand") == 1
    assert sweep(container.db, container.dispatcher, container.settings, container.alerts) == 1
    run, outcome = ended(container, claim, schedule.MONTHLY)
    assert (run.state, outcome) == ("failed", "failed: worker_lost")
    (told,) = hook.bodies
    assert (told["kind"], told["details"]) == (alerts.SYNC_FAILED, {"run_id": run.id, "code": "worker_lost"})
    assert sweep(container.db, container.dispatcher, container.settings, container.alerts) == 0
    assert len(hook.bodies) == 1


def test_a_look_that_is_killed_is_told_after_its_last_attempt(
    make_on: Callable[[str, str], Container], hook: PostCatcher, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = make_on(sqlite_url, "publish")
    container.settings = container.settings.model_copy(update={"onet_sync_seconds": 0.001})
    monkeypatch.setenv("JOBMATE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("JOBMATE_DATA_DIR", str(container.data_dir))
    claim = claimed(container, schedule.MONTHLY)
    execute_alone(container, RunAttempt(container.db, claim), "by hand")
    run, outcome = ended(container, claim, schedule.MONTHLY)
    assert (run.state, outcome) == ("failed", "failed: run_overdue")
    assert [told["details"]["code"] for told in hook.bodies] == ["run_overdue"]


def test_what_was_loaded_but_never_served_is_published_after_a_backup(
    make_on: Callable[[str, str], Container], onet: ScriptedOnet, sqlite_url: str, tmp_path: Path
) -> None:
    offer(onet, tmp_path)
    container = make_on(sqlite_url, "publish")
    load_folder(container.db, container.onet_downloads.download("30.1"), limits=TINY)
    run, outcome = carry(container, schedule.MONTHLY)
    assert (run.state, run.error_code) == ("succeeded", None)
    assert served(container) == "30.1"
    assert outcome is not None
    assert outcome.startswith("O*NET 30.1 was published. Backed up to ")
    (copy,) = (container.data_dir / "backups").iterdir()
    with sqlite3.connect(copy) as before:
        assert before.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # As it was before the switch.
        assert before.execute("SELECT count(*) FROM onet_publications").fetchone() == (0,)
    assert copy.stat().st_mode & 0o077 == 0


def test_what_somebody_loaded_from_elsewhere_is_theirs_to_publish(
    make_on: Callable[[str, str], Container], onet: ScriptedOnet, sqlite_url: str, tmp_path: Path
) -> None:
    offer(onet, tmp_path)
    container = make_on(sqlite_url, "publish")
    load_mini(container.db, tmp_path / "by hand")
    _, outcome = carry(container, schedule.MONTHLY)
    assert outcome == "O*NET 30.1 is here, and 30.1 is the newest."
    assert served(container) is None


def test_old_data_is_told_and_fresh_data_is_not(
    make: Callable[[str], Container], hook: PostCatcher, tmp_path: Path
) -> None:
    container = make("publish")
    assert carry(container, schedule.STALENESS)[1] == "Verified within 35 days."
    release_id = load_mini(container.db, tmp_path / "held").release_id
    with container.db.unit_of_work() as session:
        publication = OnetPublication(release_id=release_id, action="publish")
        session.add(publication)
    assert carry(container, schedule.STALENESS)[1] == "Verified within 35 days."
    assert hook.bodies == []
    with container.db.unit_of_work() as session:
        session.execute(sa.update(OnetPublication).values(published_at=database_now(-36 * 86400)))
    run, outcome = carry(container, schedule.STALENESS)
    assert run.state == "succeeded"
    assert outcome is not None
    assert "more than 35 days" in outcome
    assert [told["kind"] for told in hook.bodies] == [alerts.STALE]
    # A look that succeeded since counts as well, a failed one does not.
    with container.db.unit_of_work() as session:
        ended = {"kind": schedule.ONET_SYNC, "subject": "x", "payload": {}, "finished_at": database_now(-86400)}
        session.execute(sa.insert(Run).values(state="failed", **ended))
    assert "more than 35 days" in str(carry(container, schedule.STALENESS)[1])
    with container.db.unit_of_work() as session:
        session.execute(sa.insert(Run).values(state="succeeded", **ended))
    assert carry(container, schedule.STALENESS)[1] == "Verified within 35 days."
