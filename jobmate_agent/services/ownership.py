"""Whose object is it? The one lookup that views and services use for a user's own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base
from jobmate_agent.errors import NotFoundError

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom something belongs to: a user, or a machine client by its token; one of the two is None."""

    user_id: str | None = None
    token_id: int | None = None

    @property
    def key(self) -> str:
        """A name that no other owner has."""
        return self.user_id or f"token:{self.token_id}"


def owned(
    session: Session,
    model: type[Row],
    object_id: int | str,
    owner: str | Owner,
    code: str = "job_not_found",
    *,
    lock: bool = False,
) -> Row:
    """The row of ``model`` with this id that belongs to ``owner`` (a user's id, or an :class:`Owner`).

    The owner is part of the query. An object of someone else raises the same :class:`NotFoundError` (with
    ``code``) as one that was never there. With ``lock`` nobody else changes or deletes it until we commit.
    """
    columns = cast(Any, model)
    query = sa.select(model).where(columns.id == object_id, _belongs_to(columns, owner))
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError(code, f"There is no such {_noun(code)}, or it is not yours.")
    return row


def _belongs_to(columns: Any, owner: str | Owner) -> sa.ColumnElement[bool]:
    if isinstance(owner, Owner):
        if owner.user_id is None:
            assert owner.token_id is not None
            return cast(sa.ColumnElement[bool], columns.token_id == owner.token_id)
        owner = owner.user_id
    column = columns.user_id if hasattr(columns, "user_id") else columns.owner_id
    return cast(sa.ColumnElement[bool], column == owner)


def _noun(code: str) -> str:
    return code.removesuffix("_not_found").replace("_", " ")
