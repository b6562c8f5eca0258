"""The engine that is measured: the offline one of an installation that serves the O*NET release at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import seeding
from benchmarks.onet import release
from jobmate_agent.container import Container
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.types import Embedder, Vocabulary


@dataclass(frozen=True, slots=True)
class Measured:
    """What the parts of the evaluation share. ``gold`` is the folder of labelled data beside the repository."""

    container: Container
    engine: CareerEngine
    gold: Path

    @property
    def vocabulary(self) -> Vocabulary:
        return self.engine.vocabulary

    @property
    def embedder(self) -> Embedder:
        return self.container.embedder


@contextmanager
def measured(folder: Path, gold: Path) -> Iterator[Measured]:
    """An installation in ``folder``, made there with a full release and its index."""
    seeding.migrate(folder)
    if not release.serve(folder):
        raise SystemExit("Set ONET_DATA to a folder of O*NET's text files.")
    container = seeding.container(folder)
    try:
        yield Measured(container, container.engine, gold)
    finally:
        container.db.dispose()
