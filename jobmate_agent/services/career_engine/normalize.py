"""How names of skills are compared: one normal form for lookup, storage and matching."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-‐-―_/,;:()\[\]{}\"'`’“”|]+")
_ASCII_SEPARATORS = str.maketrans(dict.fromkeys("-_/,;:()[]{}\"'`|", " "))
_EDGE_DOTS = re.compile(r"(?<!\S)\.+(?=\s|$)|(?<=\w)\.+(?=\s|$)")


def normalize_name(text: str) -> str:
    """Case-folded, NFKC, with hyphens, slashes, quotes and white space all one space.

    ``+``, ``#``, ``&`` and dots inside a word stay, because they tell C, C++, C# and .NET apart::

        normalize_name("Problem-Solving") == "problem solving"
        normalize_name("Node.js.") == "node.js"
    """
    if text.isascii():  # nearly every name, and several times as fast
        plain = " ".join(text.lower().translate(_ASCII_SEPARATORS).split())
        return _without_edge_dots(plain) if "." in plain else plain
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _without_edge_dots(_SEPARATORS.sub(" ", folded))


def _without_edge_dots(text: str) -> str:
    return " ".join(_EDGE_DOTS.sub("", text).split())
