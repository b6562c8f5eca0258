"""Whether a quote really speaks of the skill that it is given as evidence for, and under which name it may be shown.

A claimed name is shown only where every word that says something stands in the quote, or where the vocabulary knows
the name and the quote has another form of it. Where the quote bears out part of a name, or its initials, the
document's own words are shown instead: a word that is not in the document reaches no report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jobmate_agent.services.career_engine.masking import MASK
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.tokens import Token, tokenize

_FILLERS = frozenset(
    """
    a an and or of the for with in on to using etc skills skill experience knowledge ability abilities proficiency
    expertise understanding
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# How well something is known is no part of its name, unless the vocabulary has it there ("Basic Life Support").
_PRAISE = _FILLERS | frozenset(
    """
    strong solid good great excellent exceptional proven advanced expert proficient intermediate basic working deep
    extensive fluent familiar familiarity years year yrs level hands-on hands
    """.split()  # noqa: SIM905
)
# What two forms of one word may end in after what they share ("analy-sis", "analy-tics"; "manag-ing", "manag-ement").
_ENDINGS = frozenset(
    """
    e s es ed d ing ings er ers r rs or ors ion ions tion tions ation ations ement ements ment ments al ally ial ic ics
    ical y ies ied ive ives able ance ant ants ence is sis ses tic tics tical
    """.split()  # noqa: SIM905
) | {""}
_SHORTEST_STEM = 4
_ROOM = 4
"""Words that may stand between those of a name, in all."""
_BREAK = re.compile(rf"[.;:!?]\s|[|•·▪●◦{MASK}]|\n\s*(?:\n|[-*+]\s)")
_MARKS = re.compile(r"[^\w\s\-‐-―_'’`*]")
_PLAIN = re.compile(r"[\w\s+#.&/'’(),:\-‐-―%]+")
_NUMBER = re.compile(r"\d+\+?")


@dataclass(frozen=True, slots=True)
class Support:
    """The words at [start, end) of a text bear a claim out, under ``name``. ``outright``: they are the name itself."""

    start: int
    end: int
    name: str
    outright: bool


def support(name: str, text: str, start: int, end: int, matcher: SkillMatcher) -> Support | None:
    """What in ``text[start:end]`` names the skill ``name``; None: nothing does.

    Counts, in this order: the name itself; another form of it in the vocabulary; its words in other forms, close
    together; most of its words, or its initials ("AWS"), which then are the name.
    """
    quote = text[start:end]
    words = tokenize(quote)
    name = _bare(name, matcher)
    wanted = tokenize(name)
    if not words or not wanted:
        return None
    forms = matcher.find(quote).matches
    entry = matcher.entry_named(name)
    found = _in_a_row(name, wanted, quote, words)
    if found is None and entry is not None:
        found = next(((match.start, match.end) for match in forms if match.entry.id == entry.id), None)
    if found is not None:
        return _supported(name, quote, found, start, outright=True)
    if entry is not None and entry.kind == "technology":
        return None  # "excellent" is no form of Excel, nor "postal" one of Postgres
    content = [token.norm for token in wanted if token.norm not in _FILLERS]
    close = _close_together(content, quote, words)
    if close is not None and close.words == len(content):
        return _supported(_stripped(name, _FILLERS), quote, (close.start, close.end), start, outright=False)
    if close is not None and close.words >= 2 and close.words * 2 > len(content):
        return _supported("", quote, (close.start, close.end), start, outright=False)
    initials = _initials([token.norm for token in wanted], quote, words)
    return _supported("", quote, initials, start, outright=False) if initials else None


def _bare(name: str, matcher: SkillMatcher) -> str:
    """``name`` without praise and years around it, where the vocabulary knows it so and not with them."""
    name = unicodedata.normalize("NFKC", name)
    if matcher.entry_named(name) is not None:
        return name
    bare = _stripped(name, _PRAISE)
    return bare if matcher.entry_named(bare) is not None else name


