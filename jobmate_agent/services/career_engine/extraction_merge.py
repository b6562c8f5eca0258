"""One reading of a document out of two: what a model said of it, checked, and what the offline extractor found.

*Who is one.* Finds of both that the vocabulary knows as one entry, or that have one name, are one skill. So are a name
that the vocabulary does not know and the find whose place it overlaps, if it says nothing more ("Python programming")
or stands in most of the same place. "React Native" stays beside React. A phrase of the model that only strings several
finds together ("Python and SQL") confirms these and is no skill of its own; a mark of the tagger that covers several
skills of the model is given up for them. See :mod:`find_groups`.

*Who is believed.* Both found it: as sure as two witnesses make it, under the vocabulary's name, else the model's, with
the quotes and places of both. The model alone: as the check of its claim left it. The offline extractor alone: only
what it is sure of, and less sure than before, since the model has read the document and passed it over.

*Where they disagree.* Whether a skill is required is what explicit words and headings say at all its places; only where
they are silent does the model's word count. Of two levels the offline reader's is kept, which has seen every place,
unless the model's rests on firmer words (see :mod:`level_scale`). Either dispute lowers a confidence. Where only one
says a level there is no dispute.

The result depends on the order of neither list: it is in the order of the document.
"""

from __future__ import annotations

from dataclasses import replace

from jobmate_agent.services.career_engine.agreement import DOUBTED_EMPTY, LEAST_ALONE, agreed, lowered, passed_over
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.find_groups import Group, groups
from jobmate_agent.services.career_engine.level_scale import CONFIDENCE_PHRASE
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.place_reading import PlaceReader, Stand, explicit
from jobmate_agent.services.career_engine.repeated_finds import as_one, quotes
from jobmate_agent.services.career_engine.types import ExtractedSkill, Extraction, Level

MERGE_VERSION = "merge-1"


def merge_extractions(by_model: Extraction, offline: Extraction, text: str, matcher: SkillMatcher) -> Extraction:
    """``by_model`` with what ``offline`` adds, confirms or disputes. Both are of ``text``; see the module.

    ``matcher`` knows which names are one entry. ``ValueError`` where the two are not of one kind of document.
    """
    if by_model.doc_type != offline.doc_type:
        raise ValueError("two extractions of one document must agree on what it is")
    found = groups(by_model.skills, offline.skills, matcher)
    stands = [Stand(start, end, group.entry) for group in found for start, end in group.places]
    reader = PlaceReader(Document(text, by_model.doc_type), stands)
    merged = [skill for group in found if (skill := _merged(group, reader)) is not None]
    return replace(
        by_model,
        skills=tuple(sorted(merged, key=_in_text_order)),
        notes=tuple(dict.fromkeys((*by_model.notes, *offline.notes))),
    )


def doubted(by_model: Extraction, offline: Extraction) -> bool:
    """Whether a model that found nothing cannot have read a document in which ``offline`` found so much."""
    sure = sum(passed_over(skill.confidence) >= LEAST_ALONE for skill in offline.skills)
    return not by_model.skills and sure >= DOUBTED_EMPTY


def _merged(group: Group, reader: PlaceReader) -> ExtractedSkill | None:
    """The skill of one group; None: not sure enough to be kept."""
    ours = as_one(group.offline) if group.offline else None
    if not group.model and ours is not None:
        return _offline_alone(group, ours)
    theirs = as_one(group.model)
    required = _required(group, reader)
    disputed = theirs.required != required or (ours is not None and ours.required != required)
    skill = theirs if ours is None else _joined(theirs, ours)
    named = group.named or theirs
    return replace(
        skill,
        name=named.name,
        token=named.token,
        required=required,
        confidence=lowered(skill.confidence) if disputed else skill.confidence,
        places=group.places,
    )


def _offline_alone(group: Group, skill: ExtractedSkill) -> ExtractedSkill | None:
    if group.strung:
        return replace(skill, confidence=agreed(skill.confidence, max(one.confidence for one in group.strung)))
    confidence = passed_over(skill.confidence)
    return replace(skill, confidence=confidence) if confidence >= LEAST_ALONE else None


def _joined(theirs: ExtractedSkill, ours: ExtractedSkill) -> ExtractedSkill:
    level = _level(theirs.level, ours.level)
    telling = theirs if level is not None and theirs.level is not None and level.cues == theirs.level.cues else ours
    other = ours if telling is theirs else theirs
    return replace(
        theirs,
        level=level,
        evidence=quotes(telling.evidence, other.evidence),
        confidence=agreed(theirs.confidence, ours.confidence),
        label=ours.label,
    )


def _required(group: Group, reader: PlaceReader) -> bool:
    said = [demand for place in group.places if (demand := reader.demand(Stand(*place, group.entry))) is not None]
    words = explicit(said)
    return any(skill.required for skill in group.model) if words is None else words


def _level(theirs: Level | None, ours: Level | None) -> Level | None:
    if theirs is None or ours is None:
        return theirs or ours
    if theirs.score == ours.score:
        firmer = max((ours, theirs), key=lambda level: level.confidence)
        years = [level.years for level in (theirs, ours) if level.years is not None]
        return replace(firmer, years=max(years, default=None))
    kept = theirs if ours.confidence < min(theirs.confidence, CONFIDENCE_PHRASE) else ours
    return replace(kept, confidence=lowered(kept.confidence))


def _in_text_order(skill: ExtractedSkill) -> tuple[int, int, str, str]:
    start, end = skill.places[0] if skill.places else (skill.evidence[0].start, skill.evidence[0].end)
    return start, end, skill.name, skill.token
