"""Levels from when and for how long a resume's skills were used, as the dates and titles of its jobs tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jobmate_agent.services.career_engine.dates import DateRange
from jobmate_agent.services.career_engine.document import Document
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_claims import Claim, combined
from jobmate_agent.services.career_engine.level_scale import (
    CONFIDENCE_USE,
    CONFIDENCE_VERB,
    MOST_YEARS_OF_USE,
    STALE_AFTER_YEARS,
    level_of_years,
)
from jobmate_agent.services.career_engine.seniority import title_claim
from jobmate_agent.services.career_engine.types import ExtractedSkill, Level
from jobmate_agent.services.career_engine.work_history import WorkEntry, WorkHistory

WORK_LEVELS_VERSION = "work-2"
_LOWEST = 1


def with_work_levels(
    document: Document, skills: Iterable[ExtractedSkill], settings: EngineSettings
) -> tuple[ExtractedSkill, ...]:
    """``skills`` of the resume ``document`` with what its jobs say about their levels.

    A level that is stated in words or years stays. Where there is none, or only a verb's, the years of the jobs that
    name the skill and the seniority of their titles claim one, with little confidence. What only jobs name that ended
    long ago, counted from the latest date of the resume, then counts one level less; the cue is the newest job's dates.
    """
    history = WorkHistory(document)
    return tuple(_dated(document.text, skill, history, settings) for skill in skills)


def _dated(text: str, skill: ExtractedSkill, history: WorkHistory, settings: EngineSettings) -> ExtractedSkill:
    found = [history.at(start) for start, _ in skill.places]
    entries = list(dict.fromkeys(entry for entry in found if entry is not None))
    if not entries:
        return skill
    elsewhere = None in found
    level = skill.level
    if level is None or level.confidence <= CONFIDENCE_VERB:
        level = _used(text, entries, history, settings, level, elsewhere=elsewhere)
    stale = None if elsewhere else _stale(entries, history)
    if stale is not None:
        level = _one_less(level, _words(text, stale), settings)
    return skill if level == skill.level else replace(skill, level=level)


def _used(
    text: str,
    entries: Sequence[WorkEntry],
    history: WorkHistory,
    settings: EngineSettings,
    level: Level | None,
    *,
    elsewhere: bool,
) -> Level | None:
    """The highest of what a verb, the jobs' titles and their length say.

    A skill that is also named outside of jobs, without a level, counts as one that is used: less is not read into it.
    """
    claims = [claim for entry in entries if (claim := title_claim(text, entry.start, entry.header_end)) is not None]
    claims += _years_of_use(text, entries, history, settings)
    by_jobs = combined(claims, "resume")
    if by_jobs is None or (level is None and elsewhere and by_jobs.score <= settings.assumed_level):
        return level
    if level is None:
        return by_jobs
    best = max(level, by_jobs, key=lambda each: (each.score, each.confidence))
    years = level.years if level.years is not None else by_jobs.years
    return replace(best, years=years, cues=tuple(dict.fromkeys((*level.cues, *by_jobs.cues))))


def _years_of_use(
    text: str, entries: Sequence[WorkEntry], history: WorkHistory, settings: EngineSettings
) -> list[Claim]:
    """A claim for each job's dates, all of the years that the jobs come to together; overlapping times count once."""
    dates = [entry.dates for entry in entries if entry.dates is not None]
    if history.now is None:
        return []
    months, reached = 0, 0
    for first, end in sorted(each.months(history.now) for each in dates):
        months += max(0, end - max(first, reached))
        reached = max(reached, end)
    years = min(round(months / 12, 1), MOST_YEARS_OF_USE)
    if years < 1 and (not months or any(each.last is None for each in dates)):
        return []  # the latest date of the resume may be the day on which the job began
    score = level_of_years(years, settings.years_bounds)
    return [Claim(each.start, each.end, score, _words(text, each), CONFIDENCE_USE, years) for each in dates]


def _stale(entries: Sequence[WorkEntry], history: WorkHistory) -> DateRange | None:
    """The dates of the newest of ``entries`` if all of them ended long ago."""
    if history.now is None:
        return None
    ended: list[tuple[int, DateRange]] = []
    for entry in entries:
        if entry.dates is None or entry.dates.last is None:
            return None
        ended.append((entry.dates.months(history.now)[1], entry.dates))
    end, newest = max(ended, key=lambda each: (each[0], -each[1].start))
    return newest if end < history.now - 12 * STALE_AFTER_YEARS else None


def _words(text: str, dates: DateRange) -> str:
    return " ".join(text[dates.start : dates.end].split())


def _one_less(level: Level | None, dates: str, settings: EngineSettings) -> Level:
    held = level or Level(settings.assumed_level, confidence=settings.assumed_confidence)
    if held.score <= _LOWEST:
        return held
    return replace(held, score=held.score - 1, cues=tuple(dict.fromkeys((*held.cues, dates))))
