"""Landing: the files of a release, word for word, into the landing tables. Nothing that is served changes.

Each file lands in one transaction together with its line in the ledger, under a lock on the load's own row. So a load
that was killed goes on where it stopped, and two processes with the same files share the work.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.bulk import bulk_insert
from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database, insert_if_absent
from jobmate_agent.errors import ConflictError, InvalidInputError, JobMateError
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadFile, column_name, is_long
from jobmate_agent.services.onet.disk import room_on_disk
from jobmate_agent.services.onet.file_contracts import CONTRACTS, layout_of
from jobmate_agent.services.onet.sources import ReleaseName, ReleaseSource, SourceFile, release_name
from jobmate_agent.services.onet.text_file import TextFile

LANDING_STATE = "landing"
LANDED = "landed"
REFUSED = "refused"
Progress = Callable[[str, int], None]

_CHUNK = 1 << 20
_READING_PERCENT = 10
_ERROR_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class _Content:
    """What the files held when they were first read: the digest of each, and of all together."""

    files: Mapping[str, str]
    sha256: str


def land(db: Database, source: ReleaseSource, *, progress: Progress | None = None, version: str | None = None) -> int:
    """Land all files of ``source``; the id of the load, which is the same for the same files.

    ``progress`` is told (step, percent). ``version`` where Read Me.txt and the folder's name do not say it. Files that
    have landed before stay as they are. Bad input is a 422 that names file, line or column, and leaves no rows behind;
    its text stays in ``onet_loads.error``. Raises ``disk_full`` (507), after which the load can be repeated.
    """
    report = progress or _silent
    files = source.files()
    layout = layout_of(files)
    name = release_name(source, version)
    content = _digest(files, source.read_me(), report)
    with room_on_disk():
        load_id = _open_load(db, source, layout, name, content)
    if _complete(db, load_id, content):
        return load_id
    with _recorded(db, load_id), room_on_disk():
        _check_headers(files)
        total = sum(file.size for file in files.values()) or 1
        done = 0
        for file_name, file in files.items():
            report(f"land {file_name}", _READING_PERCENT + done * (100 - _READING_PERCENT) // total)
            _land_file(db, load_id, file_name, file, content.files[file_name])
            done += file.size
        _finish(db, load_id, content)
    report("landed", 100)
    return load_id


def _silent(step: str, percent: int) -> None:
    """Nobody is watching."""


def _digest(files: Mapping[str, SourceFile], read_me: str | None, report: Progress) -> _Content:
    total = sum(file.size for file in files.values()) or 1
    done, digests = 0, {}
    for name, file in files.items():
        report("read files", done * _READING_PERCENT // total)
        digest = hashlib.sha256()
        with file.open() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
        digests[name] = digest.hexdigest()
    whole = hashlib.sha256("".join(f"{name}\t{digests[name]}\n" for name in sorted(digests)).encode())
    whole.update((read_me or "").encode())
    return _Content(digests, whole.hexdigest())


def _open_load(db: Database, source: ReleaseSource, layout: str, name: ReleaseName, content: _Content) -> int:
    """The ledger's row for these files; ``version_conflict`` (409) where they are known as another release."""
    now = utcnow()
    values = {
        "content_sha256": content.sha256,
        "version": name.version,
        "released_on": name.released_on,
        "source": source.label[-500:],
        "layout": layout,
        "state": LANDING_STATE,
        "created_at": now,
        "updated_at": now,
    }
    with db.unit_of_work() as session:
        insert_if_absent(session, OnetLoad, values)
        row = session.execute(
            sa.select(OnetLoad.id, OnetLoad.version).where(OnetLoad.content_sha256 == content.sha256)
        ).one()
    if row.version != name.version:
        raise ConflictError(
            "version_conflict",
            f"The files of {source.label} are already known as release {row.version}, so they cannot be "
            f"{name.version}. Check the version, or the files.",
        )
    return int(row.id)


def _complete(db: Database, load_id: int, content: _Content) -> bool:
    """Whether everything has landed, whatever came of it later."""
    with db.reading() as session:
        state = session.scalar(sa.select(OnetLoad.state).where(OnetLoad.id == load_id))
        return state != LANDING_STATE and len(_landed(session, load_id)) == len(content.files)


@contextlib.contextmanager
def _recorded(db: Database, load_id: int) -> Iterator[None]:
    """Keep in the ledger what stopped the load; bad files leave no rows behind, other troubles what has landed."""
    try:
        yield
    except InvalidInputError as exc:
        _drop_rows(db, load_id)
        _note(db, load_id, REFUSED, exc.message)
        raise
    except JobMateError as exc:
        # There may be no room for this either; the caller is told in any case.
        with contextlib.suppress(sa.exc.DBAPIError):
            _note(db, load_id, LANDING_STATE, exc.message)
        raise


def _note(db: Database, load_id: int, state: str, error: str | None) -> None:
    with db.unit_of_work() as session:
        load = session.get_one(OnetLoad, load_id, with_for_update=True)
        load.state, load.error, load.updated_at = state, error and error[:_ERROR_LIMIT], utcnow()


def _drop_rows(db: Database, load_id: int) -> None:
    with db.unit_of_work() as session:
        session.get_one(OnetLoad, load_id, with_for_update=True)
        landed = session.execute(sa.select(OnetLoadFile.layout).where(OnetLoadFile.load_id == load_id).distinct())
        for layout in landed.scalars().all():
            session.execute(sa.delete(LANDING[layout]).where(LANDING[layout].c.load_id == load_id))
        session.execute(sa.delete(OnetLoadFile).where(OnetLoadFile.load_id == load_id))


def _check_headers(files: Mapping[str, SourceFile]) -> None:
    """Every header is right before the first row lands."""
    for name, file in files.items():
        with file.open() as stream:
            CONTRACTS[name].read_header(TextFile(name, stream).header)


def _land_file(db: Database, load_id: int, name: str, file: SourceFile, sha256: str) -> None:
    """One file in one transaction, unless the ledger has it."""
    with db.unit_of_work() as session, file.open() as stream:
        session.get_one(OnetLoad, load_id, with_for_update=True)
        if session.get(OnetLoadFile, (load_id, file.name)) is not None:
            return
        text = TextFile(name, stream)
        layout, columns = CONTRACTS[name].read_header(text.header)
        rows = text.rows([number for number, column in enumerate(columns) if is_long(column)])
        table = LANDING[layout]
        session.execute(sa.delete(table).where(table.c.load_id == load_id, table.c.file == name))
        names = ["load_id", "file", "line", *map(column_name, columns)]
        count = bulk_insert(session, table, names, ((load_id, name, line, *cells) for line, cells in rows))
        if text.sha256 != sha256:
            raise InvalidInputError(
                "release_changed", f"{file.name} changed while it was being read. Load the release again."
            )
        session.add(OnetLoadFile(load_id=load_id, name=file.name, layout=layout, sha256=sha256, rows=count))


def _finish(db: Database, load_id: int, content: _Content) -> None:
    with db.unit_of_work() as session:
        load = session.get_one(OnetLoad, load_id, with_for_update=True)
        if set(_landed(session, load_id)) != {f"{name}.txt" for name in content.files}:
            raise ConflictError(
                "load_interrupted",
                "Another process that loaded the same files gave up and removed their rows. Load the release again.",
            )
        load.error, load.updated_at = None, utcnow()
        if load.state in (LANDING_STATE, REFUSED):
            load.state = LANDED


def _landed(session: Session, load_id: int) -> Sequence[str]:
    return session.scalars(sa.select(OnetLoadFile.name).where(OnetLoadFile.load_id == load_id)).all()
