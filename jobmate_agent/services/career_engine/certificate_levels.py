"""Levels that certificates vouch for: "AWS Certified Solutions Architect – Professional", "CPA", "CPR certified"."""

from __future__ import annotations

import re

from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.level_claims import Claim, alternation, key_of
from jobmate_agent.services.career_engine.level_scale import (
    CERTIFICATE_TIERS,
    CONFIDENCE_CERTIFICATE,
    CREDENTIALS,
    SCORE_CERTIFIED,
)
from jobmate_agent.services.career_engine.places import Spanned
from jobmate_agent.services.career_engine.types import DocType

_TIERS = {word: score for score, words in CERTIFICATE_TIERS.items() for word in words}
_TIER = re.compile(rf"(?<![\w-])(?:{alternation(tuple(_TIERS))})(?![\w-])", re.IGNORECASE)
_CREDENTIALS = {name: score for score, names in CREDENTIALS.items() for name in names}

# Names of certificates are written with capitals: "Microsoft Certified: Azure Administrator Associate (AZ-104)".
_WORD = r"[A-Z0-9(][\w+#.&/)-]{0,30}"
_LAST = rf"(?:\s?[-–—:(®]\s?(?!\d{{4}}\b){_WORD}(?:\s+(?:Level|Tier))?\)?)?"
_NAMED = re.compile(
    rf"(?:(?:(?<!\S){_WORD}\s+){{1,4}})?\b(?:Certified|CERTIFIED)\b[:®]?(?:\s+(?:in\s+|of\s+)?{_WORD}){{0,6}}{_LAST}"
    rf"|(?:(?<!\S){_WORD}\s+){{1,5}}(?i:certification|certificate)\b{_LAST}"
)
_CREDENTIAL = re.compile(rf"(?<![\w-])(?:{alternation(tuple(_CREDENTIALS))})(?![\w-])")
_MAY_BE = re.compile(r"certif", re.IGNORECASE)
_CERTIFIED_IN = re.compile(
    r"\b(?:certified|certification|certificate)\s+(?:in|for|as\s+an?)\s+(?:the\s+)?$", re.IGNORECASE
)
_CERTIFIED_AFTER = re.compile(r"\s*[-–]?\s*(?P<word>certified|certification|certificate|licen[cs]ed)\b", re.IGNORECASE)
_BOARD = re.compile(r"\bboard[\s-]+certified\s+(?:in\s+)?$", re.IGNORECASE)
_SCORE_BOARD = 3
_REACH = 40


class Certificates:
    """The certificates that one sentence names.

    A posting that asks for a certificate asks for a level only where the certificate's name says one: its tier. On a
    resume whoever holds one has shown something by it.
    """

    def __init__(self, text: str, sentence: Sentence, doc_type: DocType) -> None:
        self._text = text
        self._sentence = sentence
        self._held = doc_type == "resume"
        may_be = _MAY_BE.search(text, sentence.start, sentence.end)
        self._named = list(_NAMED.finditer(text, sentence.start, sentence.end)) if may_be else []

    def claim(self, place: Spanned) -> Claim | None:
        """What the certificate that ``place`` is, or is named in, vouches for; None: nothing."""
        for named in self._named:
            if named.start() < place.end and place.start < named.end():
                return self._of_name(named)
        return self._said_so(place) if self._held else None

    def _of_name(self, named: re.Match[str]) -> Claim | None:
        words = named.group().strip()
        known = _CREDENTIAL.search(words) if self._held else None
        if known:
            return self._claim(named.start(), _CREDENTIALS[known.group()], words)
        tiers = list(_TIER.finditer(self._text, *named.span()))
        if tiers:  # the last word counts: an "Azure Administrator Associate" is an associate
            return self._claim(named.start(), _TIERS[key_of(tiers[-1].group())], words)
        return self._claim(named.start(), SCORE_CERTIFIED, words) if self._held else None

    def _said_so(self, place: Spanned) -> Claim | None:
        """ "CPA", "certified in Java", "CPR certified", "board certified in cardiology"."""
        text = self._text
        words = text[place.start : place.end].split()
        if words and words[0] in _CREDENTIALS:
            return self._claim(place.start, _CREDENTIALS[words[0]], words[0])
        low = max(self._sentence.start, place.start - _REACH)
        for pattern, score in ((_BOARD, _SCORE_BOARD), (_CERTIFIED_IN, SCORE_CERTIFIED)):
            if found := pattern.search(text, low, place.start):
                return self._claim(found.start(), score, found.group().strip())
        after = _CERTIFIED_AFTER.match(text, place.end, min(self._sentence.end, place.end + _REACH))
        return self._claim(after.start("word"), SCORE_CERTIFIED, after["word"]) if after else None

    @staticmethod
    def _claim(start: int, score: int, words: str) -> Claim:
        return Claim(start, start + len(words), score, words, CONFIDENCE_CERTIFICATE)
