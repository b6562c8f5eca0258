"""Text within HTML elements of a Markdown file that whoever reads the page made of it does not see."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

from jobmate_agent.services.documents.hidden import Way
from jobmate_agent.services.documents.html_visibility import ON_PAPER, SILENT, Look

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_GOES_ON = frozenset(["div", "section", "article", "main", "aside", "header", "footer", "details", "table", "ul", "ol"])
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
# Code shows its tags: between equal runs of backticks, within a paragraph or fenced.
_CODE = re.compile(
    r"(?<!`)(`{3,})(?!`).*?(?<!`)\1(?!`)|(?<!`)(`{1,2})(?!`)(?:(?!\n[ \t\r]*\n).)*?(?<!`)\2(?!`)", re.DOTALL
)


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str | None]
    start: int
    end: int


class _Elements(HTMLParser):
    """The HTML elements of a text, by where their content starts and ends."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._blanks = [found.start() for found in _BLANK_LINE.finditer(text)]
        self._lines = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]
        self._open: list[_Element] = []
        self.found: list[_Element] = []
        self.feed(text)
        self.close()
        self._leave_open(0, len(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element; HTML pays no heed to a slash at its end."""
        if tag not in _VOID:
            start = self._at() + len(self.get_starttag_text() or "")
            element = _Element(tag, {name: value or "" for name, value in attrs}, start, start)
            self._open.append(element)
            self.found.append(element)

    def handle_endtag(self, tag: str) -> None:
        """End the last element of that name, and what was left open within it."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == tag:
                self._leave_open(index + 1, self._at())
                self._open.pop().end = self._at()
                return

    def _leave_open(self, index: int, end: int) -> None:
        """An element that nothing ends goes on to ``end`` if it may hold paragraphs, else to the end of its own."""
        for element in self._open[index:]:
            blank = bisect_left(self._blanks, element.start)
            goes_on = element.tag in _GOES_ON or blank == len(self._blanks)
            element.end = end if goes_on else min(end, self._blanks[blank])
        del self._open[index:]

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def without_hidden(text: str) -> tuple[str, list[tuple[Way, str]]]:
    """``text`` without what its HTML elements hide, and what that is, in order."""
    masked = _CODE.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), text)
    elements = _Elements(masked).found
    edges = sorted({0, len(text), *(element.start for element in elements), *(element.end for element in elements)})
    kept: list[str] = []
    hidden: list[tuple[Way, str]] = []
    around: list[tuple[int, Look | None]] = [(len(text), ON_PAPER)]
    starting: dict[int, list[_Element]] = {}
    for element in elements:
        starting.setdefault(element.start, []).append(element)
    for start, end in pairwise(edges):
        while around[-1][0] <= start:
            around.pop()
        for element in starting.get(start, []):
            until, look = around[-1]
            silent = look is None or element.tag in SILENT
            around.append(
                (min(element.end, until), None if silent or look is None else look.within(element.attributes))
            )
        while around[-1][0] <= start:
            around.pop()
        look = around[-1][1]
        way = None if look is None else look.hidden()
        if look is not None and way is None:
            kept.append(text[start:end])
        elif way is not None:
            hidden.append((way, re.sub(r"<[^<>]*>", " ", text[start:end])))
    return "".join(kept), hidden
