"""Text as tokens in normal form, each knowing where it stands in the original.

Names of the vocabulary and documents go through the same door, so that they agree by construction.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

# Scripts without spaces between words (Thai, Chinese, Japanese; Korean glues endings on): "熟悉Spring和MySQL".
_UNSPACED = r"\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTER = rf"[^\W_{_UNSPACED}]"
# A token starts at a word character or at the dot of ".net", runs on over the signs that are part of names
# (C++, C#, R&D, node.js, 401k, yahoo!), and never ends in a full stop.
_TOKEN = re.compile(rf"\.?{_LETTER}(?:[.&@]?(?:{_LETTER}|[+#]))*|[{_UNSPACED}]+|(?<!\S)&(?!\S)")
_TRAILING_VERSION = re.compile(r"([^\W\d_]{3,}|c\+\+)(\d[\d.]*)")
_NON_ASCII = re.compile(r"[^\x00-\x7f]|[\x00-\x7f](?=[\u0300-\u036f])")
_TRADE_MARKS = "™®©℠"
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u20d0-\u20ff]*")


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]`` of the original, and its normal form."""

    norm: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A text case-folded and NFKC-normalised piece by piece.

    ``starts[i]`` and ``ends[i]`` bound the original characters that ``text[i]`` came from; None: one to one.
    """

    text: str
    starts: Sequence[int] | None
    ends: Sequence[int] | None


def _nfkc_casefold(text: str) -> str:
    if text in _TRADE_MARKS:
        return " "  # NFKC would glue "tm" to the name
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold(text: str) -> Folded:
    """Normal form of ``text`` with the way back. Linear in its length; never raises."""
    if text.isascii():
        return Folded(text.lower(), None, None)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        odd = _NON_ASCII.search(text, at)
        plain_end = odd.start() if odd else len(text)
        pieces.append(text[at:plain_end].lower())
        starts.extend(range(at, plain_end))
        ends.extend(range(at + 1, plain_end + 1))
        if odd is None:
            break
        marks = _MARKS.match(text, odd.end())
        at = marks.end() if marks else odd.end()
        folded = _nfkc_casefold(text[plain_end:at])
        pieces.append(folded)
        starts.extend([plain_end] * len(folded))
        ends.extend([at] * len(folded))
    return Folded("".join(pieces), starts, ends)


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text`` in order; a lone ``&`` reads as "and", and "python3" as "python" and "3"."""
    folded = fold(text)
    tokens: list[Token] = []

    def add(norm: str, start: int, end: int) -> None:
        if folded.starts is not None and folded.ends is not None:
            tokens.append(Token(norm, folded.starts[start], folded.ends[end - 1]))
        else:
            tokens.append(Token(norm, start, end))

    for found in _TOKEN.finditer(folded.text):
        norm, start, end = found.group(), found.start(), found.end()
        if norm == "&":
            add("and", start, end)
        elif version := _TRAILING_VERSION.fullmatch(norm):
            add(version.group(1), start, start + len(version.group(1)))
            add(version.group(2), start + len(version.group(1)), end)
        else:
            add(norm, start, end)
    return tokens


def token_key(text: str) -> str:
    """The normal form by which names are looked up: tokens joined by one space."""
    return " ".join(token.norm for token in tokenize(text))


class TokenLine:
    """Tokens with a space before and after each, as the automaton reads them, with the way back to token numbers."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.text = " " + "".join(f"{token.norm} " for token in tokens)
        self._starts: list[int] = []
        at = 1
        for token in tokens:
            self._starts.append(at)
            at += len(token.norm) + 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Numbers (first, last) of the tokens in ``text[start:end]``, which holds whole tokens."""
        return bisect_left(self._starts, start), bisect_left(self._starts, end) - 1
