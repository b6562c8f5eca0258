"""One number for each table of a release, to see whether two ways of loading end in the same state.

The order of rows does not matter; ids that a database gave are replaced by what they stand for, times are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from jobmate_agent.columns import UtcDateTime
from jobmate_agent.db import Base, Database
from jobmate_agent.models import Occupation, Skill
from jobmate_agent.models.landing import LANDING
from jobmate_agent.models.onet import OnetRelease

Checksums = dict[str, tuple[int, str]]
Names = Mapping[str, Mapping[int, str]]
# Sums of floats depend on the order of rows in their last digits.
_DIGITS = 9


def checksums(db: Database, release_id: int, *, landing: bool = False) -> Checksums:
    """``{table: (rows, checksum)}`` of every table whose rows belong to the release, its quarantine and its own row.

    ``landing`` adds the landing tables of its load.
    """
    with db.reading() as session:
        names = {
            "occupations": dict(session.execute(sa.select(Occupation.id, Occupation.onet_code)).all()),
            "skills": {
                id_: f"{kind}:{key}" for id_, kind, key in session.execute(sa.select(Skill.id, Skill.kind, Skill.key))
            },
        }
        load_id = session.scalars(sa.select(OnetRelease.load_id).where(OnetRelease.id == release_id)).one()
        found: Checksums = {}
        for table in Base.metadata.sorted_tables:
            where = _belongs(table, release_id, load_id, landing)
            if where is not None:
                columns = {column.name: _shown(column, names) for column in table.columns if not _is_local(column)}
                rows = session.execute(sa.select(*(table.c[name] for name in columns)).where(where))
                found[table.name] = _sum(rows, list(columns.values()))
    return found


def _belongs(table: sa.Table, release_id: int, load_id: int | None, landing: bool) -> sa.ColumnElement[bool] | None:
    if table.name == OnetRelease.__tablename__:
        return table.c.id == release_id
    if table.name in {"onet_quarantine", "onet_load_files", "onet_load_steps"}:
        return table.c.load_id == load_id
    if table in LANDING.values():
        return table.c.load_id == load_id if landing else None
    owned = any(
        key.column.table.name == OnetRelease.__tablename__ and key.ondelete == "CASCADE" for key in table.foreign_keys
    )
    return table.c.release_id == release_id if owned else None


def _is_local(column: sa.Column[Any]) -> bool:
    """Ids that a database gave, times, and what says which release is served."""
    targets = {key.column.table.name for key in column.foreign_keys}
    return (
        bool(targets & {"onet_releases", "onet_loads"})
        or isinstance(column.type, UtcDateTime)
        or column.name in {"published_key", "changelog"}
        or (column.name == "id" and isinstance(column.type, sa.Integer))
    )


def _shown(column: sa.Column[Any], names: Names) -> Callable[[Any], str]:
    for key in column.foreign_keys:
        if key.column.table.name in names:
            known = names[key.column.table.name]
            return lambda value: "" if value is None else known[value]
    if isinstance(column.type, sa.Float):
        return lambda value: "" if value is None else f"{value:.{_DIGITS}f}"
    if isinstance(column.type, sa.Boolean):
        return lambda value: str(bool(value))
    return lambda value: "" if value is None else str(value)


def _sum(rows: sa.Result[Any], shown: list[Callable[[Any], str]]) -> tuple[int, str]:
    count, total = 0, 0
    for row in rows:
        text = "\x1f".join(show(value) for show, value in zip(shown, row, strict=True))
        total += int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())
        count += 1
    return count, f"{total % (1 << 128):032x}"
