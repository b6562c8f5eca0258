"""The report that a job seeker reads: the answer first, then what to do, then how it was worked out.

Pure: the same analysis gives the same bytes. Everything that comes from a document goes through ``report_text.escape``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from jobmate_agent.services.career_engine import report_text as words
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.gap_analyzer import FACTOR_DECIMALS
from jobmate_agent.services.career_engine.report_corrections import held, is_own_word, own_word_lines
from jobmate_agent.services.career_engine.report_findings import (
    finding_lines,
    language_notices,
    nothing_to_score,
    too_little_read,
)
from jobmate_agent.services.career_engine.report_occupation import occupation_lines, read_as, work_constants, work_row
from jobmate_agent.services.career_engine.report_provenance import notice, provenance_lines
from jobmate_agent.services.career_engine.report_quick_wins import quick_wins
from jobmate_agent.services.career_engine.types import (
    Extraction,
    GapAnalysis,
    GapEntry,
    JobDocument,
    MappedSkill,
    Provenance,
)

SHOWN_MATCHED = 8
SHOWN_MISSING = 6
SHOWN_OTHERS = 12
VERDICTS = (
    "This job is far from what your resume shows today.",
    "This job is a stretch.",
    "You are a partial match.",
    "You are a good match.",
    "You are a strong match.",
)


def render(
    job: JobDocument,
    analysis: GapAnalysis,
    resume_found: Extraction,
    job_found: Extraction,
    provenance: Provenance,
    settings: EngineSettings,
) -> str:
    """Markdown, ending in a newline."""
    sections = [
        _top(job, analysis, resume_found, job_found, settings),
        language_notices(resume_found, job_found),
        notice(provenance),
        _show_off(analysis),
        quick_wins(analysis),
        _strengthen(analysis),
        _learn_first(analysis),
        _transferable(analysis),
        own_word_lines(analysis),
        _score(analysis, settings),
        occupation_lines(analysis, settings),
        finding_lines(resume_found, job_found),
        _not_understood(analysis, resume_found, job_found),
        provenance_lines(analysis, resume_found, job_found, provenance),
    ]
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"


def _top(
    job: JobDocument,
    analysis: GapAnalysis,
    resume_found: Extraction,
    job_found: Extraction,
    settings: EngineSettings,
) -> Iterator[str]:
    title = words.escape(words.shortened(job.title, 120))
    place = f"{title} at {words.escape(words.shortened(job.company, 80))}" if job.company.strip() else title
    score = analysis.overall_match
    if score is None:
        yield f"# {place}: not enough information"
        yield ""
        yield from nothing_to_score(analysis, resume_found, job_found)
        return
    too_little = too_little_read(analysis, job_found, settings)
    yield f"# {place}: {score:.1f} out of 10{' (tentative)' if too_little else ''}"
    yield ""
    yield f"**{too_little or _verdict(score, settings)}** {_summary(analysis)}"
    yield from read_as(analysis)
    if not resume_found.skills:
        yield ""
        yield "No skill was recognised in your resume at all; check that its text reads well, and name your skills."


def _verdict(score: float, settings: EngineSettings) -> str:
    return VERDICTS[sum(score >= bound for bound in settings.verdict_bounds)]


def _summary(analysis: GapAnalysis) -> str:
    matched, weak = len(analysis.with_status("meets_or_exceeds")), len(analysis.with_status("underqualified"))
    asked = f"the {words.plural(len(analysis.entries), 'skill')} this job asks for"
    text = f"Your resume shows {matched or weak or 'none'} of {asked}"
    if weak:
        text += f", and {weak} more below the level asked" if matched else ", but below the level asked"
    first = [f"**{_name(entry)}**" for entry in _by_gain(analysis)[:2]]
    return f"{text}; {words.names(first)} would lift your score most." if first else f"{text}."


def _show_off(analysis: GapAnalysis) -> Iterator[str]:
    matched = sorted(analysis.with_status("meets_or_exceeds"), key=lambda entry: (-entry.weight, _name(entry)))
    if not matched:
        return
    used: set[str] = set()
    yield "## What to show off"
    yield ""
    yield "These meet what the job asks for. Put them where a reader sees them first."
    yield ""
    for entry in matched[:SHOWN_MATCHED]:
        own = "" if words.is_assumed(entry) and not is_own_word(entry) else f"; you: {held(entry)}"
        yield f"- **{_name(entry)}** ({_written(entry)}{words.asked(entry)}{own})"
        yield from _indented(_said("You", entry.resume, used))
    if len(matched) > SHOWN_MATCHED:
        yield ""
        yield f"Also there: {_list(matched[SHOWN_MATCHED:])}."


def _strengthen(analysis: GapAnalysis) -> Iterator[str]:
    weak = analysis.with_status("underqualified")
    if not weak:
        return
    used: set[str] = set()
    total = analysis.total_weight
    yield "## What to strengthen"
    yield ""
    for entry in weak:
        yield (
            f"- **{_name(entry)}** ({_written(entry)}{words.asked(entry)}; you: {held(entry)}): "
            f"reaching the level asked adds {words.points(entry, total):.1f} points."
        )
        yield from _indented(
            _said("The posting", entry.job, used),
            _said("You", entry.resume, used),
        )


def _learn_first(analysis: GapAnalysis) -> Iterator[str]:
    missing = analysis.with_status("missing")
    if not missing or analysis.overall_match is None:
        return
    used: set[str] = set()
    total = analysis.total_weight
    yield "## What to learn first"
    yield ""
    yield "In the order of what each would add. If you have done one of these, your resume does not say so yet."
    yield ""
    for number, entry in enumerate(missing[:SHOWN_MISSING], start=1):
        why = f"{_written(entry)}{_reasons(entry)}"
        yield f"{number}. **{_name(entry)}** ({why}): up to {words.points(entry, total):.1f} points."
        close = words.names(words.escape(near.name) for near in entry.related)
        yield from _indented(
            _said("The posting", entry.job, used), f"Head start: you already show {close}." if close else ""
        )
    if len(missing) > SHOWN_MISSING:
        yield ""
        yield f"Also asked for: {_list(missing[SHOWN_MISSING:])}."


def _transferable(analysis: GapAnalysis) -> Iterator[str]:
    useful = [entry for entry in analysis.resume_only if entry.resume and entry.resume.entry]
    useful = [entry for entry in useful if entry.resume and entry.resume.entry and entry.resume.entry.transferable]
    helps: dict[str, list[str]] = {}
    for entry in analysis.with_status("missing"):
        for near in entry.related:
            helps.setdefault(words.escape(near.name), []).append(_name(entry))
    if not useful and not helps:
        return
    yield "## What carries over"
    yield ""
    together: dict[tuple[str, ...], list[str]] = {}
    for own, targets in helps.items():
        together.setdefault(tuple(targets), []).append(f"**{own}**")
    for near_to, owns in list(together.items())[:SHOWN_MISSING]:
        yield f"- {words.names(owns)}: close to {words.names(near_to)}"
    if useful:
        yield f"- Not asked for here, but of use in many other jobs: {_list(useful)}"


def _score(analysis: GapAnalysis, settings: EngineSettings) -> Iterator[str]:
    if analysis.overall_match is None:
        return
    total = analysis.total_weight
    yield "## How the score came about"
    yield ""
    yield "| Skill | Asked | Your resume | Weight | Credit | Points | Could add |"
    yield "|---|---|---|---:|---:|---:|---:|"
    for entry in analysis.entries:
        earned = 10 * entry.weight * entry.credit / total
        yield (
            f"| {_name(entry)} | {words.asked(entry)} | {held(entry)} | {entry.weight:.2f} | {entry.credit:.2f} "
            f"| {earned:.2f} | {words.points(entry, total):.2f} |"
        )
    score = analysis.overall_match
    yield from work_row(analysis)
    could_add = math.fsum(words.points(entry, total) for entry in analysis.entries)
    yield f"| **All** | | | **{total:.2f}** | | **{score:.2f}** | **{could_add:.2f}** |"
    yield ""
    sums = f"10 × {analysis.earned:.3f} ÷ {total:.3f}"
    yield f"Score = 10 × sum of weight × credit ÷ sum of weights = {sums} = {score:.2f}."
    yield ""
    yield from _constants(settings)
    yield from work_constants(analysis, settings)


def _constants(settings: EngineSettings) -> Iterator[str]:
    yield (
        f"- Weight: {settings.weight_required:g} required, {settings.weight_nice_to_have:g} nice to have; "
        f"× {settings.factor_hot_technology:g} for a widely used technology, × {settings.factor_in_demand:g} "
        f"for one in growing demand; × ({settings.importance_base:g} + {settings.importance_slope:g} × importance 1–5) "
        f"where the occupation is known; × {settings.factor_unlisted:g} for what our vocabulary does not know."
    )
    yield (
        "- Credit: 1 at the level asked or above, or where the posting gives no level; below it, 1 − levels short ÷ 4, "
        f"at least {settings.weak_floor:g}; not held, up to {settings.transfer_cap:g} for a related skill "
        f"(similarity above {settings.transfer_similarity_floor:g}), more the closer it is and the better you know it."
    )
    yield (
        "- Levels: 1 basic, 2 working, 3 proficient, 4 advanced. A skill on your resume without a stated "
        f"level counts as {settings.assumed_level}."
    )


def _not_understood(analysis: GapAnalysis, resume_found: Extraction, job_found: Extraction) -> Iterator[str]:
    lines = list(_left_over(analysis, resume_found, job_found))
    if lines:
        yield "## What was not understood"
        yield ""
        yield from lines


def _left_over(analysis: GapAnalysis, resume_found: Extraction, job_found: Extraction) -> Iterator[str]:
    asked = [entry for entry in analysis.entries if entry.job and entry.job.entry is None]
    own = [entry for entry in analysis.resume_only if entry.resume and entry.resume.entry is None]
    if asked:
        yield f"- Asked for, not in our vocabulary, compared by name only: {_list(asked)}."
    if own:
        yield f"- On your resume, not in our vocabulary: {_list(own)}."
    for whose, found in (("posting", job_found), ("resume", resume_found)):
        if found.dropped:
            count = words.plural(found.dropped, "skill")
            yield f"- The model named {count} for the {whose} that the text does not bear out; left out."
        for note in found.notes:
            yield f"- About the {whose}: {words.escape(words.shortened(note, 200))}"


def _reasons(entry: GapEntry) -> str:
    tags = entry.job.entry if entry.job is not None else None
    reasons = [words.asked(entry)]
    if tags is not None and tags.hot_technology:
        reasons.append("widely used")
    if tags is not None and tags.in_demand:
        reasons.append("in growing demand")
    return "; ".join(reasons)


def _by_gain(analysis: GapAnalysis) -> list[GapEntry]:
    """What lacks, the greatest gain first; equal gains as the lists below have them."""
    lacking = [entry for entry in analysis.entries if entry.credit < 1]
    return sorted(lacking, key=lambda entry: -round(entry.weight * (1 - entry.credit), FACTOR_DECIMALS))


def _name(entry: GapEntry) -> str:
    skill = entry.job or entry.resume
    assert skill is not None
    return words.name(skill)


def _written(entry: GapEntry) -> str:
    return words.as_written(entry.job) if entry.job is not None else ""


def _list(entries: Sequence[GapEntry]) -> str:
    shown = [_name(entry) for entry in entries[:SHOWN_OTHERS]]
    rest = len(entries) - len(shown)
    return words.names([*shown, f"{rest} more"] if rest else shown)


def _said(who: str, skill: MappedSkill | None, used: set[str]) -> str:
    quoted = words.quote(skill.evidence, used, skill.level) if skill is not None else ""
    return f"{who}: {quoted}" if quoted else ""


def _indented(*lines: str) -> Iterable[str]:
    return (f"   - {line}" for line in lines if line)
