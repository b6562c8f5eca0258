"""Fill the public job catalogue from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import StringConstraints, ValidationError
from tqdm import tqdm

from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.schemas.jobs import NewJob
from jobmate_agent.services.jobs import listings

SOURCE = "catalogue"
SHOWN_ERRORS = 20
PROGRESS_FROM = 100


class CatalogueJob(NewJob):
    """A job object as in the API, with the name of where it comes from; the feed's ids are unique within it."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = SOURCE


def import_file(db: Database, path: Path) -> tuple[int, int]:
    """Add or update the postings in ``path``; how many were new, how many had changed.

    The file holds JSON lines or a JSON list of :class:`CatalogueJob`. An entry with ``file`` in place of
    ``description`` takes that from the named text file beside ``path``. All entries are stored, or none:
    :class:`JobMateError` ``bad_job_file`` names every line (or entry of a list) that is wrong.
    """
    jobs, details = [], []
    for place, entry in _entries(path):
        try:
            jobs.append(CatalogueJob.model_validate(_with_text(entry, path.parent)))
        except ValidationError as exc:
            details += [{"loc": [place, *map(str, error["loc"])], "msg": error["msg"]} for error in exc.errors()]
        except ValueError as exc:
            details.append({"loc": [place], "msg": str(exc)})
    if details:
        more = f" (the first {SHOWN_ERRORS} are shown)" if len(details) > SHOWN_ERRORS else ""
        raise JobMateError(
            "bad_job_file",
            f"{path.name} has {len(details)} mistakes{more}; nothing was imported.",
            details=details[:SHOWN_ERRORS],
        )
    return _store(db, jobs)


def _store(db: Database, jobs: list[CatalogueJob]) -> tuple[int, int]:
    now, made, changed = utcnow(), 0, 0
    with db.unit_of_work() as session:
        for job in tqdm(jobs, unit=" jobs", leave=False, disable=None if len(jobs) >= PROGRESS_FROM else True):
            values = job.model_dump(exclude_none=True, exclude={"source"})
            values.setdefault("external_id", _digest(job))
            listing, is_new = listings.add_job(session, values, owner_id=None, source=job.source, now=now)
            made += is_new
            changed += not is_new and listing.updated_at == now
    return made, changed


def _digest(job: CatalogueJob) -> str:
    """Stands in for an id that the feed does not give, so that the same posting again is the same."""
    parts = (job.title, job.company, job.location or "", job.description)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Each entry with the name of its place; text that is not JSON is yielded as the error that says so."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if content.lstrip().startswith(b"["):
        try:
            entries = orjson.loads(content)
        except orjson.JSONDecodeError as exc:
            raise JobMateError("bad_job_file", f"{path.name} is not a JSON list: {exc}.") from exc
        yield from ((f"entry {number}", entry) for number, entry in enumerate(entries, start=1))
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield f"line {number}", _parsed(line)


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as exc:
        return exc


def _with_text(entry: Any, folder: Path) -> Any:
    """``entry`` with the text of its ``file``; only files of the folder itself are read."""
    if isinstance(entry, orjson.JSONDecodeError):
        raise ValueError(f"not JSON: {entry}")
    if not isinstance(entry, dict) or "file" not in entry or "description" in entry:
        return entry
    name = entry["file"]
    if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
        raise ValueError(f"there is no file {name!r} beside this list")
    return {**entry, "description": (folder / name).read_text(encoding="utf-8")}
