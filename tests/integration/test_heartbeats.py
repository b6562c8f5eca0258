"""Workers that are gone are not counted on."""

from __future__ import annotations

import os
import subprocess
import sys

from jobmate_agent.background import heartbeats
from jobmate_agent.db import Database


def beat(db: Database, name: str, pid: int) -> None:
    with db.unit_of_work() as session:
        heartbeats.beat(session, name, {"pid": pid, "engine": "ready", "active": 0})


def test_rows_of_processes_that_are_gone_are_dropped(db: Database) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    beat(db, "here:gone", gone.pid)
    beat(db, "here:before", os.getpid())
    beat(db, "here:living", os.getppid())
    beat(db, "here:me", os.getpid())
    beat(db, "elsewhere:unknown", gone.pid)
    beat(db, "her%:other", gone.pid)
    with db.unit_of_work() as session:
        heartbeats.forget_dead(session, "here:me")
    with db.reading() as session:
        left = {found.name for found in heartbeats.living(session, 60)}
    assert left == {"here:living", "here:me", "elsewhere:unknown", "her%:other"}
