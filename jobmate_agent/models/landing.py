"""Where the files of a release land, word for word, before anything is made of them.

One table for each file layout; the cells are text, ``n/a`` is null. Every row carries its load, its file (without
``.txt``) and its line (the header is line 1). Files whose columns are the same share a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import Identifier, LongText, UtcDateTime
from jobmate_agent.db import Base

_RATING = ("Data Value", "N", "Standard Error", "Lower CI Bound", "Upper CI Bound", "Recommend Suppress")
_SOURCE = ("Date", "Domain Source")
_CODE = "O*NET-SOC Code"
_ELEMENT = ("Element ID", "Element Name")

# The columns of every known file layout, in the order of the files.
LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "occupation": (_CODE, "Title", "Description"),
    "element_rating": (_CODE, *_ELEMENT, "Scale ID", *_RATING, "Not Relevant", *_SOURCE),
    "category_rating": (_CODE, *_ELEMENT, "Scale ID", "Category", *_RATING, *_SOURCE),
    "context_rating": (_CODE, *_ELEMENT, "Scale ID", "Category", *_RATING, "Not Relevant", *_SOURCE),
    "survey_rating": (_CODE, *_ELEMENT, "Scale ID", *_RATING, *_SOURCE),
    "plain_rating": (_CODE, *_ELEMENT, "Scale ID", "Data Value", *_SOURCE),
    "task_rating": (_CODE, "Task ID", "Scale ID", "Category", *_RATING, *_SOURCE),
    "task": (_CODE, "Task ID", "Task", "Task Type", "Incumbents Responding", *_SOURCE),
    "emerging_task": (_CODE, "Task", "Category", "Original Task ID", "Original Task", *_SOURCE),
    "task_activity": (_CODE, "Task ID", "DWA ID", *_SOURCE),
    "technology": (_CODE, "Example", "Commodity Code", "Commodity Title", "Hot Technology", "In Demand"),
    "software": (_CODE, "Workplace Example", *_ELEMENT, "Hot Technology", "In Demand"),
    "tool": (_CODE, "Example", "Commodity Code", "Commodity Title"),
    "alternate_title": (_CODE, "Alternate Title", "Short Title", "Source(s)"),
    "job_title": (_CODE, "Job Title", "Short Title", "Source(s)"),
    "reported_title": (_CODE, "Reported Job Title", "Shown in My Next Move"),
    "related_occupation": (_CODE, "Related O*NET-SOC Code", "Relatedness Tier", "Index"),
    "job_zone": (_CODE, "Job Zone", *_SOURCE),
    "occupation_metadata": (_CODE, "Item", "Response", "N", "Percent", "Date"),
    "element": (*_ELEMENT, "Description"),
    "scale": ("Scale ID", "Scale Name", "Minimum", "Maximum"),
    "job_zone_reference": ("Job Zone", "Name", "Experience", "Education", "Job Training", "Examples", "SVP Range"),
    "element_category": (*_ELEMENT, "Scale ID", "Category", "Category Description"),
    "task_category": ("Scale ID", "Category", "Category Description"),
    "detailed_activity": ("Element ID", "IWA ID", "DWA ID", "DWA Title"),
    "intermediate_activity": ("Element ID", "IWA ID", "IWA Title"),
    "commodity": (
        *("Commodity Code", "Commodity Title", "Class Code", "Class Title"),
        *("Family Code", "Family Title", "Segment Code", "Segment Title"),
    ),
    "crosswalk": ("From Element ID", "From Element Name", "To Element ID", "To Element Name"),
    "level_anchor": (*_ELEMENT, "Scale ID", "Anchor Value", "Anchor Description"),
    "interest_activity": (*_ELEMENT, "Interest Type", "Activity"),
    "interest_occupation": (*_ELEMENT, "Interest Type", _CODE),
    "interest_keyword": (*_ELEMENT, "Keyword", "Keyword Type"),
    "survey_item": (*_ELEMENT, "Survey Item Number", "Scale ID"),
}

# Cells longer than an identifier may be; everything else is bounded, so that a damaged file is noticed.
_LONG = {
    *("Description", "Task", "Original Task", "Category Description", "Anchor Description"),
    *("Experience", "Education", "Job Training", "Examples"),
}
CELL_LIMIT = 200


def column_name(header: str) -> str:
    """``O*NET-SOC Code`` → ``onet_soc_code``."""
    return re.sub(r"[^a-z0-9]+", "_", header.replace("*", "").lower()).strip("_")


def is_long(header: str) -> bool:
    """Whether the cells of a column have no bound."""
    return header in _LONG


def _table(layout: str, headers: tuple[str, ...]) -> sa.Table:
    cells: list[sa.Column[Any]] = [
        sa.Column(column_name(header), LongText() if is_long(header) else Identifier(CELL_LIMIT)) for header in headers
    ]
    return sa.Table(
        f"landing_{layout}",
        Base.metadata,
        sa.Column("load_id", sa.ForeignKey("onet_loads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("file", Identifier(60), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        *cells,
    )


LANDING: Mapping[str, sa.Table] = {layout: _table(layout, headers) for layout, headers in LAYOUTS.items()}


class OnetLoad(Base):
    """One set of source files on its way to becoming a release: the ledger's head.

    ``content_sha256`` is the digest of all files, so the same files are the same load. ``layout`` is the file layout
    (``classic`` up to 30.2, ``split`` from 30.3 on). ``state``: landing | landed | normalised | refused. ``error`` is
    what stopped it last.
    """

    __tablename__ = "onet_loads"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_sha256: Mapped[str] = mapped_column(Identifier(64), unique=True)
    version: Mapped[str] = mapped_column(Identifier(20))
    released_on: Mapped[date | None] = mapped_column(sa.Date)
    source: Mapped[str] = mapped_column(sa.String(500))
    layout: Mapped[str] = mapped_column(Identifier(20))
    state: Mapped[str] = mapped_column(Identifier(20))
    error: Mapped[str | None] = mapped_column(sa.String(1000))
    gate: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OnetLoadFile(Base):
    """A file that has landed whole, written in the transaction of its rows. ``name`` as in the source."""

    __tablename__ = "onet_load_files"

    load_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_loads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(Identifier(100), primary_key=True)
    layout: Mapped[str] = mapped_column(Identifier(30))
    sha256: Mapped[str] = mapped_column(Identifier(64))
    rows: Mapped[int]
    landed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class OnetLoadStep(Base):
    """A step of normalising that is complete, written in the transaction of its rows. ``rows``: how many it made."""

    __tablename__ = "onet_load_steps"

    load_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_loads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    rows: Mapped[int]
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class QuarantinedRow(Base):
    """A landed row that no fact is made of. ``rule`` names the check, ``reason`` says what is wrong in words."""

    __tablename__ = "onet_quarantine"

    load_id: Mapped[int] = mapped_column(
        sa.ForeignKey("onet_loads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    file: Mapped[str] = mapped_column(Identifier(60), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(Identifier(40))
    reason: Mapped[str] = mapped_column(sa.String(500))
