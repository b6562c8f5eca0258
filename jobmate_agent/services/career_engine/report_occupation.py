"""What the report says about the occupation that a posting was read as: which one, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterator

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import (
    LEVEL_LABELS,
    GapAnalysis,
    GapEntry,
    OccupationProfile,
    WorkCredit,
)

SHOWN_LEVELS = 12
WORK_BOUNDS = (0.5, 0.9)
WORK_FITS = (
    "That is another line of work than this job's.",
    "That is near this job's line of work.",
    "That is this job's line of work.",
)


def read_as(analysis: GapAnalysis) -> Iterator[str]:
    """What both documents read as, under the verdict; nothing where no occupations are loaded."""
    if analysis.occupation is None:
        return
    yield ""
    profile = analysis.occupation.profile
    if profile is None:
        yield "The job read as: no single occupation fits clearly, so nothing is added to what the posting says."
    else:
        yield f"The job read as: {_occupation(profile)}, {analysis.occupation.score:.0%} alike."
    if analysis.line_of_work is not None:
        yield ""
        yield f"Your resume reads most like: {_titles(analysis.line_of_work)}. {_fit(analysis.line_of_work)}"


def work_row(analysis: GapAnalysis) -> Iterator[str]:
    """The line of work as a row of the score's table, without what it could add: nothing to learn changes it."""
    work = analysis.line_of_work
    if work is not None:
        earned = 10 * work.weight * work.credit / analysis.total_weight
        numbers = f"{work.weight:.2f} | {work.credit:.2f} | {earned:.2f}"
        yield f"| *Line of work* | this job's | {_titles(work)} | {numbers} | |"


def work_constants(analysis: GapAnalysis, settings: EngineSettings) -> Iterator[str]:
    """How the line of work came to its weight and credit, or that there is nothing to compare it by."""
    if analysis.occupation is None:
        yield "- Line of work: not counted, because no release of O\\*NET is loaded here."
    if analysis.occupation is None or analysis.occupation.line_of_work is None:
        return
    share = settings.line_of_work_weight / (1 + settings.line_of_work_weight)
    yield (
        f"- Line of work: {share:.0%} of all weight. Your resume's titles and text and the posting's are compared with "
        "every occupation; credit is the correlation of the two, here "
        f"{analysis.occupation.line_of_work.correlation:.2f}, as a share of {settings.line_of_work_full:g}, at most 1."
    )


def occupation_lines(analysis: GapAnalysis, settings: EngineSettings) -> Iterator[str]:
    """What the occupation changed: how much skills weigh, and levels that the posting leaves open."""
    profile = analysis.occupation.profile if analysis.occupation is not None else None
    if profile is None:
        return
    weighed, filled = [entry for entry in analysis.entries if _id(entry) in profile.importance], _filled(analysis)
    if not weighed and not filled:
        return
    yield "## What the occupation adds"
    yield ""
    yield f"The posting was read as {_occupation(profile)} of {words.escape(profile.release)}."
    yield ""
    if weighed:
        shown = words.names(f"{_name(entry)} {profile.importance[_id(entry)]:.2f}" for entry in weighed[:SHOWN_LEVELS])
        more = f", and {len(weighed) - SHOWN_LEVELS} more" if len(weighed) > SHOWN_LEVELS else ""
        yield f"- Importance there (1–5), part of the weight: {shown}{more}."
    for entry in filled[:SHOWN_LEVELS]:
        assert entry.required_level is not None
        yield (
            f"- {_name(entry)}: the posting gives no level; {words.escape(entry.required_level.cues[0])}; "
            f"counted as {entry.required_level.label}."
        )
    yield (
        f"- O\\*NET's levels (0–7) as ours: {_bounds(settings)}. Where the posting gives none, at most "
        f"{LEVEL_LABELS[settings.occupation_level_cap]} is counted, because it may ask for less than is typical."
    )


def _filled(analysis: GapAnalysis) -> list[GapEntry]:
    return [entry for entry in analysis.entries if entry.required_level and entry.required_level.of_occupation]


def _bounds(settings: EngineSettings) -> str:
    return ", ".join(
        f"{label} from {bound:g}" for label, bound in zip(LEVEL_LABELS[1:], settings.onet_level_bounds, strict=True)
    )


def _titles(work: WorkCredit) -> str:
    return "; ".join(words.escape(title) for title in work.reads_as)


def _fit(work: WorkCredit) -> str:
    return WORK_FITS[sum(work.credit >= bound for bound in WORK_BOUNDS)]


def _occupation(profile: OccupationProfile) -> str:
    return f"**{words.escape(profile.title)}** ({profile.onet_code})"


def _id(entry: GapEntry) -> int:
    return entry.job.entry.id if entry.job is not None and entry.job.entry is not None else 0


def _name(entry: GapEntry) -> str:
    assert entry.job is not None
    return words.name(entry.job)
