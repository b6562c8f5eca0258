"""A document as sentences, each in its section. Works on Markdown, plain text and text taken out of PDFs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from jobmate_agent.services.career_engine.sections import Section, section_named
from jobmate_agent.services.career_engine.types import DocType

MAX_SENTENCE = 600
"""Longer runs without a full stop are cut, which also bounds the work spent on any one sentence."""

_MAX_HEADING = 80
_MARKDOWN_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)([^*_]{2,80})(?:\*\*|__)\s*:?\s*")
_BULLET = re.compile(r"\s*(?:[-*+•·▪●◦‣–—]|\(?[0-9a-z]{1,2}[.)])\s+", re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:\*\*|__)?([^\W_][^:\n*_]{1,48}?)(?:\*\*|__)?\s?:(?:\*\*|__)?(\s|$)")
# The last alternatives are items of a list whose tags were taken out of a page with nothing in their place: "reports on
# timeManage stock". Names that are written that way begin with a capital, or with a letter or two ("iPhone").
_SENTENCE_END = re.compile(
    r"[.!?][\"')\]”’]{0,2}\s+(?=[^\W_a-z])|\s[•·▪●◦‣]\s|"
    r"\b[a-z]{4,30}(?=[A-Z][a-z]{2})(?!(?:Script|Query|Point|Book|Hub|Lab|Base|Board|Sheet|Press|Net|Flow|Form|Office)\b)|"
    r"(?<=[a-z]{3})[.;)](?=[A-Z][a-z]{2})"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|vs|inc|ltd|approx|min|max|yrs?|sr|jr|dr|mr|mrs|ms|st|no|incl|u\.s)|\b[A-Z])$", re.I
)
_EQUAL_OPPORTUNITY = re.compile(
    r"equal[\s-]opportunity|affirmative action|without regard to|regardless of (?:race|age|gender|background|religion)|"
    r"does not discriminate|reasonable accommodations?\b|protected (?:veteran|class|characteristic)|e-verify",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\bwe offer\b|\b(?:salary|pay|compensation|hourly)\b.{0,24}[$€£\d]|\b401\(?k\)?|\bpaid time off\b|\bpto\b|"
    r"\bto apply\b|\bapply (?:now|online|today|at|by|via|with)\b|\bsend (?:us )?your (?:resume|cv|application)\b|"
    r"\bfor (?:more|additional|further) (?:information|details)\b|"
    r"\b(?:visit|go to|refer to|see|check) (?:our|the)\b[^.;\n]{0,80}\b(?:websites?|web ?(?:site|page)s?)\b|"
    r"\b(?:health|dental|vision) (?:insurance|cover)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"(?:,|\b(?:and|or|with|of|in|to|for|the|a|an|using|including|on|&))\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text[start:end]``, a sentence or list item. ``label`` ends where its own "Label:" does, else ``start``."""

    start: int
    end: int
    section: Section
    label_end: int
    bullet: bool = False


@dataclass(slots=True)
class _Block:
    """Lines that belong together: a bullet with its wrapped lines, or a paragraph."""

    start: int
    end: int
    section: Section
    label_end: int
    bullet: bool


class Document:
    """The sentences of one text in order. ``at(offset)`` finds the one an offset lies in."""

    def __init__(self, text: str, doc_type: DocType) -> None:
        self.text = text
        self.doc_type = doc_type
        self.sentences: list[Sentence] = []
        for block in _blocks(text, doc_type):
            self.sentences.extend(_sentences(text, block, doc_type))
        self._starts = [sentence.start for sentence in self.sentences]

    def at(self, offset: int) -> Sentence | None:
        """The sentence that holds ``offset``; None: it lies in a heading or between sentences."""
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self.sentences[index].end:
            return self.sentences[index]
        return None


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _heading(line: str, doc_type: DocType) -> tuple[bool, bool, Section | None]:
    """(is a heading for certain, may be one, the section it names)."""
    title = line.strip()
    if not title or len(title) > _MAX_HEADING:
        return False, False, None
    if marked := _MARKDOWN_HEADING.match(line) or _BOLD_LINE.fullmatch(line):
        name = marked.group(marked.lastindex or 1)
        return True, True, section_named(name, doc_type)
    if _BULLET.match(line):
        return False, False, None
    words = len(title.split())
    if title.endswith(":") and words <= 8:
        named = section_named(title, doc_type)
        return named is not None, True, named
    letters = [char for char in title if char.isalpha()]
    capitals = len(letters) >= 3 and all(char.isupper() for char in letters)
    if words > (6 if capitals else 5) or title[-1] in ".,;!?" or "," in title or any(c.isdigit() for c in title):
        return False, False, None
    named = section_named(title, doc_type)
    if capitals:
        return named is not None, True, named
    return named is not None and title[0].isupper() and _names_only_itself(title), False, named


