"""A copy of the database before something large changes in it."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from jobmate_agent.errors import JobMateError

log = structlog.get_logger(__name__)

COMMAND_SECONDS = 3600.0
SAID_CHARACTERS = 300
PREFIX = "jobmate-"


def back_up(url: str, folder: Path, now: datetime, *, command: str = "", keep: int = 3) -> str:
    """Back the database at ``url`` up; what was done, as a sentence.

    SQLite: a copy by its online backup in ``folder``, of which the newest ``keep`` stay. Other databases: ``command``,
    run without a shell; without one, nothing, because such a database has backups of its own. Raises
    ``backup_failed`` (503), and then leaves no half-written copy.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        target = folder / f"{PREFIX}{now:%Y%m%dT%H%M%S%fZ}.db"
        _copy(Path(parsed.database or ""), target)
        for old in sorted(folder.glob(f"{PREFIX}*.db"))[:-keep]:
            old.unlink(missing_ok=True)
        return f"Backed up to {target}."
    if command:
        _run(command)
        return "Backed up by JOBMATE_BACKUP_COMMAND."
    return "No backup was made: JOBMATE_BACKUP_COMMAND is not set, so the database server's own backups are relied on."


def _copy(source: Path, target: Path) -> None:
    partial = target.with_suffix(".part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
            live.backup(copy)
            # One file that stands alone, whatever the mode of the live one.
            copy.execute("PRAGMA journal_mode = DELETE")
        os.replace(partial, target)
    except (OSError, sqlite3.Error) as exc:
        for leftover in (partial, *partial.parent.glob(f"{partial.name}-*")):
            leftover.unlink(missing_ok=True)
        raise _failed(f"{target} could not be written: {exc}") from exc


def _run(command: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command
            shlex.split(command), capture_output=True, text=True, errors="replace", timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as exc:
        raise _failed(f"JOBMATE_BACKUP_COMMAND could not be run: {type(exc).__name__}") from exc
    if done.returncode != 0:
        # Messages go out to the alert webhook, and what a command says may hold the database's password.
        log.error("backup_command_failed", status=done.returncode, said=done.stderr.strip()[-SAID_CHARACTERS:])
        raise _failed(f"JOBMATE_BACKUP_COMMAND ended with status {done.returncode}; the log has what it said")


def _failed(what: str) -> JobMateError:
    return JobMateError("backup_failed", f"No backup could be made, so nothing was changed. {what}.", status=503)
