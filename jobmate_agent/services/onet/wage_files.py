"""Reads files of wages and projections by SOC code (CSV).

Three sets of column names are understood:

* ours: ``soc_code, year, median_wage, wage_10th_percentile, wage_90th_percentile, employment, annual_openings,
  outlook_percent, typical_entry_education``; only ``soc_code`` and one figure are needed;
* OEWS (Occupational Employment and Wage Statistics, "National" table saved as CSV): ``OCC_CODE, TOT_EMP, A_MEDIAN,
  A_PCT10, A_PCT90``. Rows of groups, areas and industries are left out. ``*`` and ``**`` mean not available, ``#``
  that the wage is at or above the highest that is published, so unknown;
* Employment Projections (CSV of the occupational projections): ``Occupation Code``, ``Employment 2024``,
  ``Employment Percent Change, 2024-2034``, ``Occupational Openings, 2024-2034 Annual Average``, ``Median Annual Wage
  2024``, ``Typical Entry-Level Education``; employment and openings in thousands.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.onet import imports

CODE = "bad_wage_file"
LARGEST_FILE = 64 * 1024 * 1024
SOC = re.compile(r"\d{2}-\d{4}")
WAGE_BOUNDS = (1_000.0, 5_000_000.0)
COUNT_BOUNDS = (0.0, 500_000_000.0)
PERCENT_BOUNDS = (-100.0, 1_000.0)
YEAR_BOUNDS = (1990.0, 2100.0)
EDUCATION_LIMIT = 200
WAGES = ("wage_10th_percentile", "median_wage", "wage_90th_percentile")

_NOT_AVAILABLE = {"", "*", "**", "#", "-", "--", "—", "–", "n/a", "na", "null", "none"}
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
# What a row is of, in OEWS files, and the only value that is of the whole occupation in the whole country.
_SCOPES = {"o_group": "detailed", "area_type": "1", "i_group": "cross-industry"}


@dataclass(frozen=True, slots=True)
class WageFile:
    """The figures of one file by SOC code, and the digest of its content."""

    name: str
    sha256: str
    rows: Mapping[str, Mapping[str, Any]]
    ignored: Sequence[str] = ()
    """Names of columns that are not understood, and so are left out."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a figure stands, and how it is written: counts in projections are thousands."""

    field: str
    index: int
    factor: float = 1.0


