"""The little notation in which sample resumes are written, one block a line.

``#`` name, ``##`` section, ``###`` entry with ``|`` between title, employer and dates, ``-`` bullet,
``| a | b |`` table row, ``<<< side`` or ``<<< main`` for the column of what follows, else a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "section", "entry", "bullet", "row", "text"]
_MARKS: tuple[tuple[str, Kind], ...] = (
    ("### ", "entry"),
    ("## ", "section"),
    ("# ", "name"),
    ("- ", "bullet"),
)


@dataclass(frozen=True)
class Block:
    """One line of a source. ``cells`` holds the parts between bars of a row or an entry."""

    kind: Kind
    text: str
    column: str
    cells: tuple[str, ...] = ()


def read_blocks(source: str) -> list[Block]:
    """The blocks of ``source`` in order; blank lines only separate."""
    blocks: list[Block] = []
    column = "main"
    for line in filter(None, (line.strip() for line in source.splitlines())):
        if line.startswith("<<< "):
            column = line[4:]
        elif line.startswith("|"):
            blocks.append(Block("row", line, column, _cells(line.strip("|"))))
        else:
            plain: tuple[str, Kind] = ("", "text")
            mark, kind = next((known for known in _MARKS if line.startswith(known[0])), plain)
            text = line.removeprefix(mark)
            blocks.append(Block(kind, text, column, _cells(text) if kind == "entry" else ()))
    return blocks


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))
