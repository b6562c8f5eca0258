"""The pinned requirements hold everything that is asked for, so that a fresh install is a whole one."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _names(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-")))
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


def _pins(file: str) -> set[str]:
    return {line for line in (ROOT / file).read_text().splitlines() if "==" in line}


def test_every_requirement_is_pinned() -> None:
    assert _names("requirements.in") <= _names("requirements.txt"), "run 'make lock'"
    assert _names("requirements-dev.in") <= _names("requirements-dev.txt"), "run 'make lock'"


def test_developers_install_what_users_install() -> None:
    assert _pins("requirements.txt") <= _pins("requirements-dev.txt"), "run 'make lock'"
