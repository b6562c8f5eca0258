"""The served application, on each database in turn or on SQLite with settings of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.web import Web


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Web]:
    """The application on each database, without rate limits."""
    container = Container(make_settings(database_url, tmp_path, rate_limits_enabled=False))
    with Web(container) as made:
        yield made
    container.db.dispose()


@pytest.fixture
def make_web(sqlite_url: str, tmp_path: Path) -> Iterator[Callable[..., Web]]:
    """Serve the application on SQLite with the given settings; every call is a new application."""
    with ExitStack() as stack:

        def make(**changes: object) -> Web:
            url = str(changes.pop("database_url", sqlite_url))
            container = Container(make_settings(url, tmp_path, **{"rate_limits_enabled": False, **changes}))
            stack.callback(container.db.dispose)
            return stack.enter_context(Web(container))

        yield make
