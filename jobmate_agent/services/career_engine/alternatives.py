"""Which skills of a posting's sentence stand for one another: "Python or Java", "tools such as Jira", degree fields.

A posting that names alternatives asks for one of them, so none of them by itself is required: each counts as nice to
have, and two of these weigh about what one required skill does. This is decided from the posting alone. Letting it
depend on which of them a resume shows could lower the score when a skill is added, by giving a skill another weight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from jobmate_agent.services.career_engine.document import Sentence
from jobmate_agent.services.career_engine.places import Spanned, same_skill

_LONGEST_GAP = 80
# One more item of the list, which the vocabulary may not know: up to three words, none of which joins or demands.
_WORD = r"(?!(?:and|or|but|with|if|plus|required|preferred|must|years?|is|are|in|of|for|to)\b)[^\W_][\w+#.'’&/-]{0,30}"
_ITEM = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_CLOSE = r"[\"'”’*`]*(?:\s*\([^()\n]{0,40}\)|\))?"
_NOUN = (
    r"(?:\s(?:experience|skills?|knowledge|programming|scripting|development|certifi\w+|licen[cs]es?|software|systems?|"
    r"tools?|background|quer(?:y|ies)|developers?))?"
)
_LEAD = (
    r"(?:(?:the|an?|in|with|of|on|using|even|experience|knowledge|similar|another|other|equivalent|comparable|related|"
    r"modern|microsoft|adobe|apache)\s){0,3}"
)
_OR_WORD = r"(?:and\s?/\s?or|or\s+alternatively|or\s+else|or|alternatively)"
# What may stand beside "or" and is no skill: "remotely", "more", "equivalent experience".
_NO_ITEM = (
    r"(?i:(?:remote(?:ly)?|more|less|higher|above|below|better|later|so|not|without|both|equivalent|equal|oral|verbal|"
    r"written|spoken|internal|external|similar|related|other|another|even|who|that|if|when|as|by|to|is|are|have|has)\b)"
)
_COMMA = re.compile(
    rf"(?:{_CLOSE}{_NOUN},\s+(?:{_ITEM},\s+){{0,2}}{_LEAD}[\"'“*`(]*|\s?/\s?(?:[\w+#.]{{1,24}}\s?/\s?){{0,2}})",
    re.IGNORECASE,
)
_OR = re.compile(
    rf"{_CLOSE}{_NOUN}(?:,\s+{_ITEM}){{0,2}},?\s+{_OR_WORD}\s+(?:{_ITEM},?\s+{_OR_WORD}\s+)?{_LEAD}[\"'“*`(]*",
    re.IGNORECASE,
)
_AND = re.compile(rf"{_CLOSE},?\s+(?:and|&)\s+{_LEAD}[\"'“*`(]*", re.IGNORECASE)

# An alternative that is not named, or that the vocabulary does not know: "Power BI or another tool", "Python or Perl".
_OR_UNNAMED = re.compile(
    rf"(?:\s?/\s?[\w+#.]{{1,24}}){{0,4}}{_CLOSE}{_NOUN}(?i:(?:,\s+{_ITEM}){{0,2}},?\s+{_OR_WORD}\s+(?:an?\s+|any\s+)?(?:closely[\s-])?"
    r"(?:similar|equivalent|equal|comparable|related|the\s+like|another|other|like)\b"
    rf"|,?\s+{_OR_WORD}\s+(?-i:[A-Z])|(?:,\s+{_ITEM}){{1,2}},?\s+{_OR_WORD}\s+|,?\s+and\s?/\s?or\s+"
    rf"|,?\s+or\s+(?!{_NO_ITEM}){_ITEM}(?=\s*(?:[,.;:)]|$|\b(?:is|are|preferred|required|desired|a\s+plus)\b)))"
)
_UNNAMED_OR = re.compile(
    rf"(?:\b[A-Z][\w+#.]{{0,20}}|(?:^|[:;(•]\s*|\b(?:in|of|with|as|using|either)\s+)(?!{_NO_ITEM})(?i:{_ITEM}))"
    rf",?\s+(?i:{_OR_WORD})\s+(?i:{_LEAD})[\"'“*`]*$"
)
_EXAMPLES = re.compile(
    r"(?:\bsuch\s+as|\be\.?g\s?\.?,?|\bfor\s+(?:example|instance),?)\s*[:(]?\s*[\"'“*`]*$", re.IGNORECASE
)
# Of examples that are all meant: "technologies such as AWS and Kubernetes".
_AND_UNKNOWN = re.compile(rf"{_CLOSE}(?:,?\s+{_ITEM}){{0,4}},?\s+(?:and|&)\s+{_ITEM}", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:(?:one|any|either|some|two)(?:\s+or\s+more)?\s+of(?:\s+(?:the\s+following|these|the))?"
    r"(?:\s+[\w-]+){0,2}?)\s*:?\s*[\"'“*`(]*\s*$",
    re.IGNORECASE,
)

_DEGREE = re.compile(
    r"(?:\b(?i:degrees?|bachelor(?:['’]?s)?|master['’]?s|associate['’]?s|diploma|doctorate|majors?|majoring)\b"
    r"|\b(?:B\.?Sc?\.?|B\.?A\.?|M\.?Sc?\.?|M\.?A\.?|Ph\.?D\.?))[^,.;:\n]{0,40}?\s(?i:in)\s"
)
_DEGREE_ENDS = re.compile(
    r"[.;:\n]|\b(?:with|plus|including|preferred|required|from|and\s+(?:\d|at\s+least|a\s|either|minimum|experience|"
    r"proven|strong|knowledge|[\w-]+\s+years?))",
    re.IGNORECASE,
)
_FIELDS_DIFFER = re.compile(r"\bor\b|\brelated\b|/", re.IGNORECASE)
_LONGEST_FIELDS = 160
# "A degree in botany. -OR- Four years of gardening": other ways to qualify, set apart by a capital OR.
_ROUTE = re.compile(r"[.;:,)\]–—-]\s{0,3}OR\b|\bOR\s?[:–—-]")
_ROUTE_BEGINS = re.compile(r"\W{0,6}(?:OR|Or|or)\s")


def alternatives(text: str, sentence: Sentence, matches: Sequence[Spanned]) -> frozenset[int]:
    """Places in ``matches`` (those of ``sentence``, in text order) of skills of which any one would do.

    These are items joined by "or" or "and/or" with the items listed before them ("A, B or C"), the
    examples after "such as" and "e.g." unless an "and" joins them, what follows "one of", the fields of a degree that
    names several, and what only one of several ways to qualify asks for.
    """
    links = [_link(text, left, right) for left, right in pairwise(matches)]
    found: set[int] = set()
    for place, match in enumerate(matches):
        before = text[max(sentence.start, match.start - 48) : match.start]
        after_or = place < len(links) and links[place] == "or" and not same_skill(match, matches[place + 1])
        if after_or:
            found.add(place + 1)
        if after_or or _before_unknown(text, sentence, matches, place):
            found |= _listed_before(links, place)
        if _UNNAMED_OR.search(before) and not (place and links[place - 1]):
            found.add(place)
        if _ONE_OF.search(before):
            found |= _listed_after(links, place, ("comma", "or", "and"))
        elif _EXAMPLES.search(before):
            run = _listed_after(links, place, ("comma", "or"))
            last = max(run)
            all_meant = (
                links[last] == "and" if last < len(links) else _AND_UNKNOWN.match(text, matches[last].end, sentence.end)
            )
            if not all_meant:
                found |= run
    fields = degree_fields(text, sentence)
    found |= {place for place, match in enumerate(matches) if _field_of_several(match, fields)}
    return frozenset(found | _on_one_route(text, sentence, matches))


def _on_one_route(text: str, sentence: Sentence, matches: Sequence[Spanned]) -> set[int]:
    if _ROUTE_BEGINS.match(text, sentence.start, sentence.end):
        return set(range(len(matches)))
    route = _ROUTE.search(text, sentence.start, sentence.end)
    if not route or text[sentence.start : sentence.end].isupper():
        return set()
    before = [match for match in matches if match.start < route.start()]
    after = matches[len(before) :]
    return {
        place
        for place, match in enumerate(matches)
        if not any(_alike(text, match, other) for other in (after if place < len(before) else before))
    }


def _alike(text: str, one: Spanned, other: Spanned) -> bool:
    return same_skill(one, other) or text[one.start : one.end].lower() == text[other.start : other.end].lower()


def degree_fields(text: str, sentence: Sentence) -> list[tuple[int, int, bool]]:
    """(start, end, several) of what the degrees that ``sentence`` asks for may be in."""
    spans = []
    for degree in _DEGREE.finditer(text, sentence.start, sentence.end):
        limit = min(sentence.end, degree.end() + _LONGEST_FIELDS)
        ends = _DEGREE_ENDS.search(text, degree.end(), limit)
        end = ends.start() if ends else limit
        spans.append((degree.end(), end, bool(_FIELDS_DIFFER.search(text, degree.end(), end))))
    return spans


def _field_of_several(match: Spanned, fields: Sequence[tuple[int, int, bool]]) -> bool:
    return any(several and start <= match.start < end for start, end, several in fields)


def _link(text: str, left: Spanned, right: Spanned) -> str | None:
    if right.start - left.end > _LONGEST_GAP:
        return None
    for name, pattern in (("or", _OR), ("comma", _COMMA), ("and", _AND)):
        if pattern.fullmatch(text, left.end, right.start):
            return name
    return None


def _before_unknown(text: str, sentence: Sentence, matches: Sequence[Spanned], place: int) -> bool:
    """Whether the alternative to a skill is none of ``matches``."""
    end = matches[place].end
    unknown = _OR_UNNAMED.match(text, end, min(sentence.end, end + _LONGEST_GAP))
    return unknown is not None and (place + 1 == len(matches) or matches[place + 1].start >= unknown.end())


def _listed_before(links: Sequence[str | None], place: int) -> set[int]:
    """``place`` and the items listed before it, also what these are examples of: "an ERP system, NetSuite or SAP".

    Whoever uses one of the examples has what was meant, whether or not the resume says "ERP".
    """
    run = {place}
    while place and links[place - 1] == "comma":
        place -= 1
        run.add(place)
    return run


def _listed_after(links: Sequence[str | None], place: int, through: tuple[str, ...]) -> set[int]:
    run = {place}
    while place < len(links) and links[place] in through:
        place += 1
        run.add(place)
    return run
