"""Whether a posting asks for a skill, would like it, or says that it is not needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.matching import Match
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import DocType


class Demand(Enum):
    """What a sentence says about a skill. ``UNSAID`` leaves it to the other places where the skill stands."""

    REQUIRED = "required"
    NICE = "nice to have"
    UNSAID = "unsaid"
    NEGATED = "negated"


# (pattern, demand, speaks of what follows it). The others speak of what stands before them.
_CUES: tuple[tuple[str, Demand, bool], ...] = (
    (r"must\s+(?:have|know|be|hold|possess)|need\s+to\s+(?:have|know|be)|required\s*:|requires?(?!d)|you\s+(?:need|have)|"
     r"minimum\s+of|at\s+least", Demand.REQUIRED, True),
    (r"nice\s*:|nice\s+to\s+haves?|good\s+to\s+have|ideally|preferably|preferred\s*:|bonus(?:\s+points)?(?:\s+if|\s+for|\s*:)|"
     r"a\s+plus(?:\s+if|\s*:)|pluses\s*:|plus\s*:|desirable\s*:|desired\s*:|we(?:['’]d|\s+would)\s+love|"
     r"would\s+be\s+(?:great|nice|good)\s+(?:if|to)|it\s+helps\s+if|optional(?:ly)?\s*:", Demand.NICE, True),
    (r"(?<!as )(?<!when )(?<!where )(?:(?:is|are)\s+)?(?:a\s+must(?:-have)?|must-haves?|(?<!not )required|essential|"
     r"mandatory|needed|necessary)(?!\s*:)", Demand.REQUIRED, False),
    (r"preferred(?!\s*(?::|vendor|supplier|name|pronoun))|desirable(?!\s*:)|"
     r"desired(?!\s*:|\s+(?:\w+\s+)?(?:results?|outcomes?|goals?|effects?|states?|objectives?|levels?|standards?))|"
     r"(?:an?|is|are|big|huge|strong|definite|real)\s+(?:plus|bonus|asset|advantage)(?:es)?(?!\s+(?:if|:))|advantageous|"
     r"(?:is|are|would\s+be|be)\s+(?:nice|helpful|useful|beneficial|welcome)|optional|not\s+essential|a\s+nice\s+to\s+have",
     Demand.NICE, False),
)  # fmt: skip
_PATTERNS = tuple(
    (re.compile(rf"\b(?:{pattern})", re.IGNORECASE), demand, forward) for pattern, demand, forward in _CUES
)
_CLAUSE = re.compile(r";|[.!?]\s|\s(?:but|while|whereas|although)\s|\)\s*,|\n\s*[-*•]", re.IGNORECASE)

_NOT_NEEDED = (
    r"(?:(?:is|are|was|were|be)\s*(?:n['’]t|not)|not|no\s+longer|neither)\s+(?:strictly\s+|absolutely\s+|at\s+all\s+)?"
    r"(?:required|needed|necessary|mandatory|essential|expected|a\s+(?:must|requirement))|unnecessary"
)
_DENIED_AFTER = re.compile(
    rf"(?:(?!\b(?:is|are|be|required|needed|must|preferred|plus)\b)[^;.!?]){{0,80}}?\b(?:{_NOT_NEEDED})", re.IGNORECASE
)
_DENIED_BEFORE = re.compile(
    r"\b(?:(?:no|without(?:\s+any)?|zero|lack(?:s|ing)?(?:\s+of)?|have\s+no)\s+"
    r"(?:(?:prior|previous|formal|professional|real|direct|practical|actual|specific|hands-on|need|working)\s+){0,3}"
    r"(?:experience|knowledge|background|training|skills?|understanding|familiarity|need|exposure|expertise)"
    r"|(?:(?:do|does|did|are|is|am|was|were|have|has|would|will)\s*(?:n['’]t|not)|not|never)\s+"
    r"(?:(?:need|require|know|expect|use|used|have|had|worked|work|yet|looking|look|familiar|experienced|proficient|"
    r"comfortable|trained|certified|touched|learned|ask|asking|any|to|you|be|a|an)\s*){1,5}"
    r"(?:experience\s+)?(?:in|with|for|to|of|on|using)?"
    r"|no(?:\s+(?:prior|previous|formal|professional|specific|real)){0,2})\s*$|"
    r"\b(?:no|without(?:\s+any)?|lack(?:s|ing)?(?:\s+of)?|have\s+no)\s+"
    r"(?:(?:prior|previous|formal|professional|real|direct|practical|specific|hands-on|working)\s+){0,3}"
    r"(?:experience|knowledge|background|training|skills?|understanding|familiarity|need|exposure|expertise)\s+"
    r"(?:(?:in|with|of|for|on|to|using|know|the|either|is|are|use)\s+){0,3}(?:[\w+#.]+(?:,\s*|\s+(?:or|nor|and)\s+)){0,6}$|"
    r"\b(?:not|n['’]t|never)\s+(?:need|require|know|used|worked|use|familiar|experienced|proficient|looking)\s+"
    r"(?:(?:in|with|of|for|on|to|using|know|the|either|any)\s+){0,3}(?:[\w+#.]+(?:,\s*|\s+(?:or|nor|and)\s+)){0,4}$",
    re.IGNORECASE,
)
_CONSOLED = re.compile(
    r"[^;.!?]{0,80}?\b(?:but|though|although|yet|however)\b[^;.!?]{0,24}?"
    r"\b(?:nice|plus|bonus|preferred|helpful|useful|desirable|welcome|advantage|asset)\b",
    re.IGNORECASE,
)
_NOT_REALLY = re.compile(r"\bnot\s+(?:only|just|limited|least|merely)\b|\bno\s+(?:less|fewer|later)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cue:
    start: int
    end: int
    demand: Demand
    forward: bool


def demands(text: str, sentence: Sentence, matches: Sequence[Match], doc_type: DocType) -> list[Demand]:
    """What ``sentence`` says about each of its ``matches``. Its own words override the section's heading.

    In a resume only ``UNSAID`` and ``NEGATED`` occur.
    """
    cues = _cues(text, sentence) if doc_type == "job" else []
    breaks = [found.start() for found in _CLAUSE.finditer(text, sentence.start, sentence.end)]
    heading = {Section.REQUIRED: Demand.REQUIRED, Section.PREFERRED: Demand.NICE}.get(sentence.section, Demand.UNSAID)
    said: list[Demand] = []
    for match, following in zip_longest(matches, matches[1:]):
        own = _own_demand(cues, match, matches, breaks)
        if _denied(text, sentence, match, breaks):
            nice = own is Demand.NICE or bool(
                _CONSOLED.match(text, match.end, following.start if following else sentence.end)
            )
            said.append(Demand.NICE if nice and doc_type == "job" else Demand.NEGATED)
        else:
            said.append(own or (heading if doc_type == "job" else Demand.UNSAID))
    return said


def _cues(text: str, sentence: Sentence) -> list[_Cue]:
    return [
        _Cue(found.start(), found.end(), demand, forward)
        for pattern, demand, forward in _PATTERNS
        for found in pattern.finditer(text, sentence.start, sentence.end)
    ]


def _own_demand(cues: Sequence[_Cue], match: Match, matches: Sequence[Match], breaks: Sequence[int]) -> Demand | None:
    """The demand of the nearest cue that speaks of ``match`` within its clause."""
    best: tuple[int, Demand] | None = None
    for cue in cues:
        if cue.start < match.end and cue.end > match.start:
            continue
        after = cue.start >= match.end
        low, high = (match.end, cue.start) if after else (cue.end, match.start)
        if any(low <= place < high for place in breaks):
            continue
        if after == cue.forward and not _only_side(cue, matches, breaks, after):
            continue
        distance = high - low
        if best is None or distance < best[0]:
            best = (distance, cue.demand)
    return best[1] if best else None


def _only_side(cue: _Cue, matches: Sequence[Match], breaks: Sequence[int], after: bool) -> bool:
    """Whether the cue has no skill on the side that it usually speaks of, so that it must mean the other one."""
    for other in matches:
        low, high = (cue.end, other.start) if after else (other.end, cue.start)
        if low <= high and not any(low <= place < high for place in breaks):
            return False
    return True


def _denied(text: str, sentence: Sentence, match: Match, breaks: Sequence[int]) -> bool:
    clause_start = max([sentence.start, *(place for place in breaks if place < match.start)])
    clause_end = min([sentence.end, *(place for place in breaks if place >= match.end)])
    before = text[max(clause_start, match.start - 120) : match.start]
    if _NOT_REALLY.search(before):
        return False
    if _DENIED_BEFORE.search(before):
        return True
    return bool(_DENIED_AFTER.match(text, match.end, min(clause_end + 1, match.end + 120)))
