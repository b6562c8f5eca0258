"""Fixtures that every part of the suite shares: real databases and real settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.settings import Settings
from tests.databases import BACKENDS, Servers

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = Servers(tmp_path_factory.mktemp("databases"), f"{worker}_{os.getpid()}")
    yield made
    made.drop()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, servers: Servers) -> str:
    """An empty, migrated database on each backend in turn."""
    return servers.url(request.param)


@pytest.fixture
def sqlite_url(servers: Servers) -> str:
    """An empty, migrated SQLite database, for tests that do not depend on the database."""
    return servers.url("sqlite")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as an operator would have them, on each backend; nothing is read from the environment."""
    return make_settings(database_url, tmp_path)


def make_settings(database_url: str, folder: Path, **changes: object) -> Settings:
    values: dict[str, object] = {"data_dir": folder / "var", "database_url": database_url, **changes}
    return Settings(_env_file=None, **values)


@pytest.fixture
def container(settings: Settings) -> Iterator[Container]:
    made = Container(settings)
    yield made
    made.db.dispose()


@pytest.fixture
def db(container: Container) -> Database:
    return container.db
