"""One occupation, wherever it comes from, and what every such source promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

# The parts that a source may or may not have; those that it lacks are listed by name.
PARTS = ("titles", "tasks", "skills", "knowledge", "abilities", "work_activities", "technologies", "related")


@dataclass(frozen=True, slots=True)
class SourcedElement:
    """A rated element. ``importance`` is 1–5, ``onet_level`` 0–7; None where the source does not give them."""

    element_id: str
    name: str
    importance: float | None
    onet_level: float | None


@dataclass(frozen=True, slots=True)
class SourcedTask:
    """A task. ``task_type``: Core | Supplemental, None where not given; ``importance`` is 1–5."""

    task_id: int | None
    text: str
    task_type: str | None
    importance: float | None


@dataclass(frozen=True, slots=True)
class SourcedTechnology:
    """A technology by its name, with O*NET's two flags."""

    name: str
    category: str
    hot_technology: bool
    in_demand: bool


@dataclass(frozen=True, slots=True)
class SourcedOccupation:
    """What a source says about an occupation.

    ``unavailable`` are those of :data:`PARTS` that it has nothing about; ``fault`` is why it could not be asked about
    some of them just now, None where all that it has is here.
    """

    onet_code: str
    title: str
    description: str
    titles: tuple[str, ...] = ()
    tasks: tuple[SourcedTask, ...] = ()
    skills: tuple[SourcedElement, ...] = ()
    knowledge: tuple[SourcedElement, ...] = ()
    abilities: tuple[SourcedElement, ...] = ()
    work_activities: tuple[SourcedElement, ...] = ()
    technologies: tuple[SourcedTechnology, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    fault: SourceUnavailable | None = None

    @property
    def unavailable(self) -> tuple[str, ...]:
        return tuple(part for part in PARTS if not getattr(self, part))


class SourceUnavailable(Exception):
    """The source cannot be asked just now.

    ``reason`` is a stable name: bad_key | rate_limited | server_error | unreachable | timeout | unreadable | busy.
    ``retry_after``: seconds that the source asks to wait, where it does.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class OccupationSource(Protocol):
    """Somebody who can be asked about one occupation."""

    def occupation(self, onet_code: str) -> SourcedOccupation | None:
        """What the source says about a code, None where it knows no such occupation.

        :class:`SourceUnavailable` where it cannot be asked. May take seconds; no transaction should be open.
        """
