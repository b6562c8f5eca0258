"""Copies of the database, and alerts that never fail whoever raises one."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from jobmate_agent.adapters.webhook import HttpWebhook
from jobmate_agent.background.alerts import Alerts
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.backup import back_up
from tests.served import free_port

NOW = datetime(2026, 3, 15, 2, 0, tzinfo=UTC)
POSTGRES = "postgresql+psycopg://somebody@db.example/jobmate"


def database(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE facts (name TEXT)")
        connection.executemany("INSERT INTO facts VALUES (?)", [(f"fact {number}",) for number in range(1000)])
    return f"sqlite:///{path}"


def test_a_copy_is_a_whole_database_and_few_are_kept(tmp_path: Path) -> None:
    url, folder = database(tmp_path / "live.db"), tmp_path / "backups"
    writer = sqlite3.connect(tmp_path / "live.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO facts VALUES ('not committed')")
    for day in range(5):
        assert str(folder) in back_up(url, folder, NOW + timedelta(days=day), keep=3)
    writer.execute("ROLLBACK")
    writer.close()
    kept = sorted(path.name for path in folder.iterdir())
    assert [name[8:16] for name in kept] == ["20260317", "20260318", "20260319"]
    for name in kept:
        with sqlite3.connect(folder / name) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert copy.execute("SELECT count(*) FROM facts").fetchone() == (1000,)


def test_a_copy_that_fails_stops_everything_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "live.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(JobMateError) as caught:
        back_up(f"sqlite:///{tmp_path / 'live.db'}", tmp_path / "backups", NOW)
    assert (caught.value.code, caught.value.status) == ("backup_failed", 503)
    assert list((tmp_path / "backups").iterdir()) == []


def test_other_databases_are_backed_up_by_the_operators_command(tmp_path: Path) -> None:
    mark = tmp_path / "a mark"
    command = f"{sys.executable} -c 'import sys; open(sys.argv[1], \"w\").close()' '{mark}'"
    assert "JOBMATE_BACKUP_COMMAND" in back_up(POSTGRES, tmp_path, NOW, command=command)
    assert mark.exists()
    assert back_up(POSTGRES, tmp_path, NOW).startswith("No backup was made")


@pytest.mark.parametrize(
    "command", [f"{sys.executable} -c 'import sys; sys.exit(\"no room\")'", "/no/such/program", "'unbalanced"]
)
def test_a_command_that_fails_stops_everything(command: str, tmp_path: Path) -> None:
    with pytest.raises(JobMateError) as caught:
        back_up(POSTGRES, tmp_path, NOW, command=command)
    assert caught.value.code == "backup_failed"


def test_what_a_failed_command_says_is_for_the_log_alone(tmp_path: Path) -> None:
    command = f"{sys.executable} -c 'import sys; sys.exit(\"cannot reach postgresql://me:secret@db\")'"
    with capture_logs() as logs, pytest.raises(JobMateError) as caught:
        back_up(POSTGRES, tmp_path, NOW, command=command)
    assert "ended with status 1" in caught.value.message
    assert "secret" not in f"{caught.value.message}{caught.value.__cause__!r}"
    assert [entry["said"] for entry in logs] == ["cannot reach postgresql://me:secret@db"]


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("jobmate_alerts_total", {"kind": kind}) or 0.0


def test_an_alert_is_counted_with_and_without_a_webhook() -> None:
    before = counted("tried")
    Alerts().alert("tried", "Something is wrong.")
    waits: list[float] = []
    nobody = HttpWebhook(f"http://127.0.0.1:{free_port()}/", timeout=0.5, sleep=waits.append)
    Alerts(nobody).alert("tried", "Something is wrong.", {"why": "no reason"})
    assert counted("tried") == before + 2
    assert waits == [0.5, 2.0]


@pytest.mark.parametrize("url", ["http://[", "ftp://example.invalid/", "no address at all"])
def test_a_webhook_that_makes_no_sense_is_survived(url: str) -> None:
    assert HttpWebhook(url, sleep=lambda seconds: None).post({"kind": "x"}) is False