def _stripped(name: str, fillers: frozenset[str]) -> str:
    tokens = tokenize(name)

    def is_filler(token: Token) -> bool:
        return token.norm in fillers or (fillers is _PRAISE and bool(_NUMBER.fullmatch(token.norm)))

    kept = [token for token in tokens if not is_filler(token)]
    return name[kept[0].start : kept[-1].end] if kept else name


def _supported(name: str, quote: str, place: tuple[int, int], offset: int, *, outright: bool) -> Support:
    """``name`` "" or with anything in it but plain characters: the words of the quote are shown."""
    start, end = place
    shown = name if _PLAIN.fullmatch(name) else " ".join(quote[start:end].split())
    return Support(offset + start, offset + end, shown, outright)


def _in_a_row(name: str, wanted: Sequence[Token], quote: str, words: Sequence[Token]) -> tuple[int, int] | None:
    norms, sought = [word.norm for word in words], [token.norm for token in wanted]
    marks = set(_MARKS.findall(name))
    for first in range(len(words) - len(sought) + 1):
        if norms[first : first + len(sought)] == sought:
            run = words[first : first + len(sought)]
            if all(_joined(quote[one.end : other.start], marks) for one, other in pairwise(run)):
                return run[0].start, run[-1].end
    return None


def _joined(gap: str, marks: set[str]) -> bool:
    """Whether one name may run on over ``gap``: white space and hyphens, other signs only where the name has them."""
    return len(gap) <= 12 and gap.count("\n") <= 1 and not _BREAK.search(gap) and set(_MARKS.findall(gap)) <= marks


@dataclass(frozen=True, slots=True)
class _Close:
    """``words`` words of a name stand at [start, end)."""

    start: int
    end: int
    words: int


def _close_together(content: Sequence[str], quote: str, words: Sequence[Token]) -> _Close | None:
    """Where most words of a name stand beside one another, in any order; the shortest and earliest such place."""
    best: _Close | None = None
    room = len(content) + _ROOM
    for first in range(len(words)):
        left = list(content)
        for word in words[first : first + room]:
            if _BREAK.search(quote, words[first].end, word.start):
                break
            hit = next((name_word for name_word in left if _akin(name_word, word.norm)), None)
            if hit is None:
                continue
            left.remove(hit)
            here = _Close(words[first].start, word.end, len(content) - len(left))
            if best is None or (-here.words, here.end - here.start) < (-best.words, best.end - best.start):
                best = here
        if best is not None and best.words == len(content) == 1:
            break
    return best


def _initials(wanted: Sequence[str], quote: str, words: Sequence[Token]) -> tuple[int, int] | None:
    """ "Amazon Web Services" by "AWS", and "AWS" by "Amazon Web Services"."""
    letters = "".join(_firsts(wanted))
    if len(letters) >= 3:
        for word in words:
            if word.norm == letters and quote[word.start : word.end].isupper():
                return word.start, word.end
    if len(wanted) == 1 and len(wanted[0]) >= 3:
        content = [word for word in words if word.norm not in _FILLERS]
        size = len(wanted[0])
        for first in range(len(content) - size + 1):
            run = content[first : first + size]
            unbroken = not _BREAK.search(quote, run[0].end, run[-1].start)
            if unbroken and "".join(word.norm[0] for word in run) == wanted[0]:
                return run[0].start, run[-1].end
    return None


def _firsts(norms: Iterable[str]) -> list[str]:
    return [norm[0] for norm in norms if norm not in _FILLERS]


def _akin(one: str, other: str) -> bool:
    """The same word, or two forms of one: what they share is most of it, and the rest are endings."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    rests = one[shared:], other[shared:]
    if shared < _SHORTEST_STEM:
        return shared == _SHORTEST_STEM - 1 and set(rests) == {"", "s"}
    return all(_ending(rest, one[shared - 1]) for rest in rests)


def _ending(rest: str, last: str) -> bool:
    """``rest`` may have doubled the stem's ``last`` letter: "model-ling", "plan-ning"."""
    return rest in _ENDINGS or (rest[:1] == last and rest[1:] in _ENDINGS)
