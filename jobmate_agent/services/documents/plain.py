"""Readable plain text: one kind of line end, nothing invisible, no runs of blank lines."""

from __future__ import annotations

import re
import unicodedata

from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.hidden import Reading, Way, hidden_text

BULLET = "•"
_INVISIBLE = {"Cc", "Cf", "Cs"}
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Pdfium marks a hyphen at a line's end with U+FFFE. Ligatures would hide words from whoever looks for them.
_REPLACED = {
    "\ufffe": "-",
    "\t": "    ",
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)},
}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
BINARY_SHARE = 0.01
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)


def clean_text(text: str) -> str:
    """``text`` composed (NFC), without control, format, surrogate and private-use characters.

    A private-use character at the start of a line is how Word's symbol fonts write a bullet, and becomes one.
    """
    lines: list[str] = []
    for line in _LINE_ENDS.sub("\n", text).split("\n"):
        clean = _clean_line(line)
        if clean or (lines and lines[-1]):
            lines.append(clean)
    return "\n".join(lines).strip()


def _clean_line(line: str) -> str:
    kept: list[str] = []
    for char in line:
        category = unicodedata.category(char)
        if char in _REPLACED:
            kept.append(_REPLACED[char])
        elif category == "Zs":
            kept.append(" ")
        elif category == "Co":
            kept.append("" if any(map(str.strip, kept)) else BULLET)
        elif category not in _INVISIBLE:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).rstrip()


def read_text(content: bytes) -> str:
    """Plain text or Markdown: UTF-8 or UTF-16 by byte-order mark, then UTF-8, then Windows-1252.

    Code ``wrong_content`` for bytes that are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in content or len(_BINARY.findall(content)) > BINARY_SHARE * len(content):
        raise UnreadableDocumentError("wrong_content")
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


def read_plain(content: bytes) -> Reading:
    """A text file; see :func:`read_text`. All of it can be seen."""
    return Reading(read_text(content))


def read_markdown(content: bytes) -> Reading:
    """A Markdown file; see :func:`read_text`. Comments and what HTML elements hide are not shown where it is."""
    # It loads the names of colours, and this module serves texts everywhere.
    from jobmate_agent.services.documents.markdown_visibility import without_hidden

    text = read_text(content)
    comments: list[tuple[Way, str]] = [("marked", found[1]) for found in _COMMENT.finditer(text)]
    text, hidden = without_hidden(_COMMENT.sub("", text))
    return Reading(text, hidden_text([*comments, *hidden]))
