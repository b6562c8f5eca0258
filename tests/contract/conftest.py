"""The served application with :class:`World` in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.contract.world import SETTINGS, World, build_world
from tests.web import Web


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """Somebody who has everything, on each database."""
    container = Container(make_settings(database_url, tmp_path, **SETTINGS))
    try:
        with Web(container) as web:
            yield build_world(web)
    finally:
        container.db.dispose()
