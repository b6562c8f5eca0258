"""Answers kept for a while: under which key, for how long, and what makes them out of date at once.

A key holds the release that the answer is about and, where imported figures are part of it, the imports; so nothing
ever has to be thrown away when another release is published, or another file imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from jobmate_agent.models import OnetRelease, ReferenceImport
from jobmate_agent.models.onet import PUBLISHED
from jobmate_agent.services.onet import imports
from jobmate_agent.services.onet.imports import ImportIds
from jobmate_agent.services.onet.releases import ReleaseRef, no_release

# Grows when answers of the same data look different.
SHAPE = "1"
HOUR = 3600


class Cache(Protocol):
    """Bytes by name. What is not there, no longer there, or cannot be asked for is None."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, seconds: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer. ``seconds``: how long it is kept; ``imported``: whether it shows imported figures."""

    name: str
    seconds: int
    imported: bool = False


OCCUPATION = Kind("occupation", 24 * HOUR, imported=True)
SKILLS_OF_OCCUPATION = Kind("occupation_skills", 24 * HOUR)
SKILL = Kind("skill", 24 * HOUR)
HIERARCHY = Kind("hierarchy", 7 * 24 * HOUR)
SEARCH = Kind("search", HOUR)
SKILL_SEARCH = Kind("skill_search", HOUR)
SKILL_GAP = Kind("skill_gap", 24 * HOUR)


@dataclass(frozen=True, slots=True)
class Served:
    """What is served at this moment: the release, and the current import of each kind."""

    release: ReleaseRef
    wages_id: int | None
    jaat_id: int | None

    @property
    def imported(self) -> ImportIds:
        return ImportIds(self.wages_id, self.jaat_id)

    @classmethod
    def of(cls, row: tuple[Any, ...] | None) -> Served:
        """From a row of :data:`SERVED`; ``no_release`` (503) where there is none."""
        if row is None:
            raise no_release()
        number, version, name, released_on, vocabulary_version, wages_id, jaat_id = row
        # SQLite has no dates of its own.
        day = date.fromisoformat(released_on) if isinstance(released_on, str) else released_on
        return cls(ReleaseRef(number, version, name, day, vocabulary_version), wages_id, jaat_id)


def key_of(kind: Kind, served: Served, release: ReleaseRef, *parts: str | int | None) -> str:
    """A digest of everything that an answer depends on; ``release`` is the one it is about, served or not."""
    imported = tuple(served.imported) if kind.imported else ()
    whole = repr((SHAPE, kind.name, release.id, release.vocabulary_version, imported, parts))
    return f"{kind.name}:{hashlib.sha256(whole.encode()).hexdigest()}"


def _current(kind: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(ReferenceImport.id)
        .where(ReferenceImport.current_key == sa.literal_column(f"'{kind}'"))
        .scalar_subquery()
    )


_SERVED_COLUMNS: tuple[Any, ...] = (
    *(OnetRelease.id, OnetRelease.version, OnetRelease.name),
    *(OnetRelease.released_on, OnetRelease.vocabulary_version),
    *(_current(imports.WAGES), _current(imports.JAAT)),
)
# For a Lookup, which takes no parameters but its caller's.
SERVED = sa.select(*_SERVED_COLUMNS).where(OnetRelease.published_key == sa.literal_column(f"'{PUBLISHED}'"))
