"""Whether a posting asks for a skill, would like it, or says that it is not needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from jobmate_agent.services.career_engine.clauses import breaks
from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.places import Spanned
from jobmate_agent.services.career_engine.sections import Section
from jobmate_agent.services.career_engine.types import DocType


class Demand(Enum):
    """What a sentence says about a skill. ``UNSAID`` leaves it to the other places where the skill stands."""

    REQUIRED = "required"
    NICE = "nice to have"
    UNSAID = "unsaid"
    NEGATED = "negated"


_PLUS = r"(?:plus|bonus|asset|advantage|benefit)(?:es)?"
_OF_PLUS = (
    r"(?:an?|is|are|as|big|huge|strong|definite|real|major|great|added|distinct|significant|considerable|clear|"
    r"additional|always\s+an?|of|added)"
)
# (pattern, demand, speaks of what follows it). The others speak of what stands before them.
_CUES: tuple[tuple[str, Demand, bool], ...] = (
    (r"must\s+(?:have|know|be|hold|possess)|need\s+to\s+(?:have|know|be)|required\s*:|requires?(?!d)|you\s+need",
     Demand.REQUIRED, True),
    (r"nice\s*:|nice\s+to\s+haves?|good\s+to\s+have|ideally|preferably|preferred(?:\s+\w+)?\s*:|"
     rf"bonus(?:\s+points)?(?:\s+if|\s+for|(?:\s+\w+)?\s*:)|(?:an?\s+)?{_PLUS}(?:\s+(?:if|to\s+have)|\s*:)|"
     r"desirable\s*:|desired(?:\s+\w+)?\s*:|we(?:['’]d|\s+would)\s+love|"
     r"would\s+be\s+(?:great|nice|good)\s+(?:if|to)|it\s+helps\s+if|preference\s+(?:for|to|(?:(?:is|will\s+be)\s+)?given\s+to)|"
     r"optional(?:ly)?\s*:", Demand.NICE, True),
    (r"(?<!as )(?<!when )(?<!where )(?:(?:is|are)\s+(?:a\s+must|required|essential|mandatory|needed|necessary)|"
     r"(?:a\s+must(?:-have)?|must-haves?|(?<!not )required|essential|mandatory|needed|necessary)(?!\s*:))",
     Demand.REQUIRED, False),
    (r"preferred(?!\s*(?::|\w+\s*:|vendor|supplier|name|pronoun))|desirable(?!\s*:)|"
     r"desired(?!\s*:|\s+(?:\w+\s+)?(?:results?|outcomes?|goals?|effects?|states?|objectives?|levels?|standards?))|"
     rf"{_OF_PLUS}\s+{_PLUS}(?!\s+(?:if|to\s+have|:))|advantageous|preferable|"
     r"(?:is|are|would\s+be|be)\s+(?:\w+ly\s+|very\s+)?(?:nice|helpful|useful|beneficial|welcome|optimal|appreciated|"
     r"valued)|optional|not\s+essential|a\s+nice\s+to\s+have",
     Demand.NICE, False),
)  # fmt: skip
_PATTERNS = tuple(
    (re.compile(rf"\b(?:{pattern})", re.IGNORECASE), demand, forward) for pattern, demand, forward in _CUES
)
_CLAUSE = re.compile(r"\s(?:while|whereas|although)\s|\)\s*,", re.IGNORECASE)
# What a cue that speaks of what follows may have after it, and yet mean what stands before: "Python (preferably)".
_AT_END = re.compile(r"\W*(?:\w+\W*)?$")
_PART_ENDS = re.compile(r"\s*[,)]")

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
    r"|(?:not|n['’]t)\s+required\s+to\s+(?:have|hold|possess|know|be|speak)(?:\s+(?:an?|any|the))?"
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

# What a resume's owner would like to know, and so does not: a wish, what is to be done, and skills after it.
_WISH = (
    r"(?:(?:(?:would|['’]d)\s+(?:also\s+|really\s+)?(?:like|love)|hop(?:e|es|ing)|want(?:s|ing)?|wish(?:es|ing)?|"
    r"plan(?:s|ning)?|aim(?:s|ing)?|inten(?:d|ds|ding)|aspir(?:e|es|ing)|looking(?:\s+forward)?|seek(?:s|ing)?|eager|"
    r"keen|excited|willing|happy|ready|motivated|desire|going|goals?(?:\s+(?:is|are))?)\s+to|"
    r"interest(?:s|ed)?\s+in|plan(?:s|ning)?\s+on|keen\s+on|excited\s+about|passionate\s+about|goals?\s*:(?:\s+to)?)"
)
_TO_LEARN = (
    r"(?:(?:one\s+day|someday|soon|also|eventually|start(?:ing)?|begin(?:ning)?)\s+(?:to\s+)?)?"
    r"(?:(?:learn(?:ing)?|study(?:ing)?|pick(?:ing)?\s+up|master(?:ing)?)"
    r"(?:\s+and\s+(?:use|apply|master|practi[cs]e|understand|work\s+with))?|"
    r"get(?:ting)?\s+(?:into|to\s+know|(?:trained|certified)\s+(?:in|on|as))|"
    r"becom(?:e|ing)\s+(?:\w+\s+){1,2}(?:in|with|at)|"
    r"(?:gain|acquir|get)(?:e|ing|ting)?\s+(?:(?:some|hands-on|practical|first|a|an)\s+){0,2}"
    r"(?:experience|knowledge|skills?|understanding|training|exposure|familiarity))"
)
# "eager to learn, teamwork": a trait. "willing to learn new things, Excel": what is to be learned has no name.
_ANYTHING = r"(?:new|things|anything|everything|more|quick\w*|fast|from|how|on\s+the\s+job)\b"
_HELD_AFTER_ALL = (
    r"\b(?:have|has|had|am|is|are|was|were|know|known|use|uses|used|using|work(?:s|ed)?|built|build|wrote|written|"
    r"apply|experienced|skilled|proficient|familiar|currently|already|since|because|so|while|though|although|after|"
    r"which|who|based\s+on|beyond|my|complement|addition|besides|alongside)\b"
)
_LISTED = rf"(?:(?!{_HELD_AFTER_ALL})(?:[^;.!?]|\.(?=\w))){{0,100}}"
_WISHED_BEFORE = re.compile(
    rf"(?:\b{_WISH}\s+{_TO_LEARN}(?:\s*:|[^\S\n]+(?!and\b|or\b|{_ANYTHING})|"
    rf"[^\S\n]+{_ANYTHING}[^,;.!?\n]{{0,40}}?(?:,\s*)?\b(?:such\s+as|like|including|about)\b)|\blearning\s+goals?\s*:)"
    rf"{_LISTED}$",
    re.IGNORECASE,
)
_WISHED_AFTER = re.compile(
    rf"[\s,(–—:-]{{1,4}}(?:(?:which|that)\s+)?(?:I(?:\s+am|['’]m)?\s+)?(?:currently\s+)?{_WISH}\s+{_TO_LEARN}"
    r"(?:\s+(?:it|next|soon)){0,2}\s*(?:[).;!\n]|$)",
    re.IGNORECASE,
)


# "3 years in sales, preferably in retail, and strong Excel skills": where what is only preferred ends.
_PREFERENCE_ENDS = re.compile(
    r",\s+(?:and|as\s+well\s+as|with|plus)\b|\band\s+(?:should|must|will|can|you|have|has|is|are)\b|"
    r"\band\s+(?:an?\s+|very\s+)?(?:strong|excellent|solid|good|proven|experience|knowledge|"
    r"ability|familiarity|understanding|proficien)",
    re.IGNORECASE,
)
# "Experience in accounting, CPA preferred": the comma parts a statement of its own from a short wish.
_SHORT_WISH = re.compile(
    r"(?:,|\s[–—-])\s+(?!(?:and|or|it|this|that|which|these|they|though)\b)"
    r"(?P<wish>[^\s,]+(?:\s+(?!(?:and|or)\b)[^\s,]+){0,4})\s+$"
)
_STATEMENT = re.compile(
    r"\b(?:experience|knowledge|years?|degree|ability|skills?|diploma|required|must|proficien\w+|understanding)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words at [start, end) that speak of the skills in ``text[low:high]``; ``forward``: of what follows, as a rule."""

    start: int
    end: int
    demand: Demand
    forward: bool
    low: int
    high: int


