"""Where one statement of a sentence ends and another begins, also where the mark between them was lost."""

from __future__ import annotations

import re

from jobmate_agent.services.career_engine.document import Sentence

_BREAK = re.compile(r";|[.!?]\s|\sbut\s|\n\s*[-*•]", re.IGNORECASE)
# "Teamwork required, pairing desirable"; but "while Java is not required, it is a plus" goes on.
_SETTLED = re.compile(
    r"(?:(?P<no>\bnot?|n['’]t)\s+(?:\w+\s+){0,2})?\b(?:required|preferred|desirable|desired|essential|plus|must)(?=,\s)",
    re.IGNORECASE,
)
# "Degree in accounting Strong Excel skills" and "SAP experienceStrong Excel": list items that a converter ran together.
_OPENING = (
    r"(?:Strong|Excellent|Good|Great|Solid|Exceptional|Outstanding|Superior|Extensive|Proven|Demonstrated|Thorough|"
    r"Proficient|Experienced|Familiar|Able|Must|Minimum|Previous|Prior|Working|Advanced|Basic|Fluent|Expert|Hands-on|"
    r"Skilled|Comfortable|Preferred|Possess)\b"
)
_OPENING_NOUN = (
    r"(?:Experience|Knowledge|Understanding|Ability|Proficiency|Familiarity|Fluency|Expertise|Exposure)\s+"
    r"(?:[a-z]+ing|with|in|of|to|using|on)\b"
)
# After another word in capitals it may be the end of a name: "Sales Experience in", "Visual Basic".
_RUN_ON = re.compile(
    rf"(?:\b[a-z][\w-]{{0,24}}|[\d)]|\b(?:Skills|Experience|Knowledge|Abilities))(?P<gap>\s*)"
    rf"(?={_OPENING}|{_OPENING_NOUN})"
)
_GOES_ON = re.compile(
    r"(?:\b(?:and|or|with|of|in|for|a|an|the|have|has|having|requires?|needs?|possess|demonstrate|demonstrates|also|"
    r"both|show|shows|as|to|preferred|desired|required|(?<!a\s)plus|some|is|are)|&)$",
    re.IGNORECASE,
)


def breaks(text: str, sentence: Sentence) -> list[int]:
    """Offsets in ``sentence`` at which a statement ends, in text order."""
    found = [each.start() for each in _BREAK.finditer(text, sentence.start, sentence.end)]
    found += [each.end() for each in _SETTLED.finditer(text, sentence.start, sentence.end) if not each["no"]]
    for each in _RUN_ON.finditer(text, sentence.start, sentence.end):
        end = each.start("gap")
        if not _GOES_ON.search(text, max(sentence.start, end - 16), end):
            found.append(each.end("gap"))
    return sorted(found)


def divided(places: list[int], start: int, end: int) -> bool:
    """Whether one of ``places`` (as of :func:`breaks`) lies in [start, end)."""
    return any(start <= place < end for place in places)
