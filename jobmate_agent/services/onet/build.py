"""A release in the making: what its steps work with.

A step is one transaction. It fills tables of its own, so that whatever an earlier attempt has left there can go first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base
from jobmate_agent.models import Occupation, SkillSource
from jobmate_agent.services.onet.file_contracts import names_of
from jobmate_agent.services.onet.landed import LandedFile, Load

Expression = Any
OCCUPATIONS = cast(sa.Table, Occupation.__table__)
SOURCES = cast(sa.Table, SkillSource.__table__)


@dataclass(frozen=True)
class Build:
    """One step's view of a load and of the release that is being made of it."""

    load: Load
    release_id: int

    @property
    def session(self) -> Session:
        return self.load.session

    def files(self, subject: str) -> list[LandedFile]:
        """The load's files that hold the facts of ``subject``, whichever layout they have."""
        return self.load.named(names_of(subject))

    def insert(self, model: type[Base], values: Mapping[str, Expression], source: Callable[..., Any]) -> int:
        """INSERT … SELECT: ``source(*expressions)`` is the SELECT of ``values``; the number of rows made."""
        columns = {"release_id": sa.literal(self.release_id), **values}
        statement = sa.insert(cast(sa.Table, model.__table__)).from_select(
            list(columns), source(*columns.values()), include_defaults=False
        )
        result = self.session.execute(statement, execution_options={"preserve_rowcount": True})
        return int(cast(sa.CursorResult[Any], result).rowcount)

    def occupation_rows(self, file: LandedFile, *columns: Expression) -> sa.Select[Any]:
        """The rows of a file with their occupation (``OCCUPATIONS``)."""
        return file.rows(*columns).join(OCCUPATIONS, OCCUPATIONS.c.onet_code == file.c.onet_soc_code)

    def skill_rows(self, file: LandedFile, kind: str, name: str, *columns: Expression) -> sa.Select[Any]:
        """As :meth:`occupation_rows`, with the skill (``SOURCES``) that the cell ``name`` became."""
        return self.occupation_rows(file, *columns).join(
            SOURCES,
            sa.and_(SOURCES.c.release_id == self.release_id, SOURCES.c.kind == kind, SOURCES.c.name == file.c[name]),
        )


@dataclass(frozen=True)
class Step:
    """``run`` makes the rows of ``fills`` (tables with a ``release_id``) and returns how many.

    ``changes``: other tables whose rows it changes.
    """

    name: str
    run: Callable[[Build], int]
    fills: tuple[type[Base], ...] = ()
    changes: tuple[type[Base], ...] = ()
