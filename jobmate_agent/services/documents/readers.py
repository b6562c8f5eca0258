"""Text out of documents. Runs only inside the parser child: every reader may be fed hostile bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import docx
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.layout import Box, reading_order

MAX_PAGES = 60
WORD_GAP = 0.11  # of the line's height
MAX_DOCX_EXPANDED = 50 * 1024 * 1024
MAX_DOCX_MEMBERS = 2000


def read_pdf(content: bytes) -> str:
    """Text of all pages in reading order; ``encrypted``, ``corrupt`` or ``too_many_pages``."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as exc:
        raise UnreadableDocumentError("encrypted" if "assword" in str(exc) else "corrupt") from exc
    if len(document) > MAX_PAGES:
        raise UnreadableDocumentError("too_many_pages")
    return "\n\n".join(_page_text(document[index]) for index in range(len(document)))


def _page_text(page: pdfium.PdfPage) -> str:
    return reading_order(list(_words(page.get_textpage())))


def _words(page: pdfium.PdfTextPage) -> Iterator[Box]:
    """Words with their boxes, in the file's order."""
    text = page.get_text_range()
    if len(text) != page.count_chars():
        text = "".join(chr(raw.FPDFText_GetUnicode(page, index)) for index in range(page.count_chars()))
    run: list[Box] = []
    for index, char in enumerate(text):
        if char.isspace() or char == "\0":
            yield from _split(run)
            run = []
            continue
        left, bottom, right, top = page.get_charbox(index, loose=True)
        if run and (left < run[0].left or bottom > run[-1].top or top < run[-1].bottom):
            yield from _split(run)
            run = []
        run.append(Box(left, bottom, right, top, char))
    yield from _split(run)


def _split(letters: list[Box]) -> Iterator[Box]:
    """A run of letters as words. Pdfium overlooks narrow spaces, so a gap that stands out from the letter

    spacing of its run counts as one; where all letters are set apart (a tracked heading) none does.
    """
    if not letters:
        return
    gaps = [(after.left - before.right) / max(before.height, 0.1) for before, after in pairwise(letters)]
    limit = WORD_GAP if not gaps or median(gaps) < WORD_GAP / 2 else float("inf")
    start = 0
    for index, gap in enumerate([*gaps, float("inf")], start=1):
        if gap > limit or index == len(letters):
            yield _union(letters[start:index])
            start = index


def _union(letters: list[Box]) -> Box:
    return Box(
        letters[0].left,
        min(box.bottom for box in letters),
        max(box.right for box in letters),
        max(box.top for box in letters),
        "".join(box.text for box in letters),
    )


def read_docx(content: bytes) -> str:
    """Paragraphs and tables of the body in document order, then headers that say something new."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_DOCX_MEMBERS or sum(member.file_size for member in members) > MAX_DOCX_EXPANDED:
                raise UnreadableDocumentError("expands_too_far")
        document = docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as exc:
        raise UnreadableDocumentError("corrupt") from exc
    return "\n".join([*_headers(document), *_blocks(document)])


def _headers(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    for section in document.sections:
        text = "\n".join(paragraph.text for paragraph in section.header.paragraphs).strip()
        if text and text not in seen:
            seen.add(text)
            yield text


def _blocks(document: Document) -> Iterator[str]:
    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            yield _paragraph_text(Paragraph(element, document))
        elif element.tag == qn("w:tbl"):
            yield from _table_rows(Table(element, document))


def _paragraph_text(paragraph: Paragraph) -> str:
    """The paragraph with hyperlinks and text boxes, which ``Paragraph.text`` leaves out."""
    boxed = ["".join(node.text or "" for node in box.iter(qn("w:t"))) for box in paragraph._p.iter(qn("w:txbxContent"))]
    style = paragraph.style.name if paragraph.style is not None else ""
    bullet = "• " if paragraph.text.strip() and style and style.startswith("List") else ""
    return "\n".join([bullet + paragraph.text, *dict.fromkeys(boxed)]).rstrip()


def _table_rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
        line = "   ".join(cell for cell in cells if cell)
        if line:
            yield line


def read_text(content: bytes) -> str:
    """Plain text or Markdown: UTF-8 or UTF-16 by byte-order mark, then UTF-8, then Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableDocumentError("wrong_content")
