"""A tiny, made-up O*NET release that holds together, in each layout, whole or damaged; and real ones laid out anew."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from tests.mini_release_tables import Rows, Tables, mini_tables
from tests.split_release import split_tables

MONTHS = {"29.0": "August 2024", "30.1": "December 2025", "30.3": "May 2026"}


def write_mini_release(
    folder: Path,
    *,
    version: str = "30.1",
    layout: str = "classic",
    optional: bool = False,
    without: Collection[str] = (),
    rows: Mapping[str, Callable[[Rows], Rows]] | None = None,
    data: Mapping[str, Callable[[bytes], bytes]] | None = None,
    extra: Mapping[str, bytes] | None = None,
    read_me: bool = True,
) -> Path:
    """Write the release into ``folder`` (made if need be) and return it.

    ``layout``: ``classic``; ``split`` (the names that 30.3 gave to skills, technologies and titles); ``renamed`` (every
    name and column as 30.3 has them). Before version 30 there is an occupation and a technology less, and other work
    styles. ``optional`` adds Abilities, Work Activities, Work Context and Task Ratings. Then, by file name without
    ``.txt``: ``without`` leaves files out, ``rows`` changes a file's rows (header apart), ``data`` its bytes; ``extra``
    adds files by full name.
    """
    tables = mini_tables(version, optional=optional)
    if layout != "classic":
        tables = split_tables(tables, renamed=layout == "renamed")
    for name, change in (rows or {}).items():
        tables[name] = [tables[name][0], *change(tables[name][1:])]
    write_tables(folder, {name: table for name, table in tables.items() if name not in without})
    for name, damage in (data or {}).items():
        path = folder / f"{name}.txt"
        path.write_bytes(damage(path.read_bytes()))
    for name, content in (extra or {}).items():
        (folder / name).write_bytes(content)
    if read_me:
        write_read_me(folder, version)
    return folder


def write_tables(folder: Path, tables: Tables) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = "".join("\t".join(row) + "\n" for row in table)
        (folder / f"{name}.txt").write_bytes(text.encode())


def write_read_me(folder: Path, version: str) -> None:
    month = MONTHS.get(version, "January 2026")
    text = f"O*NET {version} Database\n{month} Release\n---------------------\n\nNothing in these files is real.\n"
    (folder / "Read Me.txt").write_text(text, encoding="utf-8")


def zip_release(folder: Path, target: Path, *, top: str = "db_30_1_text") -> Path:
    """Zip a release as onetcenter.org does: all files in one folder ``top``; in none where that is empty."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{top}/{path.name}" if top else path.name)
    return target


def split_release(classic: Path, target: Path, *, version: str = "30.3", renamed: bool = False) -> Path:
    """Make a copy of a release folder, a real one too, in the layout from 30.3 on, under another version."""
    write_tables(target, split_tables(read_tables(classic), renamed=renamed))
    write_read_me(target, version)
    return target


def read_tables(folder: Path) -> Tables:
    """The files of a release folder as they are, by name without ``.txt``."""
    return {
        path.stem: [line.split("\t") for line in path.read_bytes().decode().removesuffix("\n").split("\n")]
        for path in sorted(folder.glob("*.txt"))
        if path.stem != "Read Me"
    }
