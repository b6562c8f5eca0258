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
from jobmate_agent.services.documents.hidden import Reading, Way, hidden_text
from jobmate_agent.services.documents.plain import BULLET
from jobmate_agent.services.documents.word_visibility import Visibility

MAX_EXPANDED = 50 * 1024 * 1024
MAX_MEMBERS = 2000
CELL_GAP = "   "

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Properties, what a reviewer deleted, and the second copy of a drawing for older readers.
_SKIPPED = {*map(qn, ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:tblPr", "w:sectPr")), f"{_COMPATIBILITY}Fallback"}
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(content: bytes) -> Reading:
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
    reader = _Reader(document)
    text = "\n".join([*reader.headers(), *reader.blocks(document.element.body)])
    return Reading(text, hidden_text(reader.hidden))


class _Reader:
    """Reads one document. ``hidden`` grows as it goes."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._visibility = Visibility(document)
        # Ids of the paragraph styles that are lists.
        self._lists = {style.style_id for style in document.styles if (style.name or "").startswith("List")}
        self.hidden: list[tuple[Way, str]] = []

    def headers(self) -> Iterator[str]:
        """Each header once: where a resume keeps its contact details, but also the same on every section."""
        seen: set[str] = set()
        for section in self._document.sections:
            first = [section.first_page_header] if section.different_first_page_header_footer else []
            for header in (*first, section.header):
                before = len(self.hidden)
                text = "" if header.is_linked_to_previous else "\n".join(self.blocks(header._element)).strip()
                if text and text not in seen:
                    seen.add(text)
                    yield text
                elif text:
                    del self.hidden[before:]

    def blocks(self, container: Any) -> Iterator[str]:
        """Lines of a body, header, cell, content control or text box."""
        for element in container.iterchildren():
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from self._table(element)
            elif element.tag not in _SKIPPED:
                yield from self.blocks(element)

    def _paragraph(self, element: Any) -> Iterator[str]:
        """The paragraph, then the text boxes that are anchored in it."""
        pieces: list[str] = []
        boxes: list[Any] = []
        self._collect(element, pieces, boxes)
        text = "".join(pieces)
        yield f"{BULLET} {text}" if text.strip() and self._is_list_item(element) else text
        for box in boxes:
            yield from self.blocks(box)

    def _collect(self, element: Any, pieces: list[str], boxes: list[Any]) -> None:
        for child in element.iterchildren():
            if child.tag == qn("w:t"):
                pieces.append(child.text or "")
            elif child.tag in _CHARACTERS:
                pieces.append(_CHARACTERS[child.tag])
            elif child.tag == qn("w:txbxContent"):
                boxes.append(child)
            elif child.tag == qn("w:r") and (way := self._visibility.way(child)) is not None:
                self._collect_hidden(child, way, boxes)
            elif child.tag not in _SKIPPED:
                self._collect(child, pieces, boxes)

    def _collect_hidden(self, run: Any, way: Way, boxes: list[Any]) -> None:
        """A run that is not shown may still be the anchor of a text box that is."""
        pieces: list[str] = []
        for child in run.iterchildren():
            if child.tag == qn("w:t"):
                pieces.append(child.text or "")
            elif child.tag in _CHARACTERS:
                pieces.append(" ")
            elif child.tag not in _SKIPPED:
                self._collect(child, [], boxes)
        self.hidden.append((way, "".join(pieces)))

    def _is_list_item(self, element: Any) -> bool:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None:
            return style.get(qn("w:val")) in self._lists
        return element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None

    def _table(self, element: Any) -> Iterator[str]:
        """A row of one-line cells is one line; where cells hold more, the table is a layout, read cell by cell."""
        for row in element.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl"))) is not element:
                continue
            cells = [
                [line.strip() for line in self.blocks(cell) if line.strip()]
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
