"""Levels in words: "strong communication skills", "working knowledge of", "able to", "Python (advanced)"."""

from __future__ import annotations

import re

from jobmate_agent.services.career_engine.clauses import divided
from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.level_claims import Claim, key_of
from jobmate_agent.services.career_engine.level_scale import (
    CONFIDENCE_ADJECTIVE,
    CONFIDENCE_PHRASE,
    SCORE_LEARNING,
)
from jobmate_agent.services.career_engine.level_statements import (
    ADJECTIVE_SCORES,
    ADJECTIVES,
    LOWEST,
    PHRASE_SCORES,
    PHRASES,
    PLAIN_WORD,
    QUALITIES,
    QUALITY_SCORES,
    Statement,
    statements,
)
from jobmate_agent.services.career_engine.places import Spanned, entry_of

# From a skill to a noun after it: "SQL or Java development experience".
_NOUN_AFTER = re.compile(
    rf"(?P<gap>(?:\s+{PLAIN_WORD}){{0,3}}\s+|(?:,?\s*(?:and|or|and/or|&|/)|,(?:\s+{PLAIN_WORD}){{1,3}},?\s+(?:and|or))"
    rf"(?:\s+{PLAIN_WORD}){{1,3}}\s+)(?P<noun>experience|expertise|proficiency|fluency|competence|exposure|mastery)(?![\w-])",
    re.IGNORECASE,
)
_ADVERB_AFTER = re.compile(r"\s+(?:[\w-]+\s+){0,2}?(?P<adverb>fluently|proficiently|expertly)\b", re.IGNORECASE)
_ADVERB_SCORES = {"fluently": 3, "proficiently": 3, "expertly": 4}

_LEAD_IN = r"(?:(?!\b(?:and|or|is|are|required|preferred|must|plus|needed)\b)[\s\w'’/-]){0,32}?"
_REACHES = re.compile(
    rf"(?:,?\s*(?:and|or|and/or)\s+(?:interest|passion|enthusiasm)\b|,?\s*(?:preferably|ideally|especially|mainly)\b)?"
    rf"{_LEAD_IN}(?:\b(?:in|with|of|on|to|using|for|at|as|across|within|from|under|around|[a-z]{{2,16}}ing)\b|[:(–])",
    re.IGNORECASE,
)
_ABILITY = re.compile(r"\b(?:abilit(?:y|ies)|able|capab\w+)$", re.IGNORECASE)
_OF_ABILITY = re.compile(r"\s*(?:\(\w*\)\s*)?(?:to|of|in|at|for)\b", re.IGNORECASE)
_COORDINATED = re.compile(
    r"\s*(?:in|with|of)?\s*(?:,|/|&|\band/or\b|\band\b|\bor\b)\s*(?:and\s+|or\s+)?(?:an?\s+|the\s+)?", re.IGNORECASE
)
_ADJECTIVE_GAP = re.compile(r"\s+(?:(?!(?:with|in|on|for|at|of|to|and|or|the|a|as)\b)[\w-]+\s+)?", re.IGNORECASE)
_LEARNING_GAP = re.compile(
    r"\s+(?:(?:the|our|how\s+to|to|about|new|and\s+use|and\s+apply|more\s+about)\s+){0,2}", re.IGNORECASE
)
# "Perform advanced threat research" says what is done, not how well it must be known.
_DONE = re.compile(
    r"\b(?:perform|conduct|develop|design|build|creat|implement|provid|deliver|us|apply|support|maintain|manag|produc|"
    r"writ|teach|offer|complet|includ|handl)(?:e|es|s|ed|ing)?\s+(?:an?\s+|the\s+|and\s+|or\s+)?$",
    re.IGNORECASE,
)
_OF_THE_THING = frozenset({"advanced", "basic", "deep", "extensive", "practical", "working", "expert"})
_GOOD_AT = frozenset({"strong", "excellent", "good", "solid", "outstanding", "exceptional"})
_AT = re.compile(r"\s+(?:in|at|with|on)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*(?:[(\[]\s*|[-–—:]\s+)([^)\],;\n]{2,32})")
# "Strong English (Russian is a plus)": a statement of its own.
_ASIDE = re.compile(
    r"[^()]{0,24}?\b(?:plus|ideally|preferred|desired|desirable|bonus|optional|nice|asset)\b", re.IGNORECASE
)
_LONGEST_REACH = 200


