"""What single words claim about a level, and what several claims come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.types import DocType, Level


@dataclass(frozen=True, slots=True)
class Claim:
    """``words``, which stand at [start, end) of the document, claim ``score`` (1–4)."""

    start: int
    end: int
    score: int
    words: str
    confidence: float
    years: float | None = None


def alternation(words: Sequence[str]) -> str:
    """A pattern of any of ``words``, the longest that fits first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


def key_of(words: str) -> str:
    """Case-folded, blanks single: how words are looked up that a pattern has found without regard to case.

    A pattern takes the dotless i for an i and the long s for an s; so must the look-up.
    """
    return " ".join(words.replace("\u0131", "i").replace("\u0130", "i").casefold().split())


def combined(claims: Sequence[Claim], doc_type: DocType) -> Level | None:
    """The highest claim decides, in a posting the highest of years if there are any; all claims are named."""
    if not claims:
        return None
    counted = [claim for claim in claims if claim.years is not None] if doc_type == "job" else []
    best = max(counted or claims, key=lambda claim: (claim.score, claim.confidence, -claim.start))
    years = max((claim.years for claim in claims if claim.years is not None), default=None)
    named = dict.fromkeys(" ".join(claim.words.split()) for claim in sorted(claims, key=lambda each: each.start))
    return Level(best.score, years, best.confidence, tuple(named))