def demands(text: str, sentence: Sentence, places: Sequence[Spanned], doc_type: DocType) -> list[Demand]:
    """What ``sentence`` says about each of ``places``. Its own words override the section's heading.

    In a resume only ``UNSAID`` and ``NEGATED`` occur, the latter also for what its owner would only like to learn.
    """
    clauses = (found.start() for found in _CLAUSE.finditer(text, sentence.start, sentence.end))
    ends = sorted([*breaks(text, sentence), *clauses])
    cues = _cues(text, sentence, ends) if doc_type == "job" else []
    heading = {Section.REQUIRED: Demand.REQUIRED, Section.PREFERRED: Demand.NICE}.get(sentence.section, Demand.UNSAID)
    said: list[Demand] = []
    for place, following in zip_longest(places, places[1:]):
        if doc_type == "resume" and _wished(text, sentence, place, ends):
            said.append(Demand.NEGATED)
            continue
        own = _own_demand(cues, place, places)
        if _denied(text, sentence, place, ends):
            nice = own is Demand.NICE or bool(
                _CONSOLED.match(text, place.end, following.start if following else sentence.end)
            )
            said.append(Demand.NICE if nice and doc_type == "job" else Demand.NEGATED)
        else:
            said.append(own or (heading if doc_type == "job" else Demand.UNSAID))
    return said


