"""The documents beside the repository, and what must hold of everything that is extracted from one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from jobmate_agent.services.career_engine.types import ExtractedSkill, Extraction
from jobmate_agent.services.documents.pdf import read_pdf
from jobmate_agent.services.documents.word import read_docx
from tests.evaluation.gold_sets import DATA

WITHOUT_TEXT = "12632728.pdf"
READERS: dict[str, Callable[[Path], str]] = {
    ".pdf": lambda path: read_pdf(path.read_bytes()).text,
    ".docx": lambda path: read_docx(path.read_bytes()).text,
    ".txt": lambda path: path.read_text(encoding="utf-8"),
}


@cache
def resume_texts() -> dict[str, str]:
    """The texts of all resumes that have one, by file name; empty where the resumes are not there."""
    paths = sorted(path for path in (DATA / "resumes").rglob("*") if path.suffix in READERS)
    return {path.name: READERS[path.suffix](path) for path in paths if path.name != WITHOUT_TEXT}


def faults(found: Extraction, text: str) -> list[str]:
    """What is wrong with an extraction of ``text``: names without evidence, evidence and places that are not in it."""
    return [f"{skill.name!r}: {fault}" for skill in found.skills for fault in _faults(skill, text)]


def _faults(skill: ExtractedSkill, text: str) -> Iterator[str]:
    if not skill.name.strip():
        yield "no name"
    if not skill.evidence or not skill.places:
        yield "nothing shows it"
    if not 0 <= skill.confidence <= 1:
        yield f"confidence {skill.confidence}"
    for start, end in skill.places:
        if not 0 <= start < end <= len(text):
            yield f"no place {start}-{end}"
    if not any(skill.token in text[start:end] for start, end in skill.places):
        yield f"{skill.token!r} stands at none of its places"
    for piece in skill.evidence:
        if text[piece.start : piece.end] != piece.quote:
            yield f"{piece.quote!r} is no slice"
        if not any(start < piece.end and end > piece.start for start, end in skill.places):
            yield f"{piece.quote!r} speaks of something else"
