"""Extraction without a language model: the vocabulary, the span tagger, and the cues of a document's own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.context import ContextRule
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.junk import junk_at
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.matching import Match, SkillMatcher, longest_first
from jobmate_agent.services.career_engine.mentions import Mention, joined, layers, of_both, of_names
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.places import Spanned
from jobmate_agent.services.career_engine.quotes import quote_around
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import (
    DocType,
    Evidence,
    ExtractedSkill,
    Extraction,
    Level,
    SpanTagger,
    TaggedSpan,
    TaggedText,
    Vocabulary,
)

KEYWORD_VERSION = "keyword-3"
MAX_EVIDENCE = 5

_ADDRESS = re.compile(r"(?<!\S)\S*@\S+|(?:https?://|www\.)\S{1,400}|\b\w{1,63}\.(?:com|org|net|io|dev)/\S{0,200}")
# "Office of Personnel Management": the name of an authority, whatever skills its words would be elsewhere.
_AUTHORITY = re.compile(
    r"\b(?:Office|OFFICE|Department|DEPARTMENT|Bureau|BUREAU|Ministry|MINISTRY|Directorate|Commission|Agency)\s+"
    r"(?:of|for|OF|FOR)\s+(?:the\s+)?[A-Z][\w'’]{0,30}(?:\s+(?:(?:and|&|of|the|for)\s+)?[A-Z][\w'’]{0,30}){0,3}"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A mention, and what its sentence says about it."""

    mention: Mention
    sentence: Sentence
    demand: Demand
    level: Level | None


class KeywordExtractor:
    """Finds skills in documents. Deterministic; linear in the text; one instance serves threads."""

    def __init__(self, vocabulary: Vocabulary, settings: EngineSettings, tagger: SpanTagger | None = None) -> None:
        """``tagger`` None: only names of the vocabulary are found."""
        self.matcher = SkillMatcher(vocabulary)
        self._settings = settings
        self._levels = LevelReader(settings.years_bounds)
        self._tagger = tagger

    @property
    def version(self) -> str:
        """Changes whenever the same document would be read differently."""
        return KEYWORD_VERSION if self._tagger is None else f"{KEYWORD_VERSION} {self._tagger.model_id}"

    def extract(self, text: str, doc_type: DocType) -> Extraction:
        """Each skill once, in the order of first mention, with up to five quotes around its mentions.

        ``required`` follows explicit words and headings; a skill that a posting merely mentions counts as required.
        Alternatives ("Python or Java") count as nice to have, unless another place asks for one of them by itself;
        see :mod:`alternatives`. The field of a degree carries no level.
        """
        document = Document(text, doc_type)
        groups: dict[str, list[_Said]] = defaultdict(list)
        for sentence, mentions in self._by_sentence(document):
            for layer in layers(mentions):
                for said in self._read(document, sentence, layer):
                    if said.demand is not Demand.NEGATED:
                        groups[_subject(text, said.mention)].append(said)
        in_order = sorted(groups.values(), key=lambda group: min(said.mention.start for said in group))
        skills = tuple(_merged(text, group) for group in in_order)
        return Extraction(doc_type, skills, "keyword", self.version)

    def _read(self, document: Document, sentence: Sentence, mentions: Sequence[Mention]) -> list[_Said]:
        """What ``sentence`` says about each of its mentions, which do not overlap."""
        text, doc_type = document.text, document.doc_type
        said = demands(text, sentence, mentions, doc_type)
        levels = self._levels.of(text, sentence, mentions, doc_type)
        if doc_type == "job":
            said, levels = _as_alternatives(text, sentence, mentions, said, levels)
        return [
            _Said(mention, sentence, demand, level)
            for mention, demand, level in zip(mentions, said, levels, strict=True)
        ]

    def _by_sentence(self, document: Document) -> list[tuple[Sentence, list[Mention]]]:
        """The mentions of each sentence that has any, in text order."""
        addresses = [found.span() for found in _ADDRESS.finditer(document.text)]
        authorities = [found.span() for found in _AUTHORITY.finditer(document.text)]

        def elsewhere(place: Spanned) -> bool:
            return _inside(place, addresses) or _inside(place, authorities)

        names = self._names(document, elsewhere)
        if self._tagger is None:
            return [(sentence, of_names(matches)) for sentence, matches in names.items()]
        texts = [document.text[each.start : each.end] for each in document.sentences]
        tagged = self._tagger.tag(texts, document.doc_type)
        least = self._settings.least_confidence(document.doc_type)
        has_commas = ", " in document.text
        found: list[tuple[Sentence, list[Mention]]] = []
        for sentence, marks in zip(document.sentences, tagged, strict=True):
            moved = _moved(marks, sentence.start)
            told = joined(document.text, moved) if has_commas else moved
            spans = [
                span
                for span in _without_degrees(document.text, sentence, told)
                if not elsewhere(span) and self._may_stand(document, span)
            ]
            chance = partial(_chance, marks, sentence.start)
            mentions = of_both(document.text, names.get(sentence, ()), spans, chance, self._settings, least)
            likely = [mention for mention in mentions if mention.confidence >= least]
            if likely:
                found.append((sentence, likely))
        return found

    def _may_stand(self, document: Document, span: TaggedSpan) -> bool:
        """Sections are told by their headings, and a long one often ends without another: a sure mark is believed."""
        junk = junk_at(document, span.start, span.end)
        if junk == "boilerplate":
            return span.confidence >= self._settings.least_confidence_in_boilerplate
        return junk is None

    def _names(self, document: Document, elsewhere: Callable[[Spanned], bool]) -> dict[Sentence, list[Match]]:
        """The names of the vocabulary that count where they stand, without overlaps, by sentence."""
        candidates = self.matcher.find(document.text).matches
        grouped: dict[Sentence, list[Match]] = defaultdict(list)
        if not candidates:
            return grouped
        rule = ContextRule(document, candidates)
        accepted: list[Match] = []
        for match in candidates:
            sentence = document.at(match.start)
            if sentence is None or match.end > sentence.end or sentence.section is Section.BOILERPLATE:
                continue
            if not elsewhere(match) and rule.accepts(match, sentence):
                accepted.append(match)
        for match in longest_first(accepted):
            sentence = document.at(match.start)
            assert sentence is not None
            grouped[sentence].append(match)
        return grouped


