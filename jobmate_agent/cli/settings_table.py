"""Every setting as a row of a Markdown table; the README shows the same."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from jobmate_agent.settings import Settings

# Handed from `jobmate serve` to its children; nothing for an operator.
INTERNAL = {"wake_fd", "serve_pid"}


def rows() -> Iterator[str]:
    """``| variable | default | meaning |`` for each setting, in the order of the settings."""
    for name, field in Settings.model_fields.items():
        if name not in INTERNAL:
            yield f"| {_names(name, field)} | {_default(field)} | {field.description} |"


def _names(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    names = alias.choices if isinstance(alias, AliasChoices) else [f"JOBMATE_{name.upper()}"]
    return " or ".join(f"`{choice}`" for choice in names)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value in ("", ()) or isinstance(value, SecretStr):
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
