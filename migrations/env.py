"""Alembic environment: the schema is made here and nowhere else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from jobmate_agent import models
from jobmate_agent.db import Base

assert models  # imported so that metadata is complete


def _is_ours(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Full-text indexes differ from database to database and are made by hand; the models do not know them."""
    made_by_hand = (name or "").startswith(("ft_", "occupation_search_fts")) or (
        kind == "column" and name == "document"
    )
    return not (reflected and made_by_hand)


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=_is_ours,
        user_module_prefix="jobmate_agent.columns.",
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
