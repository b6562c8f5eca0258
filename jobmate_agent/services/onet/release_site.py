"""The official site as a source of releases: which is the newest, and is it news to us."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.errors import InvalidInputError
from jobmate_agent.models import OnetRelease
from jobmate_agent.models.onet import READY

Progress = Callable[[str, int], None]
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,2})")


class ReleaseSite(Protocol):
    """Somewhere to download releases from."""

    def latest_version(self) -> str:
        """The newest release on offer, such as ``30.1``; small and quick, nothing is downloaded."""

    def download(self, version: str, *, progress: Progress | None = None, again: bool = False) -> Path:
        """The zip of a release, whole and verified; what is there already is used, unless ``again``."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the site has against what we have. ``held`` is the newest release that is ready here, if any."""

    latest: str
    held: str | None

    @property
    def is_newer(self) -> bool:
        return self.held is None or version_key(self.latest) > version_key(self.held)


def held_version(session: Session) -> str | None:
    """The newest release that is ready here, None without one."""
    versions = session.scalars(
        sa.select(OnetRelease.version).where(OnetRelease.version.is_not(None), OnetRelease.state == READY)
    )
    known = [version for version in versions if version and _VERSION.fullmatch(version)]
    return max(known, key=version_key, default=None)


def is_held(session: Session, version: str) -> bool:
    """Whether a release is ready here."""
    same = sa.exists().where(OnetRelease.version == version, OnetRelease.state == READY)
    return bool(session.scalar(sa.select(same)))


def offer_of(db: Database, site: ReleaseSite) -> Offer:
    """Ask the site for its newest version, before anything is downloaded; no transaction is open meanwhile."""
    with db.reading() as session:
        held = held_version(session)
    return Offer(site.latest_version(), held)


def version_key(version: str) -> tuple[int, int]:
    """``30.1`` → (30, 1), for comparing. :class:`InvalidInputError` ``bad_version`` for anything else."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise InvalidInputError("bad_version", f"{version[:20]!r} is not a version of O*NET such as 30.1.")
    return int(match[1]), int(match[2])


def is_version(text: str) -> bool:
    """Whether this is a version of O*NET such as 30.1."""
    return _VERSION.fullmatch(text) is not None
