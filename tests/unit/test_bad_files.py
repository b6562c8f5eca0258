"""The bad files are as bad as they say; else a test that survives them would prove nothing."""

from __future__ import annotations

import io
import re
import resource
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document
from lxml.etree import XMLSyntaxError
from pypdfium2 import PdfDocument, PdfiumError

from tests.tools import make_bad_files as bad
from tests.tools.make_bad_files import FILES, write_bad_files

READ_PDF = """
import sys
from pypdfium2 import PdfDocument
for page in PdfDocument(sys.argv[1]):
    print(len(page.get_textpage().get_text_bounded()))
"""
GIBIBYTE = 1 << 30


def _pdf_text(content: bytes, password: str | None = None) -> str:
    with PdfDocument(content, password=password) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def _read_in_child(path: Path, *, memory: int, seconds: int = 2) -> int:
    """The exit code of a child that extracts text with ``seconds`` of processor time and ``memory`` bytes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_STACK, (8 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    command = [sys.executable, "-c", READ_PDF, str(path)]
    return subprocess.run(command, preexec_fn=limit, capture_output=True, check=False).returncode


def test_the_child_reads_a_harmless_file_within_the_same_limits(tmp_path: Path) -> None:
    path = write_bad_files(tmp_path, ["two_column.pdf"])["two_column.pdf"]
    assert _read_in_child(path, memory=GIBIBYTE) == 0


@pytest.mark.parametrize(
    ("name", "signals"),
    [
        ("hang.pdf", {signal.SIGKILL, signal.SIGXCPU}),
        ("billion_laughs.pdf", {signal.SIGKILL, signal.SIGXCPU, signal.SIGABRT, signal.SIGTRAP}),
        ("memory.pdf", {signal.SIGABRT, signal.SIGTRAP}),
        ("crash.pdf", {signal.SIGSEGV}),
    ],
)
def test_hostile_pdfs_kill_their_reader(tmp_path: Path, name: str, signals: set[signal.Signals]) -> None:
    path = write_bad_files(tmp_path, [name])[name]
    assert path.stat().st_size < bad.UPLOAD_LIMIT
    assert path.read_bytes().startswith(b"%PDF-1.7\n")
    # On a busy machine a gibibyte takes longer to fill than a harmless file to read.
    seconds = 30 if name == "memory.pdf" else 2
    assert -_read_in_child(path, memory=GIBIBYTE, seconds=seconds) in signals


def test_everything_is_the_same_when_written_again() -> None:
    assert {name: make() for name, make in FILES.items()} == {name: make() for name, make in FILES.items()}


def test_only_the_one_too_big_is_over_the_limit(tmp_path: Path) -> None:
    paths = write_bad_files(tmp_path)
    assert set(paths) == set(FILES)
    assert [name for name, path in paths.items() if path.stat().st_size > bad.UPLOAD_LIMIT] == ["too_big.pdf"]
    assert _pdf_text(paths["too_big.pdf"].read_bytes()) == "Resume"


@pytest.mark.parametrize("name", ["empty.pdf", "png_named_pdf.pdf", "docx_named_pdf.pdf"])
def test_no_pdf_is_inside(name: str) -> None:
    with pytest.raises(PdfiumError):
        PdfDocument(FILES[name]())


@pytest.mark.parametrize("name", ["blank_page.pdf", "image_only.pdf"])
def test_pages_without_text(name: str) -> None:
    content = FILES[name]()
    assert _pdf_text(content) == ""
    with PdfDocument(content) as document:
        shades = document[0].render(scale=0.2, grayscale=True).to_numpy()
    assert (shades.min() < 200) == (name == "image_only.pdf")


def test_the_truncated_file_gives_no_text() -> None:
    content = bad.truncated_pdf()
    assert b"/MediaBox" in content
    assert b"Resume" not in content


def test_encryption_opens_with_the_password_alone() -> None:
    content = bad.encrypted_pdf()
    with pytest.raises(PdfiumError, match="password"):
        PdfDocument(content)
    assert _pdf_text(content, bad.PASSWORD) == bad.SENTENCE


def test_columns_come_in_the_order_drawn() -> None:
    one_by_one = _pdf_text(bad.two_column_pdf()).splitlines()
    assert one_by_one == [*bad.LEFT, *bad.RIGHT]
    across = re.sub(r"\s+", " ", _pdf_text(bad.two_column_interleaved_pdf()))
    assert across == " ".join(f"{left} {right}" for left, right in zip(bad.LEFT, bad.RIGHT, strict=True))


def test_the_zip_bomb_is_small_and_expands_beyond_200_mb() -> None:
    content = FILES["zip_bomb.docx"]()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.getinfo("word/document.xml").file_size > 200_000_000
    assert len(content) < 1_000_000


def test_the_package_of_many_entries_is_a_document_with_another_inside() -> None:
    content = FILES["many_entries.docx"]()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert len(package.namelist()) > 20_000
        inner = package.read("word/embeddings/inner.docx")
    assert Document(io.BytesIO(inner)).paragraphs[0].text == "Registered nurse, wound care"


@pytest.mark.parametrize(("name", "reason"), [("deep_xml.docx", "depth"), ("entity_bomb.docx", "amplification")])
def test_the_xml_parser_refuses(name: str, reason: str) -> None:
    with pytest.raises(XMLSyntaxError, match=reason):
        Document(io.BytesIO(FILES[name]()))


def test_the_external_entity_points_at_a_file_that_is_there() -> None:
    with zipfile.ZipFile(io.BytesIO(FILES["external_entity.docx"]())) as package:
        source = package.read("word/document.xml").decode()
    target = re.findall(r"SYSTEM 'file://(.+?)'", source)
    assert [Path(path).is_file() for path in target] == [True]
    assert "&file;" in source


def test_encodings() -> None:
    assert FILES["latin1.txt"]().decode("cp1252") == bad.LATIN1_TEXT
    with pytest.raises(UnicodeDecodeError):
        FILES["latin1.txt"]().decode("utf-8")
    assert FILES["utf16.txt"]().decode("utf-16") == bad.UTF16_TEXT
    assert b"\x00" in FILES["binary_named_txt.txt"]()
    assert len(bad.long_text().decode("ascii")) > 200_000
    assert FILES["blank.txt"]().strip() == b""
    assert FILES["pdf_named_docx.docx"]().startswith(b"%PDF-")
