"""The README keeps its promises: its table of settings, its commands."""

from __future__ import annotations

import re
from pathlib import Path

from click import Group

from jobmate_agent.cli.main import cli
from jobmate_agent.cli.settings_table import rows
from jobmate_agent.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_table_of_settings_is_the_present_one() -> None:
    table = [line for line in README.splitlines() if line.startswith("| `") and "JOBMATE_" in line]
    assert table == list(rows()), "run `jobmate settings` and put its output into the README"


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"`?jobmate ((?:[a-z-]+)(?: [a-z-]+)?)", README))
    for words in named:
        first, *rest = words.split()
        assert first in cli.commands, f"jobmate {words}"
        command = cli.commands[first]
        if isinstance(command, Group):
            assert rest, f"jobmate {words}"
            assert rest[0] in command.commands, f"jobmate {words}"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)) <= targets
