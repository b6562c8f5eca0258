"""Finds a quote that a model gave in the text that it was given, and shows the original's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobmate_agent.services.career_engine.masking import (
    mask_personal_data,
    may_hold_personal_data,
    personal_spans,
)
from jobmate_agent.services.career_engine.types import Evidence

MAX_QUOTE = 200

# One character for one, so that offsets hold. Without angle brackets no text can open or close a tag.
_ESCAPES = str.maketrans({"<": "‹", ">": "›"})
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_LOOSE = " \t\r\n|,;:·•/-–—("
"""What set personal data apart from what stands beside it."""
_LAST_SPACED_SCRIPT = "\u2e7f"
"""Up to here words are set apart by spaces; beyond begin the East Asian scripts, whose words are not."""


def as_sent(text: str) -> str:
    """``text`` as a model may see it, length for length: masked, no tags, nothing that JSON or a log chokes on."""
    masked = mask_personal_data(text).translate(_ESCAPES)
    return _SURROGATE.sub("\ufffd", _UNSENDABLE.sub(" ", masked))


class QuoteFinder:
    """Locates quotes in one text, verbatim after white space is normalised."""

    def __init__(self, text: str, sent: str) -> None:
        """``sent`` is :func:`as_sent` of ``text``: quotes are sought there, and shown from ``text``."""
        self._text = text
        self._places: list[int] = []
        pieces: list[str] = []
        at = 0
        for space in _SPACE.finditer(sent):
            pieces += (sent[at : space.start()], " ")
            self._places.extend(range(at, space.start() + 1))
            at = space.end()
        pieces.append(sent[at:])
        self._places.extend(range(at, len(sent) + 1))
        self._flat = "".join(pieces)

    def spans(self, quote: str) -> Iterator[tuple[int, int]]:
        """Every (start, end) in the text where ``quote`` stands, as whole words."""
        wanted = _SPACE.sub(" ", _SURROGATE.sub("\ufffd", _UNSENDABLE.sub(" ", quote.translate(_ESCAPES)))).strip()
        if not wanted:
            return
        at = self._flat.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if not self._cuts_word(at) and not self._cuts_word(end):
                yield self._places[at], self._places[end - 1] + 1
            at = self._flat.find(wanted, at + 1)

    def _cuts_word(self, at: int) -> bool:
        pair = self._flat[max(0, at - 1) : at + 1]
        return len(pair) == 2 and pair.isalnum() and max(pair) <= _LAST_SPACED_SCRIPT and at > 0

    def original(self, start: int, end: int) -> str:
        """What stands there in the document itself, personal data and all."""
        return self._text[start:end]


def quote_around(text: str, start: int, end: int, focus_start: int, focus_end: int) -> Evidence:
    """``text[start:end]`` as evidence, cut at word edges around the focus when longer than ``MAX_QUOTE``.

    Personal data beside the focus prove nothing and are left out.
    """
    start, end = _between_personal_data(text, start, end, focus_start, focus_end)
    if end - start > MAX_QUOTE:
        room = max(0, MAX_QUOTE - (focus_end - focus_start)) // 2
        low, high = max(start, focus_start - room), min(end, focus_end + room)
        if low > start:
            space = text.find(" ", low, focus_start)
            low = space + 1 if space >= 0 else focus_start
        if high < end:
            space = text.rfind(" ", focus_end, high)
            high = space if space >= 0 else focus_end
        start, end = low, high
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = max(start, end - (len(piece) - len(piece.rstrip())))
    return Evidence(text[start:end], start, end)


def _between_personal_data(text: str, start: int, end: int, focus_start: int, focus_end: int) -> tuple[int, int]:
    low, high = start, end
    if not may_hold_personal_data(text[start:end]):
        return low, high
    for first, last in personal_spans(text[start:end]):
        if start + last <= focus_start:
            low = max(low, start + last)
        elif start + first >= focus_end:
            high = min(high, start + first)
    if low > start:
        while low < focus_start and text[low] in _LOOSE:
            low += 1
    if high < end:
        while high > focus_end and text[high - 1] in _LOOSE:
            high -= 1
    return low, high
