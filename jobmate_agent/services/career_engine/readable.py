"""What of a document can be read offline: English, and the names of technologies, which are the same everywhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from jobmate_agent.services.career_engine.language import Passage, foreign_passages, letters_in
from jobmate_agent.services.career_engine.matching import Match, SkillMatcher, longest_first
from jobmate_agent.services.career_engine.mentions import FORM_CONFIDENCE
from jobmate_agent.services.career_engine.narrowing import inside, narrowed
from jobmate_agent.services.career_engine.quotes import MAX_QUOTE, quote_around
from jobmate_agent.services.career_engine.repeated_finds import quotes
from jobmate_agent.services.career_engine.types import DocType, Evidence, ExtractedSkill, Extraction, Finding, Place

MOSTLY, WHOLLY = 0.5, 0.95
"""Shares of a document's letters from which it is mostly, and wholly, in another language."""
WORTH_SAYING = 0.02
"""A smaller share is a name or a motto."""
MOST_NAMED = 3


def without_unread(found: Extraction, text: str, matcher: SkillMatcher) -> Extraction:
    """The offline extraction with nothing from passages in other languages but technologies written as their name.

    English words that happen to stand there name nothing, and the words of the other language are no skills. All that
    is known of such a technology is that it is named: the cues of the passage are not read, either.
    """
    passages = [(passage.start, passage.end) for passage in foreign_passages(text)]
    if not passages:
        return found
    english = [own for skill in found.skills if (own := narrowed(skill, text, partial(_in_english, passages)))]
    known = {skill.name for skill in found.skills}
    named = defaultdict[str, list[Match]](list)
    for match in longest_first(matcher.find(text).matches):
        if inside((match.start, match.end), passages) and _is_technology(text, match, known):
            named[match.entry.name].append(match)
    kept = [_with_names(skill, text, named.pop(skill.name, [])) for skill in english]
    kept += [_named(text, matches) for matches in named.values()]
    return replace(found, skills=tuple(sorted(kept, key=lambda skill: skill.places[:1])))


def _in_english(passages: Sequence[Place], place: Place) -> Place | None:
    return None if any(start < place[1] and place[0] < end for start, end in passages) else place


def _is_technology(text: str, match: Match, known: Collection[str]) -> bool:
    """Whether a technology is written exactly as it is called. One that is also an everyday word must be ``known``."""
    entry, written = match.entry, text[match.start : match.end]
    if entry.kind != "technology" or (entry.needs_context and entry.name not in known):
        return False
    return written == entry.name or written in entry.aliases


def _with_names(skill: ExtractedSkill, text: str, matches: Sequence[Match]) -> ExtractedSkill:
    if not matches:
        return skill
    places = tuple(sorted({*skill.places, *((match.start, match.end) for match in matches)}))
    return replace(skill, places=places, evidence=quotes(skill.evidence, [_quote(text, match) for match in matches]))


def _named(text: str, matches: Sequence[Match]) -> ExtractedSkill:
    first = matches[0]
    bare = ExtractedSkill(
        first.entry.name,
        text[first.start : first.end],
        (),
        confidence=max(FORM_CONFIDENCE[match.form.kind] for match in matches),
    )
    return _with_names(bare, text, matches)


def _quote(text: str, match: Match) -> Evidence:
    start = text.rfind("\n", 0, match.start) + 1
    end = text.find("\n", match.end)
    return quote_around(text, start, len(text) if end < 0 else end, match.start, match.end)


def language_findings(text: str, doc_type: DocType, *, by_model: bool) -> tuple[Finding, ...]:
    """That a document, or a part of it, is in another language. ``by_model``: a language model read it, all of it."""
    passages = foreign_passages(text)
    total = letters_in(text)
    other = sum(letters_in(text[passage.start : passage.end]) for passage in passages)
    if not passages or other < WORTH_SAYING * total:
        return ()
    share = other / total
    whose = "Your resume" if doc_type == "resume" else "This posting"
    if share < MOSTLY:
        start = f"A part of {whose[0].lower()}{whose[1:]} (about {max(1, round(100 * share))} %) is"
    else:
        start = f"{whose} is" if share >= WHOLLY else f"{whose} is mostly"
    message = f"{start} written in {_languages(text, passages)}. {_consequence(doc_type, share, by_model=by_model)}"
    first = max(passages, key=lambda passage: (passage.end - passage.start, -passage.start))
    shown = quote_around(text, first.start, first.end, first.start, min(first.end, first.start + MAX_QUOTE))
    return (Finding("partly_other_language" if share < MOSTLY else "other_language", message, shown),)


def _languages(text: str, passages: Sequence[Passage]) -> str:
    letters = Counter[str]()
    for passage in passages:
        letters[passage.language] += letters_in(text[passage.start : passage.end])
    names = [name for name, _ in sorted(letters.items(), key=lambda item: (-item[1], item[0]))][:MOST_NAMED]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _consequence(doc_type: DocType, share: float, *, by_model: bool) -> str:
    if by_model:
        return "The language model read it; what it made of it is less sure than with English."
    there = "there" if share < WHOLLY else "in it"
    read = f"Only English is read here, so only names of technologies were looked for {there}."
    return f"{read} Upload an English version to have all of it compared." if doc_type == "resume" else read
