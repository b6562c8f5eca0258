"""Landing a release beside the same rows through the database's own bulk path, already parsed and rendered."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.table import Aim, Row
from jobmate_agent.db import Database
from jobmate_agent.models import OnetLoad
from jobmate_agent.models.landing import LANDING, column_name
from jobmate_agent.services.onet.file_contracts import CONTRACTS
from jobmate_agent.services.onet.land import land
from jobmate_agent.services.onet.sources import open_source

Cells = tuple[Any, ...]
DOUBLE = '"'
AIM = Aim("ratio", "<=", 3.0)


class Prepared:
    """Every row of the release, ready to be handed over: by landing table, with its columns."""

    def __init__(self, release: Path) -> None:
        self.columns: dict[str, list[str]] = {}
        self.rows: defaultdict[str, list[Cells]] = defaultdict(list)
        for path in sorted(release.glob("*.txt")):
            if path.stem not in CONTRACTS:
                continue
            lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
            layout, columns = CONTRACTS[path.stem].read_header(lines[0].split("\t"))
            self.columns[layout] = ["load_id", "file", "line", *map(column_name, columns)]
            for number, line in enumerate(lines[1:], start=2):
                cells = [None if cell == "n/a" else cell for cell in line.split("\t")]
                self.rows[layout].append((1, path.stem, number, *cells))

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def row(backend: str, ours: Database, by_hand: Database, release: Path, prepared: Prepared, folder: Path) -> Row:
    """Seconds for the whole release; ``ours`` holds it afterwards."""
    floor = _HANDS[backend](by_hand, prepared, folder)
    began = time.perf_counter()
    land(ours, open_source(release))
    return Row(f"onet.land_{backend}", time.perf_counter() - began, "s", floor=floor, aim=AIM)


def _open_load(database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(
            OnetLoad(id=1, content_sha256="0", version="0", source="by hand", layout="classic", state="landing")
        )


def _executemany(database: Database, prepared: Prepared, _: Path) -> float:
    _open_load(database)
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    began = time.perf_counter()
    cursor.execute("BEGIN IMMEDIATE")
    for layout, rows in prepared.rows.items():
        marks = ", ".join("?" * len(prepared.columns[layout]))
        cursor.executemany(f"INSERT INTO {_target(layout, prepared, DOUBLE)} VALUES ({marks})", rows)
    cursor.execute("COMMIT")
    taken = time.perf_counter() - began
    connection.close()
    return taken


def _copy(database: Database, prepared: Prepared, _: Path) -> float:
    _open_load(database)
    texts = {layout: _rendered(rows).encode() for layout, rows in prepared.rows.items()}
    connection = database.engine.raw_connection()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for layout, text in texts.items():
            with cursor.copy(f"COPY {_target(layout, prepared, DOUBLE)} FROM STDIN") as copy:
                copy.write(text)
    connection.commit()
    taken = time.perf_counter() - began
    connection.close()
    return taken


def _load_data(database: Database, prepared: Prepared, folder: Path) -> float:
    _open_load(database)
    files = {}
    for layout, rows in prepared.rows.items():
        files[layout] = folder / f"{layout}.tsv"
        files[layout].write_text(_rendered(rows), encoding="utf-8")
    connection = database.engine.raw_connection()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for layout, file in files.items():
            name, columns = _target(layout, prepared, "`").split(" ", 1)
            cursor.execute(f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE {name} CHARACTER SET utf8mb4 {columns}")
    connection.commit()
    taken = time.perf_counter() - began
    connection.close()
    return taken


def _rendered(rows: Sequence[Cells]) -> str:
    return "".join(
        "\t".join(r"\N" if cell is None else str(cell).replace("\\", r"\\") for cell in cells) + "\n" for cells in rows
    )


def _target(layout: str, prepared: Prepared, quote: str) -> str:
    return f"{LANDING[layout].name} ({', '.join(f'{quote}{name}{quote}' for name in prepared.columns[layout])})"


_HANDS: dict[str, Callable[[Database, Prepared, Path], float]] = {
    "sqlite": _executemany,
    "postgresql": _copy,
    "mariadb": _load_data,
}
