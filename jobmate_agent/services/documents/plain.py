"""Readable plain text: one kind of line end, nothing invisible, no runs of blank lines."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
# Pdfium marks a hyphen at a line's end with U+FFFE; the others are blanks or breaks under another name.
_REPLACED = {"\ufffe": "-", "\f": "\n", "\xa0": " ", "\r": "\n"}


def clean_text(text: str) -> str:
    """``text`` without control, format, surrogate and private-use characters; tabs become four spaces."""
    text = text.replace("\r\n", "\n")
    for old, new in _REPLACED.items():
        text = text.replace(old, new)
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _INVISIBLE)
    lines: list[str] = []
    for line in kept.replace("\t", "    ").split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip()
