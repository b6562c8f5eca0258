"""The shipped samples are what their sources make, and their indexes speak of files that are there."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdfium2 import PdfDocument, PdfTextPage

from tests.tools.make_samples import MADE, RESUMES, make_samples

POSTINGS = RESUMES.with_name("postings")
RESUME_FILES = sorted(path for path in RESUMES.iterdir() if path.suffix != ".json")


def test_committed_resumes_are_what_the_sources_make() -> None:
    made = make_samples()
    assert set(made) == set(MADE)
    for name, content in made.items():
        assert _parts(content) == _parts((RESUMES / name).read_bytes()), name


def test_making_twice_gives_the_same_bytes() -> None:
    assert make_samples() == make_samples()


def test_the_posting_index_repeats_the_first_lines_of_each_posting() -> None:
    index = json.loads((POSTINGS / "index.json").read_text(encoding="utf-8"))
    assert [row["file"] for row in index] == sorted(path.name for path in POSTINGS.glob("*.md"))
    assert len({row["external_id"] for row in index}) == len(index) >= 10
    for row in index:
        title, facts = (POSTINGS / row["file"]).read_text(encoding="utf-8").splitlines()[:2]
        assert title == f"# {row['title']}"
        assert facts == f"{row['company']} · {row['location']} · {row['job_type']}"


def test_the_resume_index_names_files_and_postings_that_are_there() -> None:
    index = json.loads((RESUMES / "index.json").read_text(encoding="utf-8"))
    assert [row["file"] for row in index] == [path.name for path in RESUME_FILES]
    for row in index:
        pairs = {row["strong"], row["middling"], row["poor"]}
        assert len(pairs) == 3
        assert all((POSTINGS / posting).is_file() for posting in pairs)


@pytest.mark.parametrize("path", RESUME_FILES, ids=lambda path: path.name)
def test_every_resume_is_readable_and_can_reach_nobody(path: Path) -> None:
    text = _text(path)
    assert 1_400 < len(text) < 4_500
    assert re.findall(r"[\w.]+@([\w.]+)", text), "a resume carries an e-mail address"
    assert set(re.findall(r"[\w.]+@([\w.]+)", text)) <= {"example.com", "example.org"}
    assert re.findall(r"\d{3}-\d{4}", text) == re.findall(r"555-01\d\d", text) != []


def test_the_accountant_has_two_pages_and_the_developer_two_columns() -> None:
    with PdfDocument(RESUMES / "accountant.pdf") as document:
        assert len(document) == 2
    with PdfDocument(RESUMES / "backend-developer.pdf") as document:
        page = document[0].get_textpage()
        left, *_ = _box(page, "Skills")
        right, *_ = _box(page, "Experience")
        assert right - left > 150


def _box(page: PdfTextPage, word: str) -> tuple[float, float, float, float]:
    index, _count = page.search(word, match_case=True, match_whole_word=True).get_next()
    return page.get_charbox(index)


def _parts(content: bytes) -> dict[str, bytes]:
    """A zip package by members, as its packing depends on the zlib at hand; anything else whole."""
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _text(path: Path) -> str:
    if path.suffix == ".pdf":
        with PdfDocument(path) as document:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    if path.suffix == ".docx":
        document = Document(io.BytesIO(path.read_bytes()))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return path.read_text(encoding="utf-8")