def read_wage_file(path: Path, *, year: int | None = None) -> WageFile:
    """The figures of a CSV file. :class:`InvalidInputError` ``bad_wage_file`` lists what is wrong, by line.

    ``year`` stands in where the file has no column for it.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise InvalidInputError(CODE, f"{path.name} is larger than {LARGEST_FILE // 2**20} MiB.")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise InvalidInputError(CODE, f"{path.name} is not UTF-8; save it as CSV in UTF-8.") from exc
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    mistakes: list[dict[str, Any]] = []
    rows: dict[str, Mapping[str, Any]] = {}
    try:
        header = next(lines, [])
        columns, scopes = _columns(header, path.name), _scopes(header)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                _take(rows, mistakes, lines.line_num, _row(cells, len(header), columns, scopes, year))
    except csv.Error as exc:
        raise InvalidInputError(CODE, f"{path.name} is not CSV: line {lines.line_num}: {exc}.") from exc
    imports.refuse(mistakes, CODE, path.name)
    if not rows:
        raise InvalidInputError(CODE, f"{path.name} has no row of a detailed occupation.")
    digest = hashlib.sha256(content + str(year or "").encode()).hexdigest()
    known = {column.index for column in columns} | set(scopes)
    ignored = [name.strip() for index, name in enumerate(header) if index not in known and name.strip()]
    return WageFile(path.name, digest, rows, ignored)


def merged(files: Sequence[WageFile]) -> tuple[list[dict[str, Any]], str]:
    """One row for each SOC code, and one digest, of several files; the first file that has a figure gives it.

    :class:`InvalidInputError` where the figures of two files contradict each other.
    """
    rows: dict[str, dict[str, Any]] = {}
    for file in files:
        for code, figures in file.rows.items():
            row = rows.setdefault(code, {"soc_code": code, **dict.fromkeys(FIGURES)})
            row.update({field: value for field, value in figures.items() if row[field] is None})
    problems = [{"loc": [code], "msg": problem} for code, row in rows.items() if (problem := _disorder(row))]
    imports.refuse(problems, CODE, " + ".join(file.name for file in files))
    digest = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()
    return [rows[code] for code in sorted(rows)], digest


Row = tuple[str | None, dict[str, Any], list[str]]


def _take(rows: dict[str, Mapping[str, Any]], mistakes: list[dict[str, Any]], line: int, row: Row) -> None:
    code, figures, problems = row
    if code is not None and code in rows:
        problems = [*problems, f"{code} is there already"]
    mistakes += [{"loc": [f"line {line}"], "msg": problem} for problem in problems]
    if code is not None and not problems:
        rows[code] = figures


def _row(
    cells: Sequence[str], width: int, columns: Sequence[_Column], scopes: Mapping[int, str], year: int | None
) -> Row:
    """(code, figures, what is wrong); no code: the row is not of a detailed occupation in the whole country."""
    if len(cells) != width:
        return None, {}, [f"has {len(cells)} columns, the header {width}"]
    if any(cells[index].strip().lower() != scope for index, scope in scopes.items()):
        return None, {}, []
    figures: dict[str, Any] = {"year": year}
    problems: list[str] = []
    code: str | None = None
    for column in columns:
        text = cells[column.index].strip()
        if column.field == "soc_code":
            code, problem = _soc_code(text)
        else:
            value, problem = _READERS[column.field](text, column)
            figures[column.field] = year if column.field == "year" and value is None else value
        if problem:
            problems.append(problem)
    if code == "" and not problems:  # a major or minor group, or the total
        return None, {}, []
    problems += filter(None, [_disorder(figures)])
    return code, figures, problems


def _soc_code(text: str) -> tuple[str, str | None]:
    """The code, without what spreadsheets and O*NET put around it; empty for groups; and what is wrong with it."""
    code = text.removeprefix("=").strip('"').removesuffix(".00")
    if not SOC.fullmatch(code):
        return code, f"{text[:20]!r} is not a SOC code such as 15-1252"
    return ("" if code.endswith("00") else code), None


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[str, _Column], tuple[Any, str | None]]:
    def read(text: str, column: _Column) -> tuple[Any, str | None]:
        bare = text.removeprefix(">=").strip().removeprefix("$").removesuffix("%").strip()
        if text.lower() in _NOT_AVAILABLE or text.startswith(">="):
            return None, None
        if not _NUMBER.fullmatch(bare):
            return None, f"{column.field} {text[:20]!r} is not a number"
        value = float(bare.replace(",", "")) * column.factor
        if not low <= value <= high:
            return None, f"{column.field} {text[:20]} is not between {low:g} and {high:g}"
        return (round(value) if whole else value), None

    return read


def _education(text: str, column: _Column) -> tuple[str | None, str | None]:
    if text.lower() in _NOT_AVAILABLE:
        return None, None
    if len(text) > EDUCATION_LIMIT or not text.isprintable():
        return None, f"{column.field} is longer than {EDUCATION_LIMIT} characters, or is not plain text"
    return text, None


_READERS: Mapping[str, Callable[[str, _Column], tuple[Any, str | None]]] = {
    "year": _number(*YEAR_BOUNDS, whole=True),
    "median_wage": _number(*WAGE_BOUNDS),
    "wage_10th_percentile": _number(*WAGE_BOUNDS),
    "wage_90th_percentile": _number(*WAGE_BOUNDS),
    "employment": _number(*COUNT_BOUNDS, whole=True),
    "annual_openings": _number(*COUNT_BOUNDS, whole=True),
    "outlook_percent": _number(*PERCENT_BOUNDS),
    "typical_entry_education": _education,
}
FIGURES = tuple(_READERS)


def _disorder(figures: Mapping[str, Any]) -> str | None:
    """Wages whose order cannot be."""
    known = [(field, figures[field]) for field in WAGES if figures.get(field) is not None]
    for (lower, less), (upper, more) in itertools.pairwise(known):
        if less > more:
            return f"{lower} {less:g} is above {upper} {more:g}"
    return None


_OEWS = {
    "occ_code": "soc_code",
    "tot_emp": "employment",
    "a_median": "median_wage",
    "a_pct10": "wage_10th_percentile",
    "a_pct90": "wage_90th_percentile",
}
_PROJECTIONS: tuple[tuple[re.Pattern[str], str, float], ...] = (
    (re.compile(r"occupation code"), "soc_code", 1),
    (re.compile(r"employment percent change, \d{4}[-–]\d{2,4}"), "outlook_percent", 1),
    (re.compile(r"occupational openings, \d{4}[-–]\d{2,4} annual average"), "annual_openings", 1000),
    (re.compile(r"median annual wage(, dollars)?,? \d{4}"), "median_wage", 1),
    (re.compile(r"typical (entry-level education|education needed for entry)"), "typical_entry_education", 1),
)
_PROJECTED_EMPLOYMENT = re.compile(r"employment,? (\d{4})")


def _columns(header: Sequence[str], name: str) -> list[_Column]:
    """Which column holds what. :class:`InvalidInputError` where the file has none that we know."""
    columns = list(_known_columns([" ".join(cell.lower().split()) for cell in header]))
    fields = [column.field for column in columns]
    twice = sorted({field for field in fields if fields.count(field) > 1})
    if twice:
        raise InvalidInputError(CODE, f"{name} has two columns for {', '.join(twice)}.")
    if "soc_code" not in fields or len(fields) < 2:
        raise InvalidInputError(
            CODE,
            f"{name} has no columns that are understood. Needed are soc_code and at least one of {', '.join(FIGURES)}; "
            "the column names of OEWS (OCC_CODE, A_MEDIAN, …) and of the Employment Projections are known too.",
        )
    return columns


def _known_columns(names: Sequence[str]) -> Iterator[_Column]:
    if "occupation code" in names:  # of the two years of the projections, the earlier one has been counted
        yield from _projected(names)
        return
    for index, name in enumerate(names):
        field = _OEWS.get(name, name)
        if field == "soc_code" or field in _READERS:
            yield _Column(field, index)


def _projected(names: Sequence[str]) -> Iterator[_Column]:
    years = {
        index: int(match[1]) for index, name in enumerate(names) if (match := _PROJECTED_EMPLOYMENT.fullmatch(name))
    }
    if years:
        yield _Column("employment", min(years, key=lambda index: years[index]), 1000)
    for index, name in enumerate(names):
        for pattern, field, factor in _PROJECTIONS:
            if pattern.fullmatch(name):
                yield _Column(field, index, factor)


def _scopes(header: Sequence[str]) -> dict[int, str]:
    names = [cell.strip().lower() for cell in header]
    return {names.index(column): scope for column, scope in _SCOPES.items() if column in names}
