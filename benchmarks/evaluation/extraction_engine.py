"""Where the skills of an extraction stand in its document, as spans of characters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from benchmarks.evaluation.scores import Span
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.keyword_extractor import MAX_EVIDENCE
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.types import DocType, ExtractedSkill


class EngineSpans:
    """The offline engine as a finder of spans.

    An extraction gives each skill once, with ``token`` (the words of its first mention) and up to five quotes around
    its mentions. The mentions of a skill are therefore

    - the places in its quotes where ``token`` stands, as whole words and in the same case;
    - the places in its quotes where another name of the same entry of the vocabulary stands ("JS" in a quote of
      JavaScript); of an entry whose name is an ordinary word, too ("Go"), only in quotes without ``token``;
    - where there are as many quotes as there can be, all further places in the text where ``token`` stands.

    A mention inside a longer mention of another skill ("Java" in "Java EE") is left out.
    """

    def __init__(self, engine: CareerEngine) -> None:
        self._engine = engine
        self._matcher = SkillMatcher(engine.vocabulary)

    def __call__(self, text: str, doc_type: DocType) -> list[Span]:
        extraction, _ = self._engine.extract(text, doc_type, use_llm=False)
        forms: defaultdict[str, list[tuple[Span, bool]]] = defaultdict(list)
        for match in self._matcher.find(text).matches:
            forms[match.entry.name].append(((match.start, match.end), match.entry.needs_context))
        return _outermost({span for skill in extraction.skills for span in _mentions(text, skill, forms[skill.name])})


def _mentions(text: str, skill: ExtractedSkill, forms: Sequence[tuple[Span, bool]]) -> Iterator[Span]:
    verbatim = re.compile(rf"(?<!\w){re.escape(skill.token)}(?!\w)")
    for quote in skill.evidence:
        named = [found.span() for found in verbatim.finditer(text, quote.start, quote.end)]
        yield from named
        for (start, end), ambiguous in forms:
            if quote.start <= start and end <= quote.end and not (named and ambiguous):
                yield start, end
    if len(skill.evidence) >= MAX_EVIDENCE:
        yield from (found.span() for found in verbatim.finditer(text))


def _outermost(spans: set[Span]) -> list[Span]:
    """Those that lie in no other, in order."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
