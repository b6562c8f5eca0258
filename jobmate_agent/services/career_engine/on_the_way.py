"""Certificates and knowledge that somebody still works for: "CPA candidate", "PMP in progress", "expected 2026"."""

from __future__ import annotations

import re

_THING = (
    r"(?:[\"'”’)]?\s+(?:certification|certificate|credential|designation|licen[cs]e|licensure|exam(?:ination)?s?|program|"
    r"course|coursework|training|degree|studies)){0,2}"
)
_COUNT = r"(?:\d|one|two|three|four|five|six|some|most)"
_MONTH = r"(?:spring|summer|fall|autumn|winter|early|late|mid|[a-z]{3,9}\.?)"
_AFTER = re.compile(
    rf"{_THING}\s*(?:[(\[,:–—-]\s*|(?:is|are)\s+)?(?P<cue>"
    r"candidate\b|eligible\b(?!\s+(?:for|to)\b)|(?:currently\s+|still\s+)?in\s+(?:progress|process)\b|underway\b|pending\b|"
    rf"(?:expected|anticipated)\s+(?:(?:in|by|for)\s+)?(?:{_MONTH}[\s-]+)?(?:19|20)\d\d\b|"
    rf"(?:passed\s+)?{_COUNT}\s+(?:out\s+)?of\s+(?:the\s+)?{_COUNT}\s+(?:parts?|sections?|exams?|papers?|levels?)"
    r"(?:\s+(?:passed|completed|cleared|done))?\b|(?:progress|working|studying)\s+towards?\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?P<cue>pursuing|candidate\s+for|(?:working|work|progress|progressing|studying)\s+towards?|studying\s+for|"
    r"prepar(?:ing|ed|ation)\s+for|sitting\s+for|eligible\s+for|enrolled\s+in|scheduled\s+for)\s+"
    r"(?:(?:the|an?|my|her|his|their)\s+)?[\"'“(]?$",
    re.IGNORECASE,
)
_REACH = 80


def on_the_way(text: str, start: int, end: int, first: int, limit: int) -> tuple[int, int] | None:
    """(start, end) of the words that say so of ``text[start:end]``, sought in ``text[first:limit]``; or None."""
    after = _AFTER.match(text, end, min(limit, end + _REACH))
    if after:
        return after.span("cue")
    before_start = max(first, start - _REACH)
    before = _BEFORE.search(text[before_start:start])
    return (before_start + before.start("cue"), before_start + before.end("cue")) if before else None
