"""Titles of postings and of occupations in one form: what is left when seniority, places and numbers are gone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9+#]+")
_BRACKETS = re.compile(r"[(\[{<]([^)\]}>]*)[)\]}>]")
_PARTS = re.compile(r"\s+[-‐-―|@·•]+\s+|[;|•]|\s+at\s+(?=[A-Z])|:\s")
_CODES = re.compile(
    r"\b(?:[A-Z]+[-/])?\d[\w/.-]*|\b[A-Z]+-(?=\d)[\w/.-]*"  # GS-2210-05/07, 2N
    r"|\b[A-Z]{2,}(?:-[A-Z]{2,})+\b|\b[A-Za-z]+\d{3,}\w*|[#№]\s*\S+"  # ML-DEU, MI5111, #123
)
_TERMS = re.compile(r"\b(full|part)[\s-]?time\b|\bentry[\s-]level\b|\b(short|long|fixed)[\s-]term\b", re.IGNORECASE)
_GENDER = re.compile(r"(?<![a-z])[mfwdhvxn]\s*[/|,*]\s*[mfwdhvxn](\s*[/|,*]\s*[mfwdhvxn])*(?![a-z])", re.IGNORECASE)

# Words that say how senior, how long, how urgent, never what the work is.
_NOISE_WORDS = """
    senior sr snr junior jr mid midlevel principal experienced i ii iii iv vi vii remote onsite fulltime parttime
    temporary temp permanent perm freelance seasonal urgent urgently hiring wanted needed vacancy opportunity opening
    position intermittent external internal the a an and or of for in to with our
"""
# A single one of these says nothing about the field; without more there is no telling.
_VAGUE_WORDS = """
    manager associate specialist assistant consultant coordinator analyst officer engineer technician director
    supervisor representative executive agent administrator intern trainee apprentice worker operator lead leader
    head member team staff professional expert advisor adviser clerk aide helper partner contributor ambassador
    developer scientist researcher research planner inspector instructor trainer designer business general
"""
_NOISE = frozenset(_NOISE_WORDS.split())
VAGUE = frozenset(_VAGUE_WORDS.split())
_WITH_DIGITS = frozenset({"2d", "3d"})
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart: the words that name the work, and those in brackets or behind a dash or comma."""

    core: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def name(self) -> str:
        return " ".join(self.core)

    @property
    def is_vague(self) -> bool:
        """Whether every word would fit any field."""
        return not set(self.core) - VAGUE


def words(text: str) -> list[str]:
    """The words of a text in lower case, plurals as singulars."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("'s", "").replace("’s", "")
    return [_singular(word) for word in _WORD.findall(folded)]


def name_of(title: str) -> str:
    """An occupation's title as titles are compared: its words, without those that say nothing."""
    kept = [word for word in words(title) if word not in _NOISE]
    return " ".join(kept or words(title))


def parse(title: str) -> Title:
    """A posting's title; both parts are empty where it has no word."""
    text = _TERMS.sub(" ", _GENDER.sub(" ", title))
    inside = " ".join(_BRACKETS.findall(text))
    outside = [part for part in _PARTS.split(_BRACKETS.sub(" ", text)) if part.strip()]
    kept = [_telling(part) for part in outside]
    first = next((number for number, part in enumerate(kept) if part), None)
    if first is None:
        return Title(tuple(_telling(inside)), ())
    rest = [word for part in kept[first + 1 :] for word in part]
    return Title(tuple(kept[first]), tuple(dict.fromkeys(rest + _telling(inside))))


def _telling(text: str) -> list[str]:
    """Words without noise, grades, requisition numbers and dates; ``2D`` and ``3D`` are words."""
    found = words(_CODES.sub(lambda code: code[0] if code[0].lower() in _WITH_DIGITS else " ", text))
    return [word for word in found if word not in _NOISE]


def _singular(word: str) -> str:
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
