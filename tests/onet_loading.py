"""Releases in the database of a test, through the real pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobmate_agent.db import Database
from jobmate_agent.services.onet import land, normalise, quality, sources
from jobmate_agent.services.onet.gate_limits import GateLimits
from jobmate_agent.services.onet.gate_report import GateReport
from tests.mini_release import write_mini_release
from tests.release_facts import REAL

# The made-up release is tiny, and one damaged row is much of it.
TINY = GateLimits(minimum_rows={"Occupation Data": 5}, quarantined_share=0.5)


@dataclass(frozen=True)
class Loaded:
    """A release that went through all steps and the gate."""

    folder: Path
    load_id: int
    release_id: int
    report: GateReport


def load_folder(db: Database, folder: Path, *, limits: GateLimits | None = None, version: str | None = None) -> Loaded:
    load_id = land.land(db, sources.open_source(folder), version=version)
    release_id = normalise.normalise(db, load_id)
    return Loaded(folder, load_id, release_id, quality.run_gate(db, load_id, release_id, limits=limits))


def load_mini(db: Database, folder: Path, *, limits: GateLimits = TINY, **changes: Any) -> Loaded:
    """Write a made-up release into ``folder`` (see ``write_mini_release``) and load it."""
    return load_folder(db, write_mini_release(folder, **changes), limits=limits)


def real_release(name: str) -> Path:
    """The folder of a real release (``30_1``, ``29_0``); the test is skipped where it is not there."""
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip(f"O*NET {name.replace('_', '.')} is not at {folder}")
    return folder
