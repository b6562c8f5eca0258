"""Where the sentences of a text begin and end, near enough for short prose."""

from __future__ import annotations

import re

# A stop, then a blank, then what a sentence begins with; not after an initial or a usual abbreviation.
_BREAK = re.compile(
    r"(?<![A-Z]\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bvs\.)"
    r"(?:(?<=[.!?])|(?<=[.!?][\"')\]]))\s+(?=[\"'(\[]?[A-Z0-9])"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; blanks around them are left out."""
    return [sentence.strip() for sentence in _BREAK.split(" ".join(text.split())) if sentence.strip()]
