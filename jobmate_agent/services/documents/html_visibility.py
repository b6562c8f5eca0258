"""Text of a web page that its reader does not see, by the attributes of its elements; style sheets are not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jobmate_agent.services.documents.css_colours import WHITE, Colour, colour
from jobmate_agent.services.documents.hidden import Way

SILENT = ("script", "style", "template", "noscript")
"""Elements whose text is never shown, hidden or not."""
USUAL_PIXELS = 16.0
TINY_PIXELS = 8 / 3
"""Two points, as on paper."""
NEARLY_TRANSPARENT = 0.1
MOST_UNSEEN = 0.5
"""Where more of a page's text would be white on white, a style sheet colours its ground."""
_DECLARATION = re.compile(r"([a-z-]{1,40})\s*:\s*([^;]{1,200})", re.IGNORECASE)
_NUMBER = r"(?:\d+\.?\d*|\.\d+)"
_SIZE = re.compile(rf"({_NUMBER})(px|pt|pc|in|cm|mm|q|em|ex|ch|rem|vw|vh|%)?")
_SIZE_OF_FONT = re.compile(rf"(?:^|\s)({_NUMBER}(?:px|pt|pc|in|cm|mm|q|em|ex|ch|rem|%)|0)(?=[\s/])")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": USUAL_PIXELS}
_OF_PARENT = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw|vh)?", re.IGNORECASE)
_SHARE = re.compile(rf"({_NUMBER})(%?)")
_COLOUR_IN = re.compile(r"(?:rgb|hsl)a?\([^()]*\)|#[0-9a-f]+|[a-z]+")
_AS_PARENT = {"inherit", "currentcolor", "unset", "revert"}
_NO_GROUND = {"", "none", "transparent", "initial", *_AS_PARENT}
_COLOURED_GROUND = re.compile(r"background|bgcolor", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks where it stands. None: a colour that is not known, which hides nothing.

    ``is_page``: nothing has coloured the ground, so that it is that of the page. ``way``: a whole element is hidden,
    whatever is in it.
    """

    ink: Colour | None = None
    ground: Colour | None = WHITE
    pixels: float = USUAL_PIXELS
    is_collapsed: bool = False
    is_page: bool = True
    way: Way | None = None

    def hidden(self) -> Way | None:
        """How text that looks so is hidden; None: it is not."""
        if self.way is not None or self.is_collapsed:
            return self.way or "marked"
        if self.pixels < TINY_PIXELS:
            return "tiny"
        if self.ink is None:
            return None
        if self.ink.alpha <= NEARLY_TRANSPARENT:
            return "unseen"
        return "unseen" if self.ground is not None and self.ink.over(self.ground).is_like(self.ground) else None

    def within(self, attributes: Mapping[str, str | None]) -> Look:
        """How text looks in an element with ``attributes`` that stands where text looks like this."""
        style = _style(attributes.get("style") or "")
        ground = self._ground(attributes, style)
        return Look(
            ink=self._ink(style.get("color") or (attributes.get("color") or "").lower().strip()),
            ground=ground,
            pixels=self._pixels(style),
            is_collapsed=style.get("visibility", "hidden" if self.is_collapsed else "") in {"hidden", "collapse"},
            is_page=self.is_page and ground is self.ground,
            way=self.way or _way(attributes, style),
        )

    def _ink(self, written: str) -> Colour | None:
        return self.ink if not written or written in _AS_PARENT else colour(written)

    def _ground(self, attributes: Mapping[str, str | None], style: dict[str, str]) -> Colour | None:
        ground = self.ground
        written = [attributes.get("bgcolor") or "", *(style[name] for name in style if name.startswith("background"))]
        for value in (value.strip().lower() for value in written):
            if value in _NO_GROUND:
                continue
            if "url(" in value or "gradient" in value:
                return None
            found = next((found for part in _COLOUR_IN.findall(value) if (found := colour(part))), None)
            if found is not None and found.alpha < 1:
                found = None if ground is None else found.over(ground)
            ground = found
        return ground

    def _pixels(self, style: dict[str, str]) -> float:
        written = style.get("font-size")
        if written is None and (short := _SIZE_OF_FONT.search(style.get("font", ""))):
            written = short[1]
        if written is None or written in _AS_PARENT:
            return self.pixels
        found = _SIZE.fullmatch(written)
        if found is None:
            return USUAL_PIXELS
        number, unit = float(found[1]), found[2] or "px"
        if unit in _OF_PARENT:
            return number * _OF_PARENT[unit] * self.pixels
        return number * _PIXELS.get(unit, USUAL_PIXELS)


ON_PAPER = Look()
"""Text on white but for what its elements say."""


def take_out_hidden(root: Any, *, on_paper: bool) -> list[tuple[Way, str]]:
    """Remove the text that is not shown from the tree below ``root``; what was removed, in order.

    ``on_paper``: the tree stands on white but for what it says itself. A whole page may be coloured by style sheets:
    white text proves nothing where most text of the page, or of a box that a rule may colour, is white.
    """
    pieces: list[tuple[Any, str, Way | None, bool, Any]] = []
    total: Counter[Any] = Counter()
    doubtful: Counter[Any] = Counter()
    # Pages hide their body until a script shows it; its colours hold.
    start = replace(ON_PAPER.within(root.attrib), way=None, is_collapsed=False, pixels=USUAL_PIXELS)
    for element, slot, look, box in _texts(root, start):
        way = look.hidden()
        is_white = way == "unseen" and not on_paper and look.is_page and look.ink is not None and look.ink.alpha == 1
        pieces.append((element, slot, way, is_white, box))
        if way is None or is_white:
            for holder in {box, root}:
                total[holder] += len(getattr(element, slot).strip())
                doubtful[holder] += is_white * len(getattr(element, slot).strip())
    is_plain = not on_paper and next(root.getroottree().iter("link", "style"), None) is None
    dark = {box for box in total if (box is root or not is_plain) and doubtful[box] > MOST_UNSEEN * total[box]}
    may_be_dark = root in dark or (not on_paper and _rules_colour_page(root))
    hidden: list[tuple[Way, str]] = []
    for element, slot, way, is_white, box in pieces:
        if way is None or (is_white and (may_be_dark or box in dark)):
            continue
        hidden.append((way, getattr(element, slot)))
        setattr(element, slot, " ")
    return hidden


def _texts(root: Any, look: Look) -> Iterator[tuple[Any, str, Look, Any]]:
    """Every piece of text below ``root`` in order: its element, ``text`` or ``tail``, how it looks, and its box: the
    nearest element around it with a class or id, by which a rule may colour its ground, else ``root``."""
    pending: list[tuple[Any, str, Look, Any]] = [(root, "text", look, root)]
    while pending:
        element, slot, look, box = pending.pop()
        if slot == "text" and (not isinstance(element.tag, str) or element.tag in SILENT):
            continue
        if getattr(element, slot):
            yield element, slot, look, box
        if slot == "tail":
            continue
        for child in reversed(element):
            pending.append((child, "tail", look, box))
            if isinstance(child.tag, str):
                inner = child if "class" in child.attrib or "id" in child.attrib else box
                pending.append((child, "text", look.within(child.attrib), inner))


def _rules_colour_page(root: Any) -> bool:
    """Whether the page's own style sheet colours the ground of all of it."""
    rules = " ".join(style.text or "" for style in root.getroottree().iter("style"))
    found = re.findall(r"([^{}]{1,500})\{([^{}]{0,5000})\}", rules)
    whole = re.compile(r"(?:^|[\s,>])(?:html|body|:root|\*|div|p|main|article|section)\b|\*")
    return any(whole.search(selector) and _COLOURED_GROUND.search(body) for selector, body in found)


def _way(attributes: Mapping[str, str | None], style: dict[str, str]) -> Way | None:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "marked"
    opacity = _SHARE.fullmatch(style.get("opacity", "1"))
    if style.get("display") == "none" or (
        opacity is not None and float(opacity[1]) / (100 if opacity[2] else 1) <= NEARLY_TRANSPARENT
    ):
        return "marked"
    away = style.get("position") in {"absolute", "fixed"}
    shifts = ("text-indent", *(("left", "top", "right", "bottom") if away else ()))
    return "off_page" if any(_FAR.fullmatch(style.get(shift, "")) for shift in shifts) else None


def _style(written: str) -> dict[str, str]:
    declared = _DECLARATION.findall(written)
    return {name.lower(): value.lower().replace("!important", "").strip() for name, value in declared}
