"""Elements of a web page that its reader does not see, by their own attributes; style sheets are not looked at."""

from __future__ import annotations

import re
from typing import Any

from jobmate_agent.services.documents.hidden import Way

_DECLARATION = re.compile(r"([a-z-]{1,40})\s*:\s*([^;]{1,200})", re.IGNORECASE)
_WHITE = re.compile(
    r"white|snow|#fff|#f[a-f0-9]f[a-f0-9]f[a-f0-9]|rgba?\(\s*2[45]\d\s*,\s*2[45]\d\s*,\s*2[45]\d\s*(?:,[^)]*)?\)",
    re.IGNORECASE,
)
_TRANSPARENT = re.compile(r"transparent|rgba\([^)]*,\s*0(?:\.0*)?\s*\)|#[a-f0-9]{6}00", re.IGNORECASE)
_TINY = re.compile(r"(?:[01](?:\.\d+)?(?:px|pt)|0(?:\.0+)?(?:em|rem|%)?)", re.IGNORECASE)
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%|vw|vh)?", re.IGNORECASE)
SILENT = ("script", "style", "template", "noscript")
"""Elements whose text is never shown, hidden or not."""
_HIDING = {("display", "none"), ("visibility", "hidden"), ("visibility", "collapse"), ("opacity", "0")}


def take_out_hidden(root: Any, *, on_paper: bool) -> list[tuple[Way, str]]:
    """Remove what is not shown from the tree below ``root``; what was removed, in order.

    ``on_paper``: the tree stands on white but for what it says itself. In a whole page style sheets colour the ground,
    so that white text proves nothing.
    """
    hidden: list[tuple[Way, str]] = []
    pending = [(child, on_paper) for child in reversed(root)]
    while pending:
        element, on_white = pending.pop()
        if not isinstance(element.tag, str):
            continue
        style = _style(element)
        on_white = on_white and "bgcolor" not in element.attrib and not any(map(_is_ground, style))
        way = _way(element, style, on_white=on_white)
        if way is None:
            pending.extend((child, on_white) for child in reversed(element))
            continue
        for silent in element.iter(*SILENT):
            silent.text = None
        hidden.append((way, " ".join(element.itertext())))
        element.drop_tree()
    return hidden


def _way(element: Any, style: dict[str, str], *, on_white: bool) -> Way | None:
    if "hidden" in element.attrib and element.get("hidden") != "until-found":
        return "marked"
    if _HIDING.intersection(style.items()):
        return "marked"
    if _TINY.fullmatch(style.get("font-size", "")):
        return "tiny"
    away = style.get("position") in {"absolute", "fixed"}
    shifts = ("text-indent", *(("left", "top", "right", "bottom") if away else ()))
    if any(_FAR.fullmatch(style.get(shift, "")) for shift in shifts):
        return "off_page"
    colour = style.get("color") or (element.get("color") or "").strip()
    if _TRANSPARENT.fullmatch(colour) or (on_white and _WHITE.fullmatch(colour)):
        return "unseen"
    return None


def _is_ground(name: str) -> bool:
    return name.startswith("background")


def _style(element: Any) -> dict[str, str]:
    declared = _DECLARATION.findall(element.get("style") or "")
    return {name.lower(): value.lower().replace("!important", "").strip() for name, value in declared}
