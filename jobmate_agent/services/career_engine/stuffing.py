"""Keyword stuffing: names repeated or strung together for programs that count them.

Nothing here changes a score; the owner of the resume is told. The bounds lie above what honest resumes show: of 396
real ones the densest names a skill 9 times within 50 words, and from 20 mentions on none more often than once in 22
words; in none is one list most of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.quotes import MAX_QUOTE, quote_around
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Finding

OFTEN, WORDS_A_MENTION = 20, 15
"""So many mentions of one skill, more often than once in so many words, were not written for a reader."""
CROWDED, CROWD_WORDS = 10, 50
"""Nor were so many within so many words."""
IN_A_ROW = 5
LONG_LIST = 60
LIST_SHARE = 0.6
MANY_TECHNOLOGIES = 60
MOST_NAMED = 3
STUFFED = "Readers take that for keyword stuffing; saying once what you did with it tells them more."
_WORD = re.compile(r"[^\W_]+(?:['’+#.&-]+[^\W_]+)*[+#]*")
_ITEM = re.compile(r"[^,;|/•·▪●\n]+")
_ITEM_WORDS = 4
_SAME_AGAIN = re.compile(
    rf"\b([^\W\d_][\w+#.]{{2,40}})(?:[\s,;|/•·-]{{1,6}}\1(?!\w)){{{IN_A_ROW - 1},}}", re.IGNORECASE
)
_WORK = frozenset({Section.EXPERIENCE, Section.PROJECTS})


def stuffing_findings(text: str, skills: Sequence[ExtractedSkill], technologies: int) -> tuple[Finding, ...]:
    """What looks like keyword stuffing in a resume. ``technologies``: how many of its ``skills`` are technologies."""
    words = [found.start() for found in _WORD.finditer(text)]
    return (*_repeated(text, skills, words), *_bare_list(text, len(words)), *_without_work(text, technologies))


def _repeated(text: str, skills: Sequence[ExtractedSkill], words: Sequence[int]) -> Iterator[Finding]:
    found = 0
    for skill in sorted(skills, key=lambda skill: (-len(skill.places), skill.places)):
        count = len(skill.places)
        if count >= OFTEN and count * WORDS_A_MENTION > len(words):
            how = f"{count} times in your resume, once in {round(len(words) / count)} words"
        elif (crowd := _crowd(skill, words)) >= CROWDED:
            how = f"{crowd} times within {CROWD_WORDS} words of your resume"
        else:
            continue
        found += 1
        if found <= MOST_NAMED:
            yield Finding("repeated_skill", f"{skill.name} stands {how}. {STUFFED}", _shown(text, *skill.places[0]))
    if not found and (again := _SAME_AGAIN.search(text)):
        message = f"Your resume says {again[1]} several times in a row. {STUFFED}"
        yield Finding("repeated_skill", message, _shown(text, *again.span()))


def _crowd(skill: ExtractedSkill, words: Sequence[int]) -> int:
    """The most mentions within ``CROWD_WORDS`` words; ``words`` are the offsets where words begin."""
    numbers = [bisect_right(words, start) for start, _ in skill.places]
    return max((bisect_left(numbers, number + CROWD_WORDS) - at for at, number in enumerate(numbers)), default=0)


def _bare_list(text: str, words: int) -> Iterator[Finding]:
    start, end, items = _longest_list(text)
    inside = len(_WORD.findall(text, start, end))
    if items >= LONG_LIST and inside >= LIST_SHARE * words:
        yield Finding(
            "bare_list",
            f"Most of your resume is one list of {items} names without a sentence. Say where you used the most "
            "important of them: a bare name shows no level and convinces nobody.",
            _shown(text, start, end),
        )


def _longest_list(text: str) -> tuple[int, int, int]:
    """(start, end, number of items) of the longest row of short items between commas, bullets and line ends."""
    best = (0, 0, 0)
    start = end = items = 0
    for found in _ITEM.finditer(text):
        count = len(_WORD.findall(found.group()))
        if count == 0:
            continue
        if count > _ITEM_WORDS:
            items = 0
            continue
        start, end, items = (start if items else found.start()), found.end(), items + 1
        if items > best[2]:
            best = (start, end, items)
    return best


def _without_work(text: str, technologies: int) -> Iterator[Finding]:
    if technologies > MANY_TECHNOLOGIES and not any(
        sentence.section in _WORK for sentence in Document(text, "resume").sentences
    ):
        yield Finding(
            "many_technologies",
            f"Your resume names {technologies} technologies and no job or project in which you used them. Name those "
            "that you could be asked about, each with what you did.",
        )


def _shown(text: str, start: int, end: int) -> Evidence:
    line = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    return quote_around(text, line, last, start, min(end, start + MAX_QUOTE))
