"""What the routes of corrections take and give."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StrictBool, StrictInt, StringConstraints

from jobmate_agent.schemas.gaps import CorrectionKind, GapReport, Unit
from jobmate_agent.schemas.sparse import Sparse
from jobmate_agent.schemas.text import Storable
from jobmate_agent.schemas.wire import LARGEST_ID, DatabaseId, Wire

Origin = Literal["resume", "job"]
CustomEntry = Annotated[str, StringConstraints(pattern="^custom:", max_length=400), Storable]
Value = StrictBool | Annotated[StrictInt, Field(ge=0, le=LARGEST_ID)]
Match = Annotated[float, Field(ge=0, le=10)]


class CorrectionRequest(Wire):
    """What is wrong with an entry of a report.

    ``entry``: its ``skill_id``, or ``custom:`` and its name where it has none. ``value``: of have_it a level (1–4) or
    nothing, of level_is a level (0–4), of wrong_skill the id of the right skill, of not_a_skill nothing; ``false``
    takes back what was said. ``origin``: of not_a_skill and wrong_skill, which document was read wrongly; without it
    the posting, where that names the entry, else the resume.
    """

    entry: DatabaseId | CustomEntry
    kind: CorrectionKind
    value: Value | None = None
    origin: Origin | None = None


class Correction(Sparse):
    """Something that was said; ``in_force``: nothing later ended it. ``value_name``: the right skill's name.

    Without ``origin`` it is about the person, and like all that is about the resume it holds for every job.
    """

    id: int
    entry: int | str
    name: str
    kind: CorrectionKind
    value: bool | int
    value_name: str | None = None
    origin: Origin | None = None
    in_force: bool
    created_at: AwareDatetime


class Corrections(Wire):
    corrections: list[Correction]


class EntryStanding(Wire):
    """How an entry counts in a score."""

    status: Literal["meets_or_exceeds", "underqualified", "missing"]
    credit: Unit
    weight: Annotated[float, Field(ge=0)]


class MovedEntry(Sparse):
    """An entry that counts differently. Without ``before`` or ``after`` the posting did not or does not ask for it.

    ``points`` is what it added to ``overall_match``; not there where one of the two reports has no score.
    """

    entry: int | str
    name: str
    before: EntryStanding | None = None
    after: EntryStanding | None = None
    points: float | None = None
    why: str


class CorrectionDone(Sparse):
    """The report with the correction in it, what its ``overall_match`` was before, and what moved it."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"overall_match_before"})

    report: GapReport
    overall_match_before: Match | None
    moved: list[MovedEntry]
