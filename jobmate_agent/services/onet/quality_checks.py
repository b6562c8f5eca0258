"""The checks of the quality gate, each over the whole release and set by set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import Occupation, OccupationFact, OccupationSkill, ReleaseOccupation, ReleaseSkill, Scale
from jobmate_agent.models.landing import OnetLoad, OnetLoadFile, QuarantinedRow
from jobmate_agent.models.onet import PUBLISHED, OnetRelease
from jobmate_agent.services.onet.file_contracts import CONTRACTS
from jobmate_agent.services.onet.gate_limits import GateLimits
from jobmate_agent.services.onet.gate_report import ERROR, NOTE, WARNING, GateCheck
from jobmate_agent.services.onet.landed import Load
from jobmate_agent.services.onet.quality_counts import lost_rows, orphans

# How many rows the report lists; all of them are in onet_quarantine.
_LISTED = 500


@dataclass(frozen=True)
class Subject:
    """What is being checked, and against what."""

    load: Load
    ledger: OnetLoad
    release: OnetRelease
    limits: GateLimits
    today: date

    @property
    def session(self) -> Session:
        return self.load.session


def all_checks(subject: Subject) -> list[GateCheck]:
    return [
        *_row_counts(subject),
        _quarantined(subject),
        _nothing_lost(subject),
        _referential_integrity(subject),
        _duplicate_occupations(subject),
        _required_fields(subject),
        _value_ranges(subject),
        _without_skills(subject),
        _staleness(subject),
    ]


def _row_counts(subject: Subject) -> Iterator[GateCheck]:
    """Enough rows, by themselves and beside the release that is published now."""
    rows = _rows_by_subject(subject.session, subject.load.id)
    published = _published(subject)
    before = _rows_by_subject(subject.session, published.load_id) if published and published.load_id else {}
    minimum = {name: subject.limits.minimum_rows.get(name, 0) for name in {*rows, *subject.limits.minimum_rows}}
    details = [
        {"subject": name, "rows": rows.get(name, 0), "at_least": minimum[name], "published": before.get(name)}
        for name in sorted(minimum)
    ]
    few = [name for name in sorted(minimum) if rows.get(name, 0) < minimum[name]]
    total = sum(rows.values())
    message = f"Too few rows of {_listed(few)}." if few else f"{total:,} rows in {len(subject.load.files)} files."
    yield GateCheck("row_counts", not few, ERROR, message, details)
    if published is None or not before:
        return
    share = subject.limits.share_of_published
    shrunk = [
        {"subject": name, "rows": rows[name], "published": count}
        for name, count in sorted(before.items())
        if name in rows and rows[name] < share * count
    ]
    message = (
        f"Much less than {published.name} has: {_listed([str(row['subject']) for row in shrunk])}."
        if shrunk
        else f"No subject has less than {share:.0%} of the rows of {published.name}, which is published."
    )
    yield GateCheck("rows_of_published_release", not shrunk, ERROR, message, shrunk)
    gone = sorted(before.keys() - rows.keys())
    message = f"{published.name} has, this one has not: {_listed(gone)}." if gone else "Nothing was given up."
    yield GateCheck("subjects_of_published_release", not gone, WARNING, message)


def _rows_by_subject(session: Session, load_id: int | None) -> dict[str, int]:
    found: Counter[str] = Counter()
    files = sa.select(OnetLoadFile.name, OnetLoadFile.rows).where(OnetLoadFile.load_id == load_id)
    for name, rows in session.execute(files):
        contract = CONTRACTS.get(name.removesuffix(".txt"))
        found[contract.subject if contract else name] += rows
    return dict(found)


def _published(subject: Subject) -> OnetRelease | None:
    """What to compare with; none where an older release is loaded, for reading back."""
    found = subject.session.scalars(sa.select(OnetRelease).where(OnetRelease.published_key == PUBLISHED)).one_or_none()
    if found is None or found.version is None or found.id == subject.release.id:
        return None
    return None if _number(subject.ledger.version) < _number(found.version) else found


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _quarantined(subject: Subject) -> GateCheck:
    counts = dict(
        subject.session.execute(
            sa.select(QuarantinedRow.file, sa.func.count())
            .where(QuarantinedRow.load_id == subject.load.id)
            .group_by(QuarantinedRow.file)
        ).all()
    )
    ledger = sa.select(OnetLoadFile.name, OnetLoadFile.rows).where(OnetLoadFile.load_id == subject.load.id)
    rows = {name.removesuffix(".txt"): count for name, count in subject.session.execute(ledger)}
    limit = subject.limits.quarantined_share
    bad = [name for name, count in sorted(counts.items()) if count > limit * rows[name]]
    total = sum(counts.values())
    if bad:
        shares = _listed([f"{name} ({counts[name]:,} of {rows[name]:,})" for name in bad])
        message = f"More than {limit:.1%} of the rows are in quarantine: {shares}."
    else:
        message = f"{total:,} of {sum(rows.values()):,} rows are in quarantine; no fact is made of them."
    listed = subject.session.scalars(
        sa.select(QuarantinedRow)
        .where(QuarantinedRow.load_id == subject.load.id)
        .order_by(QuarantinedRow.file, QuarantinedRow.line)
        .limit(_LISTED)
    )
    details = [{"file": row.file, "line": row.line, "rule": row.rule, "reason": row.reason} for row in listed]
    return GateCheck("quarantined_rows", not bad, ERROR, message, details)


def _nothing_lost(subject: Subject) -> GateCheck:
    lost = list(lost_rows(subject.load, subject.release.id))
    names = _listed([str(row["file"]) for row in lost])
    message = f"Not every row became a fact: {names}." if lost else "Every row that is not in quarantine became a fact."
    return GateCheck("nothing_lost", not lost, ERROR, message, lost)


def _referential_integrity(subject: Subject) -> GateCheck:
    found = list(orphans(subject.session, subject.release.id))
    names = _listed([f"{row['rows']:,} {row['facts']}" for row in found])
    message = f"Facts of nothing: {names}." if found else "Every fact is of an occupation and a skill of this release."
    return GateCheck("referential_integrity", not found, ERROR, message, found)


def _duplicate_occupations(subject: Subject) -> GateCheck:
    title = sa.func.lower(ReleaseOccupation.title)
    twice = subject.session.execute(
        sa.select(sa.func.min(ReleaseOccupation.title), sa.func.count())
        .where(ReleaseOccupation.release_id == subject.release.id)
        .group_by(title)
        .having(sa.func.count() > 1)
        .order_by(title)
    )
    details = [{"title": name, "occupations": count} for name, count in twice]
    message = (
        f"{len(details)} titles belong to more than one occupation." if details else "No occupation is there twice."
    )
    return GateCheck("duplicate_occupations", not details, ERROR, message, details)


def _required_fields(subject: Subject) -> GateCheck:
    own, named = ReleaseOccupation, ReleaseSkill
    empty = {
        "occupations without title or description": sa.select(sa.func.count()).where(
            own.release_id == subject.release.id, sa.or_(own.title == "", own.description == "")
        ),
        "skills without name": sa.select(sa.func.count()).where(
            named.release_id == subject.release.id, sa.or_(named.name == "", named.normalized_name == "")
        ),
    }
    counts = {what: subject.session.scalar(count) or 0 for what, count in empty.items()}
    details = [{"what": what, "rows": count} for what, count in counts.items() if count]
    message = "Required fields are empty." if details else "No required field is empty."
    return GateCheck("required_fields", not details, ERROR, message, details)


def _value_ranges(subject: Subject) -> GateCheck:
    rated, fact, scale = OccupationSkill, OccupationFact, Scale
    outside = {
        "importance outside 1–5": sa.select(sa.func.count()).where(
            rated.release_id == subject.release.id, ~rated.importance.between(1, 5)
        ),
        "level outside 0–7": sa.select(sa.func.count()).where(
            rated.release_id == subject.release.id, ~rated.onet_level.between(0, 7)
        ),
        "facts outside their scale": sa.select(sa.func.count())
        .select_from(fact)
        .join(scale, sa.and_(scale.release_id == fact.release_id, scale.scale_id == fact.scale_id))
        .where(fact.release_id == subject.release.id, ~fact.value.between(scale.minimum, scale.maximum)),
    }
    counts = {what: subject.session.scalar(count) or 0 for what, count in outside.items()}
    details = [{"what": what, "rows": count} for what, count in counts.items() if count]
    message = "Values are out of range." if details else "Every value is within the bounds of its scale."
    return GateCheck("value_ranges", not details, ERROR, message, details)


def _without_skills(subject: Subject) -> GateCheck:
    rows = subject.session.execute(
        sa.select(Occupation.onet_code, ReleaseOccupation.title)
        .join(ReleaseOccupation, ReleaseOccupation.occupation_id == Occupation.id)
        .where(ReleaseOccupation.release_id == subject.release.id, ~ReleaseOccupation.has_skills)
        .order_by(Occupation.onet_code)
    )
    details = [{"onet_code": code, "title": title} for code, title in rows]
    message = f"{len(details):,} occupations have no skill ratings; a gap says so." if details else "All have ratings."
    return GateCheck("occupations_without_skills", not details, NOTE, message, details)


def _staleness(subject: Subject) -> GateCheck:
    released = subject.ledger.released_on
    if released is None:
        return GateCheck("staleness", False, WARNING, "The release does not say when it appeared.")
    days = (subject.today - released).days
    fresh = days <= subject.limits.stale_days
    message = f"Released on {released.isoformat()}, {days:,} days ago"
    hint = "." if fresh else f", more than {subject.limits.stale_days}: look for a newer one."
    return GateCheck("staleness", fresh, WARNING, message + hint)


def _listed(names: list[Any], limit: int = 5) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(str(name) for name in names[:limit]) + more
