"""One document names a skill several times: how the mentions become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import Evidence, Level, MappedSkill, MatchMethod

METHOD_ORDER: tuple[MatchMethod, ...] = ("exact", "alias", "vector", "custom")


def merge_resume(skills: Iterable[MappedSkill], settings: EngineSettings) -> tuple[MappedSkill, ...]:
    """Highest level wins; a mention without a level counts as the assumed one. In order of identity."""
    return _merge(skills, lambda level: (held_score(level, settings), level is not None))


def merge_job(skills: Iterable[MappedSkill]) -> tuple[MappedSkill, ...]:
    """Required if any mention requires it, at the highest level asked. In order of identity."""
    return _merge(skills, lambda level: (asked_score(level) or 0, level is not None))


def held_score(level: Level | None, settings: EngineSettings) -> int:
    """The level (0–4) that a resume is taken to show."""
    return settings.assumed_level if level is None else level.score


def asked_score(level: Level | None) -> int | None:
    """The level (1–4) that a posting asks for; None where it does not say. Asking for ``none`` says nothing."""
    return level.score if level is not None and level.score > 0 else None


def _merge(skills: Iterable[MappedSkill], rank: Callable[[Level | None], tuple[int, bool]]) -> tuple[MappedSkill, ...]:
    grouped: dict[str, list[MappedSkill]] = {}
    for skill in skills:
        grouped.setdefault(skill.identity, []).append(skill)
    return tuple(_merged(grouped[identity], rank) for identity in sorted(grouped))


def _merged(mentions: list[MappedSkill], rank: Callable[[Level | None], tuple[int, bool]]) -> MappedSkill:
    best = min(mentions, key=lambda skill: (METHOD_ORDER.index(skill.method), -skill.similarity, skill.name))
    levels = sorted((skill.level for skill in mentions), key=lambda level: (*rank(level), *_detail(level)))
    return replace(
        best,
        tokens=tuple(sorted({token for skill in mentions for token in skill.tokens})),
        evidence=tuple(sorted({piece for skill in mentions for piece in skill.evidence}, key=_position)),
        level=levels[-1],
        required=any(skill.required for skill in mentions),
    )


def _detail(level: Level | None) -> tuple[float, float, tuple[str, ...]]:
    """Settles ties between equal levels, so that the order of mentions never matters."""
    return (
        (-1.0, 0.0, ())
        if level is None
        else (-1.0 if level.years is None else level.years, level.confidence, level.cues)
    )


def _position(piece: Evidence) -> tuple[int, int, str]:
    return piece.start, piece.end, piece.quote
