"""Imported short summaries of occupations (JAAT, "Job Analysis at a Glance"): their schema and their import.

A file is JSON: ``{"name", "source", "licence", "summaries": [JaatEntry, …]}``; UTF-8, plain text throughout.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import orjson
import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.errors import InvalidInputError
from jobmate_agent.models import JaatSummary, Occupation, ReferenceImport
from jobmate_agent.services.onet import imports
from jobmate_agent.services.onet.sentences import sentences

CODE = "bad_jaat_file"
LARGEST_FILE = 64 * 1024 * 1024
SENTENCES = (2, 3)
_TAG = re.compile(r"<[a-zA-Z/!?]")


def _plain(text: str) -> str:
    if _TAG.search(text) or html.unescape(text) != text:
        raise ValueError("must be plain text, without HTML")
    if not text.replace("\n", " ").isprintable():
        raise ValueError("must not contain control characters")
    return " ".join(text.split())


def _summary(text: str) -> str:
    low, high = SENTENCES
    if not low <= len(sentences(text)) <= high:
        raise ValueError(f"must be {low} or {high} sentences, not {len(sentences(text))}")
    return text


def _distinct(texts: list[str]) -> list[str]:
    if len({text.casefold() for text in texts}) < len(texts):
        raise ValueError("must not repeat an entry")
    return texts


Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_plain)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_plain)]
OnetCode = Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{4}\.\d{2}$")]
Distinct = AfterValidator(_distinct)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SalaryRange(_Strict):
    """Typical yearly pay. ``currency`` is an ISO 4217 code."""

    low: Annotated[float, Field(gt=0, le=100_000_000, allow_inf_nan=False)]
    high: Annotated[float, Field(gt=0, le=100_000_000, allow_inf_nan=False)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class JaatEntry(_Strict):
    """The summary of one occupation. ``related_occupations`` are O*NET-SOC codes.

    ``source`` and ``licence`` say whose text it is and under which terms, where that is not the file's.
    """

    onet_code: OnetCode
    job_summary: Annotated[Prose, AfterValidator(_summary)]
    key_responsibilities: Annotated[list[Prose], Field(min_length=1, max_length=15), Distinct]
    essential_skills: Annotated[list[Short], Field(min_length=5, max_length=10), Distinct]
    typical_education: Short
    salary_range: SalaryRange | None = None
    growth_outlook: Prose | None = None
    related_occupations: Annotated[list[OnetCode], Field(max_length=20), Distinct] = []
    source: Short | None = None
    licence: Short | None = None


class JaatFile(_Strict):
    """What a file holds beside its entries, which are validated one by one."""

    name: Short
    source: Short | None = None
    licence: Short | None = None
    summaries: Annotated[list[Any], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Summaries:
    """What a file says; see :func:`read_file`. ``rows`` lack ``import_id``."""

    name: str
    rows: Sequence[dict[str, Any]]
    sha256: str


def read_file(path: Path, *, name: str | None = None) -> Summaries:
    """The summaries of a file; nothing is stored.

    :class:`InvalidInputError` ``bad_jaat_file`` names every entry that is wrong.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise InvalidInputError(CODE, f"{path.name} is larger than {LARGEST_FILE // 2**20} MiB.")
    content = path.read_bytes()
    file, entries = _parsed(content, path.name)
    rows = [{"onet_code": entry.onet_code, "body": entry.model_dump(exclude={"onet_code"})} for entry in entries]
    return Summaries(name or file.name, rows, hashlib.sha256(content).hexdigest())


def import_summaries(session: Session, summaries: Summaries) -> imports.Imported:
    """Store the summaries, all or none, and serve them instead of those before."""
    made, is_new = imports.store(session, imports.JAAT, summaries.name, summaries.sha256, JaatSummary, summaries.rows)
    known = set(session.scalars(sa.select(Occupation.onet_code)))
    not_joined = imports.unknown_codes((row["onet_code"] for row in summaries.rows), known)
    return imports.Imported(made.id, made.name, made.rows, is_new, not_joined)


def imported(session: Session, import_id: int | None, onet_code: str) -> tuple[dict[str, Any], str] | None:
    """An import's summary of an occupation (:class:`JaatEntry` without its code) and the import's name, if any."""
    if import_id is None:
        return None
    found = fetch(session, _IMPORTED, import_id=import_id, onet_code=onet_code)
    return next(((body, name) for body, name in found), None)


_IMPORTED = (
    sa.select(JaatSummary.body, ReferenceImport.name)
    .join(ReferenceImport, ReferenceImport.id == JaatSummary.import_id)
    .where(JaatSummary.import_id == sa.bindparam("import_id"), JaatSummary.onet_code == sa.bindparam("onet_code"))
)


def _parsed(content: bytes, name: str) -> tuple[JaatFile, list[JaatEntry]]:
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as exc:
        raise InvalidInputError(CODE, f"{name} is not JSON in UTF-8: {exc}.") from exc
    try:
        file = JaatFile.model_validate(document)
    except ValidationError as exc:
        imports.refuse(_details(None, exc), CODE, name)
        raise
    entries, mistakes, seen = [], list[dict[str, Any]](), set[str]()
    for number, given in enumerate(file.summaries, start=1):
        try:
            entry = JaatEntry.model_validate(given)
        except ValidationError as exc:
            mistakes += _details(number, exc)
            continue
        entry.source, entry.licence = entry.source or file.source, entry.licence or file.licence
        mistakes += [{"loc": [f"entry {number}", part], "msg": msg} for part, msg in _lacks(entry, seen)]
        seen.add(entry.onet_code)
        entries.append(entry)
    imports.refuse(mistakes, CODE, name)
    return file, entries


def _lacks(entry: JaatEntry, seen: set[str]) -> list[tuple[str, str]]:
    lacks = [
        (part, "say it for the entry or for the file") for part in ("source", "licence") if not getattr(entry, part)
    ]
    return lacks + ([("onet_code", f"{entry.onet_code} has an entry already")] if entry.onet_code in seen else [])


def _details(number: int | None, error: ValidationError) -> list[dict[str, Any]]:
    place = [] if number is None else [f"entry {number}"]
    return [
        {"loc": [*place, *map(str, fault["loc"])], "msg": str(fault["msg"]).removeprefix("Value error, ")}
        for fault in error.errors(include_input=False, include_url=False)
    ]
