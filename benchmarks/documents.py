"""Texts to measure with: real postings and resumes of the repository, each used once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTING_BYTES = 4096


def posting_texts() -> list[str]:
    """The postings of the repository, one for each occupation group, 1–2 kB each."""
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/fixtures/postings").glob("*.md"))]


def resume_texts() -> list[str]:
    """The sample resumes that are plain text, 1.5–3 kB each."""
    folders = (ROOT / "tests/tools/resume_sources", ROOT / "jobmate_agent/samples/resumes")
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in {".md", ".txt"}]
    return [path.read_text(encoding="utf-8") for path in paths]


def descriptions() -> Iterator[str]:
    """Distinct job descriptions of 4 kB, made of three postings each; over a thousand."""
    for chosen in combinations(posting_texts(), 3):
        yield fit("\n\n".join(chosen))


def fit(text: str) -> str:
    """``text`` repeated or cut to 4 kB, at a line's end where possible."""
    while len(text.encode()) < POSTING_BYTES:
        text += "\n\n" + text
    return text.encode()[:POSTING_BYTES].decode(errors="ignore")
