"""The comparison and its score: pure functions of mapped skills and the constants of :class:`EngineSettings`.

For job skill j, weight ``w`` and credit ``c``: ``overall_match = 10 · Σwc / Σw``. Where it is known how alike the work
of both documents is, that counts like one more skill, with a fixed share of the sum of weights. Adding a skill to the
resume or raising a level never lowers the score, and the order of the input never matters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.level_scale import level_of
from jobmate_agent.services.career_engine.merging import asked_score, held_score, merge_job, merge_resume
from jobmate_agent.services.career_engine.types import (
    LEVEL_LABELS,
    GapAnalysis,
    GapEntry,
    Level,
    Mapped,
    MappedSkill,
    OccupationProfile,
    PostingOccupation,
    RelatedSkill,
    Status,
    WorkCredit,
)

TOP_LEVEL = 4
FACTOR_DECIMALS = 6
SCORE_DECIMALS = 2
SHOWN_RELATED = 3
STATUS_ORDER: tuple[Status, ...] = ("meets_or_exceeds", "underqualified", "missing")


def analyze(mapped: Mapped, settings: EngineSettings, occupation: PostingOccupation | None = None) -> GapAnalysis:
    """Compare what is asked for with what is held.

    ``occupation`` is what the posting was read as: its importance is part of the weights, and it fills in levels that
    the posting leaves open (:func:`required_level`).
    """
    profile = occupation.profile if occupation is not None else None
    importance = profile.importance if profile is not None else {}
    held = {skill.identity: skill for skill in merge_resume(mapped.resume, settings)}
    asked = merge_job(mapped.job)
    entries = [
        _judge(skill, required_level(skill, profile, settings), held, mapped.similarities, settings, importance)
        for skill in asked
    ]
    wanted = {skill.identity for skill in asked}
    work = work_credit(entries, occupation, settings)
    extra = [_resume_only(skill, settings) for skill in held.values() if skill.identity not in wanted]
    return GapAnalysis(
        entries=tuple(sorted(entries, key=_entry_order)),
        resume_only=tuple(sorted(extra, key=_extra_order)),
        overall_match=None if mapped.resume_unread and not mapped.resume else _overall(entries, work),
        occupation=occupation,
        line_of_work=work,
    )


def required_level(job: MappedSkill, profile: OccupationProfile | None, settings: EngineSettings) -> Level | None:
    """The level asked: the posting's own, else the occupation's, capped; None where neither is known.

    The cap is the level that a skill without a stated one counts as, so a resume that names the skill meets it
    whatever the occupation: only one that says less ("basic") falls short.
    """
    if asked_score(job.level) is not None:
        return job.level
    if profile is None or job.entry is None:
        return None
    onet_level = profile.levels.get(job.entry.id)
    typical = 0 if onet_level is None else level_of(onet_level, settings.onet_level_bounds)
    if not typical:
        return None
    return Level(
        min(typical, settings.occupation_level_cap),
        confidence=settings.occupation_level_confidence,
        cues=(f"typical for {profile.title} ({profile.release}): {LEVEL_LABELS[typical]}, {onet_level:.2f} of 7",),
        of_occupation=True,
    )


def weight(skill: MappedSkill, settings: EngineSettings, importance: Mapping[int, float]) -> float:
    """How much a job skill counts: required or not, sought-after or not, important for the occupation or not.

    What the vocabulary does not know is a phrase of this posting; few resumes use the same one, whoever can do it.
    """
    value = settings.weight_required if skill.required else settings.weight_nice_to_have
    if skill.entry is None:
        value *= settings.factor_unlisted
    else:
        value *= settings.factor_hot_technology if skill.entry.hot_technology else 1.0
        value *= settings.factor_in_demand if skill.entry.in_demand else 1.0
        if skill.entry.id in importance:
            value *= settings.importance_base + settings.importance_slope * importance[skill.entry.id]
    return round(value, FACTOR_DECIMALS)


def work_credit(
    entries: Sequence[GapEntry], occupation: PostingOccupation | None, settings: EngineSettings
) -> WorkCredit | None:
    """What the line of work adds; None where it is not known, or where there is no skill to weigh it by."""
    if occupation is None or occupation.line_of_work is None or not entries:
        return None
    work = occupation.line_of_work
    weight = settings.line_of_work_weight * math.fsum(entry.weight for entry in entries)
    credit = min(max(work.correlation / settings.line_of_work_full, 0.0), 1.0)
    return WorkCredit(round(weight, FACTOR_DECIMALS), round(credit, FACTOR_DECIMALS), work.reads_as)


def weak_credit(delta: int, settings: EngineSettings) -> float:
    """Credit of a skill held ``delta`` levels below what is asked."""
    return max(settings.weak_floor, 1 - delta / TOP_LEVEL)


def transfer_credit(similarity: float, level: int, settings: EngineSettings) -> float:
    """Credit for a job skill that is not held, from one related skill that is.

    Rises with the related skill's level and with its closeness above the floor; never above ``transfer_cap``.
    """
    floor = settings.transfer_similarity_floor
    closeness = min(max((similarity - floor) / (1 - floor), 0.0), 1.0)
    return round(settings.transfer_cap * closeness * level / TOP_LEVEL, FACTOR_DECIMALS)


def _judge(
    job: MappedSkill,
    required: Level | None,
    held: Mapping[str, MappedSkill],
    similarities: Mapping[tuple[str, str], float],
    settings: EngineSettings,
    importance: Mapping[int, float],
) -> GapEntry:
    resume = held.get(job.identity)
    level = None if resume is None else _held_level(resume, settings)
    score = 0 if level is None else level.score
    delta = None if required is None else required.score - score
    related = _related(job, held, similarities)
    # The best transfer, not that of the nearest skill: a nearer skill at a lower level must not take credit away.
    transfer = max(
        (
            transfer_credit(near.similarity, held_score(held[near.identity].level, settings), settings)
            for near in related
        ),
        default=0.0,
    )
    if score == 0:
        status, credit = "missing", transfer
    elif delta is None or delta <= 0:
        status, credit = "meets_or_exceeds", 1.0
    else:
        status, credit = "underqualified", max(weak_credit(delta, settings), transfer)
    return GapEntry(
        status=status,  # type: ignore[arg-type]
        job=job,
        resume=resume,
        candidate_level=level,
        required_level=required,
        level_delta=delta,
        weight=weight(job, settings, importance),
        credit=credit,
        related=related[:SHOWN_RELATED] if status != "meets_or_exceeds" else (),
    )


def _related(
    job: MappedSkill, held: Mapping[str, MappedSkill], similarities: Mapping[tuple[str, str], float]
) -> tuple[RelatedSkill, ...]:
    """Held skills near a job skill, nearest first; one that the resume disclaims (level none) lends nothing."""
    found = (
        RelatedSkill(skill.identity, skill.name, similarities[job.identity, skill.identity])
        for skill in held.values()
        if skill.identity != job.identity and (job.identity, skill.identity) in similarities and _is_held(skill)
    )
    return tuple(sorted(found, key=lambda near: (-near.similarity, near.identity)))


def _is_held(skill: MappedSkill) -> bool:
    return skill.level is None or skill.level.score > 0


def _held_level(skill: MappedSkill, settings: EngineSettings) -> Level:
    return skill.level or Level(settings.assumed_level, confidence=settings.assumed_confidence)


def _resume_only(skill: MappedSkill, settings: EngineSettings) -> GapEntry:
    return GapEntry("resume_only", None, skill, _held_level(skill, settings), None, None, 0.0, 0.0)


def _overall(entries: Sequence[GapEntry], work: WorkCredit | None) -> float | None:
    if not entries:
        return None
    counted = [(entry.weight, entry.credit) for entry in entries]
    if work is not None:
        counted.append((work.weight, work.credit))
    earned = math.fsum(weight * credit for weight, credit in counted)
    return round(10 * earned / math.fsum(weight for weight, _ in counted), SCORE_DECIMALS)


def _entry_order(entry: GapEntry) -> tuple[int, float, float, str]:
    """Matched, weak, missing; within each what would lift the score most, then what weighs most."""
    assert entry.job is not None
    lift = entry.weight * (1 - entry.credit)
    return STATUS_ORDER.index(entry.status), -round(lift, FACTOR_DECIMALS), -entry.weight, entry.job.identity


def _extra_order(entry: GapEntry) -> tuple[int, str]:
    assert entry.resume is not None
    assert entry.candidate_level is not None
    return -entry.candidate_level.score, entry.resume.identity
