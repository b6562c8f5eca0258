"""What a user sends to correct an entry of a report, checked against that report and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import SkillCorrection, SkillGapReport
from jobmate_agent.services.career_engine.corrections import OF_READING
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    LEVEL_LABELS,
    NAMED_KINDS,
    CorrectionKind,
    DocType,
    MappedSkill,
)
from jobmate_agent.services.gaps import readings
from jobmate_agent.services.gaps.analysis_document import CUSTOM
from jobmate_agent.services.vocabulary import lookup

Value = bool | int | None
TOP_LEVEL = len(LEVEL_LABELS) - 1
LEAST_LEVEL: dict[CorrectionKind, int] = {"have_it": 1, "level_is": 0}


@dataclass(frozen=True, slots=True)
class NewCorrection:
    """``entry`` is a skill's id, or ``custom:`` and the name of an entry that has none.

    ``value``: of have_it nothing or a level from 1, of level_is a level from 0 (to 4), of wrong_skill the id of the
    right skill; False takes back what was said. ``origin``: the document that was read wrongly; without it the posting,
    where that names the entry, else the resume.
    """

    entry: int | str
    kind: CorrectionKind
    value: Value = None
    origin: DocType | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A skill that a document names, or that somebody has spoken of."""

    origin: DocType
    skill_id: int | None
    name: str


def to_row(
    session: Session, report: SkillGapReport, before: Sequence[SkillCorrection], new: NewCorrection
) -> SkillCorrection:
    """The row that says it; not stored yet. ``before``: what was said so far.

    Raises ``entry_not_found`` (404) for what neither the report nor ``before`` knows, ``value_not_accepted`` or
    ``unknown_skill`` (422).
    """
    seen = _about(session, new.entry, [*_in_report(report), *_spoken_of(before)])
    origin = new.origin or ("job" if any(each.origin == "job" for each in seen) else "resume")
    if new.kind in OF_READING:
        seen = [each for each in seen if each.origin == origin]
    if not seen:
        raise NotFoundError("entry_not_found", _not_found(new))
    level, right_id = _meant(session, new)
    return SkillCorrection(
        user_id=report.user_id,
        job_listing_id=report.job_listing_id if new.kind in OF_READING and origin == "job" else None,
        kind=new.kind,
        skill_id=new.entry if isinstance(new.entry, int) else None,
        custom_name=None if isinstance(new.entry, int) else seen[0].name,
        level=level,
        right_id=right_id,
        taken_back=new.value is False,
    )


def _in_report(report: SkillGapReport) -> Iterator[_Seen]:
    """What the report shows, and what its documents name behind the corrections."""
    analysis = report.analysis
    for lists in ("matched_skills", "missing_skills", "resume_skills"):
        for entry in analysis[lists]:
            yield _Seen(entry["origin"], entry["descriptor"].get("skill_id"), entry["name"])
    if report.reading is not None and report.reading_version == readings.version(readings.SETTINGS):
        mapped = readings.load(report.reading)[0].mapped
        yield from (_of_mapped("job", skill) for skill in mapped.job)
        yield from (_of_mapped("resume", skill) for skill in mapped.resume)


def _of_mapped(origin: DocType, skill: MappedSkill) -> _Seen:
    return _Seen(origin, skill.entry.id if skill.entry is not None else None, skill.name)


def _spoken_of(before: Sequence[SkillCorrection]) -> Iterator[_Seen]:
    for row in before:
        yield _Seen("resume" if row.job_listing_id is None else "job", row.skill_id, row.custom_name or "")


def _about(session: Session, entry: int | str, known: Sequence[_Seen]) -> list[_Seen]:
    if isinstance(entry, str):
        name = normalize_name(entry.removeprefix(CUSTOM))
        return [each for each in known if each.skill_id is None and normalize_name(each.name) == name]
    merged = lookup.merged_ids(session, {entry, *(each.skill_id for each in known if each.skill_id is not None)})
    return [each for each in known if each.skill_id is not None and merged[each.skill_id] == merged[entry]]


def _not_found(new: NewCorrection) -> str:
    where = "" if new.origin is None else f" in the {'posting' if new.origin == 'job' else 'resume'}"
    return f"The newest report of this job has no such entry{where}. Name it by its skill_id, or as custom:NAME."


def _meant(session: Session, new: NewCorrection) -> tuple[int | None, int | None]:
    """(level, id of the right skill) of the value."""
    if new.value is False:
        return None, None
    if new.kind == "wrong_skill":
        return None, _right_id(session, new)
    given = None if new.value is None or new.value is True else new.value
    if new.kind == "not_a_skill":
        if given is not None:
            raise _refused("not_a_skill takes no value, or false to take it back")
        return None, None
    least = LEAST_LEVEL[new.kind]
    if given is None:
        if new.kind == "level_is":
            raise _refused("level_is needs a level from 0 (none) to 4 (advanced), or false to take it back")
        return None, None
    if not least <= given <= TOP_LEVEL:
        raise _refused(f"{new.kind} takes a level from {least} ({LEVEL_LABELS[least]}) to 4 (advanced)")
    return given, None


def _right_id(session: Session, new: NewCorrection) -> int:
    if new.value is None or isinstance(new.value, bool):
        raise _refused("wrong_skill needs the id of the right skill (GET /api/skills?q=…), or false to take it back")
    merged = lookup.merged_ids(session, {new.value, *([new.entry] if isinstance(new.entry, int) else [])})
    right = lookup.published_entries(session, {merged[new.value]}).get(merged[new.value])
    if right is None or right.kind not in NAMED_KINDS:
        raise InvalidInputError(
            "unknown_skill",
            "There is no such skill that a document could name. Search by name: GET /api/skills?q=python",
            details=_at_value("is no skill that documents are searched for"),
        )
    if isinstance(new.entry, int) and merged[new.entry] == right.id:
        raise _refused("the right skill is the one that the entry has already")
    return new.value


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError("value_not_accepted", f"Not accepted: {message}.", details=_at_value(message))


def _at_value(message: str) -> list[dict[str, Any]]:
    return [{"loc": ["body", "value"], "msg": message}]
