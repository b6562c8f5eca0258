"""The words of a phrase as they are compared: in one spelling, by their stems, without what only joins them."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import snowballstemmer

from jobmate_agent.services.career_engine.normalize import normalize_name

# Not "it", "or", "us" and "up": they are also a trade, a room, a country and a direction.
JOINING = frozenset(
    {
        *("a", "an", "and", "as", "at", "be", "by", "for", "from", "in", "into", "is", "its", "my", "of", "on", "our"),
        *("that", "the", "their", "this", "to", "via", "we", "with", "your", "&"),
    }
)
_AMERICAN = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"isation", "ization"),
        (r"is(e|ed|er|ers|es|ing)$", r"iz\1"),
        (r"ys(e|ed|er|es|ing)$", r"yz\1"),
        (r"([^\W\d_]{2})our", r"\1or"),
        (r"ogue$", "og"),
        (r"ll(ing|ed|er|ers)$", r"l\1"),
        (r"centre", "center"),
        (r"programme(s?)$", r"program\1"),
        (r"(licen|defen|offen)ce", r"\1se"),
    )
)
_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()


@lru_cache(maxsize=32768)
def spelt(word: str) -> str:
    """A normalised word in American spelling. What comes out need be no word, but is the same for both spellings."""
    for pattern, spelling in _AMERICAN:
        word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """What a normalised word has in common with its other forms, by Snowball; words with digits or signs are left."""
    if not word.isalpha():
        return word
    with _stemming:
        found: str = _stemmer.stemWord(spelt(word))
    return found


def stems(text: str) -> frozenset[str]:
    """The stems of a phrase's words, except of those that only join the others."""
    return frozenset(stem(word) for word in normalize_name(text).split(" ") if word and word not in JOINING)


def closed_up(name: str) -> str:
    """A normalised name without its blanks and in one spelling: "trouble shooting" is "troubleshooting"."""
    return "".join(spelt(word) for word in name.split(" "))
