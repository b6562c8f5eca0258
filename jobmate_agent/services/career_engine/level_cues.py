"""How well a skill is held or asked for, read from the words of its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobmate_agent.services.career_engine.certificate_levels import Certificates
from jobmate_agent.services.career_engine.clauses import breaks
from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.level_claims import Claim, alternation, combined, key_of
from jobmate_agent.services.career_engine.level_scale import (
    CONFIDENCE_PHRASE,
    CONFIDENCE_VERB,
    LEVEL_SCALE,
    SCORE_ON_THE_WAY,
)
from jobmate_agent.services.career_engine.level_statements import scores_in
from jobmate_agent.services.career_engine.level_words import Wording
from jobmate_agent.services.career_engine.level_years import YearsReader
from jobmate_agent.services.career_engine.on_the_way import on_the_way
from jobmate_agent.services.career_engine.places import Spanned, is_knowledge
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import DocType, Level

_VERB_SCORES = {verb: step.score for step in LEVEL_SCALE for verb in step.verbs}
_VERB = re.compile(rf"\s*(?:I\s+)?(?:have\s+)?({alternation(tuple(_VERB_SCORES))})\b", re.IGNORECASE)
_VERB_SECTIONS = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.SUMMARY, Section.NEUTRAL})


class LevelReader:
    """Reads levels by the scale, and years by ``years_bounds`` (years at which level 1, 2, … begin)."""

    def __init__(self, years_bounds: Sequence[float]) -> None:
        self._bounds = years_bounds

    def of(self, text: str, sentence: Sentence, places: Sequence[Spanned], doc_type: DocType) -> list[Level | None]:
        """The level that ``sentence`` states for each of ``places`` (in text order, not overlapping).

        None: it states none.
        """
        years = YearsReader(text, sentence, self._bounds)
        wording = Wording(text, sentence, breaks(text, sentence))
        statements = wording.starts()
        certificates = Certificates(text, sentence, doc_type)
        general = wording.label() or _verb(text, sentence, doc_type)
        levels: list[Level | None] = []
        for index, place in enumerate(places):
            following = places[index + 1].start if index + 1 < len(places) else sentence.end
            unfinished = _unfinished(text, sentence, place, following, doc_type)
            if unfinished is not None:
                levels.append(combined([unfinished], doc_type))
                continue
            stated = years.claim(places, index, statements)
            vouched = certificates.claim(place)
            found = [claim for claim in (stated, vouched, *wording.claims(place)) if claim is not None]
            if not found and general is not None:
                found = [general]
            levels.append(combined(found, doc_type))
        return levels

    def stated(self, words: str) -> tuple[int | None, float | None]:
        """(level, years) that ``words`` by themselves claim; None where they claim nothing."""
        claims = YearsReader(words, Sentence(0, len(words), Section.NEUTRAL, 0), self._bounds).stated
        scores = [claim.score for claim in claims] + scores_in(words)
        scores += [_VERB_SCORES[word] for word in re.findall(r"[a-z-]+", words.lower()) if word in _VERB_SCORES]
        years = max((claim.years for claim in claims if claim.years is not None), default=None)
        return max(scores, default=None), years


def _verb(text: str, sentence: Sentence, doc_type: DocType) -> Claim | None:
    """What a line of experience opens with. A posting's duties say what is done, not how well."""
    if doc_type != "resume" or sentence.section not in _VERB_SECTIONS:
        return None
    found = _VERB.match(text, sentence.start, sentence.end)
    if not found:
        return None
    return Claim(found.start(1), found.end(1), _VERB_SCORES[key_of(found[1])], found[1], CONFIDENCE_VERB)


def _unfinished(text: str, sentence: Sentence, place: Spanned, limit: int, doc_type: DocType) -> Claim | None:
    """What is still being worked for is held at the lowest level, whatever else the sentence says of it."""
    span = on_the_way(text, place.start, place.end, sentence.start, limit) if is_knowledge(place) else None
    if span is None:
        return None
    words = text[slice(*span)]
    if doc_type == "job" and key_of(words) == "candidate":
        return None  # "the ideal RN candidate" is an applicant
    return Claim(*span, SCORE_ON_THE_WAY, words, CONFIDENCE_PHRASE)
