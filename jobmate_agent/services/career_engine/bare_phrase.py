"""What is left of a phrase without the words that say how well, how long or by what proof: "advanced Excel skills"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEVEL = (
    r"(?:advanced|basic|strong|solid|excellent|good|great|proven|extensive|expert|proficient|practical|thorough|deep|"
    r"in depth|hands on|demonstrated|demonstrable|outstanding|exceptional|fluent|skilled|experienced|knowledgeable|"
    r"effective|superior|sound|intermediate|general|highly|very|some|prior|previous|professional|current|valid|active)"
)
_HAVING = (
    r"(?:knowledge|understanding|experience|familiarity|familiar|proficiency|expertise|background|skills?|ability|"
    r"abilities|competence|competency|proficient|fluent|skilled|experienced|mastery|command|use|usage|knowledgeable|"
    r"capability|aptitude|exposure|degree|bachelors?|masters?|bachelor s degree|master s degree|diploma)"
)
_BEFORE = re.compile(rf"(?:{_LEVEL} )+")
_BEFORE_NOUN = re.compile(
    rf"(?:(?:{_LEVEL}|working) )*(?:{_HAVING} (?:of|in|with|to|using|on|for|about|at) )+(?:the |an? )?"
)
_AFTER = re.compile(
    r"(?: (?:skills?|skill set|experience|knowledge|proficiency|abilit(?:y|ies)|expertise|background|"
    r"competenc(?:e|y|ies)|know how|proficient|fluency|proficiently|effectively))+$"
)
_TOOL_AFTER = re.compile(
    r"(?: (?:software|tools?|programs?|applications?|platform|systems?|programming|scripting|development|languages?|"
    r"framework|package|databases?|queries|v?\d[\d.]*))+$"
)
_PROOF_AFTER = re.compile(r"(?: (?:certificates?|certifications?|certified|licen[sc]es?|licen[sc]ed|training|card))+$")
_PROOF_BEFORE = re.compile(r"(?:certified|certification|certificate|licen[sc]ed|licen[sc]e)(?: in)? ")

# Not hours: "OSHA 10 hour" and "OSHA 30 hour" are two courses.
_QUANTITY = re.compile(
    r"\b(?:(?:up to|at least|over|more than|(?:a )?minimum(?: of)?|min|approximately|about) )?"
    r"\d[\d.+]*(?: (?:to )?\d[\d.+]*)? ?"
    r"(?:lbs?|pounds?|kgs?|kilos?|kilograms?|wpm|words per minute|years?|yrs?)\b\.?\+?(?: of\b)?"
)


def bare_forms(name: str) -> Iterator[str]:
    """Shorter forms of a normalised name, the longest first, without itself."""
    known = {name}
    for before in (None, _BEFORE, _BEFORE_NOUN):
        found = before.match(name) if before else None
        rest = name[found.end() :] if found else name
        for form in (rest, _without_end(rest, _AFTER)):
            if form and form not in known:
                known.add(form)
                yield form


def without_quantities(name: str) -> str:
    """A normalised name without weights, typing speeds and years: "lift up to 40 lbs" is "lift". Unchanged without any.

    What is measured is left; a name that is a quantity alone stays as it is.
    """
    rest = " ".join(_QUANTITY.sub(" ", name).split()) if any(map(str.isdigit, name)) else name
    return rest or name


def bare_tool(name: str) -> str:
    """A normalised name without what kind of tool it is, or its version; unchanged where it says neither."""
    return _without_end(name, _TOOL_AFTER)


def bare_proof(name: str) -> str:
    """A normalised name without the word for a certificate or licence; unchanged where it has none."""
    found = _PROOF_BEFORE.match(name)
    return _without_end(name[found.end() :] if found else name, _PROOF_AFTER)


def _without_end(name: str, end: re.Pattern[str]) -> str:
    """Cut off the words that ``end`` finds at the end; they begin with a blank, so never all of the name."""
    return end.sub("", name)
