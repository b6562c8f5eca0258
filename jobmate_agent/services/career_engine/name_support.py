"""Whether a quote really speaks of the skill that it is given as evidence for."""

from __future__ import annotations

from collections.abc import Sequence

from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.tokens import Token, tokenize

_FILLERS = frozenset(
    (
        "a",
        "an",
        "and",
        "or",
        "of",
        "the",
        "for",
        "with",
        "in",
        "on",
        "to",
        "skills",
        "skill",
        "experience",
        "knowledge",
        "ability",
        "proficiency",
    )
)


def supporting_span(name: str, quote: str, matcher: SkillMatcher | None) -> tuple[int, int] | None:
    """(start, end) within ``quote`` of the words that name the skill ``name``; None: they are not there.

    Counts: the name itself, another form of it in the vocabulary, its initials ("AWS"), or most of its content words.
    """
    words = tokenize(quote)
    wanted = [token.norm for token in tokenize(name)]
    if not words or not wanted:
        return None
    return (
        _in_a_row(wanted, words)
        or _other_form(name, quote, matcher)
        or _initials(wanted, words)
        or _most_words([word for word in wanted if word not in _FILLERS], words)
    )


def _in_a_row(wanted: Sequence[str], words: Sequence[Token]) -> tuple[int, int] | None:
    norms = [word.norm for word in words]
    for first in range(len(words) - len(wanted) + 1):
        if norms[first : first + len(wanted)] == wanted:
            return words[first].start, words[first + len(wanted) - 1].end
    return None


def _other_form(name: str, quote: str, matcher: SkillMatcher | None) -> tuple[int, int] | None:
    entry = matcher.entry_named(name) if matcher else None
    if matcher is None or entry is None:
        return None
    for match in matcher.find(quote).matches:
        if match.entry.id == entry.id:
            return match.start, match.end
    return None


def _initials(wanted: Sequence[str], words: Sequence[Token]) -> tuple[int, int] | None:
    """ "Amazon Web Services" by "AWS", and "AWS" by "Amazon Web Services"."""
    letters = "".join(word[0] for word in wanted if word not in _FILLERS)
    if len(letters) >= 3:
        for word in words:
            if word.norm == letters:
                return word.start, word.end
    if len(wanted) == 1 and len(wanted[0]) >= 3:
        content = [word for word in words if word.norm not in _FILLERS]
        size = len(wanted[0])
        for first in range(len(content) - size + 1):
            run = content[first : first + size]
            if "".join(word.norm[0] for word in run) == wanted[0]:
                return run[0].start, run[-1].end
    return None


def _most_words(wanted: Sequence[str], words: Sequence[Token]) -> tuple[int, int] | None:
    hits: list[Token] = []
    for name_word in wanted:
        hit = next((word for word in words if _akin(name_word, word.norm)), None)
        if hit is not None:
            hits.append(hit)
    if not hits or len(hits) * 2 <= len(wanted):
        return None
    return min(hit.start for hit in hits), max(hit.end for hit in hits)


def _akin(one: str, other: str) -> bool:
    """The same word, or two forms of one: a common beginning that leaves at most an ending ("modelling", "models")."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= 4 and max(len(one), len(other)) - shared <= 4 and min(len(one), len(other)) - shared <= 3
