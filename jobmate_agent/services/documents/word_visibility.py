"""Whether a run of a Word document is shown: not marked as hidden, large enough, not in the colour of its ground.

Source of the format: ECMA-376, part 1: 17.3.2 (run properties), 17.3.5 (shading), 17.7 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from jobmate_agent.services.documents.hidden import Way

TINY_HALF_POINTS = 4
LEAST_CONTRAST = 20
"""Steps of 255 in one colour at least, for text to show on its ground."""
WHITE = (255, 255, 255)
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_OFF = {"0", "false", "off"}
_WHITE_THEME = {"background1", "light1", "bg1", "lt1"}
_CLEAR = {None, "clear", "nil"}
Colour = tuple[int, int, int]


class Visibility:
    """Of one document. Where the colour behind a run cannot be told, its own colour does not hide it."""

    def __init__(self, document: Document) -> None:
        self._styles = {style.style_id: style.element for style in document.styles if style.style_id}
        defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        self._defaults = [] if defaults is None else [defaults]
        self._usual = next((name for name, style in self._styles.items() if _is_usual(style)), None)
        paper = document.element.find(qn("w:background"))
        self._paper = WHITE if paper is None else _colour(paper.get(qn("w:color")))
        self._run_properties = cache(self._of_style)

    def way(self, run: Any) -> Way | None:
        """How ``run`` (a ``w:r``) is hidden; None: it is not."""
        properties = self._properties(run)
        vanish = _first(properties, "w:vanish")
        if vanish is not None and vanish.get(qn("w:val")) not in _OFF:
            return "marked"
        size = _first(properties, "w:sz")
        if size is not None and 0 < _number(size.get(qn("w:val"))) < TINY_HALF_POINTS:
            return "tiny"
        ink, ground = _ink(_first(properties, "w:color")), self._ground(run, properties)
        if ink is not None and ground is not None and _alike(ink, ground):
            return "unseen"
        return None

    def _properties(self, run: Any) -> list[Any]:
        """Every ``w:rPr`` that counts for the run, the nearest first."""
        own = run.find(qn("w:rPr"))
        found = [] if own is None else [own, *self._run_properties(_named(own, "w:rStyle"))]
        return [*found, *self._run_properties(self._paragraph_style(run)), *self._defaults]

    def _paragraph_style(self, run: Any) -> str | None:
        about = _properties_of(run, "w:p", "w:pPr")
        return (None if about is None else _named(about, "w:pStyle")) or self._usual

    def _of_style(self, style_id: str | None) -> list[Any]:
        return [found for style in self._chain(style_id) if (found := style.find(qn("w:rPr"))) is not None]

    def _chain(self, style_id: str | None) -> Iterator[Any]:
        """A style and what it is based on; each once, whatever a file says."""
        seen: set[str] = set()
        while style_id is not None and style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = _named(self._styles[style_id], "w:basedOn")

    def _ground(self, run: Any, properties: list[Any]) -> Colour | None:
        """The colour behind a run; None where it cannot be told, as in drawings and tables that a style shades."""
        highlight = _first(properties, "w:highlight")
        if next(run.iterancestors(qn("w:txbxContent")), None) is not None or highlight is not None:
            return None
        about = _properties_of(run, "w:p", "w:pPr")
        styles = [style.find(qn("w:pPr")) for style in self._chain(self._paragraph_style(run))]
        holders = [*properties, about, *styles]
        for cell in run.iterancestors(qn("w:tc")):
            holders.append(cell.find(qn("w:tcPr")))
        for table in run.iterancestors(qn("w:tbl")):
            described = table.find(qn("w:tblPr"))
            holders.append(described)
            named = None if described is None else _named(described, "w:tblStyle")
            if any(style.find(f".//{qn('w:shd')}") is not None for style in self._chain(named)):
                return None
        for holder in holders:
            shade = None if holder is None else holder.find(qn("w:shd"))
            if shade is None or shade.get(qn("w:fill")) in (None, "auto"):
                continue
            plain = shade.get(qn("w:val")) in _CLEAR and shade.get(qn("w:themeFill")) is None
            return _colour(shade.get(qn("w:fill"))) if plain else None
        return self._paper


def _is_usual(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in {"1", "true", "on"}


def _properties_of(run: Any, holder: str, properties: str) -> Any:
    around = next(run.iterancestors(qn(holder)), None)
    return None if around is None else around.find(qn(properties))


def _named(element: Any, tag: str) -> str | None:
    found = element.find(qn(tag))
    return None if found is None else found.get(qn("w:val"))


def _first(properties: list[Any], tag: str) -> Any:
    return next((found for each in properties if (found := each.find(qn(tag))) is not None), None)


def _ink(colour: Any) -> Colour | None:
    if colour is None:
        return None
    return WHITE if colour.get(qn("w:themeColor")) in _WHITE_THEME else _colour(colour.get(qn("w:val")))


def _colour(text: str | None) -> Colour | None:
    if text is None or not _HEX.fullmatch(text):
        return None
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def _alike(one: Colour, other: Colour) -> bool:
    return all(abs(left - right) < LEAST_CONTRAST for left, right in zip(one, other, strict=True))


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return 0.0
