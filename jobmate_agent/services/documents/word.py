"""Text out of DOCX files. Runs only inside the parser child, where a hostile file can end nothing else.

Source of the format: ECMA-376, part 1, WordprocessingML.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import BULLET

MAX_EXPANDED = 50 * 1024 * 1024
MAX_MEMBERS = 2000
CELL_GAP = "   "

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Properties, what a reviewer deleted, and the second copy of a drawing for older readers.
_SKIPPED = {*map(qn, ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:tblPr", "w:sectPr")), f"{_COMPATIBILITY}Fallback"}
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(content: bytes) -> str:
    """Headers, then paragraphs, tables, content controls and text boxes of the body in document order.

    Codes ``corrupt`` and ``expands_too_far``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_EXPANDED:
                raise UnreadableDocumentError("expands_too_far")
        document = docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as exc:
        raise UnreadableDocumentError("corrupt") from exc
    lists = _list_styles(document)
    return "\n".join([*_headers(document, lists), *_blocks(document.element.body, lists)])


def _list_styles(document: Document) -> frozenset[str]:
    """Ids of the paragraph styles that are lists."""
    return frozenset(style.style_id for style in document.styles if (style.name or "").startswith("List"))


def _headers(document: Document, lists: frozenset[str]) -> Iterator[str]:
    """Each header once: where a resume keeps its contact details, but also the same on every section."""
    seen: set[str] = set()
    for section in document.sections:
        first = [section.first_page_header] if section.different_first_page_header_footer else []
        for header in (*first, section.header):
            text = "" if header.is_linked_to_previous else "\n".join(_blocks(header._element, lists)).strip()
            if text and text not in seen:
                seen.add(text)
                yield text


def _blocks(container: Any, lists: frozenset[str]) -> Iterator[str]:
    """Lines of a body, header, cell, content control or text box."""
    for element in container.iterchildren():
        if element.tag == qn("w:p"):
            yield from _paragraph(element, lists)
        elif element.tag == qn("w:tbl"):
            yield from _table(element, lists)
        elif element.tag not in _SKIPPED:
            yield from _blocks(element, lists)


def _paragraph(element: Any, lists: frozenset[str]) -> Iterator[str]:
    """The paragraph, then the text boxes that are anchored in it."""
    pieces: list[str] = []
    boxes: list[Any] = []
    _collect(element, pieces, boxes)
    text = "".join(pieces)
    yield f"{BULLET} {text}" if text.strip() and _is_list_item(element, lists) else text
    for box in boxes:
        yield from _blocks(box, lists)


def _collect(element: Any, pieces: list[str], boxes: list[Any]) -> None:
    for child in element.iterchildren():
        if child.tag == qn("w:t"):
            pieces.append(child.text or "")
        elif child.tag in _CHARACTERS:
            pieces.append(_CHARACTERS[child.tag])
        elif child.tag == qn("w:txbxContent"):
            boxes.append(child)
        elif child.tag not in _SKIPPED:
            _collect(child, pieces, boxes)


def _is_list_item(element: Any, lists: frozenset[str]) -> bool:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    if style is not None:
        return style.get(qn("w:val")) in lists
    return element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None


def _table(element: Any, lists: frozenset[str]) -> Iterator[str]:
    """A row of one-line cells is one line; where cells hold more, the table is a layout, read cell by cell."""
    for row in element.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not element:
            continue
        cells = [
            [line.strip() for line in _blocks(cell, lists) if line.strip()]
            for cell in row.iter(qn("w:tc"))
            if next(cell.iterancestors(qn("w:tr"))) is row
        ]
        filled = [cell for cell in cells if cell]
        if all(len(cell) == 1 for cell in filled):
            if filled:
                yield CELL_GAP.join(cell[0] for cell in filled)
        else:
            for cell in filled:
                yield from cell
