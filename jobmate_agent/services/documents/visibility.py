"""Whether a word of a PDF page can be seen: the page is drawn, and where the word stands nothing shows."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from jobmate_agent.services.documents.hidden import Way
from jobmate_agent.services.documents.layout import Box

SCALE = 1.5
"""Pixels a point: fine enough for the thin strokes of small letters."""
MAX_PIXELS = 8_000_000
MAX_OBJECTS = 20_000
MAX_IMAGE_PIXELS = 40_000_000
"""Pages that are dearer to draw than this are not looked at."""
CONTRAST = 12
"""Steps of 255 between the lightest and the darkest pixel of a colour from which something can be seen."""
TINY_POINTS = 2.0
TINY_SHARE = 1 / 400
"""Of the page's height, for small pages."""
NEAR_WHITE = 235
NEARLY_TRANSPARENT = 25
MOST_UNSEEN = 0.5
"""Where more of a page's words do not show, the page was not drawn as its author sees it (a font that is not there): a
word then counts as unseen only if its own colour says so."""
_INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page. ``box`` is as high as its font, ``ink`` as its letters; ``first`` is its first character."""

    box: Box
    ink: Box
    first: int


@dataclass(frozen=True, slots=True)
class _Image:
    """An image's number of pixels, and where it stands on the page."""

    pixels: int
    place: Box


def hidden_ways(page: pdfium.PdfPage, text: pdfium.PdfTextPage, words: Sequence[Word]) -> list[Way | None]:
    """For each word how it is hidden; None: it is not, or that cannot be told."""
    whole = _box(page.get_bbox())
    tiny = min(TINY_POINTS, whole.height * TINY_SHARE)
    images = _images(page, whole)
    drawing = _draw(page, images)
    unseen = [drawing is not None and drawing.shows_nothing(word.ink) for word in words]
    doubtful = sum(unseen) > MOST_UNSEEN * len(words)
    found: list[Way | None] = []
    for word, is_unseen in zip(words, unseen, strict=True):
        if not _meet(word.box, whole):
            found.append("off_page")
        elif 0 < word.box.height < tiny:
            found.append("tiny")
        elif is_unseen and _is_hidden(text, word, images or [], doubtful=doubtful):
            found.append("unseen")
        else:
            found.append(None)
    return found


def _is_hidden(text: pdfium.PdfTextPage, word: Word, images: Sequence[_Image], *, doubtful: bool) -> bool:
    """Whether a word that does not show is hidden, and not the text that a scanner puts behind its picture."""
    mode = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(text, word.first))
    if mode in _INVISIBLE:
        return not any(_meet(word.box, image.place) for image in images)
    if not doubtful:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text, word.first, red, green, blue, alpha):
        return False
    return alpha.value <= NEARLY_TRANSPARENT or min(red.value, green.value, blue.value) >= NEAR_WHITE


def _box(sides: tuple[float, float, float, float]) -> Box:
    left, bottom, right, top = sides
    return Box(left, bottom, right, top, "")


def _meet(one: Box, other: Box) -> bool:
    return one.left < other.right and one.right > other.left and one.bottom < other.top and one.top > other.bottom


def _images(page: pdfium.PdfPage, whole: Box) -> list[_Image] | None:
    """The page's images; one within a form may stand anywhere on the page. None: too many objects to look at."""
    found: list[_Image] = []
    pending = deque([(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)])
    left = MAX_OBJECTS
    while pending:
        holder, count, get = pending.popleft()
        number = count(holder)
        left -= max(0, number)
        if left < 0:
            return None
        for index in range(number):
            item = get(holder, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                pending.append((item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                wide, high = ctypes.c_uint(), ctypes.c_uint()
                raw.FPDFImageObj_GetImagePixelSize(item, wide, high)
                found.append(_Image(wide.value * high.value, _bounds(item) if holder is page else whole))
    return found


def _bounds(item: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return _box((left.value, bottom.value, right.value, top.value))


def _draw(page: pdfium.PdfPage, images: Sequence[_Image] | None) -> _Drawing | None:
    """The page as it looks; None where that is too dear to find out."""
    width, height = page.get_size()
    if images is None or sum(image.pixels for image in images) > MAX_IMAGE_PIXELS:
        return None
    return _Drawing(page) if 0 < width * height * SCALE**2 <= MAX_PIXELS else None


class _Drawing:
    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        self._bitmap = page.render(scale=SCALE, may_draw_forms=False)
        self._pixels = bytes(self._bitmap.buffer)

    def shows_nothing(self, ink: Box) -> bool:
        """Whether all of ``ink`` is of one colour. False where it has no extent, as blanks, or is cut by the edge."""
        if ink.right <= ink.left or ink.top <= ink.bottom:
            return False
        (left, below), (right, above) = self._pixel(ink.left, ink.bottom), self._pixel(ink.right, ink.top)
        left, right = sorted((left, right))
        above, below = sorted((above, below))
        if left < 0 or above < 0 or right >= self._bitmap.width or below >= self._bitmap.height:
            return False
        width, stride = self._bitmap.n_channels, self._bitmap.stride
        for channel in range(min(3, width)):
            low, high = 255, 0
            for row in range(above, below + 1):
                line = self._pixels[row * stride + left * width + channel : row * stride + (right + 1) * width : width]
                low, high = min(low, min(line)), max(high, max(line))
                if high - low >= CONTRAST:
                    return False
        return True

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        size = self._bitmap.width, self._bitmap.height
        raw.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, across, down)
        return across.value, down.value
