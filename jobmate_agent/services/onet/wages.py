"""Yearly wages, employment, openings and outlook of occupations, as the Bureau of Labor Statistics publishes them.

The figures come from CSV files by SOC code (``15-1252``) and are joined to O*NET-SOC codes (``15-1252.00``) by their
first seven characters; :mod:`jobmate_agent.services.onet.wage_files` reads the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import Occupation, OccupationWage, ReferenceImport
from jobmate_agent.services.onet import imports
from jobmate_agent.services.onet.wage_files import FIGURES, WageFile, merged, read_wage_file

CURRENCY = "USD"
ATTRIBUTION = "Wages, employment and outlook: U.S. Bureau of Labor Statistics."


@dataclass(frozen=True, slots=True)
class Figures:
    """What the files of one import say; see :func:`read_files`."""

    name: str
    files: Sequence[WageFile]
    rows: Sequence[dict[str, Any]]
    sha256: str


def read_files(paths: Sequence[Path], *, name: str | None = None, year: int | None = None) -> Figures:
    """The figures of the files; nothing is stored.

    Several files (wages, projections) become one import: where two give the same figure of an occupation, the first
    file counts. ``year`` is for files that do not say theirs. :class:`InvalidInputError` ``bad_wage_file`` names
    every line that is wrong.
    """
    files = [read_wage_file(path, year=year) for path in paths]
    rows, sha256 = merged(files)
    title = name or " + ".join(path.name for path in paths)
    return Figures(title[:200], files, rows, sha256)


def import_figures(session: Session, figures: Figures) -> imports.Imported:
    """Store the figures, all or none, and serve them instead of those before."""
    made, is_new = imports.store(session, imports.WAGES, figures.name, figures.sha256, OccupationWage, figures.rows)
    return imports.Imported(made.id, made.name, made.rows, is_new, _not_joined(session, figures.files))


def for_soc(session: Session, import_id: int | None, soc_code: str) -> dict[str, Any] | None:
    """An import's figures of a SOC code; None where there are none, or no import.

    Keys: the figures of :mod:`~jobmate_agent.services.onet.wage_files` by our column names, ``currency``, ``source``
    (the import's name), ``attribution``.
    ``soc_code`` is the broad occupation (``13-1020`` for ``13-1023``) where only that one is surveyed.
    """
    if import_id is None:
        return None
    found = fetch(session, _FIGURES, import_id=import_id, soc_code=soc_code, broad_code=broad_code(soc_code))
    if not found:
        return None
    code, source, *figures = found[0]
    return {
        **dict(zip(FIGURES, figures, strict=True)),
        "soc_code": code,
        "currency": CURRENCY,
        "source": source,
        "attribution": ATTRIBUTION,
    }


_FIGURES = (
    sa.select(OccupationWage.soc_code, ReferenceImport.name, *(getattr(OccupationWage, field) for field in FIGURES))
    .join(ReferenceImport, ReferenceImport.id == OccupationWage.import_id)
    .where(OccupationWage.import_id == sa.bindparam("import_id"))
    .where(OccupationWage.soc_code.in_([sa.bindparam("soc_code"), sa.bindparam("broad_code")]))
    # The occupation's own figures first.
    .order_by(sa.case((OccupationWage.soc_code == sa.bindparam("soc_code"), 0), else_=1))
)


def broad_code(soc_code: str) -> str:
    """The broad occupation that a detailed one belongs to: its last digit is 0."""
    return f"{soc_code[:-1]}0"


def _not_joined(session: Session, files: Sequence[WageFile]) -> tuple[str, ...]:
    codes = set(session.scalars(sa.select(Occupation.soc_code).distinct()))
    known = codes | {broad_code(code) for code in codes}
    return imports.unknown_codes((code for file in files for code in file.rows), known)
