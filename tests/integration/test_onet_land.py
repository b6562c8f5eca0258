"""Landing releases: real ones, damaged ones, interrupted ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from jobmate_agent.db import Database
from jobmate_agent.errors import InvalidInputError, JobMateError
from jobmate_agent.models.landing import LANDING, LAYOUTS, OnetLoad, OnetLoadFile, column_name
from jobmate_agent.services.onet.land import land
from jobmate_agent.services.onet.sources import ReleaseSource, SourceFile, open_source
from tests.mini_release import Rows, read_tables, write_mini_release, zip_release

ROOT = Path(__file__).resolve().parents[2]
RELEASES = ROOT.parent / "shared" / "data" / "onet"

needs_releases = pytest.mark.skipif(
    not (RELEASES / "30_1").is_dir(), reason=f"no O*NET releases under {RELEASES}; put them there to run this"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_mini_release(tmp_path / "db_30_1_text")


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    made = Database(sqlite_url)
    yield made
    made.dispose()


def land_folder(db: Database, path: Path, **options: Any) -> int:
    return land(db, open_source(path), **options)


def landed(db: Database) -> dict[tuple[int, str], int]:
    """How many rows of each load and file lie in the landing tables."""
    counts: dict[tuple[int, str], int] = {}
    with db.reading() as session:
        for table in LANDING.values():
            rows = session.execute(
                sa.select(table.c.load_id, table.c.file, sa.func.count()).group_by(table.c.load_id, table.c.file)
            )
            counts |= {(load, file): count for load, file, count in rows}
    return counts


def ledger(db: Database) -> dict[tuple[int, str], int]:
    with db.reading() as session:
        rows = session.execute(sa.select(OnetLoadFile.load_id, OnetLoadFile.name, OnetLoadFile.rows))
        return {(load, name.removesuffix(".txt")): count for load, name, count in rows}


def the_load(db: Database, load_id: int) -> OnetLoad:
    with db.reading() as session:
        return session.get_one(OnetLoad, load_id)


def cells(db: Database, layout: str, load_id: int, file: str) -> Rows:
    """A file's cells as they landed, ``n/a`` for null, in the order of the landing table's columns."""
    table = LANDING[layout]
    columns = [table.c[column_name(header)] for header in LAYOUTS[layout]]
    with db.reading() as session:
        rows = session.execute(
            sa.select(*columns).where(table.c.load_id == load_id, table.c.file == file).order_by(table.c.line)
        )
        return [["n/a" if cell is None else cell for cell in row] for row in rows]


@needs_releases
def test_both_real_releases_land_whole(db: Database) -> None:
    expected = {}
    for version, name in (("30.1", "30_1"), ("29.0", "29_0")):
        load_id = land_folder(db, RELEASES / name)
        load = the_load(db, load_id)
        assert (load.version, load.layout, load.state, load.error) == (version, "classic", "landed", None)
        for path in (RELEASES / name).glob("*.txt"):
            if path.stem != "Read Me":
                expected[load_id, path.stem] = path.read_bytes().count(b"\n") - 1
    assert landed(db) == expected
    assert ledger(db) == expected


@pytest.mark.parametrize("layout", ["classic", "split", "renamed"])
def test_every_cell_lands_word_for_word(db: Database, tmp_path: Path, layout: str) -> None:
    folder = write_mini_release(tmp_path / "release", layout=layout, optional=True)
    load_id = land_folder(db, folder, version="30.1" if layout == "classic" else "30.3")
    tables = read_tables(folder)
    assert landed(db) == {(load_id, name): len(rows) - 1 for name, rows in tables.items()}
    with db.reading() as session:
        layouts = dict(session.execute(sa.select(OnetLoadFile.name, OnetLoadFile.layout)).all())
    for name, (header, *rows) in tables.items():
        stored = cells(db, layouts[f"{name}.txt"], load_id, name)
        if len(header) < len(LAYOUTS[layouts[f"{name}.txt"]]):
            # Software skills without their elements.
            stored = [[*row[:2], *row[4:]] for row in stored]
        assert stored == rows, name
    assert the_load(db, load_id).layout == ("classic" if layout == "classic" else "split")


def test_the_same_files_are_the_same_load(db: Database, folder: Path, tmp_path: Path) -> None:
    load_id = land_folder(db, folder)
    with db.reading() as session:
        moments = session.scalars(sa.select(OnetLoadFile.landed_at)).all()
    assert land_folder(db, zip_release(folder, tmp_path / "again.zip")) == load_id
    with db.reading() as session:
        assert session.scalars(sa.select(OnetLoadFile.landed_at)).all() == moments
    other = land_folder(db, write_mini_release(tmp_path / "older", version="29.0"))
    assert other != load_id
    assert {load for load, _ in landed(db)} == {load_id, other}


def test_files_that_are_known_cannot_be_another_release(sqlite_db: Database, folder: Path) -> None:
    land_folder(sqlite_db, folder)
    with pytest.raises(JobMateError, match=r"already known as release 30\.1") as caught:
        land_folder(sqlite_db, folder, version="30.2")
    assert caught.value.code == "version_conflict"


def test_progress_goes_up_and_names_the_files(sqlite_db: Database, folder: Path) -> None:
    told: list[tuple[str, int]] = []
    land_folder(sqlite_db, folder, progress=lambda step, percent: told.append((step, percent)))
    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    assert told[-1] == ("landed", 100)
    assert "land Skills" in {step for step, _ in told}


def bom_and_crlf(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n"


def test_byte_order_marks_crlf_and_blank_last_lines_change_nothing(db: Database, tmp_path: Path) -> None:
    names = ("Skills", "Occupation Data", "Alternate Titles")
    plain = write_mini_release(tmp_path / "plain")
    windows = write_mini_release(tmp_path / "windows", data=dict.fromkeys(names, bom_and_crlf))
    first, second = land_folder(db, plain), land_folder(db, windows)
    assert first != second
    for name, layout in zip(names, ("element_rating", "occupation", "alternate_title"), strict=True):
        assert cells(db, layout, first, name) == cells(db, layout, second, name)
        assert cells(db, layout, first, name)


def line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one line of a file (from 1), its end apart."""

    def apply(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return apply


BAD = [
    # what is done to the release; the error's code; what its message says
    ({"data": {"Skills": lambda data: data[: len(data) // 2]}}, "bad_release_line", ["Skills.txt, line ", "cut off"]),
    ({"data": {"Knowledge": lambda data: data[:-2]}}, "bad_release_line", ["Knowledge.txt, line 91", "cut off"]),
    ({"data": {"Skills": line(9, lambda text: text.rsplit(b"\t", 3)[0])}}, "bad_release_line", ["Skills.txt, line 9"]),
    ({"data": {"Skills": line(9, lambda text: text + b"\tx")}}, "bad_release_line", ["Skills.txt, line 9", "14 cells"]),
    ({"data": {"Skills": line(9, lambda text: b"")}}, "bad_release_line", ["Skills.txt, line 9", "blank line"]),
    (
        {"data": {"Alternate Titles": lambda data: data.decode().encode("latin-1")}},
        "bad_release_line",
        ["Alternate Titles.txt, line 8", "not UTF-8"],
    ),
    (
        {"data": {"Job Zones": lambda data: data.decode().encode("utf-16")}},
        "bad_release_line",
        ["Job Zones.txt, line 1", "not UTF-8"],
    ),
    ({"data": {"Job Zones": lambda data: b""}}, "bad_release_line", ["Job Zones.txt", "empty"]),
    ({"data": {"Job Zones": line(3, lambda text: text + b"\0")}}, "bad_release_line", ["Job Zones.txt, line 3", "NUL"]),
    (
        {"data": {"Skills": line(5, lambda text: text.replace(b"Analyst", b"A" * 201))}},
        "bad_release_line",
        ["Skills.txt, line 5", "'Domain Source'", "201 characters"],
    ),
    ({"data": {"Skills": line(5, lambda text: text * 2000)}}, "bad_release_line", ["Skills.txt, line 5"]),
    (
        {"data": {"Technology Skills": line(1, lambda text: text.replace(b"Example", b"Workplace Example"))}},
        "bad_release_header",
        ["Technology Skills.txt, line 1", "'Workplace Example' is unknown", "'Example' is missing"],
    ),
    (
        {"data": {"Skills": lambda data: data.replace(b"\n", b"\tColour\n")}},
        "bad_release_header",
        ["Skills.txt, line 1", "'Colour' is unknown"],
    ),
    ({"without": ["Skills"]}, "missing_release_file", ["Skills.txt"]),
    ({"layout": "split", "without": ["Transferable Skills"]}, "missing_release_file", ["Transferable Skills.txt"]),
    ({"extra": {"Skills 2.txt": b"x"}}, "unknown_release_file", ["Skills 2.txt"]),
    ({"extra": {"Job Titles.txt": b"x"}}, "mixed_release_layouts", ["Job Titles.txt", "Alternate Titles.txt"]),
]


@pytest.mark.parametrize(("changes", "code", "words"), BAD)
def test_bad_files_are_named_and_leave_nothing(
    sqlite_db: Database, tmp_path: Path, changes: dict[str, Any], code: str, words: list[str]
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        land_folder(sqlite_db, write_mini_release(tmp_path / "bad", **changes))
    assert caught.value.code == code
    for word in words:
        assert word in caught.value.message
    assert landed(sqlite_db) == {}
    assert ledger(sqlite_db) == {}
    with sqlite_db.reading() as session:
        for load in session.scalars(sa.select(OnetLoad)):
            assert (load.state, load.error) == ("refused", caught.value.message)
    good = land_folder(sqlite_db, write_mini_release(tmp_path / "good"))
    assert the_load(sqlite_db, good).state == "landed"
    assert landed(sqlite_db) == ledger(sqlite_db)


def test_damage_in_the_last_file_takes_the_others_with_it(db: Database, tmp_path: Path) -> None:
    damage = {"Work Values": line(4, lambda text: text[:20])}
    bad = write_mini_release(tmp_path / "bad", data=damage)
    for _ in range(2):
        with pytest.raises(InvalidInputError, match=r"Work Values\.txt, line 4"):
            land_folder(db, bad)
        assert landed(db) == {}
        assert ledger(db) == {}
    good = land_folder(db, write_mini_release(tmp_path / "good"))
    assert landed(db) == ledger(db)
    assert {load for load, _ in landed(db)} == {good}


def test_a_refused_load_may_be_loaded_again(sqlite_db: Database, folder: Path) -> None:
    """As when a later version of the program knows a column that an earlier one did not."""
    load_id = land_folder(sqlite_db, folder)
    with sqlite_db.unit_of_work() as session:
        session.execute(sa.delete(OnetLoadFile))
        for table in LANDING.values():
            session.execute(sa.delete(table))
        session.execute(sa.update(OnetLoad).values(state="refused", error="column 'Colour' is unknown"))
    assert land_folder(sqlite_db, folder) == load_id
    load = the_load(sqlite_db, load_id)
    assert (load.state, load.error) == ("landed", None)
    assert landed(sqlite_db) == ledger(sqlite_db)


def test_what_the_gate_refused_stays_refused(sqlite_db: Database, folder: Path) -> None:
    load_id = land_folder(sqlite_db, folder)
    with sqlite_db.unit_of_work() as session:
        session.execute(sa.update(OnetLoad).values(state="refused", error="too few occupations"))
    assert land_folder(sqlite_db, folder) == load_id
    assert the_load(sqlite_db, load_id).state == "refused"


@pytest.mark.parametrize("damage", [b"\0" * 20, None])
def test_a_damaged_zip_leaves_nothing(sqlite_db: Database, folder: Path, tmp_path: Path, damage: bytes | None) -> None:
    path = zip_release(folder, tmp_path / "release.zip")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + (damage + data[len(data) // 2 + 20 :] if damage else b""))
    with pytest.raises(InvalidInputError) as caught:
        land_folder(sqlite_db, path)
    assert caught.value.code == "bad_release_zip"
    assert landed(sqlite_db) == {}
    path.write_bytes(data)
    load_id = land_folder(sqlite_db, path)
    assert the_load(sqlite_db, load_id).state == "landed"


class Meddled:
    """A source one of whose files runs ``before`` each time that it is opened; the third time is the landing."""

    def __init__(self, source: ReleaseSource, name: str, before: Callable[[int], None]) -> None:
        self.label, self.names, self.read_me = source.label, source.names, source.read_me
        self._source, self._name, self._before, self._opened = source, name, before, 0

    def files(self) -> dict[str, SourceFile]:
        files = dict(self._source.files())
        files[self._name] = MeddledFile(files[self._name], self._told)
        return files

    def _told(self) -> None:
        self._opened += 1
        self._before(self._opened)


class MeddledFile:
    def __init__(self, file: SourceFile, told: Callable[[], None]) -> None:
        self.name, self.size, self._file, self._told = file.name, file.size, file, told

    def open(self) -> AbstractContextManager[BinaryIO]:
        self._told()
        return self._opened()

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        with self._file.open() as stream:
            yield stream


def test_a_file_that_changes_while_it_is_read_is_noticed(sqlite_db: Database, folder: Path) -> None:
    path = folder / "Task Statements.txt"

    def change(opened: int) -> None:
        if opened == 3:
            path.write_bytes(path.read_bytes().replace(b"Gather", b"Father"))

    with pytest.raises(InvalidInputError, match=r"Task Statements\.txt changed") as caught:
        land(sqlite_db, Meddled(open_source(folder), "Task Statements", change))
    assert caught.value.code == "release_changed"
    assert landed(sqlite_db) == {}
    load_id = land_folder(sqlite_db, folder)
    assert landed(sqlite_db) == ledger(sqlite_db)
    assert {load for load, _ in landed(sqlite_db)} == {load_id}


def test_a_file_that_cannot_be_opened_any_more_is_named(sqlite_db: Database, folder: Path) -> None:
    def remove(opened: int) -> None:
        if opened == 3:
            (folder / "Task Statements.txt").unlink()

    with pytest.raises(InvalidInputError, match=r"Task Statements\.txt: No such file") as caught:
        land(sqlite_db, Meddled(open_source(folder), "Task Statements", remove))
    assert caught.value.code == "release_unreadable"
    assert landed(sqlite_db) == {}


def test_two_at_once_share_the_work(db: Database, database_url: str, folder: Path) -> None:
    loads: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        own = Database(database_url)
        start.wait()
        loads.append(land_folder(own, folder))
        own.dispose()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(loads) == 2
    assert len(set(loads)) == 1
    assert landed(db) == ledger(db) == {(loads[0], name): len(rows) - 1 for name, rows in read_tables(folder).items()}


def in_a_process(body: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run ``body`` in a process of its own; its ``arguments`` are JSON."""
    program = f"import json, sys\narguments = json.loads(sys.argv[1])\n{body}"
    command = [sys.executable, "-c", program, json.dumps(arguments, default=str)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT, env=environment, check=False)


KILLED = """
import os, signal
from pathlib import Path
from jobmate_agent.db import Database
from jobmate_agent.services.onet import land, text_file
from jobmate_agent.services.onet.sources import open_source

url, folder, victim = arguments
rows = text_file.TextFile.rows

def dying(self, long):
    for number, row in enumerate(rows(self, long)):
        if self.name == victim and number == 20:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row

text_file.TextFile.rows = dying
land.land(Database(url), open_source(Path(folder)))
"""


def test_a_killed_load_goes_on_where_it_stopped(db: Database, database_url: str, folder: Path) -> None:
    done = in_a_process(KILLED, database_url, folder, "Skills")
    assert done.returncode == -signal.SIGKILL, done.stderr
    before = ledger(db)
    assert landed(db) == before
    files = read_tables(folder)
    assert 0 < len(before) < len(files)
    assert "Skills" not in {name for _, name in before}
    with db.reading() as session:
        early = session.scalars(sa.select(OnetLoadFile.landed_at).order_by(OnetLoadFile.name)).first()
    load_id = land_folder(db, folder)
    assert the_load(db, load_id).state == "landed"
    assert landed(db) == ledger(db) == {(load_id, name): len(rows) - 1 for name, rows in files.items()}
    assert before.items() <= ledger(db).items()
    with db.reading() as session:
        assert session.scalars(sa.select(OnetLoadFile.landed_at).order_by(OnetLoadFile.name)).first() == early


def test_a_full_database_keeps_whole_files_only(sqlite_db: Database, folder: Path) -> None:
    with sqlite_db.reading() as session:
        used = session.execute(sa.text("PRAGMA page_count")).scalar_one()

    def limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {used + 12}")

    event.listen(sqlite_db.engine, "connect", limit)
    sqlite_db.dispose()
    with pytest.raises(JobMateError, match="No room is left") as caught:
        land_folder(sqlite_db, folder)
    assert (caught.value.code, caught.value.status) == ("disk_full", 507)
    before = ledger(sqlite_db)
    assert before
    assert landed(sqlite_db) == before
    event.remove(sqlite_db.engine, "connect", limit)
    sqlite_db.dispose()
    load_id = land_folder(sqlite_db, folder)
    assert the_load(sqlite_db, load_id).error is None
    assert landed(sqlite_db) == ledger(sqlite_db)
    assert before.items() < ledger(sqlite_db).items()


WITHOUT_ROOM = """
import resource
from pathlib import Path
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.onet import land
from jobmate_agent.services.onet.sources import open_source

url, folder, limit = arguments
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    land.land(Database(url), open_source(Path(folder)))
except JobMateError as exc:
    print(exc.code)
"""


def test_files_that_may_not_grow_are_a_full_disk(db: Database, database_url: str, folder: Path) -> None:
    if db.backend == "postgresql":
        pytest.skip("COPY writes no file on this side")
    # SQLite's log of changes, or the file that LOAD DATA reads.
    done = in_a_process(WITHOUT_ROOM, database_url, folder, 120_000 if db.backend == "sqlite" else 6_000)
    assert done.stdout.strip() == "disk_full", done.stderr
    assert landed(db) == ledger(db)
    land_folder(db, folder)
    assert landed(db) == ledger(db)
    assert len(ledger(db)) == len(read_tables(folder))
