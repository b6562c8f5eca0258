"""Rows of measurements: what was measured, against which floor, and whether the aim is met."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

_COMPARE: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True, slots=True)
class Aim:
    """What a row should reach: its ``value``, or the ``ratio`` of its value to its floor."""

    of: Literal["value", "ratio"]
    compare: Literal[">=", "<="]
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {self.compare} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. ``floor`` has the unit of ``value``: the best that the same machine could do at that moment.

    ``paired_ratio`` replaces value / floor where the ratio is the median of ratios taken side by side.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    aim: Aim | None = None
    paired_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        if self.paired_ratio is not None:
            return self.paired_ratio
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Computed from the aim, None where there is none."""
        if self.aim is None:
            return None
        measured = self.value if self.aim.of == "value" else self.ratio
        if measured is None:
            raise ValueError(f"{self.name} aims at a ratio but has no floor")
        return _COMPARE[self.aim.compare](measured, self.aim.bound)

    def as_arguments(self) -> dict[str, Any]:
        """What :meth:`from_arguments` makes this row of again, in another process."""
        return asdict(self)

    @classmethod
    def from_arguments(cls, values: dict[str, Any]) -> Self:
        aim = values["aim"]
        return cls(**{**values, "aim": Aim(**aim) if aim else None})

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "aim": None if self.aim is None else str(self.aim),
            "met": self.met,
        }


def write(rows: Sequence[Row], path: Path) -> None:
    """All rows as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n", encoding="utf-8")


def render(rows: Sequence[Row]) -> str:
    """The rows as a table for people."""
    header = ("name", "value", "unit", "floor", "ratio", "aim", "met")
    lines = [header, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    right = {1, 3, 4}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    aim = "" if row.aim is None else str(row.aim)
    return (row.name, _number(row.value), row.unit, _number(row.floor), _number(row.ratio), aim, met)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"
