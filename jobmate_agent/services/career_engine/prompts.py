"""Prompts are files: ``jobmate_agent/prompts/<name>.md``, with a version, found by name.

A file opens with front matter (``name``, ``version``, ``placeholders``), then ``# System`` and ``# User``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROMPT_FOLDER = Path(__file__).resolve().parents[2] / "prompts"

_FILE = re.compile(r"---\n(?P<head>.*?)\n---\n# System\n(?P<system>.*?)\n# User\n(?P<user>.*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


class PromptError(ValueError):
    """A prompt file that is not what it says it is, or is filled with the wrong values."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt. ``id`` is what caches and reports name it by."""

    name: str
    version: str
    placeholders: frozenset[str]
    system: str
    user: str

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """(system, user) with every placeholder filled once; what stands in a value is never filled again."""
        if set(values) != self.placeholders:
            raise PromptError(f"{self.id} takes {sorted(self.placeholders)}, not {sorted(values)}")

        def value(found: re.Match[str]) -> str:
            return values[found[1]]

        return _PLACEHOLDER.sub(value, self.system), _PLACEHOLDER.sub(value, self.user)


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt ``name``; :class:`PromptError` where file and front matter disagree."""
    found = _FILE.fullmatch((PROMPT_FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    if not found:
        raise PromptError(f"{name}.md needs front matter, # System and # User")
    head = dict(line.split(": ", 1) for line in found["head"].splitlines())
    placeholders = frozenset(head.get("placeholders", "").split(", "))
    used = set(_PLACEHOLDER.findall(found["system"] + found["user"]))
    if head.get("name") != name or not head.get("version") or used != placeholders:
        raise PromptError(f"{name}.md: its front matter does not describe it")
    return Prompt(name, head["version"], placeholders, found["system"].strip(), found["user"].strip())
