"""Why a claim may be refused for where it stands, although the words are there.

Not everything that a document names is a skill of the person or the job: its headings, benefits and addresses
(:mod:`junk`), the employer's own name, words of everyday use that are also names of tools, and sentences that speak to
whatever machine reads them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobmate_agent.services.career_engine.context import ContextRule
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.junk import junk_at
from jobmate_agent.services.career_engine.matching import Match
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import VocabularyEntry

_EMPLOYER_AFTER = re.compile(
    r"(?:['’]s\s+(?:mission|vision|team|customers|culture|offices?|headquarters|values)\b|"
    r"\s+(?:is|are)\s+(?:(?:now|currently|actively|also)\s+)?(?:looking|hiring|seeking|searching|recruiting|growing|"
    r"expanding|committed|proud|headquartered|based|located|an?\s+(?:[\w-]+\s+){0,4}"
    r"(?:company|employer|firm|start-?up|agency|provider|leader|manufacturer|hospital|organi[sz]ation|business|bank))|"
    r"\s+(?:seeks|offers|hires|employs|was\s+founded|has\s+been\s+(?:serving|building|making))\b)"
)
_EMPLOYER_BEFORE = re.compile(
    r"\b(?:join(?:ing)?|about|here\s+at|we\s+at|us\s+at|life\s+at|working\s+(?:at|for)|work\s+(?:at|for)|career\s+(?:at|with))"
    r"\s+(?:the\s+)?$|(?<!skilled )(?<!proficient )(?<!expert )(?<!adept )(?<!good )(?<!excellent )\bat\s+$",
    re.IGNORECASE,
)
# "Marrow & Pine has been building looms for 25 years": what the employer does, not what it asks for.
_ABOUT_ITSELF = re.compile(
    r"\W*(?:We|Our\s+\w+|(?:The\s+)?[A-Z][\w.'’-]*(?:\s+(?:(?:&|and|of)\s+)?[A-Z][\w.'’-]*){0,4})\s+"
    r"(?:(?:has|have)\s+been\s+[\w-]+ing\b|(?:was|were)\s+(?:founded|established)|began\b|started\b)"
)
_TO_THE_READER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,60}\b(?:instructions?|rules|prompts?|guidelines|above)\b|"
    r"\b(?:you\s+are|act\s+as|as)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:ai|language\s+model|llm|chat\s?bot)\b|"
    r"^\W*(?:system|assistant|developer|user)\s*:\s*(?:you|answer|report|reply|respond|output|ignore|print|say|list|add)\b|"
    r"\b(?:report|return|output|answer|assign|give|award|add|list)\b[^.\n]{0,40}\b(?:perfect\s+match|full\s+marks|"
    r"10\s?/\s?10|(?:score|rating)\s+of\s+(?:10|ten)|highest\s+(?:score|level|rating))\b",
    re.IGNORECASE | re.MULTILINE,
)


class ClaimContext:
    """Judges places of one document. ``matches`` are all candidates of the vocabulary in it."""

    def __init__(self, document: Document, matches: Sequence[Match]) -> None:
        self._document = document
        self._rule = ContextRule(document, matches)
        self._at = {(match.start, match.end): match for match in matches}
        self._mute: dict[Sentence, bool] = {}

    def allows(self, start: int, end: int, entry: VocabularyEntry | None) -> bool:
        """Whether ``text[start:end]`` may be a skill where it stands. ``entry``: the vocabulary has it by this name."""
        document = self._document
        sentence = document.at(start)
        if sentence is None or self._says_nothing(sentence):
            return False
        if entry is not None and not entry.needs_context:
            return True
        if junk_at(document, start, end) is not None or (entry is None and self._employer(sentence, start, end)):
            return False
        match = self._at.get((start, end))
        return match is None or entry is None or self._means_entry(match, sentence)

    def _says_nothing(self, sentence: Sentence) -> bool:
        """Whether nothing in ``sentence`` is a skill: it is boilerplate, or speaks to whoever reads the document."""
        if sentence not in self._mute:
            self._mute[sentence] = sentence.section is Section.BOILERPLATE or bool(
                _TO_THE_READER.search(self._document.text, sentence.start, sentence.end)
            )
        return self._mute[sentence]

    def _means_entry(self, match: Match, sentence: Sentence) -> bool:
        """An everyday word names a tool where its setting says so, or where it is capitalised within a sentence."""
        text = self._document.text
        written = text[match.start : match.end]
        begins = not text[sentence.start : match.start].strip(" \t*_\"'“‘([#-•")
        capital = written == match.form.written and written[:1].isupper() and not begins
        return capital or self._rule.accepts(match, sentence)

    def _employer(self, sentence: Sentence, start: int, end: int) -> bool:
        """Whether the words are an employer ("join Acme", "Acme is looking for") or what one says about itself."""
        text = self._document.text
        if self._document.doc_type == "job" and _ABOUT_ITSELF.match(text, sentence.start, sentence.end):
            return True
        return text[start].isupper() and bool(
            _EMPLOYER_AFTER.match(text, end, sentence.end)
            or _EMPLOYER_BEFORE.search(text, max(sentence.start, start - 32), start)
        )
