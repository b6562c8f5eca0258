"""Years of experience that a sentence states, and which of its skills they are said of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.level_claims import Claim, alternation, key_of
from jobmate_agent.services.career_engine.level_scale import (
    CONFIDENCE_YEARS,
    CONFIDENCE_YEARS_FAR,
    NUMBER_WORDS,
    level_of_years,
)
from jobmate_agent.services.career_engine.places import Spanned

_NUMBER = r"\d{1,2}(?:\.\d)?|" + alternation(tuple(NUMBER_WORDS))
_PER_YEAR = {"m": 12, "w": 52, "d": 365}
_YEARS = re.compile(
    rf"(?<![\w.$€£])(?P<low>{_NUMBER})(?:\s?\(\d{{1,2}}\))?\s?(?:\+|plus\b|or\s+more\b)?\s?"
    rf"(?:(?:-|–|to\b)\s?(?:{_NUMBER})\s?\+?\s?)?(?:or\s+more\s|full\s)?(?:-\s?)?"
    r"(?P<unit>years?|yrs?|months?|(?:weeks?|days?)(?=[\w\s'’-]{0,48}?\bexperience))\b"
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
    r"experience\b(?!\s*(?:[:(–-]|(?:in|with|of|on|using|as|including|for|within|across|at|from)\b|(?-i:[a-z]+ing)\b))"
    r"|experience\s+(?-i:[A-Z][a-z]))",
    re.IGNORECASE,
)
_RIGHT_BEFORE = re.compile(
    r"\s*(?:experience\s*)?(?:[(\[,:–—-]|\bfor\b)\s*"
    r"(?:at least|minimum|min\.?|over|about|with|more than)?\s*(?:of\s+)?",
    re.IGNORECASE,
)
_OWNED_AFTER = re.compile(r"\s*(?:of\s|in\s|with\s|experience\s|['’]\s){0,3}\s*", re.IGNORECASE)
_LIST_GAP = re.compile(r"[^;.:]{0,48}")
# What the years are counted in: "5 years of hands-on experience"; what is said after that is said of something else.
_OWN_NOUN = re.compile(
    r"['’]?\s*(?:of\s+|['’]\s*)?(?:(?!(?:and|or|with|in|including|plus|using|on|to|as)\b)[\w/'’+&-]+\s+){0,5}$",
    re.IGNORECASE,
)


class YearsReader:
    """The years in one sentence; ``bounds`` are the years at which level 1, 2, … begin."""

    def __init__(self, text: str, sentence: Sentence, bounds: Sequence[float]) -> None:
        self._text = text
        self._bounds = bounds
        self.stated = self._stated(sentence)

    def claim(self, places: Sequence[Spanned], index: int, statements: Sequence[tuple[int, int]]) -> Claim | None:
        """The years that are said of ``places[index]``; ``statements`` are the sentence's other talk of holding."""
        after = self._after(places, index)
        if after is not None:
            return after
        text, place = self._text, places[index]
        before = [claim for claim in self.stated if claim.end <= place.start]
        if not before:
            return None
        claim = before[-1]
        between = [other for other in places[:index] if other.start >= claim.end]
        first = between[0] if between else place
        if between and not all(
            _LIST_GAP.fullmatch(text, left.end, right.start)
            for left, right in zip(between, [*between[1:], place], strict=True)
        ):
            return None
        if text[claim.end : claim.end + 1] in ")]" or _CAREER.match(text, claim.end, first.start):
            return None
        if self._spoken_over(claim, place, statements):
            return None
        if _NEAR_AFTER.fullmatch(text, claim.end, first.start):
            return claim
        if _FAR_AFTER.fullmatch(text, claim.end, first.start):
            return replace(claim, confidence=CONFIDENCE_YEARS_FAR)
        return None

    def _after(self, places: Sequence[Spanned], index: int) -> Claim | None:
        """ "Python (4 years)", "Python, 4 years"."""
        text, place = self._text, places[index]
        for claim in self.stated:
            if claim.start < place.end or not _RIGHT_BEFORE.fullmatch(text, place.end, claim.start):
                continue
            # "Java, 3 years Kotlin": after a comma they are Kotlin's.
            following = places[index + 1] if index + 1 < len(places) else None
            bracketed = "(" in text[place.end : claim.start] or "[" in text[place.end : claim.start]
            if bracketed or following is None or not _OWNED_AFTER.fullmatch(text, claim.end, following.start):
                return claim
        return None

    def _spoken_over(self, claim: Claim, place: Spanned, statements: Sequence[tuple[int, int]]) -> bool:
        """Whether talk of holding something else lies between: "3 years in sales, basic knowledge of SQL"."""
        between = [each for each in statements if claim.end <= each[0] < place.start]
        return any(not _OWN_NOUN.match(self._text, claim.end, start) for start, _ in between)

    def _stated(self, sentence: Sentence) -> list[Claim]:
        text = self._text
        claims = []
        for found in _YEARS.finditer(text, sentence.start, sentence.end):
            if _NOT_EXPERIENCE_BEFORE.search(text, max(sentence.start, found.start() - 16), found.start()):
                continue
            low = key_of(found["low"])
            if low == "a" and not _OF_EXPERIENCE.match(text, found.end(), sentence.end):
                continue
            years = _number(low)
            unit = found["unit"][0].lower()
            if unit in _PER_YEAR:
                years = round(years / _PER_YEAR[unit], 2)
            claims.append(self._claim(found, years))
        if claims:  # "eight years of experience, six of them in Python"
            shares = _OF_THOSE.finditer(text, claims[0].end, sentence.end)
            claims += [self._claim(found, _number(key_of(found["low"]))) for found in shares]
        return sorted(claims, key=lambda claim: claim.start)

    def _claim(self, found: re.Match[str], years: float) -> Claim:
        score = level_of_years(years, self._bounds)
        return Claim(found.start(), found.end(), score, found.group().strip(), CONFIDENCE_YEARS, years)


def _number(word: str) -> float:
    return NUMBER_WORDS[word] if word in NUMBER_WORDS else float(word)
