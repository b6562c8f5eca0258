"""How the report puts things: text of documents made harmless, levels and quotes in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from jobmate_agent.services.career_engine.types import Evidence, GapEntry, Level, MappedSkill

QUOTE_LIMIT = 160
NAME_LIMIT = 80
EDGES = " \t\r\n|*#•·–-"
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MARKUP = re.compile(r"([\\`*_\[\]|~@])")
_SCHEME = re.compile(r":(?=/)")
_WWW = re.compile(r"(?<=www)\.", re.IGNORECASE)


def escape(text: str) -> str:
    """Text of a document as Markdown that shows it and does nothing else, on one line.

    Covers HTML, links and images, bare URLs and addresses (which some renderers link by themselves), code, emphasis
    and table cells. Characters that cannot be seen or that turn the direction of writing are dropped.
    """
    visible = "".join(char if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"} else " " for char in text)
    text = _ENTITY.sub("&amp;", " ".join(visible.split()))
    text = _MARKUP.sub(r"\\\1", text).replace("<", "&lt;").replace(">", "&gt;")
    return _WWW.sub(r"\\.", _SCHEME.sub(r"\\:", text))


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where there is one to cut at."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return f"{head[: head.rfind(' ')] if ' ' in head[limit // 2 :] else head}…"


def name(skill: MappedSkill) -> str:
    """A skill's name; one outside the vocabulary is text of a document."""
    return escape(shortened(skill.name, NAME_LIMIT))


def names(skills: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    parts = list(skills)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def quote(evidence: Sequence[Evidence], used: set[str]) -> str:
    """The most telling of the quotes: one that is not ``used`` yet and fits, the longer the better."""
    if not evidence:
        return ""
    best = max(evidence, key=lambda piece: (piece.quote not in used, _telling(piece), -piece.start))
    used.add(best.quote)
    return f"“{escape(shortened(best.quote.strip(EDGES), QUOTE_LIMIT))}”"


def _telling(piece: Evidence) -> int:
    """Length while it fits; rows of tables, and what would have to be cut, come last."""
    return len(piece.quote) if len(piece.quote) <= QUOTE_LIMIT and "|" not in piece.quote else 0


def held(level: Level | None, *, assumed: bool) -> str:
    """What the resume shows."""
    if level is None or level.score == 0:
        return "not shown"
    return "no level stated" if assumed else _with_years(level)


def asked(entry: GapEntry) -> str:
    """What the posting asks for."""
    need = "required" if entry.job is not None and entry.job.required else "nice to have"
    return need if entry.required_level is None else f"{need}, {_with_years(entry.required_level)}"


def is_assumed(entry: GapEntry) -> bool:
    """Whether the held level is our guess because the resume does not state one."""
    return entry.resume is not None and entry.resume.level is None


def _with_years(level: Level) -> str:
    return f"{level.label}, {plural(level.years, 'year')}" if level.years and level.years >= 0.5 else level.label


def plural(count: float, noun: str) -> str:
    return f"{count:g} {noun}" if count == 1 else f"{count:g} {noun}s"
