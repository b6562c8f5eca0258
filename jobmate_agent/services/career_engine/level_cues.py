"""How well a skill is held or asked for, read from the words of its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.level_scale import (
    CONFIDENCE_ADJECTIVE,
    CONFIDENCE_PHRASE,
    CONFIDENCE_VERB,
    CONFIDENCE_YEARS,
    CONFIDENCE_YEARS_FAR,
    LEVEL_SCALE,
    NUMBER_WORDS,
    SCORE_ON_THE_WAY,
    level_of_years,
)
from jobmate_agent.services.career_engine.matching import Match
from jobmate_agent.services.career_engine.on_the_way import on_the_way
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import DocType, Level


def _alternation(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


_PHRASE_SCORES = {phrase: step.score for step in LEVEL_SCALE for phrase in step.phrases}
_ADJECTIVE_SCORES = {word: step.score for step in LEVEL_SCALE for word in step.adjectives}
_VERB_SCORES = {verb: step.score for step in LEVEL_SCALE for verb in step.verbs}

_NUMBER = r"\d{1,2}(?:\.\d)?|" + _alternation(tuple(NUMBER_WORDS))
_YEARS = re.compile(
    rf"(?<![\w.$€£])(?P<low>{_NUMBER})(?:\s?\(\d{{1,2}}\))?\s?(?:\+|plus\b|or\s+more\b)?\s?"
    rf"(?:(?:-|–|to\b)\s?(?:{_NUMBER})\s?\+?\s?)?(?:or\s+more\s|full\s)?(?:-\s?)?(?P<unit>years?|yrs?|months?)\b"
    r"(?!\s(?:old|ago|of\sage|warranty|degree|program|diploma|contract|in\sa\srow|running))",
    re.IGNORECASE,
)
_NOT_EXPERIENCE_BEFORE = re.compile(
    r"(?:within|past|last|next|every|per|valid for|first|under|age of|ages?)\s+$", re.IGNORECASE
)
_OF_EXPERIENCE = re.compile(r"\s*(?:of\b|['’])", re.IGNORECASE)
_OF_THOSE = re.compile(rf"(?<![\w.$€£])(?P<low>{_NUMBER})\s+of\s+(?:them|which|those|these)\b", re.IGNORECASE)
_NEAR_AFTER = re.compile(r"[\w\s/&'’+-]{0,64}")
_FAR_AFTER = re.compile(r"(?![,.)\]])[\w\s/&'’,+().-]{0,96}")
# "12 years of professional experience Excellent computer skills": the years are those of a whole career, unless they
# are said to be in something. Without "professional" or the like only a new phrase in between cuts them off.
_CAREER = re.compile(
    r"[^,;:]{0,48}?\b(?:(?:professional|work(?:ing)?|industry|job|career|overall|total|related|relevant|progressive)\s+"
    r"experience\b(?!\s*(?:[:(–-]|in\b|with\b|of\b|on\b|using\b|as\b|including\b|for\b|(?-i:[a-z]+ing)\b))"
    r"|experience\s+(?-i:[A-Z][a-z]))",
    re.IGNORECASE,
)
_RIGHT_BEFORE = re.compile(
    r"\s*(?:experience\s*)?(?:[(\[,:–—-]|\bfor\b)\s*"
    r"(?:at least|minimum|min\.?|over|about|with|more than)?\s*(?:of\s+)?",
    re.IGNORECASE,
)
_OWNED_AFTER = re.compile(r"\s*(?:of\s|in\s|with\s|experience\s|['’]\s){0,3}\s*", re.IGNORECASE)
_PHRASES = re.compile(rf"(?<![\w-])(?:{_alternation(tuple(_PHRASE_SCORES))})(?![\w-])", re.IGNORECASE)
_ADJECTIVES = re.compile(rf"(?<![\w-])(?:{_alternation(tuple(_ADJECTIVE_SCORES))})(?![\w-])", re.IGNORECASE)
_VERB = re.compile(rf"\s*(?:I\s+)?(?:have\s+)?({_alternation(tuple(_VERB_SCORES))})\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*(?:[(\[]\s*|[-–—:]\s+)([^)\],;\n]{2,32})")
_REACHES = re.compile(r"[\s\w'’/-]{0,32}?(?:\b(?:in|with|of|on|to|using)\b|:)", re.IGNORECASE)
_ADJECTIVE_GAP = re.compile(r"\s+(?:(?!(?:with|in|on|for|at|of|to|and|or|the|a|as)\b)[\w-]+\s+)?", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(r";|\bbut\b|[.!?]\s", re.IGNORECASE)
_LIST_GAP = re.compile(r"[^;.:]{0,48}")
_VERB_SECTIONS = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.SUMMARY, Section.NEUTRAL})


@dataclass(frozen=True, slots=True)
class _Cue:
    """``words`` at [start, end) of the document claim ``score``."""

    start: int
    end: int
    score: int
    words: str
    confidence: float
    years: float | None = None


def _number(word: str) -> float:
    return NUMBER_WORDS[word] if word in NUMBER_WORDS else float(word)


def _key(words: str) -> str:
    return " ".join(words.lower().split())


class LevelReader:
    """Reads levels by the scale, and years by ``years_bounds`` (years at which level 1, 2, … begin)."""

    def __init__(self, years_bounds: Sequence[float]) -> None:
        self._bounds = years_bounds

    def of(self, text: str, sentence: Sentence, matches: Sequence[Match], doc_type: DocType) -> list[Level | None]:
        """The level that ``sentence`` states for each of its ``matches`` (in text order); None: it states none."""
        years = self._years(text, sentence)
        phrases = self._worded(text, sentence, _PHRASES, _PHRASE_SCORES, CONFIDENCE_PHRASE)
        adjectives = self._worded(text, sentence, _ADJECTIVES, _ADJECTIVE_SCORES, CONFIDENCE_ADJECTIVE)
        general = self._label(text, sentence) or self._verb(text, sentence, doc_type)
        levels: list[Level | None] = []
        for index, match in enumerate(matches):
            following = matches[index + 1].start if index + 1 < len(matches) else sentence.end
            unfinished = _unfinished(text, sentence, match, following, doc_type)
            if unfinished is not None:
                levels.append(_combine([unfinished]))
                continue
            cues = [
                self._years_for(text, years, matches, index),
                self._bracketed(text, match, sentence),
                self._phrase_for(text, phrases, match),
                self._adjective_for(text, adjectives, match),
            ]
            found = [cue for cue in cues if cue is not None]
            if not found and general is not None:
                found = [general]
            levels.append(_combine(found))
        return levels

    def stated(self, words: str) -> tuple[int | None, float | None]:
        """(level, years) that ``words`` by themselves claim; None where they claim nothing."""
        cues = self._years(words, Sentence(0, len(words), Section.NEUTRAL, 0))
        scores = [cue.score for cue in cues]
        for pattern, table in ((_PHRASES, _PHRASE_SCORES), (_ADJECTIVES, _ADJECTIVE_SCORES)):
            scores += [table[_key(found.group())] for found in pattern.finditer(words)]
        scores += [_VERB_SCORES[word] for word in re.findall(r"[a-z-]+", words.lower()) if word in _VERB_SCORES]
        years = max((cue.years for cue in cues if cue.years is not None), default=None)
        return max(scores, default=None), years

    def _years(self, text: str, sentence: Sentence) -> list[_Cue]:
        cues = []
        for found in _YEARS.finditer(text, sentence.start, sentence.end):
            if _NOT_EXPERIENCE_BEFORE.search(text, max(sentence.start, found.start() - 16), found.start()):
                continue
            low = _key(found["low"])
            if low == "a" and not _OF_EXPERIENCE.match(text, found.end(), sentence.end):
                continue
            years = _number(low)
            if found["unit"].lower().startswith("month"):
                years = round(years / 12, 2)
            cues.append(self._years_cue(found, years))
        if cues:  # "eight years of experience, six of them in Python"
            shares = _OF_THOSE.finditer(text, cues[0].end, sentence.end)
            cues += [self._years_cue(found, _number(_key(found["low"]))) for found in shares]
        return sorted(cues, key=lambda cue: cue.start)

    def _years_cue(self, found: re.Match[str], years: float) -> _Cue:
        score = level_of_years(years, self._bounds)
        return _Cue(found.start(), found.end(), score, found.group().strip(), CONFIDENCE_YEARS, years)

    @staticmethod
    def _worded(
        text: str, sentence: Sentence, pattern: re.Pattern[str], table: dict[str, int], confidence: float
    ) -> list[_Cue]:
        return [
            _Cue(found.start(), found.end(), table[_key(found.group())], found.group(), confidence)
            for found in pattern.finditer(text, sentence.label_end, sentence.end)
        ]

    @staticmethod
    def _years_for(text: str, years: Sequence[_Cue], matches: Sequence[Match], index: int) -> _Cue | None:
        match = matches[index]
        for cue in years:
            if cue.start < match.end or not _RIGHT_BEFORE.fullmatch(text, match.end, cue.start):
                continue
            # "Java, 3 years Kotlin": after a comma they are Kotlin's.
            following = matches[index + 1] if index + 1 < len(matches) else None
            bracketed = "(" in text[match.end : cue.start] or "[" in text[match.end : cue.start]
            if bracketed or following is None or not _OWNED_AFTER.fullmatch(text, cue.end, following.start):
                return cue
        before = [cue for cue in years if cue.end <= match.start]
        if not before:
            return None
        cue = before[-1]
        between = [other for other in matches[:index] if other.start >= cue.end]
        first = between[0] if between else match
        if between and not all(
            _LIST_GAP.fullmatch(text, left.end, right.start)
            for left, right in zip(between, [*between[1:], match], strict=True)
        ):
            return None
        if text[cue.end : cue.end + 1] in ")]" or _CAREER.match(text, cue.end, first.start):
            return None
        if _NEAR_AFTER.fullmatch(text, cue.end, first.start):
            return cue
        if _FAR_AFTER.fullmatch(text, cue.end, first.start):
            return _Cue(cue.start, cue.end, cue.score, cue.words, CONFIDENCE_YEARS_FAR, cue.years)
        return None

    @staticmethod
    def _bracketed(text: str, match: Match, sentence: Sentence) -> _Cue | None:
        """ "Python (advanced)", "Excel - basic"."""
        after = _BRACKETED.match(text, match.end, sentence.end)
        if not after:
            return None
        for pattern, table in ((_PHRASES, _PHRASE_SCORES), (_ADJECTIVES, _ADJECTIVE_SCORES)):
            found = pattern.match(text, after.start(1), after.end(1))
            if found:
                return _Cue(found.start(), found.end(), table[_key(found.group())], found.group(), CONFIDENCE_ADJECTIVE)
        return None

    @staticmethod
    def _phrase_for(text: str, phrases: Sequence[_Cue], match: Match) -> _Cue | None:
        """The last phrase before the skill that reaches it ("expert in A, B and C"), or a noun right after it."""
        for cue in phrases:
            if cue.start >= match.end and text[match.end : cue.start].isspace():
                return None if _REACHES.match(text, cue.end, cue.end + 12) else cue
        for cue in reversed(phrases):
            if cue.end > match.start or match.start - cue.end > 200:
                continue
            if _CLAUSE_BREAK.search(text, cue.end, match.start):
                return None
            if text.find(")", cue.end, match.start) >= 0:
                continue  # said in brackets, of what stands before them
            if _REACHES.match(text, cue.end, match.start):
                return cue
        return None

    @staticmethod
    def _adjective_for(text: str, adjectives: Sequence[_Cue], match: Match) -> _Cue | None:
        for cue in adjectives:
            if cue.end <= match.start and _ADJECTIVE_GAP.fullmatch(text, cue.end, match.start):
                return cue
        return None

    @staticmethod
    def _label(text: str, sentence: Sentence) -> _Cue | None:
        """ "Advanced: Python, SQL"."""
        if sentence.label_end <= sentence.start:
            return None
        for pattern, table in ((_PHRASES, _PHRASE_SCORES), (_ADJECTIVES, _ADJECTIVE_SCORES)):
            found = pattern.match(text, sentence.start, sentence.label_end)
            if found and text[found.end() : sentence.label_end].strip(" *:_") in ("", "in", "with", "level"):
                return _Cue(found.start(), found.end(), table[_key(found.group())], found.group(), CONFIDENCE_ADJECTIVE)
        return None

    @staticmethod
    def _verb(text: str, sentence: Sentence, doc_type: DocType) -> _Cue | None:
        """What a line of experience opens with. A posting's duties say what is done, not how well."""
        if doc_type != "resume" or sentence.section not in _VERB_SECTIONS:
            return None
        found = _VERB.match(text, sentence.start, sentence.end)
        if not found:
            return None
        return _Cue(found.start(1), found.end(1), _VERB_SCORES[_key(found[1])], found[1], CONFIDENCE_VERB)


def _unfinished(text: str, sentence: Sentence, match: Match, limit: int, doc_type: DocType) -> _Cue | None:
    """What is still being worked for is held at the lowest level, whatever else the sentence says of it."""
    span = on_the_way(text, match.start, match.end, sentence.start, limit) if match.entry.kind == "knowledge" else None
    if span is None:
        return None
    words = text[slice(*span)]
    if doc_type == "job" and _key(words) == "candidate":
        return None  # "the ideal RN candidate" is an applicant
    return _Cue(*span, SCORE_ON_THE_WAY, words, CONFIDENCE_PHRASE)


def _combine(cues: Sequence[_Cue]) -> Level | None:
    """The highest claim decides; all claims are named."""
    if not cues:
        return None
    best = max(cues, key=lambda cue: (cue.score, cue.confidence, -cue.start))
    years = max((cue.years for cue in cues if cue.years is not None), default=None)
    ordered = sorted({(cue.start, cue.words) for cue in cues})
    return Level(best.score, years, best.confidence, tuple(" ".join(words.split()) for _, words in ordered))
