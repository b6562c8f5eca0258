"""The words by which occupations are found: the same for what is indexed and for what is asked.

A term holds nothing but ``a-z0-9``, so that no full-text language can see an operator in it, has at least three
letters, and is none of the words that MySQL leaves out of its indexes.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

# "HR", "IT", "RN" and MySQL's stop words are indexed and asked for with this in front: innodb_ft_min_token_size is 3.
LENGTHENED = "zq"
SHORTEST = 3
LONGEST = 60
LARGEST_QUERY = 12

# INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD, those of at least three letters.
_STOP_WORDS = frozenset(
    {
        *("about", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was", "what", "when", "where"),
        *("who", "will", "with", "www"),
    }
)
# Said for the grammar's sake. Not "it" and "or": they are also a trade and a room.
_GRAMMAR = frozenset({"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"})
_WORD = re.compile(r"[a-z0-9]+(?:\+\+|#)?")
_SPELT = {"++": "plusplus", "#": "sharp"}
_APOSTROPHES = re.compile(r"(?<=\w)'(?=\w)")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")

_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()


def terms(text: str) -> list[str]:
    """The terms of ``text`` in their order: ``terms("IT Managers")`` is ``["zqit", "manag"]``."""
    return [_term(word) for word in _words(text)]


def query_terms(text: str) -> list[str]:
    """What a query asks for: its first different terms, without words that only serve grammar."""
    telling = [word for word in _words(text) if word not in _GRAMMAR]
    return list(dict.fromkeys(map(_term, telling)))[:LARGEST_QUERY]


def last_word(text: str) -> str | None:
    """The query's last word as it is written, which may be only the beginning of one; None where it is too short."""
    words = _words(text)
    return words[-1][:LONGEST] if words and len(words[-1]) >= SHORTEST else None


def _words(text: str) -> list[str]:
    plain = _ascii(text.casefold())
    plain = _DOTTED.sub(lambda found: found.group().replace(".", ""), _APOSTROPHES.sub("", plain))
    return _WORD.findall(plain)


def _ascii(text: str) -> str:
    """Without accents; what has no ASCII form separates words."""
    if text.isascii():
        return text
    return "".join(
        letter if letter.isascii() else " "
        for letter in unicodedata.normalize("NFKD", text.replace("’", "'"))
        if not unicodedata.combining(letter)
    )


@lru_cache(maxsize=50_000)
def _term(word: str) -> str:
    for sign, spelt in _SPELT.items():
        if word.endswith(sign):
            return (word.removesuffix(sign) + spelt)[:LONGEST]
    # The stemmer keeps its word in itself.
    with _stemming:
        stem: str = _stemmer.stemWord(word[:LONGEST])
    return LENGTHENED + stem if len(stem) < SHORTEST or stem in _STOP_WORDS else stem
