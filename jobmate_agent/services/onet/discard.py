"""Loads that are not wanted any more: one that was never published goes with everything of it, in one transaction."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base, Database
from jobmate_agent.errors import ConflictError
from jobmate_agent.models.landing import LANDING, OnetLoad, OnetLoadFile, OnetLoadStep, QuarantinedRow
from jobmate_agent.models.onet import READY, OnetPublication, OnetRelease
from jobmate_agent.services.onet.search_index import forget_release

_FINISHED = sa.and_(OnetRelease.state == READY, OnetRelease.load_id.is_not(None), OnetRelease.version.is_not(None))


def discard(db: Database, load_id: int) -> None:
    """Remove a load: landed rows, ledger and release. Occupations and skills keep their permanent rows.

    A load that is not there is no error. Raises ``release_published`` (409) for one whose release was ever published.
    """
    with db.unit_of_work() as session:
        load = session.get(OnetLoad, load_id, with_for_update=True)
        if load is None:
            return
        release = session.scalars(sa.select(OnetRelease).where(OnetRelease.load_id == load_id)).one_or_none()
        if release is not None:
            _drop_release(session, release)
        _drop_landing(session, load_id)
        for model in (QuarantinedRow, OnetLoadStep, OnetLoadFile):
            session.execute(sa.delete(model).where(model.load_id == load_id))
        session.execute(sa.delete(OnetLoad).where(OnetLoad.id == load_id))


def ready_versions(session: Session) -> list[str]:
    """O*NET's versions of which a complete release is here."""
    return list(session.scalars(sa.select(OnetRelease.version).where(_FINISHED).distinct()))


def prune(db: Database) -> list[tuple[str, int]]:
    """Give back the room of the landed rows of all complete releases; the name of each that had some, and how many."""
    with db.reading() as session:
        loads = session.execute(
            sa.select(OnetRelease.name, OnetRelease.load_id).where(_FINISHED).order_by(OnetRelease.id)
        ).all()
    freed = [(name, prune_landing(db, load_id)) for name, load_id in loads if load_id is not None]
    return [(name, rows) for name, rows in freed if rows]


def prune_landing(db: Database, load_id: int) -> int:
    """Give back the room that the landed rows of a finished release take; ledger, quarantine and report stay.

    The number of rows. Raises ``release_not_ready`` (409) where facts are still to be made of them.
    """
    with db.unit_of_work() as session:
        session.get_one(OnetLoad, load_id, with_for_update=True)
        state = session.scalar(sa.select(OnetRelease.state).where(OnetRelease.load_id == load_id))
        if state != READY:
            raise ConflictError(
                "release_not_ready", f"Load {load_id} is not a complete release yet; its rows are needed."
            )
        return _drop_landing(session, load_id)


def _drop_release(session: Session, release: OnetRelease) -> None:
    published = sa.select(OnetPublication.id).where(OnetPublication.release_id == release.id).limit(1)
    if release.published_key is not None or session.scalar(published) is not None:
        raise ConflictError(
            "release_published", f"{release.name} has been published, so it stays readable and cannot be discarded."
        )
    forget_release(session, release.id)
    for table in reversed(Base.metadata.sorted_tables):
        if _is_of_release(table):
            session.execute(sa.delete(table).where(table.c.release_id == release.id))
    session.execute(sa.delete(OnetRelease).where(OnetRelease.id == release.id))


def _is_of_release(table: sa.Table) -> bool:
    """Whether the rows of a table belong to a release, so that they go with it."""
    column = table.c.get("release_id")
    return column is not None and any(
        key.column.table.name == OnetRelease.__tablename__ and key.ondelete == "CASCADE" for key in column.foreign_keys
    )


def _drop_landing(session: Session, load_id: int) -> int:
    layouts = session.scalars(sa.select(OnetLoadFile.layout).where(OnetLoadFile.load_id == load_id).distinct())
    rows = 0
    for layout in layouts.all():
        table = LANDING[layout]
        done = session.execute(sa.delete(table).where(table.c.load_id == load_id))
        rows += cast("sa.CursorResult[Any]", done).rowcount
    return rows
