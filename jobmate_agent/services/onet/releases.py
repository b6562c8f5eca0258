"""Which release is being read: the one that is served, or the one that was.

A reader asks once and uses only rows of the release that it was told, so that an answer is never a mixture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import JobMateError, NotFoundError
from jobmate_agent.models.onet import PUBLISHED, READY, OnetPublication, OnetRelease

_VERSION = re.compile(r"\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class ReleaseRef:
    """One release. ``version`` is O*NET's own, None for the starter vocabulary, which has no occupations.

    ``vocabulary_version`` is a digest of its content.
    """

    id: int
    version: str | None
    name: str
    released_on: date | None
    vocabulary_version: str

    def to_wire(self) -> dict[str, Any]:
        """``{id, version, name, released_on}``; what is not known is None."""
        day = self.released_on.isoformat() if self.released_on else None
        return {"id": self.id, "version": self.version, "name": self.name, "released_on": day}


_COLUMNS = (
    *(OnetRelease.id, OnetRelease.version, OnetRelease.name),
    *(OnetRelease.released_on, OnetRelease.vocabulary_version),
)


def served(session: Session) -> ReleaseRef:
    """The release that is served now, the starter vocabulary included; ``no_release`` (503) where there is none."""
    row = session.execute(sa.select(*_COLUMNS).where(OnetRelease.published_key == PUBLISHED)).one_or_none()
    if row is None:
        raise no_release()
    return ReleaseRef(*row)


def current(session: Session) -> ReleaseRef:
    """The served release, which has occupations.

    Raises ``no_release`` (503) where nothing is published, ``no_occupation_data`` (503) where only the starter
    vocabulary is.
    """
    return require_occupations(served(session))


def by_id(session: Session, release_id: int) -> ReleaseRef:
    """A ready release by its id, served or not; ``unknown_release`` (404) where there is none."""
    wanted = sa.and_(OnetRelease.id == release_id, OnetRelease.state == READY)
    row = session.execute(sa.select(*_COLUMNS).where(wanted)).one_or_none()
    if row is None:
        raise unknown_release(str(release_id))
    return ReleaseRef(*row)


def as_of(session: Session, text: str) -> ReleaseRef:
    """A release by its version (``29.0``), or what was served at a moment (ISO 8601; a date means its end, UTC).

    Only what is or was served can be asked for: of several loads of a version the served one, else the one served last.
    Raises ``unknown_release`` (404) where there is none, ``no_occupation_data`` where that was the starter vocabulary.
    """
    wanted = text.strip()
    if _VERSION.fullmatch(wanted):
        is_served = OnetRelease.published_key == PUBLISHED
        statement = (
            sa.select(*_COLUMNS)
            .outerjoin(OnetPublication, OnetPublication.release_id == OnetRelease.id)
            .where(OnetRelease.version == wanted, OnetRelease.state == READY)
            .where(sa.or_(is_served, OnetPublication.id.is_not(None)))
            .order_by(sa.case((is_served, 0), else_=1), OnetPublication.id.desc())
        )
    else:
        statement = (
            sa.select(*_COLUMNS)
            .join(OnetPublication, OnetPublication.release_id == OnetRelease.id)
            .where(OnetPublication.published_at <= _moment(wanted), OnetRelease.state == READY)
            .order_by(OnetPublication.published_at.desc(), OnetPublication.id.desc())
        )
    row = session.execute(statement.limit(1)).one_or_none()
    if row is None:
        raise unknown_release(wanted)
    return require_occupations(ReleaseRef(*row))


def require_occupations(release: ReleaseRef) -> ReleaseRef:
    """``release``, unless it is the starter vocabulary (``no_occupation_data``, 503)."""
    if release.version is None:
        raise JobMateError(
            "no_occupation_data",
            f"{release.name} has skills but no occupations; load an O*NET release: jobmate onet load FOLDER",
            status=503,
        )
    return release


def no_release() -> JobMateError:
    return JobMateError(
        "no_release", "No O*NET release is published yet; load one: jobmate onet load FOLDER", status=503
    )


def unknown_release(wanted: str) -> NotFoundError:
    return NotFoundError(
        "unknown_release",
        f"There is no release for {wanted[:40]!r}. Ask by version (30.1), or by a day on which a release was served.",
    )


def _moment(text: str) -> datetime:
    try:
        if len(text) <= len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        # The plus of an offset is a space in an address that did not escape it.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as exc:
        raise unknown_release(text) from exc
