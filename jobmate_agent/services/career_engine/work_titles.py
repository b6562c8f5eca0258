"""What a resume calls its owner and their jobs: its headline and the titles above the dates."""

from __future__ import annotations

import re

from jobmate_agent.services.career_engine.dates import date_ranges
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.work_history import WorkHistory

SHOWN_JOBS = 8
_LONGEST_HEADLINE = 80
_EDGES = " \t,;|•·–—-/()"
_NO_HEADLINE = re.compile(r"[@\d]|https?:|www\.")
_WORD = re.compile(r"[^\W\d_]{2,}")


def work_titles(text: str) -> tuple[str, ...]:
    """The headline, where there is one, and the lines above the jobs' dates without these, the latest jobs first.

    Employers and places that stand in the same lines stay: who compares titles passes over words it does not know.
    """
    found = [_headline(text)]
    for entry in WorkHistory(Document(text, "resume")).entries[:SHOWN_JOBS]:
        found.extend(_without_dates(text, entry.start, entry.header_end).split("\n"))
    titles = (" ".join(line.split()).strip(_EDGES) for line in found)
    return tuple(dict.fromkeys(title for title in titles if _WORD.search(title)))


def _headline(text: str) -> str:
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return "" if len(first) > _LONGEST_HEADLINE or _NO_HEADLINE.search(first) else first


def _without_dates(text: str, start: int, end: int) -> str:
    kept, at = [], start
    for dates in date_ranges(text, start, end):
        kept.append(text[at : dates.start])
        at = dates.end
    return " ".join([*kept, text[at:end]])
