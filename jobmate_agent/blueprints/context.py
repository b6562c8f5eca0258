"""What a view may reach of the application around it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from jobmate_agent.container import Container

EXTENSION = "jobmate"


def container() -> Container:
    """Everything this process shares."""
    return cast(Container, current_app.extensions[EXTENSION])


def unit_of_work() -> AbstractContextManager[Session]:
    """A session whose changes are committed together when the block ends, or not at all."""
    return container().db.unit_of_work()


def reading() -> AbstractContextManager[Session]:
    """A session that only reads."""
    return container().db.reading()
