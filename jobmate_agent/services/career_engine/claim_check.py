"""Holds what a model claims about a document against the document itself. Nothing is believed that is not there.

For each claim code finds the quote, the words in it that name the skill, and what the document's own words say there:
whether the skill is not needed or not held, and how well it is to be held. Where explicit words say otherwise than the
model, the words win. Whether a skill is required is settled later, at all its places (:mod:`extraction_merge`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from jobmate_agent.services.career_engine.agreement import DESCRIBED, NAMED, agreed, lowered
from jobmate_agent.services.career_engine.claim_context import ClaimContext
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.llm_answer import ClaimedSkill
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.name_support import Support, support
from jobmate_agent.services.career_engine.place_reading import PlaceReader, Stand
from jobmate_agent.services.career_engine.quotes import QuoteFinder, quote_around
from jobmate_agent.services.career_engine.repeated_finds import as_one
from jobmate_agent.services.career_engine.requirement_cues import Demand
from jobmate_agent.services.career_engine.tokens import token_key
from jobmate_agent.services.career_engine.types import DocType, ExtractedSkill, Level

MAX_PLACES = 8
"""Places where one quote stands that are looked at."""
WORDS_CONFIDENCE = 0.6
"""Of a level that rests on words which the model found and the cues alone would not have given to this skill."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim's quote stands at [start, end), and ``by`` names its skill."""

    start: int
    end: int
    by: Support
    stand: Stand


@dataclass(frozen=True, slots=True)
class _Read:
    """What the sentence of a place says of the skill. ``level`` None: it states none."""

    found: _Found
    demand: Demand | None
    level: Level | None


class ClaimCheck:
    """Checks claims about one text. ``sent`` is what the model was shown, ``matcher`` the vocabulary's names."""

    def __init__(self, text: str, sent: str, doc_type: DocType, levels: LevelReader, matcher: SkillMatcher) -> None:
        self._text = text
        self._sent = sent
        self._doc_type = doc_type
        self._levels = levels
        self._matcher = matcher
        self._finder = QuoteFinder(text, sent)
        self._document = Document(text, doc_type)
        self._matches = matcher.find(text).matches
        self._context = ClaimContext(self._document, self._matches)

    def borne_out(self, claims: Sequence[ClaimedSkill]) -> tuple[tuple[ExtractedSkill, ...], int]:
        """The claims that the text bears out, each skill once, and how many it does not. Order of claims is kept."""
        found = [list(self._places(claim)) for claim in claims]
        known = [
            Stand(match.start, match.end, match.entry)
            for match in self._matches
            if self._context.allows(match.start, match.end, match.entry)
        ]
        stands = [*known, *(one.stand for places in found for one in places)]
        reader = PlaceReader(self._document, stands, self._levels)
        skills: dict[str, list[ExtractedSkill]] = {}
        refused = 0
        for claim, places in zip(claims, found, strict=True):
            skill = self._skill(claim, places, reader)
            if skill is None:
                refused += 1
                continue
            skills.setdefault(token_key(skill.name), []).append(skill)
        return tuple(map(as_one, skills.values())), refused

    def _places(self, claim: ClaimedSkill) -> Iterator[_Found]:
        """Where the quote stands, speaks of the skill, and may do so. Words are sought in what the model was shown."""
        for start, end in islice(self._finder.spans(claim.quote), MAX_PLACES):
            by = support(claim.name, self._sent, start, end, self._matcher)
            if by is None:
                continue
            entry = self._matcher.entry_named(by.name) if by.outright else None
            if self._context.allows(by.start, by.end, entry):
                yield _Found(start, end, by, Stand(by.start, by.end, entry))

    def _skill(self, claim: ClaimedSkill, places: Sequence[_Found], reader: PlaceReader) -> ExtractedSkill | None:
        read = [
            _Read(place, demand, reader.level(place.stand))
            for place in places
            if (demand := reader.demand(place.stand)) not in (None, Demand.NEGATED)
        ]
        if not read:
            return None
        # The place whose sentence says most is the one to quote.
        best = min(read, key=lambda one: (one.level is None, one.demand is Demand.UNSAID, one.found.start))
        by = best.found.by
        return ExtractedSkill(
            name=by.name,
            token=self._text[by.start : by.end],
            evidence=(quote_around(self._text, best.found.start, best.found.end, by.start, by.end),),
            level=self._level(claim, best, reader),
            required=claim.required if self._doc_type == "job" else True,
            confidence=NAMED if any(one.found.by.outright for one in read) else DESCRIBED,
            places=tuple(sorted({(one.found.by.start, one.found.by.end) for one in read})),
        )

    def _level(self, claim: ClaimedSkill, read: _Read, reader: PlaceReader) -> Level | None:
        """What the sentence's own cues give this skill; without any, the claim as far as its words carry it."""
        if read.level is not None:
            if claim.level is None:
                return read.level
            confidence = (
                agreed(read.level.confidence, WORDS_CONFIDENCE)
                if claim.level == read.level.score
                else lowered(read.level.confidence)
            )
            return replace(read.level, confidence=confidence)
        if claim.level is None or not claim.level_words:
            return None
        stated, years = self._levels.stated(claim.level_words)
        sentence = reader.sentence(read.found.stand)
        if stated is None or sentence is None:
            return None
        for low, high in islice(self._finder.spans(claim.level_words), MAX_PLACES):
            if sentence.start <= low and high <= sentence.end and self._own(low, high, read.found, reader):
                score = min(max(claim.level, stated - 1, 0), stated + 1, 4)
                return Level(score, years, WORDS_CONFIDENCE, (" ".join(self._text[low:high].split()),))
        return None

    def _own(self, low: int, high: int, found: _Found, reader: PlaceReader) -> bool:
        """Whether the words at [low, high) may speak of this skill: no other stands there or has them."""
        first, last = min(low, found.by.start), max(high, found.by.end)
        words = " ".join(self._text[low:high].split()).casefold()
        for other in reader.others(found.stand):
            if other.start < last and other.end > first:
                return False
            level = reader.level(other)
            cues = level.cues if level is not None else ()
            if any(cue.casefold() in words or words in cue.casefold() for cue in cues):
                return False
        return True
