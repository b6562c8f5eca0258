"""The fonts of PDF reports: Noto Sans from a package, with others behind it for what it has no glyphs for."""

from __future__ import annotations

import io
import threading
import unicodedata
from functools import cache
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import pymupdf_fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "NotoSans", "NotoSans-Bold"
ITALIC, BOLD_ITALIC = "NotoSans-Italic", "NotoSans-BoldItalic"
_SOURCES = {REGULAR: "notos", BOLD: "notosbo", ITALIC: "notosit", BOLD_ITALIC: "notosbi"}
_FALLBACKS = {"FiraGO": "figo", "CascadiaMono": "cascadia"}
# Viewers bring their own glyphs for these; a Chinese, Japanese or Korean font inside would be 15 MB.
_CJK, _HANGUL = "STSong-Light", "HYSMyeongJo-Medium"
_MISSING = "\N{WHITE SQUARE}"
_lock = threading.Lock()


def register() -> None:
    """Make the fonts known to reportlab; once a process."""
    with _lock:
        _register()


@cache
def _register() -> None:
    for name, source in {**_SOURCES, **_FALLBACKS}.items():
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(pymupdf_fonts.myfont(source))))
    for name in (_CJK, _HANGUL):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)
    pdfmetrics.registerFontFamily(BOLD, normal=BOLD, bold=BOLD, italic=BOLD_ITALIC, boldItalic=BOLD_ITALIC)


def marked_up(text: str) -> str:
    """``text`` escaped for reportlab, each stretch in a font that has its glyphs."""
    parts = []
    for font, characters in groupby(unicodedata.normalize("NFC", text), key=_font_of):
        stretch = escape("".join(characters))
        if font == "":
            stretch = _MISSING * len(stretch)
            font = _font_of(_MISSING)
        parts.append(stretch if font == REGULAR else f'<font name="{font}">{stretch}</font>')
    return "".join(parts)


@cache
def _glyphs(font: str) -> Any:
    return pdfmetrics.getFont(font).face.charToGlyph


def _font_of(character: str) -> str:
    """The first font that has the character; "" where none has."""
    code = ord(character)
    if code in _glyphs(REGULAR) or character.isspace():
        return REGULAR
    for name in _FALLBACKS:
        if code in _glyphs(name):
            return name
    if 0xAC00 <= code <= 0xD7A3 or 0x1100 <= code <= 0x11FF:
        return _HANGUL
    if 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF:
        return _CJK
    return ""
