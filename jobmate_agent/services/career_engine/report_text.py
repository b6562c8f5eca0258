"""How the report puts things: text of documents made harmless, levels and quotes in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from jobmate_agent.services.career_engine.acronyms import is_acronym_of
from jobmate_agent.services.career_engine.phrase_words import stems
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


def as_written(skill: MappedSkill) -> str:
    """The document's words in quotes and a semicolon, "" where a reader recognises them in the skill's name.

    "oral communication" is O*NET's "Speaking", and a reader looks for the words of the posting.
    """
    known = stems(skill.name)
    same = any(stems(token) & known or is_acronym_of(token, skill.name) for token in skill.tokens)
    return "" if same or not skill.tokens else f"“{escape(shortened(skill.tokens[0], NAME_LIMIT))}”; "


def names(skills: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    parts = list(skills)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def quote(evidence: Sequence[Evidence], used: set[str], level: Level | None = None) -> str:
    """The most telling of the quotes: what ``level`` rests on, then one not ``used`` yet that fits, then the longest.

    A reader who is told "advanced, 6 years" wants to see those words; they are kept where the quote must be shortened.
    """
    if not evidence:
        return ""
    cues = level.cues if level is not None else ()
    best = max(
        evidence,
        key=lambda piece: (_cues_in(piece.quote, cues), piece.quote not in used, _telling(piece), -piece.start),
    )
    used.add(best.quote)
    return f"“{escape(_shortened_around(best.quote.strip(EDGES), cues))}”"


def _cues_in(text: str, cues: Sequence[str]) -> int:
    """How many of ``cues`` (white space normalised) stand in ``text`` as whole words."""
    flat = " ".join(text.split())
    return sum(bool(re.search(rf"(?<!\w){re.escape(cue)}(?!\w)", flat)) for cue in cues)


def _shortened_around(text: str, cues: Sequence[str]) -> str:
    head = shortened(text, QUOTE_LIMIT)
    if _cues_in(head, cues) >= _cues_in(text, cues):
        return head
    flat = " ".join(text.split())
    tail = flat[-(QUOTE_LIMIT - 1) :]
    tail = "…" + (tail[tail.find(" ") + 1 :] if " " in tail[: QUOTE_LIMIT // 2] else tail)
    return tail if _cues_in(tail, cues) > _cues_in(head, cues) else head


def _telling(piece: Evidence) -> int:
    """Length while it fits; rows of tables, and what would have to be cut, come last."""
    return len(piece.quote) if len(piece.quote) <= QUOTE_LIMIT and "|" not in piece.quote else 0


def held(level: Level | None, *, assumed: bool) -> str:
    """What the resume shows."""
    if level is None or level.score == 0:
        return "not shown"
    return "no level stated" if assumed else _with_years(level)


def asked(entry: GapEntry) -> str:
    """What the posting asks for; where it gives no level, what its occupation typically needs."""
    need = "required" if entry.job is not None and entry.job.required else "nice to have"
    if entry.required_level is None:
        return need
    typically = "typically " if entry.required_level.of_occupation else ""
    return f"{need}, {typically}{_with_years(entry.required_level)}"


def is_assumed(entry: GapEntry) -> bool:
    """Whether the held level is our guess because the resume does not state one."""
    return entry.resume is not None and entry.resume.level is None


def _with_years(level: Level) -> str:
    return f"{level.label}, {plural(level.years, 'year')}" if level.years and level.years >= 0.5 else level.label


def points(entry: GapEntry, total: float) -> float:
    """What the score would gain if this skill were fully there: 10 · w · (1 - c) / Σw."""
    return 10 * entry.weight * (1 - entry.credit) / total


def plural(count: float, noun: str) -> str:
    return f"{count:g} {noun}" if count == 1 else f"{count:g} {noun}s"
