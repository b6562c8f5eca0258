"""The served application, on each database in turn or on SQLite with settings of the test's own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.databases import Servers
from tests.served import ServedApp
from tests.web import Person, Web


@pytest.fixture
def web(database_url: str, tmp_path: Path) -> Iterator[Web]:
    """The application on each database, without rate limits."""
    container = Container(make_settings(database_url, tmp_path, rate_limits_enabled=False))
    with Web(container) as made:
        yield made
    container.db.dispose()


@pytest.fixture
def person(web: Web) -> Person:
    """Somebody signed in to ``web``."""
    return web.person()


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


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Path:
    """A data folder of a service that has been up once: vocabulary and index are there, nobody is."""
    folder = tmp_path_factory.mktemp("prepared")
    with ServedApp(folder, servers.url("sqlite")) as app:
        app.worker()
        source = Path(str(make_url(app.database_url).database))
    with sqlite3.connect(source) as connection:
        connection.execute("DELETE FROM worker_heartbeats")
    shutil.copy(source, folder / "jobmate.db")
    return folder
