"""Whose object is it? The one lookup that views and services use for a user's own rows."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Base
from jobmate_agent.errors import NotFoundError

Row = TypeVar("Row", bound=Base)


def owned(
    session: Session,
    model: type[Row],
    object_id: int | str,
    user_id: str,
    code: str = "job_not_found",
    *,
    lock: bool = False,
) -> Row:
    """The row of ``model`` with this id that belongs to ``user_id``.

    The owner is part of the query. An object of someone else raises the same :class:`NotFoundError` (with
    ``code``) as one that was never there. With ``lock`` nobody else changes or deletes it until we commit.
    """
    columns = cast(Any, model)
    owner = columns.user_id if hasattr(model, "user_id") else columns.owner_id
    query = sa.select(model).where(columns.id == object_id, owner == user_id)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError(code, f"There is no such {_noun(code)}, or it is not yours.")
    return row


def _noun(code: str) -> str:
    return code.removesuffix("_not_found").replace("_", " ")
