"""The taxonomy that ships with the code: tab-separated files, read strictly.

``groups/<GG>.tsv``, one for each SOC major group, header ``name kind aliases tags description``;
``elements.tsv``, the O*NET content model's skills, knowledge and abilities, the same header behind ``element_id``.
Cells are never quoted; ``aliases`` and ``tags`` are lists separated by ``|``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.normalize import normalize_name

STARTER_FOLDER = Path(__file__).resolve().parents[2] / "starter"
STARTER_RELEASE = "starter taxonomy 1 (O*NET 30.1 content model)"
FRAMEWORK_ONET = "onet"
FRAMEWORK_OWN = "jobmate"
MAJOR_GROUPS = (
    *("11", "13", "15", "17", "19", "21", "23", "25", "27", "29", "31"),
    *("33", "35", "37", "39", "41", "43", "45", "47", "49", "51", "53"),
)
GROUP_COLUMNS = ("name", "kind", "aliases", "tags", "description")
ELEMENT_COLUMNS = ("element_id", *GROUP_COLUMNS)
GROUP_KINDS = frozenset({"technology", "knowledge", "skill"})
ELEMENT_KINDS = frozenset({"skill", "knowledge", "ability"})
TAGS = frozenset({"hot", "in_demand", "transferable", "context"})
NAME_LIMIT = 150
SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class TaxonomyEntry:
    """One row. ``key`` is permanent within its kind: the element id, or the normalised name.

    ``difficulty`` (1–5) and ``cluster`` are known for entries of a release only.
    """

    kind: str
    key: str
    name: str
    aliases: tuple[str, ...]
    tags: frozenset[str]
    description: str
    framework: str
    external_id: str | None
    major_group: str | None
    difficulty: int | None = None
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A whole vocabulary before it has database ids. ``version`` is the digest (64 hex) of the entries."""

    release: str
    version: str
    entries: tuple[TaxonomyEntry, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    entry: TaxonomyEntry


def read_starter(folder: Path = STARTER_FOLDER) -> Taxonomy:
    """Read and check every file; :class:`JobMateError` ``bad_taxonomy`` lists what is wrong, by file and line."""
    problems: list[str] = []
    rows = list(_element_rows(folder / "elements.tsv", problems))
    for group in MAJOR_GROUPS:
        rows += _group_rows(folder / "groups" / f"{group}.tsv", group, problems)
    problems += _collisions(rows)
    if problems:
        raise JobMateError(
            "bad_taxonomy",
            f"The taxonomy in {folder} has {len(problems)} problems: " + "; ".join(problems[:SHOWN_PROBLEMS]),
            status=500,
            details=[{"loc": [place], "msg": message} for place, _, message in (p.partition(": ") for p in problems)],
        )
    return make_taxonomy(STARTER_RELEASE, [row.entry for row in rows])


def make_taxonomy(release: str, entries: Sequence[TaxonomyEntry]) -> Taxonomy:
    """Put entries into their one order and take the digest that everything built from them is bound to."""
    ordered = tuple(sorted(entries, key=lambda entry: (entry.kind, entry.key)))
    content = json.dumps([_content(entry) for entry in ordered], ensure_ascii=False, separators=(",", ":"))
    return Taxonomy(release, hashlib.sha256(f"{release}\n{content}".encode()).hexdigest(), ordered)


def _content(entry: TaxonomyEntry) -> list[object]:
    return [
        *(entry.kind, entry.key, entry.name, sorted(entry.aliases), sorted(entry.tags)),
        *(entry.description, entry.framework, entry.external_id, entry.major_group),
        *(value for value in (entry.difficulty, entry.cluster) if value is not None),
    ]


def _element_rows(path: Path, problems: list[str]) -> Iterator[_Row]:
    for place, cells in _lines(path, ELEMENT_COLUMNS, problems):
        element_id, *rest = cells
        if not element_id:
            problems.append(f"{place}: element_id is empty")
        yield from _row(place, rest, ELEMENT_KINDS, element_id, None, problems)


def _group_rows(path: Path, group: str, problems: list[str]) -> Iterator[_Row]:
    for place, cells in _lines(path, GROUP_COLUMNS, problems):
        yield from _row(place, cells, GROUP_KINDS, None, group, problems)


def _lines(path: Path, columns: tuple[str, ...], problems: list[str]) -> Iterator[tuple[str, list[str]]]:
    if not path.is_file():
        problems.append(f"{path.name}: the file is missing")
        return
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    if tuple(lines[0].split("\t")) != columns:
        problems.append(f"{path.name}:1: the header must be {' '.join(columns)}")
        return
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) == len(columns):
            yield f"{path.name}:{number}", cells
        else:
            problems.append(f"{path.name}:{number}: {len(cells)} cells, {len(columns)} are needed")


def _row(
    place: str, cells: list[str], kinds: frozenset[str], element_id: str | None, group: str | None, problems: list[str]
) -> Iterator[_Row]:
    name, kind, aliases, tags, description = cells
    labels = _list(aliases)
    key = element_id or normalize_name(name)
    found = [
        *([] if normalize_name(name) else ["name is empty"]),
        *([] if kind in kinds else [f"kind {kind!r} is not one of {', '.join(sorted(kinds))}"]),
        *(f"tag {tag!r} is not one of {', '.join(sorted(TAGS))}" for tag in _list(tags) if tag not in TAGS),
        *(f"alias {label!r} has no letters" for label in labels if not normalize_name(label)),
        *(f"{label[:40]!r} is longer than {NAME_LIMIT}" for label in (name, *labels) if len(label) > NAME_LIMIT),
        *([] if description else ["description is empty"]),
    ]
    problems.extend(f"{place}: {message}" for message in found)
    if not found:
        framework = FRAMEWORK_ONET if element_id else FRAMEWORK_OWN
        entry = TaxonomyEntry(
            kind, key, name, _distinct(name, labels), frozenset(_list(tags)), description, framework, element_id, group
        )
        yield _Row(place, entry)


def _distinct(name: str, aliases: Sequence[str]) -> tuple[str, ...]:
    """Aliases that differ from the name, and from each other, once normalised."""
    forms = {normalize_name(alias): alias for alias in reversed(aliases)}
    return tuple(
        alias for alias in aliases if alias in forms.values() and normalize_name(alias) != normalize_name(name)
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _collisions(rows: Sequence[_Row]) -> Iterator[str]:
    """Every name and alias means one entry; only O*NET itself uses a name for two kinds (Mathematics)."""
    owners: dict[str, _Row] = {}
    for row in rows:
        for label in (row.entry.name, *row.entry.aliases):
            normal = normalize_name(label)
            owner = owners.setdefault(normal, row)
            if owner is row:
                continue
            both_elements = owner.entry.external_id and row.entry.external_id and owner.entry.kind != row.entry.kind
            if both_elements and label == row.entry.name == owner.entry.name:
                continue
            yield f"{row.place}: {label!r} is already {owner.entry.name!r} at {owner.place}"
