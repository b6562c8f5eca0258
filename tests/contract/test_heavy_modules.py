"""The web process never loads what only workers need, whatever it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "langgraph", "langchain", "langsmith")
PARSERS = ("pypdfium2", "docx", "trafilatura", "extruct", "pycld2")


def call_every_route(folder: Path, database_url: str, *extra: str) -> dict[str, Any]:
    """What :mod:`tests.contract.every_route` found, in a process of its own."""
    command = [sys.executable, "-m", "tests.contract.every_route", str(folder), database_url, *extra]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def heavy(modules: list[str]) -> list[str]:
    """Those that belong to a heavy package: ``langchain`` also stands for ``langchain_core`` and the like."""
    return [module for module in modules if module.partition(".")[0].startswith(HEAVY)]


def test_no_route_loads_what_only_workers_need(sqlite_url: str, tmp_path: Path) -> None:
    found = call_every_route(tmp_path, sqlite_url)
    wrong = {call: statuses for call, statuses in found["answers"].items() if statuses[0] != statuses[1]}
    assert wrong == {}
    assert heavy(found["modules"]) == []
    # Documents are read in a process of their own, too.
    assert [module for module in found["modules"] if module.partition(".")[0] in PARSERS] == []
    assert "jobmate_agent.blueprints.api.gap" in found["modules"]


@pytest.mark.parametrize("module", ["langgraph.graph"])
def test_a_view_that_loads_one_lazily_is_noticed(module: str, sqlite_url: str, tmp_path: Path) -> None:
    found = call_every_route(tmp_path, sqlite_url, module)
    assert module in heavy(found["modules"])
