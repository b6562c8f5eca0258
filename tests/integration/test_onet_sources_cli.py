"""What comes from outside, as an operator fetches it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from jobmate_agent.background import alerts
from jobmate_agent.background.onet_sync import is_fresh
from jobmate_agent.db import database_now
from jobmate_agent.models import Occupation, OnetPublication, OnetRelease
from jobmate_agent.services.onet import jaat, release_site, wages
from jobmate_agent.services.onet.release_site import Offer
from tests.integration.test_cli import Operator
from tests.integration.test_onet_download import a_zip
from tests.mini_release import write_mini_release, zip_release
from tests.post_catcher import PostCatcher
from tests.scripted_onet import ScriptedOnet
from tests.unit.test_jaat_files import FILE


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as made:
        made.releases = {"29.0": a_zip("old"), "30.1": a_zip()}
        yield made


@pytest.fixture
def operator(sqlite_url: str, tmp_path: Path, onet: ScriptedOnet) -> Iterator[Operator]:
    made = Operator(sqlite_url, tmp_path)
    made.environment["JOBMATE_ONET_DOWNLOAD_URL"] = onet.base_url
    with made.container.db.unit_of_work() as session:
        session.add(Occupation(onet_code="15-1252.00", soc_code="15-1252"))
    yield made
    made.container.db.dispose()


def hold(operator: Operator, version: str, state: str = "ready") -> None:
    with operator.container.db.unit_of_work() as session:
        session.add(OnetRelease(name=f"O*NET {version}", version=version, vocabulary_version=version, state=state))


def test_a_check_downloads_nothing(operator: Operator, onet: ScriptedOnet) -> None:
    assert operator.run("onet", "sync", "--check").output == "O*NET 30.1 is on offer; no release is here.\n"
    hold(operator, "29.0")
    assert operator.run("onet", "sync", "--check").output == "O*NET 30.1 is on offer; 29.0 is here.\n"
    assert onet.count("download") == 0


def test_a_look_by_hand_counts_as_one(operator: Operator, onet: ScriptedOnet) -> None:
    hold(operator, "29.0")
    database = operator.container.db
    with database.unit_of_work() as session:
        release_id = session.scalars(sa.select(OnetRelease.id)).one()
        session.add(OnetPublication(release_id=release_id, action="publish", published_at=database_now(-36 * 86400)))

    def fresh() -> bool:
        with database.reading() as session:
            return is_fresh(session, 35)

    operator.run("onet", "sync", "--check", "--version", "29.0")
    onet.script("page", ["forbidden"])
    operator.run("onet", "sync", "--check", status=1)
    assert not fresh()
    operator.run("onet", "sync", "--check")
    assert fresh()


@pytest.mark.parametrize("held", ["30.1", "30.2"])
def test_nothing_newer_means_nothing_to_do(operator: Operator, onet: ScriptedOnet, held: str) -> None:
    hold(operator, held)
    assert f"O*NET {held} is here" in operator.run("onet", "sync").output
    assert onet.count("download") == 0


def test_a_newer_release_is_downloaded_and_loaded(operator: Operator, onet: ScriptedOnet) -> None:
    folder = write_mini_release(operator.folder / "db_30_1_text", version="30.1")
    onet.releases["30.1"] = zip_release(folder, operator.folder / "made.zip").read_bytes()
    hook = PostCatcher()
    threading.Thread(target=hook.serve_forever, args=(0.05,), daemon=True).start()
    operator.environment["JOBMATE_ALERT_WEBHOOK_URL"] = f"{hook.origin}/hook"
    said = operator.run("onet", "sync", status=1).output  # a made-up release is too small for the gate
    (told,) = hook.bodies
    assert told["kind"] == alerts.GATE_REFUSED
    assert "Occupation Data" in told["message"]
    hook.shutdown()
    hook.server_close()
    del operator.environment["JOBMATE_ALERT_WEBHOOK_URL"]
    assert "Downloaded O*NET 30.1 to" in said
    assert "Nothing was published" in said
    assert (operator.folder / "var" / "onet" / "db_30_1_text.zip").read_bytes() == onet.releases["30.1"]
    operator.run("onet", "sync", status=1)
    assert onet.count("download") == 1


def test_a_version_that_is_here_is_not_fetched_again(operator: Operator, onet: ScriptedOnet) -> None:
    hold(operator, "29.0")
    assert "Nothing to do" in operator.run("onet", "sync", "--version", "29.0").output
    assert onet.count() == 0


def test_a_site_that_refuses_is_one_clear_sentence(operator: Operator, onet: ScriptedOnet) -> None:
    onet.script("page", ["forbidden"])
    said = operator.run("onet", "sync", status=1).output
    assert onet.base_url in said
    assert "403" in said
    assert "not a version" in operator.run("onet", "sync", "--version", "../30", status=1).output


def test_releases_that_are_being_built_do_not_count_as_here(operator: Operator, onet: ScriptedOnet) -> None:
    hold(operator, "30.1", state="building")
    hold(operator, "9.9")
    hold(operator, "29.0")
    assert release_site.offer_of(operator.container.db, operator_site(operator, onet)) == Offer("30.1", "29.0")


def operator_site(operator: Operator, onet: ScriptedOnet) -> release_site.ReleaseSite:
    from jobmate_agent.adapters.onet_download import OnetDownloads

    return OnetDownloads(onet.base_url, operator.folder / "onet")


def test_wages_are_imported_listed_and_switched(operator: Operator) -> None:
    first = operator.file("2023.csv", "soc_code,median_wage\n15-1252,100000\n99-9999,50000\n")
    second = operator.file("2024.csv", "soc_code,median_wage\n15-1252,110000\n")
    said = operator.run("onet", "import-wages", first, "--year", "2023").output
    assert "2 rows of figures imported: 2023.csv (import 1)." in said
    assert "1 code is of no occupation that is loaded: 99-9999." in said
    operator.run("onet", "import-wages", second, "--name", "OEWS May 2024")
    assert "were imported before" in operator.run("onet", "import-wages", second).output
    listed = [line.split("\t") for line in operator.run("onet", "imports").output.splitlines()]
    assert [(row[0], row[1], row[2], row[3], row[-1] == "served") for row in listed] == [
        ("2", "wages", "OEWS May 2024", "1", True),
        ("1", "wages", "2023.csv", "2", False),
    ]
    assert operator.run("onet", "imports", "--use", "1").output == "Serving wages 1, 2023.csv.\n"
    assert "There is no import 7" in operator.run("onet", "imports", "--use", "7", status=1).output


def test_a_wrong_file_is_told_line_by_line(operator: Operator) -> None:
    path = operator.file("wages.csv", "soc_code,median_wage\n15-1252,x\nabc,50000\n")
    said = operator.run("onet", "import-wages", path, status=1).output
    assert "line 2: median_wage 'x' is not a number" in said
    assert "line 3: 'abc' is not a SOC code" in said
    assert "wages.csv has 2 mistakes; nothing was imported." in said


def test_summaries_are_imported(operator: Operator) -> None:
    path = operator.file("jaat.json", orjson.dumps(FILE))
    assert "1 summaries imported: JAAT 2025 (import 1)." in operator.run("onet", "import-jaat", path).output
    bad = operator.file("bad.json", b"{}")
    assert "bad.json has" in operator.run("onet", "import-jaat", bad, status=1).output


@pytest.mark.parametrize(
    ("command", "module", "function"), [("import-wages", wages, "read_wage_file"), ("import-jaat", jaat, "_parsed")]
)
def test_others_write_while_files_are_read(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, command: str, module: ModuleType, function: str
) -> None:
    read = getattr(module, function)
    url = operator.container.db.engine.url

    def read_while_another_writes(*given: Any, **options: Any) -> Any:
        with contextlib.closing(sqlite3.connect(str(url.database), timeout=0)) as other:
            other.execute("UPDATE occupations SET soc_code = '15-1255'")
            other.commit()
        return read(*given, **options)

    monkeypatch.setattr(module, function, read_while_another_writes)
    figures = operator.file("wages.csv", "soc_code,year,median_wage\n15-1252,2023,120000\n")
    summaries = operator.file("jaat.json", orjson.dumps(FILE))
    assert "(import 1)" in operator.run("onet", command, figures if module is wages else summaries).output
    with operator.container.db.reading() as session:
        assert session.scalars(sa.select(Occupation.soc_code)).all() == ["15-1255"]
