"""``python -m benchmarks.onet.measure FOLDER``: all rows of the O*NET platform, as JSON, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from benchmarks.documents import ROOT
from benchmarks.onet import databases, index, landing, normalising, reading, release
from benchmarks.table import Row
from jobmate_agent.db import Database
from jobmate_agent.models import OnetLoad

LIMIT_SECONDS = 900
COMMAND = "benchmarks.onet.measure"


def rows(folder: Path) -> list[Row]:
    """Nothing where no release is at hand; in a process of its own, because it loads the model and much else."""
    if release.folder() is None:
        print("no O*NET release (set ONET_DATA to a folder of its text files) ", end="")
        return []
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", COMMAND, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{COMMAND} ended with status {done.returncode}:\n{done.stderr[-4000:]}")
    return [Row.from_arguments(values) for values in json.loads(done.stdout.splitlines()[-1])]


def _measured(folder: Path) -> Iterator[Row]:
    wanted = release.folder()
    if wanted is None:
        raise SystemExit("Set ONET_DATA to a folder of O*NET's text files.")
    prepared = landing.Prepared(wanted)
    for backend in databases.reachable():
        with tempfile.TemporaryDirectory(dir=folder) as name, databases.fresh(backend, Path(name), "ours") as ours:
            with databases.fresh(backend, Path(name), "by_hand") as by_hand:
                yield landing.row(backend, ours, by_hand, wanted, prepared, Path(name))
            yield from normalising.rows(backend, ours, _load_id(ours))
            yield from reading.rows(backend, ours)
            if backend == "sqlite":
                yield index.row(ours, Path(name))


def _load_id(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(sa.select(OnetLoad.id)).one()


def main() -> int:
    print(json.dumps([row.as_arguments() for row in _measured(Path(sys.argv[1]))]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
