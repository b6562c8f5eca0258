"""Occupations that no loaded release has, from O*NET Web Services."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from jobmate_agent.adapters import onet_web
from jobmate_agent.adapters.onet_web import OnetWebServices
from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import UnavailableError
from jobmate_agent.models import WebServicesAnswer
from jobmate_agent.services.gaps.keyed_locks import KeyedLocks
from jobmate_agent.services.onet import web_services
from jobmate_agent.services.onet.web_services import OnetLookup
from tests.conftest import make_settings
from tests.databases import BACKENDS, Servers
from tests.scripted_onet import KEY, ScriptedOnet, Step, sample_occupation

CODE, UNKNOWN = "45-3031.07", "45-3031.08"


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as made:
        made.occupations[CODE] = sample_occupation()
        yield made


every_database = pytest.mark.parametrize("db", BACKENDS, indirect=True)


@pytest.fixture
def db(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Database]:
    """SQLite, except for tests about what is stored."""
    made = Database(servers.url(getattr(request, "param", "sqlite")))
    yield made
    made.dispose()


class Clock:
    """A wall clock and a monotonic one that only move when they are told to."""

    def __init__(self) -> None:
        self.now, self.seconds = utcnow(), 1000.0

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)
        self.seconds += timedelta(**time).total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[..., OnetLookup]


@pytest.fixture
def make_lookup(db: Database, onet: ScriptedOnet, clock: Clock) -> Iterator[Make]:
    made: list[OnetLookup] = []

    def make(*, key: str = KEY, database: Database = db, timeout: float = 5.0) -> OnetLookup:
        source = OnetWebServices(onet.base_url, key, timeout=timeout)
        made.append(OnetLookup(database, source, KeyedLocks(), now=lambda: clock.now, monotonic=lambda: clock.seconds))
        return made[-1]

    yield make
    for lookup in made:
        lookup.close(10)


@pytest.fixture
def lookup(make_lookup: Make) -> OnetLookup:
    return make_lookup()


def stored(db: Database) -> dict[str, tuple[dict[str, Any] | None, datetime]]:
    with db.reading() as session:
        rows = session.scalars(sa.select(WebServicesAnswer))
        return {row.onet_code: (row.body, row.fetched_at) for row in rows}


def unavailable(lookup: OnetLookup, code: str = CODE) -> UnavailableError:
    with pytest.raises(UnavailableError) as caught:
        lookup.lookup(code)
    assert caught.value.code == "onet_unavailable"
    return caught.value


def test_an_occupation_comes_with_all_its_pages(lookup: OnetLookup, onet: ScriptedOnet, clock: Clock) -> None:
    found = lookup.lookup(CODE)
    assert found is not None
    assert found["title"] == "Tide Readers"
    assert found["source"] == "web_services"
    assert "O*NET Web Services" in found["attribution"]
    assert [len(found[part]) for part in ("tasks", "skills", "knowledge")] == [25, 35, 33]
    first = {"element_id": "2.A.0", "name": "2.A 0", "importance": 5.0, "onet_level": None}
    assert found["skills"][0] == {**first, "skill_id": None, "not_relevant": False}
    task = {key: found["tasks"][0][key] for key in ("task_id", "text", "task_type", "importance")}
    assert task == {"task_id": 0, "text": "Read tide 0.", "task_type": "Core", "importance": 4.6}
    assert [row["name"] for row in found["technologies"]] == ["TideWorks", "Ebb"]
    assert found["technologies"][0]["hot_technology"]
    assert found["technologies"][0]["in_demand"]
    (related,) = found["related"]
    assert (related["onet_code"], related["title"]) == ("15-1252.00", "Software Developers")
    assert found["reported_titles"][0]["title"] == "Tide Reader"
    assert {"abilities", "work_activities", "education", "work_styles"} <= set(found["unavailable"])
    assert not {"skills", "tasks"} & set(found["unavailable"])
    assert found["fetched_at"] == clock.now.isoformat()
    assert all(call.headers["x-api-key"] == KEY for call in onet.calls())


@every_database
def test_fifty_who_ask_at_once_cost_one_lookup(lookup: OnetLookup, onet: ScriptedOnet, db: Database) -> None:
    onet.script("overview", [Step(seconds=0.3)])
    ready = threading.Barrier(50)

    def ask(_: int) -> dict[str, Any] | None:
        ready.wait()
        return lookup.lookup(CODE)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert onet.count("overview") == 1
    paths = [call.path for call in onet.calls("details")]
    assert len(paths) == len(set(paths))
    assert all(answer == answers[0] for answer in answers)
    lookup.close(10)
    assert set(stored(db)) == {CODE}


@every_database
def test_what_is_stored_is_served_by_other_processes_until_it_is_old(
    make_lookup: Make, onet: ScriptedOnet, db: Database, clock: Clock
) -> None:
    first = make_lookup()
    answer = first.lookup(CODE)
    first.close(10)
    other = make_lookup()
    assert other.lookup(CODE) == answer
    assert onet.count("overview") == 1
    clock.pass_(days=29)
    assert make_lookup().lookup(CODE) == answer
    assert onet.count("overview") == 1
    clock.pass_(days=2)
    onet.occupations[CODE]["title"] = "Readers of Tides"
    renewed = make_lookup()
    found = renewed.lookup(CODE)
    assert found is not None
    assert found["title"] == "Readers of Tides"
    renewed.close(10)
    body, fetched_at = stored(db)[CODE]
    assert body is not None
    assert (body["title"], fetched_at) == ("Readers of Tides", clock.now)


@every_database
def test_an_unknown_code_is_remembered_for_a_day(
    make_lookup: Make, onet: ScriptedOnet, db: Database, clock: Clock
) -> None:
    lookup = make_lookup()
    assert lookup.lookup(UNKNOWN) is None
    lookup.close(10)
    assert stored(db)[UNKNOWN] == (None, clock.now)
    assert make_lookup().lookup(UNKNOWN) is None
    assert onet.count("overview") == 1
    clock.pass_(hours=25)
    assert make_lookup().lookup(UNKNOWN) is None
    assert onet.count("overview") == 2
    assert onet.count("details") == 0


def test_no_hit_with_total_0_is_unknown_too(lookup: OnetLookup, onet: ScriptedOnet) -> None:
    onet.script("overview", ["total_zero"])
    assert lookup.lookup(CODE) is None


@pytest.mark.parametrize("code", ["", "15-1252", "15-1252.0", "99-1252.00", "15-1252.00/../x", "1٥-1252.00", "a" * 900])
def test_what_is_no_code_is_never_asked_for(lookup: OnetLookup, onet: ScriptedOnet, code: str) -> None:
    assert lookup.lookup(code) is None
    assert onet.count() == 0


@every_database
def test_the_answer_does_not_wait_for_the_database(make_lookup: Make, onet: ScriptedOnet, db: Database) -> None:
    """The thread that stores stands behind another writer; whoever asked has long been answered."""
    lookup = make_lookup()
    answers: list[dict[str, Any] | None] = []
    with db.unit_of_work() as session:
        now = utcnow() - timedelta(days=1)
        session.execute(sa.insert(WebServicesAnswer).values(onet_code=CODE, body=None, fetched_at=now))
        asker = threading.Thread(target=lambda: answers.append(lookup.lookup(CODE)))
        asker.start()
        asker.join(20)
        assert answers
        assert lookup.lookup(CODE) == answers[0]  # from memory
        assert onet.count("overview") == 1
    lookup.close(20)
    assert stored(db)[CODE][0] is not None  # the newer of the two


def test_an_answer_that_cannot_be_stored_is_given_and_remembered(
    make_lookup: Make, onet: ScriptedOnet, db: Database
) -> None:
    with db.unit_of_work() as session:
        session.execute(sa.text("ALTER TABLE web_services_answers RENAME TO hidden_answers"))
    try:
        lookup = make_lookup()
        with capture_logs() as logs:
            found = lookup.lookup(CODE)
            assert found is not None
            assert lookup.lookup(CODE) == found
            lookup.close(10)
        assert onet.count("overview") == 1
        assert "onet_answer_not_stored" in {entry["event"] for entry in logs}
    finally:
        with db.unit_of_work() as session:
            session.execute(sa.text("ALTER TABLE hidden_answers RENAME TO web_services_answers"))


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("forbidden", "bad_key"),
        ("rate_limited", "rate_limited"),
        ("server_error", "server_error"),
        ("html", "unreadable"),
        ("invalid_json", "unreadable"),
        ("huge", "unreadable"),
        ("wrong_code", "unreadable"),
        ("not_found", "unreadable"),
        ("silent", "timeout"),
        ("drips", "timeout"),
    ],
)
def test_every_fault_is_a_503_and_nothing_is_stored(
    make_lookup: Make, onet: ScriptedOnet, db: Database, step: str, reason: str
) -> None:
    onet.script("overview", [step])
    lookup = make_lookup(timeout=0.4)
    with capture_logs() as logs:
        error = unavailable(lookup)
    assert (error.status, error.code) == (503, "onet_unavailable")
    assert [entry["reason"] for entry in logs if "reason" in entry] == [reason]
    lookup.close(10)
    assert stored(db) == {}


@pytest.mark.parametrize(
    ("step", "pause"),
    [("forbidden", 300), (Step("rate_limited", "42"), 42), ("rate_limited", 300), ("server_error", 15)],
    ids=str,
)
def test_after_a_fault_the_service_is_left_alone_for_a_while(
    lookup: OnetLookup, onet: ScriptedOnet, clock: Clock, step: str | Step, pause: int
) -> None:
    onet.script("overview", [step])
    assert unavailable(lookup).retry_after == pause
    clock.pass_(seconds=pause - 1)
    assert unavailable(lookup, UNKNOWN).retry_after == 1
    assert onet.count("overview") == 1
    clock.pass_(seconds=2)
    assert lookup.lookup(CODE) is not None


def test_an_old_answer_is_better_than_none(make_lookup: Make, onet: ScriptedOnet, clock: Clock) -> None:
    lookup = make_lookup()
    answer = lookup.lookup(CODE)
    lookup.close(10)
    clock.pass_(days=90)
    onet.script("overview", ["server_error"])
    assert make_lookup().lookup(CODE) == answer


def test_a_bad_key_never_reaches_a_log(make_lookup: Make, onet: ScriptedOnet) -> None:
    output = io.TextIOWrapper(io.BytesIO())
    with capture_logs() as logs, redirect_stdout(output), redirect_stderr(output):
        error = unavailable(make_lookup(key="a-bad-secret"))
    output.seek(0)
    assert "a-bad-secret" not in f"{logs}{output.read()}{error.message}{error.__cause__!r}"


@pytest.mark.parametrize("step", ["server_error", "rate_limited", "invalid_json", "html"])
def test_a_fault_in_a_part_gives_what_is_known_and_stores_nothing(
    lookup: OnetLookup, onet: ScriptedOnet, db: Database, clock: Clock, step: str
) -> None:
    onet.script("details", ["good", "good", step])  # both pages of the tasks, then the skills
    found = lookup.lookup(CODE)
    assert found is not None
    assert len(found["tasks"]) == 25
    assert "skills" in found["unavailable"]
    assert stored(db) == {}
    clock.pass_(minutes=6)
    again = lookup.lookup(CODE)
    assert again is not None
    assert len(again["skills"]) == 35
    lookup.close(10)
    assert len(stored(db)) == 1


def test_after_a_fault_in_a_part_nobody_asks_until_the_pause_is_over(
    make_lookup: Make, onet: ScriptedOnet, clock: Clock
) -> None:
    lookup = make_lookup()
    onet.script("details", ["good", "good", *[Step("rate_limited", "600")] * 50])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: lookup.lookup(CODE), range(20)))
    assert answers[0] is not None
    assert all(answer == answers[0] for answer in answers)
    assert (onet.count("overview"), onet.count("details")) == (1, 3)
    assert unavailable(lookup, UNKNOWN).retry_after == 600
    clock.pass_(seconds=599)
    assert lookup.lookup(CODE) == answers[0], "better than nothing"
    assert onet.count() == 4
    onet.script("details", [])
    clock.pass_(seconds=2)
    found = lookup.lookup(CODE)
    assert found is not None
    assert len(found["skills"]) == 35


def test_a_part_that_failed_is_asked_for_again_after_a_minute(
    lookup: OnetLookup, onet: ScriptedOnet, clock: Clock
) -> None:
    onet.script("details", ["server_error"])
    partial = lookup.lookup(CODE)
    clock.pass_(seconds=59)
    assert lookup.lookup(CODE) == partial
    assert onet.count("overview") == 1
    clock.pass_(seconds=2)
    assert lookup.lookup(CODE) != partial
    assert onet.count("overview") == 2


def test_nobody_waits_long_for_somebody_elses_lookup(
    make_lookup: Make, onet: ScriptedOnet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_services, "WAIT_SECONDS", 0.05)
    lookup = make_lookup()
    onet.script("overview", [Step(seconds=2.0)])
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lookup.lookup, CODE)
        while onet.count("overview") < 1:
            time.sleep(0.01)
        assert unavailable(lookup).retry_after == 1
        assert slow.result() is not None
    assert onet.count("overview") == 1


def test_a_next_link_to_another_server_is_not_followed(lookup: OnetLookup, onet: ScriptedOnet) -> None:
    onet.script("details", ["elsewhere"])
    found = lookup.lookup(CODE)
    assert found is not None
    assert len(found["tasks"]) == 20


def test_a_list_without_end_is_given_up(
    lookup: OnetLookup, onet: ScriptedOnet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onet_web, "MOST_PAGES", 1)
    found = lookup.lookup(CODE)
    assert found is not None
    assert [len(found[part]) for part in ("tasks", "skills")] == [20, 20]


def test_no_more_than_four_are_asked_about_at_once(make_lookup: Make, onet: ScriptedOnet) -> None:
    """Many different codes must not keep every thread of the web process waiting."""
    lookup = make_lookup()
    onet.script("overview", [Step(seconds=0.5)] * 4)
    codes = [f"45-3031.{number:02}" for number in range(20, 24)]
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(lookup.lookup, code) for code in codes]
        while onet.count("overview") < 4:
            time.sleep(0.01)
        unavailable(lookup, "45-3031.99")
        assert [future.result() for future in slow] == [None] * 4
    assert onet.count("overview") == 4


def test_without_a_key_nothing_is_asked(db: Database) -> None:
    assert OnetLookup(db, None, KeyedLocks()).lookup(CODE) is None


def test_the_process_builds_it_from_its_settings(
    sqlite_url: str, onet: ScriptedOnet, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONET_API_KEY", KEY)
    container = Container(make_settings(sqlite_url, tmp_path, onet_api_url=onet.base_url))
    found = container.onet_lookup.lookup(CODE)
    assert found is not None
    assert found["title"] == "Tide Readers"
    assert KEY not in repr(container.settings)
    container.onet_lookup.close(10)
    container.db.dispose()
