"""Acronyms and what they stand for. Only what a text itself spells out counts: initials alone fit too much."""

from __future__ import annotations

import re
from collections.abc import Iterator

ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_PASSED_OVER = frozenset({"a", "and", "for", "in", "of", "on", "the", "to", "with"})
_LONGEST_EXPANSION = 9


def is_acronym_of(acronym: str, words: str) -> bool:
    """Whether the letters of ``acronym`` begin the words, the small ones of which need not count.

    is_acronym_of("GAAP", "Generally Accepted Accounting Principles")
    """
    letters = _letters(acronym)
    parts = [part.casefold() for part in re.findall(r"[^\W_]+", words)]
    main = [part for part in parts if part not in _PASSED_OVER]
    return bool(letters) and letters in ("".join(part[0] for part in parts), "".join(part[0] for part in main))


def expansions(acronym: str, text: str) -> Iterator[str]:
    """What ``acronym`` stands for where ``text`` has it in parentheses after its words, or its words after it."""
    if not ACRONYM.fullmatch(acronym.strip()):
        return
    written = re.escape(acronym.strip().removesuffix("s"))
    for found in re.finditer(rf"\(\s*{written}s?\s*\)", text):
        before = re.findall(r"[^\s()]+", text[: found.start()])[-_LONGEST_EXPANSION:]
        for first in range(len(before) - 1):
            if before[first].casefold() not in _PASSED_OVER and is_acronym_of(acronym, " ".join(before[first:])):
                yield " ".join(before[first:])
    for found in re.finditer(rf"\b{written}s?\s*\(([^()]{{3,120}})\)", text):
        if is_acronym_of(acronym, found.group(1)):
            yield found.group(1)


def _letters(acronym: str) -> str:
    return acronym.strip().removesuffix("s").casefold()