def _cues(text: str, sentence: Sentence, ends: list[int]) -> list[_Cue]:
    cues = []
    for pattern, demand, forward in _PATTERNS:
        for found in pattern.finditer(text, sentence.start, sentence.end):
            ahead = forward and not _trails(text, sentence, found)
            scope = _scope(text, sentence, ends, found, demand, ahead)
            cues.append(_Cue(found.start(), found.end(), demand, ahead, *scope))
    return cues


def _trails(text: str, sentence: Sentence, cue: re.Match[str]) -> bool:
    """Whether a word that speaks of what follows closes its part of the sentence: "Java ideally, SQL"."""
    if not _PART_ENDS.match(text, cue.end(), sentence.end):
        return False
    return text[sentence.start : cue.start()].rstrip()[-1:] not in ("", ",", ";", ":", "(", ".")


def _scope(
    text: str, sentence: Sentence, ends: list[int], cue: re.Match[str], demand: Demand, forward: bool
) -> tuple[int, int]:
    """The part of the sentence that a cue may speak of: its clause, its brackets, or less."""
    low = max((place for place in ends if place <= cue.start()), default=sentence.start)
    high = min((place for place in ends if place >= cue.end()), default=sentence.end)
    opened = text.rfind("(", low, cue.start())
    if opened >= 0 and text.find(")", opened, cue.start()) < 0:
        closed = text.find(")", cue.end(), high)
        closed = closed if closed >= 0 else high
        if text[opened + 1 : cue.start()].strip() or (forward and text[cue.end() : closed].strip()):
            return opened, closed  # "(Java preferred)", "(ideally Java)"
        return len(text[:opened].rstrip()) - 1, closed  # "Java (preferred)"
    if forward:
        inline = text[low : cue.start()].strip()
        if not _AT_END.match(text, cue.end(), high):
            low = cue.start()
        if demand is Demand.NICE and inline:
            stop = _PREFERENCE_ENDS.search(text, cue.end(), high)
            high = stop.start() if stop else high
    elif demand is Demand.NICE:
        wish = _SHORT_WISH.search(text, max(low, cue.start() - 80), cue.start())
        if wish and _STATEMENT.search(text, low, wish.start()):
            low = wish.start()
    return low, high


def _own_demand(cues: Sequence[_Cue], place: Spanned, places: Sequence[Spanned]) -> Demand | None:
    """The demand of the nearest cue that speaks of ``place``."""
    best: tuple[int, Demand] | None = None
    for cue in cues:
        if (cue.start < place.end and cue.end > place.start) or place.end <= cue.low or place.start >= cue.high:
            continue
        after = cue.start >= place.end
        if after == cue.forward and not _only_side(cue, places, after):
            continue
        distance = cue.start - place.end if after else place.start - cue.end
        if best is None or distance < best[0]:
            best = (distance, cue.demand)
    return best[1] if best else None


def _only_side(cue: _Cue, places: Sequence[Spanned], after: bool) -> bool:
    """Whether the cue has no skill on the side that it usually speaks of, so that it must mean the other one."""
    if after:
        return not any(cue.end <= other.start < cue.high for other in places)
    return not any(cue.low < other.end <= cue.start for other in places)


def _clause(sentence: Sentence, place: Spanned, ends: list[int]) -> tuple[int, int]:
    start = max([sentence.start, *(end for end in ends if end < place.start)])
    return start, min([sentence.end, *(end for end in ends if end >= place.end)])


def _wished(text: str, sentence: Sentence, place: Spanned, ends: list[int]) -> bool:
    """Whether the clause says that the skill is still to be learned some day, and not that it is being learned."""
    start, end = _clause(sentence, place, ends)
    if _WISHED_BEFORE.search(text[max(start, place.start - 160) : place.start]):
        return True
    return bool(_WISHED_AFTER.match(text, place.end, min(end + 1, place.end + 80)))


def _denied(text: str, sentence: Sentence, place: Spanned, ends: list[int]) -> bool:
    clause_start, clause_end = _clause(sentence, place, ends)
    before = text[max(clause_start, place.start - 120) : place.start]
    if _NOT_REALLY.search(before):
        return False
    if _DENIED_BEFORE.search(before):
        return True
    return bool(_DENIED_AFTER.match(text, place.end, min(clause_end + 1, place.end + 120)))
