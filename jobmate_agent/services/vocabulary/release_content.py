"""What the landed files of a release say that a vocabulary is made of: elements, activities, technologies and tools."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from jobmate_agent.services.onet.file_contracts import names_of
from jobmate_agent.services.onet.landed import LandedFile, Load

KINDS_BY_PREFIX = {
    "2.A.": "skill",
    "2.B.": "skill",
    "2.C.": "knowledge",
    "1.A.": "ability",
    "4.A.": "work_activity",
}
RATED_SUBJECTS = ("Skills", "Knowledge", "Abilities", "Work Activities")
# An element is asked for in earnest from this importance (of 5) on.
IMPORTANT = 3.0
# Intermediate and detailed activities hang below the elements: 4.A.1.a.1.I01, 4.A.1.a.1.I01.D02.
_ACTIVITY = re.compile(r"\.I\d+")
_PRODUCT_COLUMNS = {
    "technology": ("technology", "example"),
    "software": ("technology", "workplace_example"),
    "tool": ("tool", "example"),
}


@dataclass(slots=True)
class Zones:
    """The job zones (1–5) of the occupations that use something: their sum and number, so that means are exact."""

    total: int = 0
    count: int = 0

    def see(self, zone: int | None) -> None:
        """Count one occupation in; one without a zone says nothing."""
        if zone is not None:
            self.total += zone
            self.count += 1

    def add(self, other: Zones) -> None:
        self.total += other.total
        self.count += other.count


@dataclass(frozen=True, slots=True)
class NamedElement:
    """An element or activity. ``level`` is the mean onet_level where it is important, None where it is not rated.

    ``parent`` is the name of what it stands under.
    """

    kind: str
    key: str
    name: str
    description: str
    parent: str | None
    level: float | None = None
    zones: Zones = field(default_factory=Zones)


@dataclass(frozen=True, slots=True)
class Product:
    """A technology or tool as the files name it. ``occupations``: how many use it; ``group``: what it is one of.

    ``groups``: all that it is said to be one of.
    """

    kind: str
    name: str
    hot: bool
    in_demand: bool
    occupations: int
    group: str | None
    groups: frozenset[str]
    zones: Zones


@dataclass(frozen=True, slots=True)
class Content:
    """Everything, in the order of keys and names."""

    elements: tuple[NamedElement, ...]
    products: tuple[Product, ...]


def read_content(load: Load) -> Content:
    """The content of a load that has landed; quarantined rows left out."""
    return Content(tuple(_elements(load)), tuple(_products(load)))


def _elements(load: Load) -> Iterator[NamedElement]:
    known = {
        id_: (name, description)
        for file in load.having("element")
        for id_, name, description in load.session.execute(
            file.rows(file.c.element_id, file.c.element_name, file.c.description)
        )
    }
    levels = _levels(load)
    parents = {id_.rpartition(".")[0] for id_ in known if not _ACTIVITY.search(id_)}
    for id_ in sorted(known):
        kind = next((kind for prefix, kind in KINDS_BY_PREFIX.items() if id_.startswith(prefix)), None)
        if kind is None or _ACTIVITY.search(id_) or (id_ in parents and id_ not in levels):
            continue
        name, description = known[id_]
        parent = known.get(id_.rpartition(".")[0], (None,))[0]
        yield NamedElement(kind, id_, name, description, parent, levels.get(id_))
    yield from _activities(load, {id_: name for id_, (name, _) in known.items()})


def _activities(load: Load, elements: Mapping[str, str]) -> Iterator[NamedElement]:
    """The detailed ones first: tasks are said to be of those, so they keep their ids where titles are the same."""
    zones = _zones_of_activities(load)
    above: dict[str, tuple[str, str | None]] = {}
    for file in load.having("intermediate_activity"):
        rows = load.session.execute(file.rows(file.c.iwa_id, file.c.iwa_title, file.c.element_id))
        above |= {id_: (title, elements.get(element)) for id_, title, element in rows}
    for file in load.having("detailed_activity"):
        rows = load.session.execute(file.rows(file.c.dwa_id, file.c.dwa_title, file.c.iwa_id, file.c.element_id))
        for id_, title, iwa, element in sorted(rows):
            parent = above[iwa][0] if iwa in above else elements.get(element)
            yield NamedElement("work_activity", id_, title, title, parent, zones=zones[id_])
    for id_, (title, parent) in sorted(above.items()):
        yield NamedElement("work_activity", id_, title, title, parent, zones=zones[id_])


def _zones_of_activities(load: Load) -> defaultdict[str, Zones]:
    """By detailed activity, and by the intermediate one above it."""
    found: defaultdict[str, Zones] = defaultdict(Zones)
    zones = _zones(load)
    for file in load.having("task_activity"):
        for code, id_ in load.session.execute(file.rows(file.c.onet_soc_code, file.c.dwa_id)):
            for key in (id_, id_.rpartition(".")[0]):
                found[key].see(zones.get(code))
    return found


def _zones(load: Load) -> dict[str, int]:
    return {
        code: int(zone)
        for file in load.having("job_zone")
        for code, zone in load.session.execute(file.rows(file.c.onet_soc_code, file.c.job_zone))
    }


def _levels(load: Load) -> dict[str, float | None]:
    """Every rated element; the mean level over the occupations that it is important for, None where there is none."""
    found: dict[str, float | None] = {}
    for file in _files(load, RATED_SUBJECTS):
        found |= dict.fromkeys(load.session.scalars(file.rows(file.c.element_id).distinct()).all())
        importance, level = (
            sa.func.max(sa.case((file.c.scale_id == scale, file.number("data_value")))) for scale in ("IM", "LV")
        )
        rated = (
            file.rows(file.c.element_id.label("element_id"), importance.label("importance"), level.label("level"))
            .where(sa.func.coalesce(file.c.recommend_suppress, "N") != "Y")
            .group_by(file.c.onet_soc_code, file.c.element_id)
            .subquery()
        )
        means = (
            sa.select(rated.c.element_id, sa.func.avg(rated.c.level))
            .where(rated.c.importance >= IMPORTANT)
            .group_by(rated.c.element_id)
        )
        found |= {id_: None if mean is None else round(float(mean), 4) for id_, mean in load.session.execute(means)}
    return found


def _files(load: Load, subjects: Iterable[str]) -> list[LandedFile]:
    return [file for subject in subjects for file in load.named(names_of(subject))]


def _products(load: Load) -> Iterator[Product]:
    classes = _commodity_classes(load)
    zones = _zones(load)
    for file in load.having(*_PRODUCT_COLUMNS):
        kind, column = _PRODUCT_COLUMNS[file.layout]
        found: defaultdict[str, _Uses] = defaultdict(_Uses)
        # Put together here: the files are read once, and no database need join them to the job zones.
        for name, code, group, title, hot, in_demand in load.session.execute(_product_rows(file, column)):
            uses = found[name]
            uses.codes.add(code)
            uses.groups.add((group or "", classes.get(group or "", title or "")))
            uses.hot = uses.hot or hot == "Y"
            uses.in_demand = uses.in_demand or in_demand == "Y"
        for name in sorted(found):
            yield found[name].product(kind, name, zones)


@dataclass(slots=True)
class _Uses:
    """What the rows of one name have said so far; ``groups`` are (commodity code, title of its class)."""

    codes: set[str] = field(default_factory=set)
    groups: set[tuple[str, str]] = field(default_factory=set)
    hot: bool = False
    in_demand: bool = False

    def product(self, kind: str, name: str, zones: Mapping[str, int]) -> Product:
        used = Zones()
        for code in self.codes:
            used.see(zones.get(code))
        titles = frozenset(title for _, title in self.groups)
        return Product(kind, name, self.hot, self.in_demand, len(self.codes), min(self.groups)[1] or None, titles, used)


def _product_rows(file: LandedFile, column: str) -> sa.Select[Any]:
    """Name, occupation, code and title of the commodity, hot, in demand; null where the layout has no such column."""
    group = "commodity" if "commodity_code" in file.c else "element"
    columns = ("code", "title") if group == "commodity" else ("id", "name")
    flags = [file.c[flag] if flag in file.c else sa.null() for flag in ("hot_technology", "in_demand")]
    return file.rows(file.c[column], file.c.onet_soc_code, *(file.c[f"{group}_{part}"] for part in columns), *flags)


def _commodity_classes(load: Load) -> dict[str, str]:
    return {
        code: title
        for file in load.having("commodity")
        for code, title in load.session.execute(file.rows(file.c.commodity_code, file.c.class_title))
        if title
    }
