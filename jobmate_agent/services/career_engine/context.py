"""Whether an everyday word stands for a skill: Go, R, C, Rust, Excel, Word, Access, but also Filing or Leadership.

Entries with ``needs_context`` count only where the words around them say so. The evidence weighed is: the item stands
alone between separators; a neighbouring item is a skill; a word before it ("proficient in") or after it ("developer")
speaks of skill; the section or label lists skills; the case is that of the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.matching import Match
from jobmate_agent.services.career_engine.sections import WORK_SECTIONS, Section

_LISTING_SECTIONS = frozenset({Section.SKILLS, Section.REQUIRED, Section.PREFERRED, Section.CERTIFICATES})

_OPENS = re.compile(
    r"(?:[,;|/•·▪●:(\[+>]|\s[-–—*]|\b(?:and|or|plus|including|like|such as|with|e\.g\.|i\.e\.)|&)\s*[\"'“‘*`]*$", re.I
)
_CLOSES = re.compile(
    r"[\"'”’*`]*(?:\s*$|\s*[,;|/•·:()\[\]&+]|\s*[.!?](?:\s|$)|\s+[-–—]\s|"
    r"\s+(?:and|or|plus|is|are|as well as|including|such as|preferred|required|desired|etc)\b)",
    re.I,
)
_FULL_STOP = re.compile(r"\s*\.\s+\S")
_VERSION = re.compile(r"\s+v?\d{1,4}(?:\.\d+)*\+?(?=\s*(?:[,;|/().]|$|and\b|or\b))", re.I)
_PREPOSITION = re.compile(r"\s+(?:for|to|in|on|with|at|as|by)\b", re.I)
_LEAD = re.compile(
    r"(?:\b(?:experienced?|proficien\w+|knowledge|expertise|expert|skill(?:s|ed)?|familiar\w*|fluen\w+|competen\w+|"
    r"understanding|command|mastery|background|train(?:ed|ing)|certifi\w+|versed|exposure|coding|programming|programs?|"
    r"develop\w*|written|wrote|built|build(?:ing)?|degree|courses?|coursework|comfortable|literacy|hands-on|fundamentals|"
    r"specializ\w+|taught|implemented|automated|modelled|analy[sz]\w+|reports?|macros?)\b[^.;:!?]{0,24}?"
    r"\b(?:in|with|of|using|on|including)\s+(?:the\s+|both\s+|either\s+)?"
    r"|\b(?:using|know|knows|knowing|learn|learning|learned|microsoft|ms|apache|adobe|demonstrated|proven|advanced|"
    r"intermediate|basic|strong|solid|excellent|exceptional|effective|good|proficient|expert)\s+)[\"'“‘*`]?$",
    re.I,
)
_NOUN = re.compile(
    r"\s+(?:programming|language|developers?|development|scripting|scripts|code|coding|codebase|programmers?|skills?|"
    r"experience|knowledge|proficiency|expertise|abilities|certifi\w+|software|framework|librar(?:y|ies)|databases?|"
    r"spreadsheets?|macros?|formulas?|pivot|workbooks?|backend|frontend|microservices?|compiler|runtime)\b|"
    r"\s+(?:(?:is|are|would\s+be|will\s+be)\s+(?:an?\s+)?(?:big\s+|huge\s+|strong\s+)?)?"
    r"(?:must|plus|bonus|required|preferred|nice\s+to\s+have|essential|desirable|mandatory|asset|advantage)\b",
    re.I,
)
_LABEL = re.compile(
    r"skill|language|tool|software|technolog|stack|framework|platform|database|system|proficien|program", re.I
)
_VENDOR = re.compile(
    r"^(?:microsoft|ms|adobe|apache|google|amazon|aws|oracle|ibm|sap|atlassian|autodesk|ansi|embedded)\b|"
    r"\b(?:programming|languages?|software|framework|databases?|spreadsheets?|certification|scripting|app|engine|"
    r"database|system|systems|suite)$",
    re.I,
)
_WORD_AFTER = re.compile(r"\s+(?:and|or|is|are)\b", re.I)
_JOINT = re.compile(
    r"[\"'”’*`)]*\s*(?:[,;|/•·(&+:\[]\s*(?:(?:and|or)\b)?|\b(?:and|or|plus|with)\b)\s*[\"'“‘*`(]*", re.I
)
_LONGEST_CHAIN = 6
_STRAY_FOLLOWERS = frozenset(("of", "to", "at", "in", "up", "out", "off", "control", "removal", "above", "beyond"))


@dataclass(frozen=True, slots=True)
class _Setting:
    """What stands around a candidate in its sentence."""

    sentence: Sentence
    left: str
    right: str
    exact_case: bool
    opens: bool
    closes: bool
    lead: bool
    noun: bool
    initial: bool


def _setting(text: str, match: Match, sentence: Sentence) -> _Setting:
    left = text[max(sentence.start, match.start - 64) : match.start]
    right = text[match.end : min(sentence.end, match.end + 40)]
    initial = (
        not text[sentence.start : match.start].strip(" \t*_\"'“‘([#-•")[-1:]
        if match.start - sentence.start < 12
        else False
    )
    lead = bool(_LEAD.search(left))
    noun = bool(_NOUN.match(right) or _VERSION.match(right))
    return _Setting(
        sentence,
        left,
        right,
        text[match.start : match.end] == match.form.written,
        initial or lead or noun or bool(_OPENS.search(left)),
        noun or bool(_CLOSES.match(right)) or (lead and bool(_PREPOSITION.match(right))),
        lead,
        noun,
        initial,
    )


class ContextRule:
    """Judges the candidates of one document. ``clear`` are candidates that need no context, by text order."""

    def __init__(self, document: Document, matches: Sequence[Match]) -> None:
        self._document = document
        self._text = document.text
        # Where several candidates end or begin at one token, the longest speaks for the place.
        by_length = sorted(matches, key=lambda match: match.length)
        self._by_last = {match.last: match for match in by_length}
        self._by_first = {match.first: match for match in by_length}
        self._clear_sentences: set[int] = set()
        for match in matches:
            if not needs_context(match):
                sentence = document.at(match.start)
                if sentence:
                    self._clear_sentences.add(sentence.start)

    def accepts(self, match: Match, sentence: Sentence) -> bool:
        """Whether ``match`` means the skill here. Matches of unambiguous forms always do."""
        if not needs_context(match):
            return True
        setting = _setting(self._text, match, sentence)
        written = match.form.written
        if match.form.token_count > 1:
            return self._phrase(match, setting)
        if _is_camel(written) and setting.exact_case:
            return True
        if _case_matters(match) and not setting.exact_case:
            # "python, go, docker": written small, but an item of its own between two other skills.
            return self._bounded(setting) and self._neighbours(match, clear_only=True) >= 1 and not setting.initial
        if written.isupper() and len(written) > 1:
            return self._acronym(match, setting)
        return self._listed(match, setting) or self._proper_noun(match, setting)

    @staticmethod
    def _bounded(setting: _Setting) -> bool:
        return setting.opens and setting.closes

    def _phrase(self, match: Match, setting: _Setting) -> bool:
        if match.entry.kind != "technology" or setting.exact_case or _VENDOR.search(match.form.written):
            return True
        return self._bounded(setting) and self._speaks_of_skill(match, setting)

    def _acronym(self, match: Match, setting: _Setting) -> bool:
        sentence = setting.sentence
        around = self._text[sentence.start : match.start] + self._text[match.end : sentence.end]
        if not any(char.islower() for char in around) and any(char.isalpha() for char in around):
            return self._bounded(setting) and self._neighbours(match) >= 1
        return sentence.section in WORK_SECTIONS or self._speaks_of_skill(match, setting) or self._has_clear(sentence)

    def _listed(self, match: Match, setting: _Setting) -> bool:
        if not self._bounded(setting):
            return False
        if len(match.form.written) == 1 and not self._letter_stands_alone(match, setting):
            return False
        if setting.lead or setting.noun:
            return True
        chain = self._chain(match)
        if any(not needs_context(other) or self._introduced(other, setting.sentence) for other in chain):
            return True
        listing = setting.sentence.section in _LISTING_SECTIONS or self._labelled(setting.sentence)
        conjunction = bool(_WORD_AFTER.match(setting.right))
        return len(chain) >= 2 or (listing and (bool(chain) or not (setting.initial and conjunction)))

    def _introduced(self, match: Match, sentence: Sentence) -> bool:
        setting = _setting(self._text, match, sentence)
        return setting.lead or setting.noun

    def _chain(self, match: Match) -> list[Match]:
        """The items of the plain list that ``match`` stands in, without itself, as far as they are candidates."""
        chain: list[Match] = []
        for leftwards in (True, False):
            at = match
            for _ in range(_LONGEST_CHAIN):
                other = self._beside(at, leftwards)
                if other is None:
                    break
                chain.append(other)
                at = other
        return chain

    def _proper_noun(self, match: Match, setting: _Setting) -> bool:
        """A capitalised name inside a sentence about work: "retire the last Jenkins jobs", "chart in Epic"."""
        if match.entry.kind != "technology" or setting.initial or len(match.form.written) < 4:
            return False
        if setting.left[-1:] != " " or not match.form.written[0].isupper():
            return False
        before, after = setting.left.split()[-1:], setting.right.split()[:1]
        if setting.right[:1] in "-–&@" or (after and after[0].lower().strip(".,;") in _STRAY_FOLLOWERS):
            return False
        attached = setting.right[:1] == " " and after and after[0][:1].isupper()
        if (before and before[0][:1].isupper()) or attached:
            return False
        return self._has_clear(setting.sentence) or setting.sentence.section in WORK_SECTIONS

    def _letter_stands_alone(self, match: Match, setting: _Setting) -> bool:
        """Not one of a row of letters ("Class A, B or C"), nor an initial ("R. Smith")."""
        if _FULL_STOP.match(setting.right) and not setting.lead and not self._neighbours(match, clear_only=True):
            return False
        beside = re.findall(r"\b([A-Z])\s*(?:,|/|&|and|or)\s*$", setting.left) + re.findall(
            r"^\s*(?:,|/|&|and|or)\s*([A-Z])(?![\w+#])", setting.right
        )
        return all(letter in "CR" for letter in beside)

    def _speaks_of_skill(self, match: Match, setting: _Setting) -> bool:
        return (
            setting.lead
            or setting.noun
            or setting.sentence.section in _LISTING_SECTIONS
            or self._labelled(setting.sentence)
            or self._neighbours(match) >= 1
        )

    def _labelled(self, sentence: Sentence) -> bool:
        return sentence.label_end > sentence.start and bool(
            _LABEL.search(self._text[sentence.start : sentence.label_end])
        )

    def _has_clear(self, sentence: Sentence) -> bool:
        return sentence.start in self._clear_sentences

    def _neighbours(self, match: Match, *, clear_only: bool = False) -> int:
        """How many of the two items beside ``match`` in a plain list are candidates themselves."""
        beside = (self._beside(match, True), self._beside(match, False))
        return sum(1 for other in beside if other and not (clear_only and needs_context(other)))

    def _beside(self, match: Match, leftwards: bool) -> Match | None:
        """The next item of a plain list, joined by a separator or by one joining word ("Go *or* Rust")."""
        if leftwards:
            other = self._by_last.get(match.first - 1) or self._by_last.get(match.first - 2)
        else:
            other = self._by_first.get(match.last + 1) or self._by_first.get(match.last + 2)
        if other is None:
            return None
        low, high = (other.end, match.start) if leftwards else (match.end, other.start)
        if high - low > 24 or not _JOINT.fullmatch(self._text, low, high):
            return None
        small = needs_context(other) and _case_matters(other)
        if small and self._text[other.start : other.end] != other.form.written:
            return None
        return other


def _is_camel(written: str) -> bool:
    return any(char.isupper() for char in written[1:]) and any(char.islower() for char in written)


def _case_matters(match: Match) -> bool:
    written = match.form.written
    return match.entry.kind == "technology" or len(written) <= 3 or any(char.isupper() for char in written[1:])


def needs_context(match: Match) -> bool:
    """Whether the form itself is ambiguous: of an entry so marked, and without signs that only a name has."""
    if not match.entry.needs_context:
        return False
    return not any(char.isdigit() or char in ".+#" for char in match.form.written)