class Wording:
    """The words of one sentence that may claim a level. ``ends``: see :func:`clauses.breaks`."""

    def __init__(self, text: str, sentence: Sentence, ends: list[int]) -> None:
        self._text = text
        self._sentence = sentence
        self._ends = ends
        self._cues = statements(text, sentence.label_end, sentence.end)

    def claims(self, place: Spanned) -> list[Claim]:
        """What is said of ``place``: before it, after it, in brackets, or by its own first words."""
        found = (self._before(place), self._after(place), self._bracketed(place), self._within(place))
        return [claim for claim in found if claim is not None]

    def starts(self) -> list[tuple[int, int]]:
        """(start, end) of every statement of holding in the sentence: where talk of another skill begins."""
        return [(cue.start, cue.end) for cue in self._cues if cue.kind != "adjective"]

    def label(self) -> Claim | None:
        """ "Advanced: Python, SQL"."""
        sentence, text = self._sentence, self._text
        if sentence.label_end <= sentence.start:
            return None
        first = next(iter(statements(text, sentence.start, sentence.label_end)), None)
        if first is None or first.score is None or first.start != sentence.start:
            return None
        rest = text[first.end : sentence.label_end].strip(" *:_")
        if rest in ("", "level") or _REACHES.match(text, first.end, sentence.label_end):
            return self._claim(first.start, first.end, first.score, CONFIDENCE_ADJECTIVE)
        return None

    def _claim(self, start: int, end: int, score: int, confidence: float = CONFIDENCE_PHRASE) -> Claim:
        return Claim(start, end, score, self._text[start:end], confidence)

    def _before(self, place: Spanned) -> Claim | None:
        """The nearest statement before the skill that reaches it; a nearer one of something else shuts it off."""
        text = self._text
        for index in range(len(self._cues) - 1, -1, -1):
            cue = self._cues[index]
            if cue.start >= place.start:
                continue
            if cue.qualities and place.end <= cue.end:
                return self._over_list(cue, place)
            if cue.end > place.start:
                continue
            if place.start - cue.end > _LONGEST_REACH or divided(self._ends, cue.end, place.start):
                return None
            if self._is_adjective(cue) and _ADJECTIVE_GAP.fullmatch(text, cue.end, place.start):
                if not self._of_the_thing(cue):
                    return self._claim(cue.start, cue.end, ADJECTIVE_SCORES[self._key(cue)], CONFIDENCE_ADJECTIVE)
                continue
            if cue.kind == "adjective" and not (self._key(cue) in _GOOD_AT and _AT.match(text, cue.end, place.start)):
                continue
            if cue.kind == "learning":
                if _LEARNING_GAP.fullmatch(text, cue.end, place.start):
                    return self._claim(cue.start, cue.end, SCORE_LEARNING)
                continue
            gap = text[cue.end : place.start]
            if ")" in gap and "(" not in gap[: gap.index(")")]:
                continue  # said in brackets, of what stands before them
            return self._coordinated(index) if self._reaches(cue, place) else None
        return None

    def _reaches(self, cue: Statement, place: Spanned) -> bool:
        text = self._text
        if _ABILITY.search(text, cue.start, cue.end):
            return bool(_OF_ABILITY.match(text, cue.end, place.start))
        gap = text[cue.end : place.start]
        if "(" in gap and _ASIDE.match(text, place.end, min(self._sentence.end, place.end + 40)):
            return False
        if gap.isspace():
            doing = text[place.start : place.end].split(None, 1)[0].endswith("ing")
            return doing or (text[cue.start : cue.end].islower() and text[place.start].islower())
        return bool(_REACHES.match(text, cue.end, place.start))

    def _coordinated(self, index: int) -> Claim | None:
        """The highest of the statements that are joined with this one: "proficiency in and understanding of"."""
        joined = [self._cues[index]]
        ability = _ABILITY.search(self._text, joined[0].start, joined[0].end)
        for cue in reversed(self._cues[:index]):
            if ability or cue.about_something or not _COORDINATED.fullmatch(self._text, cue.end, joined[-1].start):
                break
            joined.append(cue)
        scored = [(cue.score, cue) for cue in joined if cue.score is not None]
        if not scored:
            return None
        score, best = max(scored, key=lambda each: each[0])
        return self._claim(best.start, best.end, score)

    def _over_list(self, cue: Statement, place: Spanned) -> Claim | None:
        """ "Strong writing and analytical skills": the quality before the skill, for each of the list."""
        before = [quality for quality in cue.qualities if quality[1] <= place.start]
        if not before:
            return None
        start, end = before[-1]
        noun = cue.score if len(before) == len(cue.qualities) else None
        score = QUALITY_SCORES[key_of(self._text[start:end])]
        return self._claim(start, end, score if score == LOWEST or noun is None else noun, CONFIDENCE_ADJECTIVE)

    def _after(self, place: Spanned) -> Claim | None:
        text, limit = self._text, min(self._sentence.end, place.end + 96)
        adverb = _ADVERB_AFTER.match(text, place.end, limit)
        if adverb:
            return self._claim(*adverb.span("adverb"), _ADVERB_SCORES[key_of(adverb["adverb"])])
        found = _NOUN_AFTER.match(text, place.end, limit)
        if not found or divided(self._ends, place.end, found.start("noun")):
            return None
        start, end = found.span("noun")
        if QUALITIES.search(text, place.end, start):
            return None  # a statement of its own
        if (not found["gap"].isspace() or not found["noun"].islower()) and _REACHES.match(text, end, limit):
            return None
        return self._claim(start, end, PHRASE_SCORES[key_of(found["noun"])])

    def _bracketed(self, place: Spanned) -> Claim | None:
        """ "Python (advanced)", "Excel - basic"."""
        after = _BRACKETED.match(self._text, place.end, self._sentence.end)
        if not after:
            return None
        for pattern, table in ((PHRASES, PHRASE_SCORES), (ADJECTIVES, ADJECTIVE_SCORES)):
            found = pattern.match(self._text, after.start(1), after.end(1))
            if found:
                return self._claim(found.start(), found.end(), table[key_of(found.group())], CONFIDENCE_ADJECTIVE)
        return None

    def _within(self, place: Spanned) -> Claim | None:
        """What the words of the skill say by themselves: "fluent in English", but not "Expert Systems"."""
        entry = entry_of(place)
        named = key_of(entry.name) if entry is not None else ""
        best: Claim | None = None
        for cue in self._cues:
            if (
                cue.kind not in ("phrase", "frame")
                or cue.score is None
                or cue.start < place.start
                or cue.end > place.end
            ):
                continue
            claim = self._claim(cue.start, cue.end, cue.score)
            if key_of(claim.words) not in named and (best is None or claim.score > best.score):
                best = claim
        return best

    def _key(self, cue: Statement) -> str:
        return key_of(self._text[cue.start : cue.end])

    def _is_adjective(self, cue: Statement) -> bool:
        return cue.kind == "adjective" or (cue.kind == "phrase" and self._key(cue) in ADJECTIVE_SCORES)

    def _of_the_thing(self, cue: Statement) -> bool:
        text = self._text
        return self._key(cue) in _OF_THE_THING and bool(
            _DONE.search(text, max(self._sentence.start, cue.start - 24), cue.start)
        )
