"""The employer's own name in a posting: "Bluebird Data Engineering builds tools" asks nobody for data engineering."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from jobmate_agent.services.career_engine.narrowing import narrowed
from jobmate_agent.services.career_engine.types import Extraction, Place

_LEGAL_FORM = r"(?:[,\s]+(?:inc|incorporated|llc|llp|ltd|limited|gmbh|corp|corporation|plc|co|ag|sa|bv|pty)\b\.?)"
_LEAST_LETTERS = 3


def without_employer(posting: Extraction, text: str, company: str, is_known: Callable[[str], bool]) -> Extraction:
    """``posting`` without what is said in the name of ``company``, "" where that is unknown.

    A name of one word may be that of a product, too (Oracle): then only the bare name goes, and only if it is none that
    ``is_known`` to the vocabulary.
    """
    name = re.sub(rf"^the\s|{_LEGAL_FORM}+$", "", " ".join(company.split()), flags=re.IGNORECASE).strip()
    if len(name) < _LEAST_LETTERS:
        return posting
    words = r"\s+".join(re.escape(word) for word in name.split())
    pattern = rf"(?<!\w)(?:the\s+)?{words}(?!\w)(?:['’]s\b)?{_LEGAL_FORM}?"
    places = [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]
    if not places:
        return posting
    single = " " not in name

    def elsewhere(place: Place) -> Place | None:
        if single:
            return None if any(start <= place[0] and place[1] <= end for start, end in places) else place
        return None if any(start < place[1] and place[0] < end for start, end in places) else place

    kept = [skill if single and is_known(skill.name) else narrowed(skill, text, elsewhere) for skill in posting.skills]
    return replace(posting, skills=tuple(skill for skill in kept if skill is not None))
