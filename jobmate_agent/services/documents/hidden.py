"""Text that a file holds and no reader of it sees, as job seekers' templates and keyword stuffers leave it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Way = Literal["unseen", "tiny", "off_page", "marked"]
"""How text is hidden: in the colour of what is behind it, covered or transparent; in letters too small to read;
outside of the page; or marked as hidden."""
WAYS: tuple[Way, ...] = ("unseen", "tiny", "off_page", "marked")
SAMPLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class HiddenText:
    """How many ``words`` were left out of a document's text, in which ``ways`` hidden, and how they begin."""

    words: int
    ways: tuple[Way, ...]
    sample: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The visible text of a document. ``hidden`` None: there was nothing else in it."""

    text: str
    hidden: HiddenText | None = None


def hidden_text(pieces: Iterable[tuple[Way, str]]) -> HiddenText | None:
    """What ``pieces``, in the order of the file, come to; None where they have no letter or digit."""
    words: list[str] = []
    ways: set[Way] = set()
    for way, piece in pieces:
        found = [word for word in piece.split() if any(map(str.isalnum, word))]
        words.extend(found)
        ways.update([way] if found else [])
    if not words:
        return None
    sample = " ".join(words)
    if len(sample) > SAMPLE_LENGTH:
        sample = (
            sample[: sample.rfind(" ", 0, SAMPLE_LENGTH) if " " in sample[:SAMPLE_LENGTH] else SAMPLE_LENGTH] + " …"
        )
    return HiddenText(len(words), tuple(way for way in WAYS if way in ways), sample)


def to_json(hidden: HiddenText | None) -> dict[str, Any] | None:
    """Plain values, as they are stored and handed between processes."""
    if hidden is None:
        return None
    return {"words": hidden.words, "ways": list(hidden.ways), "sample": hidden.sample}


def from_json(data: dict[str, Any] | None) -> HiddenText | None:
    """The inverse of :func:`to_json`."""
    return None if data is None else HiddenText(data["words"], tuple(data["ways"]), data["sample"])
