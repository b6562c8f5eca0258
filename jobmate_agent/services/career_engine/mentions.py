"""What stands in a sentence: names that the vocabulary knows and spans that the tagger marked, as one list.

Where both speak of the same words, they are one mention. Where they disagree, the words themselves decide:

- A name within a span is the span's subject if the rest of the span says nothing of its own ("Python programming
  language"): one mention, of the name's entry, as long as the span.
- A span of knowledge or tools that holds several names is a list, and the names are what is asked for.
- A technology within a longer span stays a mention of its own beside the span ("Java performance tuning"). Other
  names within longer names mean something else there ("customer service" in "customer service software").
- Names within a longer span of something that is done stay beside it ("write *Python* for data pipelines").
- A name that the tagger did not mark counts as far as the tagger thinks its words possible; one that is too unlikely
  to count bars no span that it runs across.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.lexical_guard import GLUE, MODIFIERS
from jobmate_agent.services.career_engine.matching import FormKind, Match
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import SpanLabel, TaggedSpan, VocabularyEntry

CONFIDENCE_DECIMALS = 4
FORM_CONFIDENCE: dict[FormKind, float] = {"name": 1.0, "alias": 0.95, "variant": 0.9}
"""Of names where no tagger was asked."""

Chance = Callable[[int, int], float]
"""From a place to the tagger's mean chance (0–1) that its words are part of a skill."""


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names a skill, with the chance (0–1) that it does.

    ``match`` is the name of the vocabulary in it, None where only the tagger marked it; ``label`` is the tagger's.
    """

    start: int
    end: int
    confidence: float
    match: Match | None = None
    label: SpanLabel | None = None

    @property
    def entry(self) -> VocabularyEntry | None:
        return None if self.match is None else self.match.entry


def of_names(matches: Sequence[Match]) -> list[Mention]:
    """The names alone, where there is no tagger."""
    return [Mention(match.start, match.end, FORM_CONFIDENCE[match.form.kind], match) for match in matches]


def joined(text: str, spans: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """The spans, of which neighbours with nothing but a blank between them are one ("Computer", "Science").

    For texts that set the items of a list apart by commas. The tagger learned from sentences without any.
    """
    found: list[TaggedSpan] = []
    for span in spans:
        before = found[-1] if found else None
        if before and before.label == span.label != "skill" and text[before.end : span.start] == " ":
            confidence = max(before.confidence, span.confidence)
            found[-1] = TaggedSpan(before.start, span.end, span.label, confidence)
        else:
            found.append(span)
    return found


def of_both(
    text: str,
    matches: Sequence[Match],
    spans: Sequence[TaggedSpan],
    chance: Chance,
    settings: EngineSettings,
    least: float = 0.0,
) -> list[Mention]:
    """Names (not overlapping) and spans of one sentence as mentions, by place; ``least`` is the chance that counts."""
    found: list[Mention] = []
    settled: set[Match] = set()
    rivals = [match for match in matches if _of_name(match, chance, settings) >= least]
    for span in spans:
        inner = [match for match in matches if span.start <= match.start and match.end <= span.end]
        crossing = any(match.start < span.end and match.end > span.start and match not in inner for match in rivals)
        subject = inner[0] if len(inner) == 1 and not crossing and _is_subject(text, span, inner[0]) else None
        if subject is not None:
            if subject not in settled:
                settled.add(subject)
                confidence = _either(span.confidence, _of_name(subject, chance, settings))
                found.append(Mention(span.start, span.end, confidence, subject, span.label))
        elif span.label == "skill":
            found.append(Mention(span.start, span.end, span.confidence, None, span.label))
        elif not crossing and len(inner) < 2:
            found.append(Mention(span.start, span.end, span.confidence, None, span.label))
            settled.update(match for match in inner if match.entry.kind != "technology")
    for match in matches:
        if match not in settled:
            found.append(Mention(match.start, match.end, _of_name(match, chance, settings), match))
    return sorted(found, key=lambda mention: (mention.start, mention.end))


def layers(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions in lists without overlaps, shorter ones first: cues are read between neighbours, not within one."""
    found: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda each: (each.end - each.start, each.start)):
        free = next((layer for layer in found if not any(_overlap(mention, other) for other in layer)), None)
        if free is None:
            found.append([mention])
        else:
            free.append(mention)
    return [sorted(layer, key=lambda each: each.start) for layer in found]


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and one.end > other.start


def _is_subject(text: str, span: TaggedSpan, match: Match) -> bool:
    """Whether the span says nothing beyond the name in it."""
    rest = normalize_name(f"{text[span.start : match.start]} {text[match.end : span.end]}")
    return all(word in MODIFIERS or word in GLUE for word in rest.split())


def _of_name(match: Match, chance: Chance, settings: EngineSettings) -> float:
    """The confidence in a name of the vocabulary, from the tagger's chance for its words, as calibrated log-odds."""
    bounded = min(max(chance(match.start, match.end), 1e-6), 1 - 1e-6)
    intercept = settings.technology_intercept if match.entry.kind == "technology" else settings.name_intercept
    odds = settings.name_slope * math.log(bounded / (1 - bounded)) + intercept
    return round(FORM_CONFIDENCE[match.form.kind] / (1 + math.exp(-odds)), CONFIDENCE_DECIMALS)


def _either(one: float, other: float) -> float:
    """The chance that at least one of two readers, who look at different things, is right."""
    return round(1 - (1 - one) * (1 - other), CONFIDENCE_DECIMALS)
