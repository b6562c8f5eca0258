"""Landed rows as the statements that make facts of them see them: one file of one load, less its quarantined rows.

Numbers are text in the landing tables, and a database may look at a cell before it looks at the quarantine. So where
a file has quarantined rows, every conversion is guarded; where it has none, nothing is, and nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from jobmate_agent.models.landing import LANDING, OnetLoadFile, QuarantinedRow

T = TypeVar("T", bound=float)

QUARANTINE = cast(sa.Table, QuarantinedRow.__table__)


class is_number(sa.sql.functions.FunctionElement[bool]):
    """Whether a text reads as a decimal number: ``-1``, ``4.12``; no exponent, no sign but the minus."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(is_number, "sqlite")
def _sqlite_is_number(element: is_number, compiler: Any, **options: Any) -> str:
    # GLOB is SQLite's own; a regular expression would call back into Python for every cell.
    def digits(text: str) -> str:
        return (
            f"({text} GLOB '[0-9]*' AND {text} NOT GLOB '*[^0-9.]*' "
            f"AND {text} NOT GLOB '*.*.*' AND {text} NOT GLOB '*.')"
        )

    text = compiler.process(element.clauses, **options)
    return f"({digits(text)} OR ({text} GLOB '-*' AND {digits(f'substr({text}, 2)')}))"


@compiles(is_number, "postgresql")
def _postgresql_is_number(element: is_number, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} ~ '^-?[0-9]+([.][0-9]+)?$')"


@compiles(is_number, "mysql", "mariadb")
def _mysql_is_number(element: is_number, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} REGEXP '^-?[0-9]+([.][0-9]+)?$')"


@dataclass(frozen=True)
class Load:
    """One load in one transaction; ``files`` is its files (without ``.txt``) and their layouts."""

    session: Session
    id: int
    files: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, load_id: int) -> Load:
        rows = session.execute(
            sa.select(OnetLoadFile.name, OnetLoadFile.layout)
            .where(OnetLoadFile.load_id == load_id)
            .order_by(OnetLoadFile.name)
        )
        return cls(session, load_id, {name.removesuffix(".txt"): layout for name, layout in rows})

    def having(self, *layouts: str) -> list[LandedFile]:
        """The load's files of these layouts, by name."""
        return [LandedFile(self, file) for file, layout in self.files.items() if layout in layouts]

    def named(self, names: Iterable[str]) -> list[LandedFile]:
        """Those of these files that the load has, in this order."""
        return [LandedFile(self, name) for name in names if name in self.files]


class LandedFile:
    """A file of a load. ``c`` is the columns of its landing table, named as :func:`column_name` names them."""

    def __init__(self, load: Load, name: str) -> None:
        self.load = load
        self.name = name
        self.layout = load.files[name]
        self.table = LANDING[self.layout].alias()
        self.c = self.table.c

    @cached_property
    def quarantined(self) -> int:
        """How many of its rows no fact is made of."""
        count = sa.select(sa.func.count()).where(
            QuarantinedRow.load_id == self.load.id, QuarantinedRow.file == self.name
        )
        return self.load.session.scalar(count) or 0

    def every_row(self, *columns: Any) -> sa.Select[Any]:
        """All landed rows, quarantined or not."""
        return (
            sa.select(*columns).select_from(self.table).where(self.c.load_id == self.load.id, self.c.file == self.name)
        )

    def rows(self, *columns: Any) -> sa.Select[Any]:
        """The rows that facts are made of."""
        statement = self.every_row(*columns)
        if not self.quarantined:
            return statement
        return statement.outerjoin(QUARANTINE, self.quarantine_key()).where(QUARANTINE.c.line.is_(None))

    def quarantine_key(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            QUARANTINE.c.load_id == self.c.load_id,
            QUARANTINE.c.file == self.c.file,
            QUARANTINE.c.line == self.c.line,
        )

    def number(self, column: str) -> sa.ColumnElement[float]:
        """A cell as a double."""
        return self._converted(column, sa.Double())

    def integer(self, column: str) -> sa.ColumnElement[int]:
        """A cell as an integer."""
        return self._converted(column, sa.Integer())

    def flag(self, column: str) -> sa.ColumnElement[bool]:
        """Whether a cell is ``Y``; an empty one is not."""
        return sa.func.coalesce(self.c[column], "N") == "Y"

    def _converted(self, column: str, kind: sa.types.TypeEngine[T]) -> sa.ColumnElement[T]:
        converted = sa.cast(self.c[column], kind)
        if not self.quarantined:
            return converted
        return sa.case((QUARANTINE.c.line.is_(None), converted))