HEADING_WORDS = frozenset(
    """
    skill skills technical core key professional work relevant other additional experience employment history education
    certification certifications certificate certificates license licenses licence licences project projects summary
    profile objective reference references interests hobbies languages competencies qualification qualifications
    requirement requirements responsibilities duties benefits perks salary pay compensation minimum basic preferred
    desired required nice good great bonus must to have haves be would about us you the role job position company team
    we are our your who what why join how apply offer do will ll need needs bring looking for re equal opportunity
    employer eeo statement overview description and or of in a training courses coursework volunteer volunteering tools
    technologies software expertise strengths academic background achievements publications credential credentials
    career personal details contact declaration day points plus internship internships life at if is it s get
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_WORDS = re.compile(r"[^\W_]+")


def _names_only_itself(title: str) -> bool:
    """A short plain line is a heading only if nothing else is in it: "Work experience", not "Sales experience"."""
    return all(word in HEADING_WORDS for word in _WORDS.findall(title.lower()))


def _blocks(text: str, doc_type: DocType) -> Iterator[_Block]:
    section = Section.NEUTRAL
    named_level = 0
    open_block: _Block | None = None
    inline: Section | None = None
    for start, end in _lines(text):
        line = text[start:end]
        if not line.strip():
            if open_block:
                yield open_block
            open_block = inline = None
            continue
        certain, possible, named = _heading(line, doc_type)
        if certain or (possible and section is Section.BOILERPLATE):
            if open_block:
                yield open_block
            open_block = inline = None
            marked = _MARKDOWN_HEADING.match(line)
            level = len(marked.group(1)) if marked else 0
            if named is not None:
                section, named_level = named, level
                continue
            if not level or level <= named_level or section is Section.BOILERPLATE:
                section, named_level = Section.NEUTRAL, level
            title = start + (marked.start(2) if marked else 0)
            yield _Block(title, end, section, title, False)
            continue
        bullet = _BULLET.match(line)
        body = start + (bullet.end() if bullet else 0)
        label = _LABEL.match(text, body, min(end + 1, body + 64))
        named = section_named(label.group(1), doc_type) if label and len(label.group(1).split()) <= 5 else None
        label_end = label.end(1) + 1 if label and label.end(1) < end else body
        if bullet or named is not None or open_block is None or not _wraps(text, open_block, start, end):
            if open_block:
                yield open_block
            if named is Section.BOILERPLATE or bullet:
                inline = None
            open_block = _Block(body, end, named or inline or section, label_end, bool(bullet))
            if named is not None and named is not Section.BOILERPLATE and not bullet:
                inline = named
        else:
            open_block.end = end
    if open_block:
        yield open_block


def _wraps(text: str, block: _Block, start: int, end: int) -> bool:
    """Whether the line ``text[start:end]`` goes on with the block above it, as wrapped text does."""
    first = text[start:end].lstrip()[:1]
    tail = text[max(block.start, start - 90) : start].rstrip()
    if first.islower():
        return True
    last_line = tail.rsplit("\n", 1)[-1]
    return bool(_CONTINUES.search(tail[-24:])) or (len(last_line) > 64 and tail[-1:] not in ".!?:;")


def _sentences(text: str, block: _Block, doc_type: DocType) -> Iterator[Sentence]:
    at = block.start
    label_end = block.label_end
    skip_rest = False
    while at < block.end:
        end = _sentence_end(text, at, block.end)
        section = block.section
        if doc_type == "job":
            piece = text[at:end]
            skip_rest = skip_rest or bool(_EQUAL_OPPORTUNITY.search(piece))
            if skip_rest or _OFFER.search(piece):
                section = Section.BOILERPLATE
        yield Sentence(at, end, section, max(at, label_end) if label_end <= end else at, block.bullet)
        at = end


def _sentence_end(text: str, start: int, limit: int) -> int:
    hard = min(limit, start + MAX_SENTENCE)
    at = start
    while found := _SENTENCE_END.search(text, at, hard):
        sure = text[found.start()] in "!?" or not found.group()[-1].isspace()
        if sure or not _ABBREVIATION.search(text, max(start, found.start() - 8), found.start()):
            return found.end()
        at = found.start() + 1
    if hard == limit:
        return limit
    space = text.rfind(" ", start + MAX_SENTENCE // 2, hard)
    return space + 1 if space > 0 else hard
