"""Which language a document is written in, and which of its passages are in another one than English.

Detection is CLD2's, which names a language for stretches of a text, and none where it cannot tell: lists of names,
code and a few words get no verdict and are read as English. Source of the method: the Compact Language Detector 2.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pycld2

ENGLISH = "en"
UNKNOWN = ""
# Of the languages in Latin letters those that resumes and postings are mostly written in. Into others (Latin, Sanskrit,
# Yoruba) CLD2 puts terms of law and medicine, brands, names of people and places, and damaged text.
_LATIN_LETTERED = frozenset(
    """
    af az bs ca cs cy da de en es et eu fi fr ga gl hr ht hu id is it lt lv ms mt nl no pl pt ro sk sl sq sr sv sw tl tr
    uz vi
    """.split()  # noqa: SIM905 - a list of codes reads better as words
)
_NO_VERDICT = frozenset({"un", "xxx"})
_CODES = {"iw": "he", "jw": "jv", "nn": "no", "zh-Hant": "zh", "sr-ME": "sr"}
_NAMES: dict[str, str] = {code: name.replace("_", " ").title() for name, code in pycld2.LANGUAGES} | {
    "zh": "Chinese",
    "no": "Norwegian",
    "he": "Hebrew",
    "jv": "Javanese",
    "sr": "Serbian",
}
# What CLD2 does not take for text at all.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_PIECE = re.compile(r"[^\n.!?。！？]*(?:[.!?](?=\S)[^\n.!?。！？]*)*(?:[.!?。！？\n]+\s*|$)")
_LETTER = re.compile(r"[^\W\d_]")
FEWEST_LETTERS = 30
"""A shorter text gets no verdict; nor does a shorter passage in Latin letters, which a name or title may be."""
FEWEST_OTHER_LETTERS = 6
"""The same for scripts that English is never written in."""
ENOUGH_ALONE = 50
"""Letters of a sentence from which its language is asked for without what stands around it."""
_LATIN_END = "\u024f"


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]``, whole sentences or lines in one language other than English."""

    start: int
    end: int
    code: str

    @property
    def language(self) -> str:
        return _NAMES[self.code]


def foreign_passages(text: str) -> tuple[Passage, ...]:
    """The passages that are not in English, in order, as long as they can be.

    What has no language of its own (a line of names) belongs to such a passage if it stands between two of the same
    language, or between one and an end of the text.
    """
    pieces = _bridged(list(_pieces(text)))
    passages: list[Passage] = []
    for start, end, code in pieces:
        if code in (ENGLISH, UNKNOWN):
            continue
        last = passages[-1] if passages else None
        if last and last.code == code and last.end == start:
            passages[-1] = Passage(last.start, end, code)
        else:
            passages.append(Passage(start, end, code))
    return tuple(passage for passage in passages if _is_enough(text[passage.start : passage.end]))


def _bridged(pieces: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Pieces without a language get that of both neighbours that have one, where these agree."""
    known = [(index, code) for index, (_, _, code) in enumerate(pieces) if code != UNKNOWN]
    if not known:
        return pieces
    edges = [(-1, known[0][1]), *known, (len(pieces), known[-1][1])]
    filled = [code for _, _, code in pieces]
    for (first, before), (last, after) in pairwise(edges):
        for index in range(first + 1, last):
            filled[index] = before if before == after else UNKNOWN
    return [(start, end, code) for (start, end, _), code in zip(pieces, filled, strict=True)]


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Sentences and lines of the whole text in order, each with its language; one that has two is taken apart.

    A long one speaks for itself, a short one has the language of what it stands in.
    """
    if not _is_enough(text):
        return
    stretches = _stretches(text)
    starts = [start for start, _, _ in stretches]
    for found in _PIECE.finditer(text):
        start, end = found.span()
        if start == end:
            continue
        alone = _stretches(found.group()) if letters_in(found.group()) >= ENOUGH_ALONE else []
        if any(code != UNKNOWN for _, _, code in alone):
            parts = [(start + low, start + high, code) for low, high, code in alone]
        else:
            near = stretches[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]
            parts = [(max(low, start), min(high, end), code) for low, high, code in near if high > start]
        yield from _settled(text, start, end, parts)


def _settled(text: str, start: int, end: int, parts: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    letters = Counter[str]()
    for low, high, code in parts:
        if code != UNKNOWN:
            letters[code] += letters_in(text[low:high])
    if sum(held >= FEWEST_LETTERS for held in letters.values()) > 1:
        edges = [start, *(low for low, _, _ in parts[1:]), end]
        yield from ((low, high, code) for (low, high), (_, _, code) in zip(pairwise(edges), parts, strict=True))
        return
    code, most = max(letters.items(), key=lambda item: (item[1], item[0]), default=(UNKNOWN, 0))
    yield start, end, code if 4 * most > letters_in(text[start:end]) else UNKNOWN


def _stretches(text: str) -> list[tuple[int, int, str]]:
    """What CLD2 makes of ``text``: (start, end, code) in characters, in order."""
    raw = _UNFIT.sub(" ", text).encode()
    found: list[tuple[int, int, str]] = []
    at_byte = at = 0
    for first, length, _, code in pycld2.detect(raw, isPlainText=True, returnVectors=True)[3]:
        at += len(raw[at_byte:first].decode(errors="ignore"))
        stretch = raw[first : first + length].decode(errors="ignore")
        end = at + len(stretch)
        found.append((at, end, _verdict(_CODES.get(code, code), stretch)))
        at_byte, at = first + length, end
    return found


def _verdict(code: str, stretch: str) -> str:
    if code in _NO_VERDICT or code.startswith("xx-"):
        return UNKNOWN
    letters = _LETTER.findall(stretch)
    latin = 2 * sum(letter <= _LATIN_END for letter in letters) > len(letters)
    return UNKNOWN if latin and code not in _LATIN_LETTERED else code


def letters_in(text: str) -> int:
    """How many letters ``text`` has, in whatever script."""
    return len(_LETTER.findall(text))


def _is_enough(text: str) -> bool:
    """Whether ``text`` is long enough to speak of a language at all."""
    letters = _LETTER.findall(text)
    return len(letters) >= FEWEST_LETTERS or sum(letter > _LATIN_END for letter in letters) >= FEWEST_OTHER_LETTERS
