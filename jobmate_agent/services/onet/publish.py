"""Publishing: a pointer from one complete release to another, and the way back.

What takes long happens before, beside what is served: the vector index of the new vocabulary, a backup, the changelog.
The switch itself is one short transaction; readers see the release before it or the one after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database, lost_race
from jobmate_agent.errors import ConflictError, JobMateError, NotFoundError
from jobmate_agent.models.landing import OnetLoad
from jobmate_agent.models.onet import PUBLISHED, READY, OnetPublication, OnetRelease
from jobmate_agent.services.career_engine.types import Vocabulary
from jobmate_agent.services.onet import changes
from jobmate_agent.services.onet.disk import room_on_disk
from jobmate_agent.services.onet.release_site import is_version, version_key
from jobmate_agent.services.vocabulary import store

MakeIndex = Callable[[Vocabulary], object]
Backup = Callable[[], object]

PUBLISH = "publish"
ROLLBACK = "rollback"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A release as operators see it; ``id`` None: a load that became none.

    ``state``: building | ready | published, or the load's; ``load_state`` is its load's, if any.
    """

    id: int | None
    load_id: int | None
    name: str
    version: str | None
    released_on: date | None
    state: str
    load_state: str | None
    published_at: datetime | None


def releases(session: Session) -> list[Listed]:
    """Every release, in the order in which they came, then loads that became none.

    ``published_at`` is when it was served last from.
    """
    latest = (
        sa.select(OnetPublication.release_id, sa.func.max(OnetPublication.published_at).label("at"))
        .group_by(OnetPublication.release_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(OnetRelease, OnetLoad.state, latest.c.at)
        .outerjoin(OnetLoad, OnetLoad.id == OnetRelease.load_id)
        .outerjoin(latest, latest.c.release_id == OnetRelease.id)
        .order_by(OnetRelease.id)
    )
    became_none = sa.select(OnetLoad).where(~sa.exists().where(OnetRelease.load_id == OnetLoad.id))
    return [
        *(
            Listed(
                release.id,
                release.load_id,
                release.name,
                release.version,
                release.released_on,
                release.published_key or release.state,
                load_state,
                published_at,
            )
            for release, load_state, published_at in rows
        ),
        *(
            Listed(None, load.id, f"O*NET {load.version}", load.version, load.released_on, load.state, load.state, None)
            for load in session.scalars(became_none.order_by(OnetLoad.id))
        ),
    ]


def find(session: Session, version: str | None, *, ready_first: bool = False) -> OnetRelease:
    """The newest release of this version; without one, the newest that has occupations.

    ``ready_first``: of several of this version, one that may be served rather than a newer one that was refused.
    Raises ``unknown_release`` (404), which says what there is.
    """
    wanted = OnetRelease.version.is_not(None) if version is None else OnetRelease.version == version
    found = sa.select(OnetRelease).where(wanted)
    if ready_first and version is not None:
        found = found.order_by(sa.case((OnetRelease.state == READY, 0), else_=1))
    release = session.scalars(found.order_by(OnetRelease.id.desc()).limit(1)).first()
    if release is None:
        known = session.scalars(sa.select(OnetRelease.version).where(OnetRelease.version.is_not(None)))
        here = ", ".join(sorted({str(name) for name in known})) or "none"
        raise NotFoundError(
            "unknown_release",
            f"There is no release {version or 'yet'}; loaded are: {here}. Load one: jobmate onet load FOLDER",
        )
    return release


def find_served_before(session: Session, version: str) -> OnetRelease:
    """The release of this version that was served last.

    Raises ``unknown_release`` (404), or ``never_served`` (409) where there are only others.
    """
    release = session.scalars(
        sa.select(OnetRelease)
        .join(OnetPublication, OnetPublication.release_id == OnetRelease.id)
        .where(OnetRelease.version == version, OnetRelease.state == READY)
        .order_by(OnetPublication.id.desc())
        .limit(1)
    ).first()
    if release is None:
        name = find(session, version).name
        raise ConflictError(
            "never_served",
            f"{name} was never served, so there is no way back to it; to serve it: jobmate onet publish {version}",
        )
    return release


def is_news(session: Session, release_id: int) -> bool:
    """Whether a release is newer than the served one, or is it, or nothing with occupations is served."""
    served = served_id(session)
    if served is None or served == release_id:
        return True
    version, before = (session.get_one(OnetRelease, one).version or "" for one in (release_id, served))
    if not is_version(version):
        return False
    return not is_version(before) or version_key(version) > version_key(before)


@room_on_disk()
def publish(db: Database, release_id: int, make_index: MakeIndex, backup: Backup | None = None) -> bool:
    """Serve a release that passed the gate; False when it is served already.

    ``make_index`` is given the release's vocabulary and returns once its index is on disk; ``backup`` is called before
    anything changes, and what it raises stops the publication. The changelog against the release that was served is
    kept with the release. Raises ``release_not_ready`` (409), and ``publication_overtaken`` (409) where others keep on
    publishing.
    """
    with db.reading() as session:
        release = session.get_one(OnetRelease, release_id)
        if release.published_key == PUBLISHED:
            return False
        _require_ready(release)
        vocabulary = store.load_vocabulary(session, release)
    make_index(vocabulary)
    if backup is not None:
        backup()
    for attempt in range(1, _TRIES + 1):
        # Compared last, and again where another release was published since: index and backup take minutes.
        with db.reading() as session:
            expected = store.published_id(session)
            changelog = changes.compare(session, served_id(session), release_id)
        try:
            return _switch(db, release_id, PUBLISH, changelog, expected)
        except store.OvertakenError:
            if attempt == _TRIES:
                raise
    raise AssertionError("the last try returns or raises")


@room_on_disk()
def rollback(db: Database, make_index: MakeIndex, to: str | None = None) -> str:
    """Serve the release that was served before, or version ``to``, which was served once; its name.

    Several rollbacks go further back each time. Raises ``nothing_to_roll_back_to``, ``never_served`` or
    ``publication_overtaken`` (409).
    """
    with db.reading() as session:
        expected = store.published_id(session)
        release = (
            find_served_before(session, to) if to is not None else session.get_one(OnetRelease, _previous_id(session))
        )
        _require_ready(release)
        vocabulary = store.load_vocabulary(session, release)
    make_index(vocabulary)
    _switch(db, release.id, ROLLBACK, None, expected)
    return release.name


def _switch(db: Database, release_id: int, action: str, changelog: dict[str, Any] | None, expected: int | None) -> bool:
    for attempt in range(1, _TRIES + 1):
        try:
            with db.unit_of_work() as session:
                return store.switch_to(session, release_id, action, changelog, expected=expected)
        except sa.exc.OperationalError as exc:
            if attempt == _TRIES or not lost_race(exc):
                raise
    raise AssertionError("the last try returns or raises")


def _require_ready(release: OnetRelease) -> None:
    if release.state != READY:
        raise ConflictError(
            "release_not_ready",
            f"{release.name} is not complete, or the quality gate refused it; see: jobmate onet report "
            f"{release.version or ''}".rstrip(),
        )


def served_id(session: Session) -> int | None:
    """The served release with occupations; the starter vocabulary is nothing to compare with."""
    return session.scalar(
        sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED, OnetRelease.version.is_not(None))
    )


def require_no_release(session: Session) -> None:
    """Raises ``onet_served`` (409) where a release with occupations is served, so that the starter would replace it."""
    served = served_id(session)
    if served is not None:
        raise ConflictError(
            "onet_served",
            f"{session.get_one(OnetRelease, served).name} is served, and its vocabulary contains the starter already; "
            "to go back to what was served before: jobmate onet rollback. To serve the starter in its place: --force",
        )


def _previous_id(session: Session) -> int:
    """What was served before the present release, every rollback taken back as well."""
    rows = session.execute(
        sa.select(OnetPublication.release_id, OnetPublication.action).order_by(OnetPublication.id)
    ).all()
    served = _stack([(row.release_id, row.action) for row in rows])
    if len(served) < 2:
        raise JobMateError(
            "nothing_to_roll_back_to", "No other release was served before this one; nothing was changed.", status=409
        )
    return served[-2]


def _stack(history: Sequence[tuple[int, str]]) -> list[int]:
    served: list[int] = []
    for release_id, action in history:
        if action == ROLLBACK and release_id in served:
            while served[-1] != release_id:
                served.pop()
        elif not served or served[-1] != release_id:
            served.append(release_id)
    return served
