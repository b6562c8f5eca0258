"""Text out of PDF files. Runs only inside the parser child, where a hostile file can end nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.hidden import Reading, Way, hidden_text
from jobmate_agent.services.documents.layout import Box, reading_order
from jobmate_agent.services.documents.visibility import Word, hidden_ways

MAX_PAGES = 60
# Of the line's height, above the usual gap of the run; seen on real resumes: 0.11 leaves "teamplayer" and
# "ofEngineering" together, 0.065 takes hyphenated words apart.
WORD_GAP = 0.08
# Some writers let neighbouring letters overlap; more than this is no overlap but disorder.
MAX_OVERLAP = 0.05


def read_pdf(content: bytes) -> Reading:
    """Text of all pages in reading order; ``encrypted``, ``corrupt`` or ``too_many_pages``."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as exc:
        raise UnreadableDocumentError("encrypted" if "assword" in str(exc) else "corrupt") from exc
    if len(document) > MAX_PAGES:
        raise UnreadableDocumentError("too_many_pages")
    pages: list[str] = []
    hidden: list[tuple[Way, str]] = []
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        words = list(_words(text))
        ways = hidden_ways(page, text, words)
        pages.append(reading_order([word.box for word, way in zip(words, ways, strict=True) if way is None]))
        hidden.extend((way, word.box.text) for word, way in zip(words, ways, strict=True) if way is not None)
    return Reading("\n\n".join(pages), hidden_text(hidden))


def _words(page: pdfium.PdfTextPage) -> Iterator[Word]:
    """Words with their boxes, in the file's order."""
    text = page.get_text_range()
    if len(text) != page.count_chars():
        text = "".join(chr(raw.FPDFText_GetUnicode(page, index)) for index in range(page.count_chars()))
    run: list[_Letter] = []
    for index, char in enumerate(text):
        if char.isspace() or char == "\0":
            yield from _split(page, run)
            run = []
            continue
        left, bottom, right, top = page.get_charbox(index, loose=True)
        if run and (left < run[0].box.left or bottom > run[-1].box.top or top < run[-1].box.bottom):
            yield from _split(page, run)
            run = []
        run.append(_Letter(Box(left, bottom, right, top, char), index))
    yield from _split(page, run)


@dataclass(frozen=True, slots=True)
class _Letter:
    box: Box
    index: int


def _split(page: pdfium.PdfTextPage, letters: list[_Letter]) -> Iterator[Word]:
    """A run of letters as words. Pdfium overlooks narrow spaces, so a gap that stands out from the letter

    spacing of its run counts as one; where all letters are set apart (a tracked heading) none does.
    """
    if not letters:
        return
    gaps = [(after.box.left - before.box.right) / max(before.box.height, 0.1) for before, after in pairwise(letters)]
    usual = median(gaps) if gaps else 0.0
    limit = float("inf") if usual >= WORD_GAP / 2 else WORD_GAP + max(min(usual, 0.0), -MAX_OVERLAP)
    start = 0
    for index, gap in enumerate([*gaps, float("inf")], start=1):
        if gap > limit or index == len(letters):
            yield _word(page, letters[start:index])
            start = index


def _word(page: pdfium.PdfTextPage, letters: list[_Letter]) -> Word:
    ink: list[Box] = []
    for letter in letters:
        left, bottom, right, top = page.get_charbox(letter.index)
        ink.append(Box(left, bottom, right, top, letter.box.text))
    # Some letters have no ink, and stand at the page's corner then.
    inked = [box for box in ink if box.right > box.left and box.top > box.bottom]
    return Word(_union([letter.box for letter in letters]), _union(inked or ink), letters[0].index)


def _union(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
        "".join(box.text for box in boxes),
    )