def _moved(marks: TaggedText, by: int) -> list[TaggedSpan]:
    return [replace(span, start=span.start + by, end=span.end + by) for span in marks.spans]


def _without_degrees(text: str, sentence: Sentence, spans: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Of "bachelor's degree in nursing" what it is in: the degree itself is no skill."""
    fields = degree_fields(text, sentence)
    return [
        replace(span, start=max([span.start, *(start for start, _, _ in fields if span.start < start < span.end)]))
        for span in spans
    ]


def _chance(marks: TaggedText, sentence_start: int, start: int, end: int) -> float:
    return marks.chance(start - sentence_start, end - sentence_start)


def _subject(text: str, mention: Mention) -> str:
    """What mentions of one skill have in common: the entry, or else the words."""
    return f"#{mention.entry.id}" if mention.entry else normalize_name(text[mention.start : mention.end])


def _as_alternatives(
    text: str, sentence: Sentence, matches: Sequence[Mention], said: Sequence[Demand], levels: Sequence[Level | None]
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


def _inside(place: Spanned, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether ``place`` begins in one of ``spans``, which are in order and do not overlap."""
    index = bisect_right(spans, place.start, key=itemgetter(0)) - 1
    return index >= 0 and place.start < spans[index][1]


def _merged(text: str, group: Sequence[_Said]) -> ExtractedSkill:
    """All mentions of one skill: the highest level, required if any explicit word says so.

    The quotes that the level rests on come first, so that they are never the ones left out.
    """
    mentions = [said.mention for said in group]
    first = min(mentions, key=lambda mention: mention.start)
    surest = max(mentions, key=lambda mention: mention.confidence)
    explicit = [said.demand for said in group if said.demand is not Demand.UNSAID]
    levels = [said.level for said in group if said.level is not None]
    best = max(levels, key=lambda level: (level.score, level.confidence), default=None)
    return ExtractedSkill(
        name=first.entry.name if first.entry else " ".join(text[first.start : first.end].split()),
        token=text[first.match.start : first.match.end] if first.match else text[first.start : first.end],
        evidence=tuple(_quotes(text, group, best)),
        level=best,
        required=Demand.REQUIRED in explicit if explicit else True,
        confidence=surest.confidence,
        places=tuple(sorted({(mention.start, mention.end) for mention in mentions})),
        label=next((mention.label for mention in (surest, *mentions) if mention.label), None),
    )


def _quotes(text: str, group: Sequence[_Said], best: Level | None) -> list[Evidence]:
    telling = sorted(
        group,
        key=lambda said: (
            best is None or said.level != best,
            said.level is None and said.demand is Demand.UNSAID,
        ),
    )
    evidence: list[Evidence] = []
    for said in telling:
        place, mention = said.sentence, said.mention
        quote = quote_around(text, place.start, place.end, mention.start, mention.end)
        if quote not in evidence and len(evidence) < MAX_EVIDENCE:
            evidence.append(quote)
    return evidence
