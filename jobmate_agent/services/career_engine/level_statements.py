"""Statements that something is held or known, and how well: "strong skills", "familiar", "knowledge"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from jobmate_agent.services.career_engine.level_claims import alternation, key_of
from jobmate_agent.services.career_engine.level_scale import (
    HOLDING_NOUNS,
    LEARNING,
    LEVEL_SCALE,
    RAISED,
    RAISING,
    SCORE_LEARNING,
    SCORE_RAISED,
)

PHRASE_SCORES = {phrase: step.score for step in LEVEL_SCALE for phrase in step.phrases}
ADJECTIVE_SCORES = {word: step.score for step in LEVEL_SCALE for word in step.adjectives}
QUALITY_SCORES = {word: step.score for step in LEVEL_SCALE for word in step.qualities} | ADJECTIVE_SCORES
LOWEST = min(step.score for step in LEVEL_SCALE)

_NOUN = alternation(HOLDING_NOUNS)
_QUALITY = alternation(tuple(QUALITY_SCORES))
# A "customer experience" is something that is offered, and a machine does its own learning.
_NOT_HELD = r"(?<!\buser )(?<!\bcustomer )(?<!\bclient )(?<!\bguest )(?<!\bshopping )(?<!\bmachine )(?<!\bdeep )"
_STATEMENT = re.compile(
    rf"(?:(?<![\w-])|(?-i:(?<=[a-z])(?=[A-Z]))){_NOT_HELD}"
    rf"(?:(?P<raised>(?:{alternation(RAISING)})\s+(?:{alternation(RAISED)}))|"
    rf"(?P<learning>{alternation(LEARNING)})|(?P<quality>{_QUALITY})|(?P<phrase>{alternation(tuple(PHRASE_SCORES))})|"
    rf"(?P<noun>{_NOUN}))(?![\w-])",
    re.IGNORECASE,
)
PHRASES = re.compile(rf"(?<![\w-])(?:{alternation(tuple(PHRASE_SCORES))})(?![\w-])", re.IGNORECASE)
ADJECTIVES = re.compile(rf"(?<![\w-])(?:{alternation(tuple(ADJECTIVE_SCORES))})(?![\w-])", re.IGNORECASE)
QUALITIES = re.compile(rf"(?<![\w-])(?:{_QUALITY})(?![\w-])", re.IGNORECASE)

_STOP = (
    r"(?:with|in|on|for|at|of|to|the|an?|as|is|are|be|who|that|which|you|your|we|our|if|have|has|from|by|into|including|"
    r"required|preferred|must|should|will|can|plus|using|experience|knowledge|understanding)"
)
PLAIN_WORD = rf"(?!{_STOP}\b)[^\s,;:.()!?]{{1,32}}"
# From a quality to the noun that it is said of, over the skills between: "strong design and development skills".
_TO_NOUN = re.compile(rf"(?:[\s,()]{{1,4}}{PLAIN_WORD}){{0,8}}?[\s,()]{{1,4}}(?P<noun>{_NOUN})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """Words at [start, end): a noun of holding with its qualities (``frame``) or without, a phrase, an adjective.

    ``score`` None: they say that something is known, not how well.

    ``qualities`` are the places of the words before a noun that say how well; ``about_something``: other words, which
    name what is held, lie between them and the noun.
    """

    kind: Literal["frame", "phrase", "adjective", "learning", "noun"]
    start: int
    end: int
    score: int | None
    qualities: tuple[tuple[int, int], ...] = ()
    about_something: bool = False


def scores_in(words: str) -> list[int]:
    """The levels that ``words`` by themselves claim."""
    found = [each.score for each in statements(words, 0, len(words)) if each.score is not None]
    return found + [QUALITY_SCORES[key_of(each.group())] for each in QUALITIES.finditer(words) if not found]


def statements(text: str, start: int, end: int) -> list[Statement]:
    """The statements of ``text[start:end]`` in order, none within another."""
    told: list[Statement] = []
    at = start
    while found := _STATEMENT.search(text, at, end):
        statement = _statement(text, found, end)
        if statement is not None:
            told.append(statement)
        at = statement.end if statement is not None else found.end()
    return told


def _statement(text: str, found: re.Match[str], end: int) -> Statement | None:
    words = key_of(found.group())
    match found.lastgroup:
        case "raised":
            return Statement("phrase", found.start(), found.end(), SCORE_RAISED)
        case "learning":
            return Statement("learning", found.start(), found.end(), SCORE_LEARNING)
        case "quality":
            return _framed(text, found, end) or _unframed(found, words)
        case "phrase":
            return Statement("phrase", found.start(), found.end(), PHRASE_SCORES[words])
        case _:
            return Statement("noun", found.start(), found.end(), None)


def _unframed(found: re.Match[str], words: str) -> Statement | None:
    if words in PHRASE_SCORES:
        return Statement("phrase", found.start(), found.end(), PHRASE_SCORES[words])
    if words in ADJECTIVE_SCORES:
        return Statement("adjective", found.start(), found.end(), ADJECTIVE_SCORES[words])
    return None


def _framed(text: str, quality: re.Match[str], end: int) -> Statement | None:
    """A quality with the noun that it is said of, and the qualities between."""
    noun = _TO_NOUN.match(text, quality.end(), min(end, quality.end() + 120))
    if not noun:
        return None
    places = [quality.span(), *(each.span() for each in QUALITIES.finditer(text, quality.end(), noun.start("noun")))]
    scores = [QUALITY_SCORES[key_of(text[slice(*place)])] for place in places]
    score = LOWEST if LOWEST in scores else max([*scores, PHRASE_SCORES.get(key_of(noun["noun"]), 0)])
    about = not text[places[-1][1] : noun.start("noun")].isspace()
    return Statement("frame", quality.start(), noun.end("noun"), score, tuple(places), about)
