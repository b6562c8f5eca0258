"""Extraction without a model: the vocabulary, whole tokens, and the cues of a document's own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.context import ContextRule
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.matching import FormKind, Match, SkillMatcher, longest_first
from jobmate_agent.services.career_engine.quotes import quote_around
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import (
    DocType,
    Evidence,
    ExtractedSkill,
    Extraction,
    Level,
    Vocabulary,
)

KEYWORD_VERSION = "keyword-2"
MAX_EVIDENCE = 5

_CONFIDENCE: dict[FormKind, float] = {"name": 1.0, "alias": 0.95, "variant": 0.9}
_ADDRESS = re.compile(r"(?<!\S)\S*@\S+|(?:https?://|www\.)\S{1,400}|\b\w{1,63}\.(?:com|org|net|io|dev)/\S{0,200}")
# "Office of Personnel Management": the name of an authority, whatever skills its words would be elsewhere.
_AUTHORITY = re.compile(
    r"\b(?:Office|OFFICE|Department|DEPARTMENT|Bureau|BUREAU|Ministry|MINISTRY|Directorate|Commission|Agency)\s+"
    r"(?:of|for|OF|FOR)\s+(?:the\s+)?[A-Z][\w'’]{0,30}(?:\s+(?:(?:and|&|of|the|for)\s+)?[A-Z][\w'’]{0,30}){0,3}"
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place where a skill stands, and what its sentence says about it."""

    match: Match
    sentence: Sentence
    demand: Demand
    level: Level | None


class KeywordExtractor:
    """Finds the vocabulary's skills in documents. Deterministic; linear in the text; one instance serves threads."""

    def __init__(self, vocabulary: Vocabulary, settings: EngineSettings) -> None:
        self.matcher = SkillMatcher(vocabulary)
        self._levels = LevelReader(settings.years_bounds)

    @property
    def version(self) -> str:
        return KEYWORD_VERSION

    def extract(self, text: str, doc_type: DocType) -> Extraction:
        """Each skill once, in the order of first mention, with up to five quotes around its mentions.

        ``required`` follows explicit words and headings; a skill that a posting merely mentions counts as required.
        Alternatives ("Python or Java") count as nice to have, unless another place asks for one of them by itself;
        see :mod:`alternatives`. The field of a degree carries no level.
        """
        document = Document(text, doc_type)
        mentions: dict[int, list[_Mention]] = defaultdict(list)
        for sentence, matches in self._by_sentence(document):
            said = demands(text, sentence, matches, doc_type)
            levels = self._levels.of(text, sentence, matches, doc_type)
            if doc_type == "job":
                said, levels = _as_alternatives(text, sentence, matches, said, levels)
            for match, demand, level in zip(matches, said, levels, strict=True):
                if demand is not Demand.NEGATED:
                    mentions[match.entry.id].append(_Mention(match, sentence, demand, level))
        skills = tuple(_merged(text, group) for group in mentions.values())
        return Extraction(doc_type, skills, "keyword", KEYWORD_VERSION)

    def _by_sentence(self, document: Document) -> list[tuple[Sentence, list[Match]]]:
        """The accepted, non-overlapping matches, grouped by sentence, in text order."""
        candidates = self.matcher.find(document.text).matches
        if not candidates:
            return []
        rule = ContextRule(document, candidates)
        addresses = [found.span() for found in _ADDRESS.finditer(document.text)]
        authorities = [found.span() for found in _AUTHORITY.finditer(document.text)]
        accepted: list[Match] = []
        for match in candidates:
            sentence = document.at(match.start)
            if sentence is None or match.end > sentence.end or sentence.section is Section.BOILERPLATE:
                continue
            elsewhere = _inside(match, addresses) or _inside(match, authorities)
            if not elsewhere and rule.accepts(match, sentence):
                accepted.append(match)
        grouped: dict[Sentence, list[Match]] = defaultdict(list)
        for match in longest_first(accepted):
            sentence = document.at(match.start)
            assert sentence is not None
            grouped[sentence].append(match)
        return list(grouped.items())


def _as_alternatives(
    text: str, sentence: Sentence, matches: Sequence[Match], said: Sequence[Demand], levels: Sequence[Level | None]
) -> tuple[list[Demand], list[Level | None]]:
    either = alternatives(text, sentence, matches)
    fields = degree_fields(text, sentence)
    return (
        [
            Demand.NICE if place in either and demand is not Demand.NEGATED else demand
            for place, demand in enumerate(said)
        ],
        [
            None if any(start <= match.start < end for start, end, _ in fields) else level
            for match, level in zip(matches, levels, strict=True)
        ],
    )


def _inside(match: Match, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether ``match`` begins in one of ``spans``, which are in order and do not overlap."""
    index = bisect_right(spans, match.start, key=itemgetter(0)) - 1
    return index >= 0 and match.start < spans[index][1]


def _merged(text: str, mentions: Sequence[_Mention]) -> ExtractedSkill:
    """All mentions of one skill: the highest level, required if any explicit word says so.

    The quotes that the level rests on come first, so that they are never the ones left out.
    """
    first = mentions[0]
    explicit = [mention.demand for mention in mentions if mention.demand is not Demand.UNSAID]
    levels = [mention.level for mention in mentions if mention.level is not None]
    best = max(levels, key=lambda level: (level.score, level.confidence), default=None)
    evidence: list[Evidence] = []
    telling = sorted(
        mentions,
        key=lambda mention: (
            best is None or mention.level != best,
            mention.level is None and mention.demand is Demand.UNSAID,
        ),
    )
    for mention in telling:
        place, match = mention.sentence, mention.match
        quote = quote_around(text, place.start, place.end, match.start, match.end)
        if quote not in evidence and len(evidence) < MAX_EVIDENCE:
            evidence.append(quote)
    return ExtractedSkill(
        name=first.match.entry.name,
        token=text[first.match.start : first.match.end],
        evidence=tuple(evidence),
        level=best,
        required=Demand.REQUIRED in explicit if explicit else True,
        confidence=max(_CONFIDENCE[mention.match.form.kind] for mention in mentions),
    )
