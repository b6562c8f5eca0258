"""What a report was worked out from, kept with it: enough to work it out again without model, vectors or documents."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from jobmate_agent.services.career_engine import corrections, report_renderer
from jobmate_agent.services.career_engine.corrections import Statement
from jobmate_agent.services.career_engine.engine_settings import ENGINE_VERSION, EngineSettings
from jobmate_agent.services.career_engine.types import (
    Extraction,
    GapAnalysis,
    JobDocument,
    Mapped,
    MappedSkill,
    PostingOccupation,
    Provenance,
)

SETTINGS = EngineSettings()
"""The constants that reports are made again with."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Both documents as they were read, before any correction.

    ``similarities``: (job identity, resume identity, cosine). The text of ``posting`` is left out: a report names the
    posting, and quotes what is in the skills' evidence.
    """

    resume_skills: tuple[MappedSkill, ...]
    job_skills: tuple[MappedSkill, ...]
    similarities: tuple[tuple[str, str, float], ...]
    occupation: PostingOccupation | None
    resume: Extraction
    job: Extraction
    provenance: Provenance
    posting: JobDocument

    @property
    def mapped(self) -> Mapped:
        near = {(asked, held): value for asked, held, value in self.similarities}
        return Mapped(self.resume_skills, self.job_skills, near, self.resume.is_unread)


@dataclass(frozen=True, slots=True)
class Worked:
    """What a reading comes to."""

    analysis: GapAnalysis
    report_md: str


def make_reading(
    mapped: Mapped,
    occupation: PostingOccupation | None,
    provenance: Provenance,
    posting: JobDocument,
    *,
    resume: Extraction,
    job: Extraction,
) -> Reading:
    """What the engine read, ready to be kept."""
    near = tuple(sorted((*pair, value) for pair, value in mapped.similarities.items()))
    return Reading(mapped.resume, mapped.job, near, occupation, resume, job, provenance, replace(posting, text=""))


def work_out(reading: Reading, said: Iterable[Statement], settings: EngineSettings) -> Worked:
    """Analysis and report of a reading, as the user wants it read."""
    analysis = corrections.analyze(reading.mapped, said, settings, reading.occupation)
    found = reading.resume, reading.job
    return Worked(analysis, report_renderer.render(reading.posting, analysis, *found, reading.provenance, settings))


def dump(reading: Reading, counted: Iterable[int]) -> bytes:
    """The stored form, with the corrections that the report counts (ids of their rows); a tenth of its JSON."""
    content = {"corrections": sorted(counted), "reading": _adapter().dump_python(reading, mode="json")}
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def load(stored: bytes) -> tuple[Reading, frozenset[int]]:
    """The inverse of :func:`dump`, for readings of the present :func:`version`."""
    content = json.loads(zlib.decompress(stored))
    return _adapter().validate_python(content["reading"]), frozenset(content["corrections"])


@cache
def version(settings: EngineSettings) -> str:
    """A digest (64 hex) of all that a report depends on besides its reading and corrections.

    A reading of another version is not worked out again: the report would differ for other reasons than what was said.
    """
    content = {"engine": ENGINE_VERSION, "constants": asdict(settings), "schema": _adapter().json_schema()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _adapter() -> TypeAdapter[Reading]:
    """Made when it is first needed, because that takes a while."""
    return TypeAdapter(Reading)
