"""Alembic environment: the schema is made here and nowhere else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from jobmate_agent import models
from jobmate_agent.db import Base

assert models  # imported so that metadata is complete


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        user_module_prefix="jobmate_agent.columns.",
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
