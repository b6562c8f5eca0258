"""Text out of PDF files. Runs only inside the parser child, where a hostile file can end nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.layout import Box, reading_order

MAX_PAGES = 60
# Of the line's height, above the usual gap of the run; seen on real resumes: 0.11 leaves "teamplayer" and
# "ofEngineering" together, 0.065 takes hyphenated words apart.
WORD_GAP = 0.08
# Some writers let neighbouring letters overlap; more than this is no overlap but disorder.
MAX_OVERLAP = 0.05


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
    usual = median(gaps) if gaps else 0.0
    limit = float("inf") if usual >= WORD_GAP / 2 else WORD_GAP + max(min(usual, 0.0), -MAX_OVERLAP)
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
