"""Rows that no fact is made of, found set by set and kept with their file, their line and the reason.

A file is looked through once for everything that one row can tell (:mod:`row_rules`), then for rows that repeat the
key of an earlier one, in a file that fills the same table or in this one. Nothing is taken out of the landing tables:
whoever makes facts leaves these rows out.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sqlalchemy as sa

from jobmate_agent.models.landing import LAYOUTS, QuarantinedRow, column_name
from jobmate_agent.services.onet.landed import LandedFile, Load, is_number
from jobmate_agent.services.onet.row_rules import ORDER, RULES, SHARED_KEYS, RowRules, SharedKey

Expression = sa.ColumnElement[Any]
Bounds = Mapping[str, tuple[float, float]]

# Whatever Scales Reference says, these two are O*NET's by definition; rules are named after them.
FIXED_BOUNDS: Bounds = {"IM": (1.0, 5.0), "LV": (0.0, 7.0)}
_SCALE_RULES = {"IM": ("importance_out_of_range", "importance"), "LV": ("level_out_of_range", "level")}
_REFERENCES = {
    "occupation": ("onet_soc_code", "unknown_occupation", "Occupation Data"),
    "element": ("element_id", "unknown_element", "Content Model Reference"),
    "scale": ("scale_id", "unknown_scale", "Scales Reference"),
    "detailed_activity": ("dwa_id", "unknown_activity", "DWA Reference"),
    "task": ("task_id", "unknown_task", "Task Statements for this occupation"),
}
_COLUMNS = ["load_id", "file", "line", "rule", "reason"]
_QUOTED = 120
_INTEGER_DIGITS = 9
_CHUNK = 500


@dataclass(frozen=True)
class Check:
    """A rule: ``broken`` is true for the rows that break it, ``reason`` says how in words."""

    rule: str
    broken: Expression
    reason: Expression


def check_file(load: Load, name: str, bounds: Bounds) -> int:
    """Write the quarantined rows of a file and return how many there are. ``bounds``: see :func:`scale_bounds`."""
    file = LandedFile(load, name)
    checks = list(_checks(file, RULES[file.layout], bounds))
    broken = file.every_row(
        file.c.load_id,
        file.c.file,
        file.c.line,
        sa.case(*((check.broken, check.rule) for check in checks)),
        sa.case(*((check.broken, check.reason) for check in checks)),
    ).where(sa.or_(*(check.broken for check in checks)))
    load.session.execute(sa.insert(QuarantinedRow).from_select(_COLUMNS, broken))
    for column, layout in RULES[file.layout].references.items():
        _quarantine_unknown(load, name, column, layout)
    for shared in SHARED_KEYS:
        if file.layout in shared.layouts:
            _quarantine_said_before(load, name, shared)
    _quarantine_repeated(load, name)
    return LandedFile(load, name).quarantined


def scale_bounds(load: Load) -> Bounds:
    """The lowest and highest value of every scale of the load; importance and level never wider than by definition."""
    found: dict[str, tuple[float, float]] = {}
    for file in load.having("scale"):
        for scale, low, high in load.session.execute(
            file.rows(file.c.scale_id, file.number("minimum"), file.number("maximum"))
        ):
            fixed = FIXED_BOUNDS.get(scale, (low, high))
            found[scale] = (max(low, fixed[0]), min(high, fixed[1]))
    return found


def _checks(file: LandedFile, rules: RowRules, bounds: Bounds) -> Iterator[Check]:
    yield from _cell_checks(file, rules, _headers(file))
    if rules.occupation_code:
        yield _malformed_code(file)
    if rules.job_zone:
        number = _number_of(file.c.job_zone)
        yield Check("out_of_range", ~number.between(1, 5), _says("Job Zone ", file.c.job_zone, " is outside 1–5"))
    if rules.rated:
        yield from _scale_checks(file, rules, bounds)


def _headers(file: LandedFile) -> dict[str, str]:
    return {column_name(header): header for header in LAYOUTS[file.layout]}


def _cell_checks(file: LandedFile, rules: RowRules, headers: Mapping[str, str]) -> Iterator[Check]:
    c = file.c
    for column in rules.required:
        empty = sa.or_(c[column].is_(None), c[column] == "")
        yield Check("required_field_empty", empty, sa.literal(f"{headers[column]} is empty"))
    for column, limit in rules.limits.items():
        long = sa.func.char_length(c[column]) > limit
        yield Check("too_long", long, _quotes(headers[column], c[column], f"has more than {limit} characters"))
    for column in rules.numbers:
        yield Check("not_a_number", ~is_number(c[column]), _quotes(headers[column], c[column], "is not a number"))
    for column in rules.integers:
        whole = sa.and_(
            is_number(c[column]), c[column].not_like("%.%"), sa.func.char_length(c[column]) <= _INTEGER_DIGITS
        )
        yield Check("not_a_number", ~whole, _quotes(headers[column], c[column], "is not a whole number"))
    for column in rules.flags:
        strange = c[column].not_in(("Y", "N"))
        yield Check("not_a_flag", strange, _quotes(headers[column], c[column], "is neither Y nor N"))


def _malformed_code(file: LandedFile) -> Check:
    code = file.c.onet_soc_code
    reason = _quotes("O*NET-SOC Code", code, "does not look like 15-1252.00")
    shaped = sa.and_(
        code.like("__-____.__"),
        is_number(sa.func.replace(code, "-", "")),
        sa.func.char_length(code) == 10,
    )
    return Check("malformed_code", ~shaped, reason)


def _scale_checks(file: LandedFile, rules: RowRules, bounds: Bounds) -> Iterator[Check]:
    scale = file.c.scale_id
    value = _number_of(file.c.data_value)
    yield Check("unknown_scale", scale.not_in(sorted(bounds)), _quotes("Scale ID", scale, "is not in Scales Reference"))
    if rules.scales:
        other = scale.not_in(rules.scales)
        yield Check("unknown_scale", other, _quotes("Scale ID", scale, f"does not belong in {file.name}"))
    for id_, (low, high) in sorted(bounds.items()):
        if rules.scales and id_ not in rules.scales:
            continue
        rule, what = _SCALE_RULES.get(id_, ("out_of_range", f"Data Value on scale {id_}"))
        outside = sa.and_(scale == id_, ~value.between(low, high))
        yield Check(rule, outside, _says(f"{what} ", file.c.data_value, f" is outside {low:g}–{high:g}"))


def _quarantine_unknown(load: Load, name: str, column: str, layout: str) -> None:
    """The rows that refer to something that is not there.

    Values are compared here rather than in one statement: there are few of them, and databases differ widely in what
    they make of NOT IN.
    """
    file = LandedFile(load, name)
    own, rule, where = _REFERENCES[layout]
    columns = [file.c.onet_soc_code, file.c[column]] if layout == "task" else [file.c[column]]
    found = {tuple(row) for row in load.session.execute(file.rows(*columns).distinct())}
    unknown = sorted(found - _known(load, layout, ("onet_soc_code", own) if layout == "task" else (own,)))
    header = _headers(file)[column]
    rule = "unknown_related_occupation" if column == "related_onet_soc_code" else rule
    reason = _quotes(header, file.c[column], f"is not in {where}")
    for chunk in _chunks(unknown):
        rows = file.rows(file.c.load_id, file.c.file, file.c.line, sa.literal(rule), reason)
        matching = sa.tuple_(*columns).in_(chunk) if len(columns) > 1 else columns[0].in_([value for (value,) in chunk])
        load.session.execute(sa.insert(QuarantinedRow).from_select(_COLUMNS, rows.where(matching)))


def _known(load: Load, layout: str, columns: tuple[str, ...]) -> set[tuple[Any, ...]]:
    return {
        tuple(row)
        for file in load.having(layout)
        for row in load.session.execute(file.rows(*(file.c[column] for column in columns)))
    }


def _quarantine_said_before(load: Load, name: str, shared: SharedKey) -> None:
    """The rows whose key is in a file that fills the same table and is checked before this one."""
    files = [file.name for layout in ORDER if layout in shared.layouts for file in load.having(layout)]
    for earlier in files[: files.index(name)]:
        # Files hardly ever have elements in common, and there are few of them to compare.
        elements = sorted(_elements(load, name) & _elements(load, earlier))
        if elements:
            _quarantine_found_in(load, name, earlier, shared, elements)


def _elements(load: Load, name: str) -> set[str]:
    file = LandedFile(load, name)
    return set(load.session.scalars(file.rows(file.c.element_id).distinct()))


def _quarantine_found_in(load: Load, name: str, earlier: str, shared: SharedKey, elements: list[str]) -> None:
    file, before = LandedFile(load, name), LandedFile(load, earlier)
    said = (
        before.rows(*(_cell(before, column).label(column) for column in shared.columns), before.c.line)
        .where(before.c.element_id.in_(elements))
        .subquery()
    )
    first = (
        sa.select(*(said.c[column] for column in shared.columns), sa.func.min(said.c.line).label("line"))
        .group_by(*(said.c[column] for column in shared.columns))
        .subquery()
    )
    rows = (
        file.rows(*(_cell(file, column).label(column) for column in shared.columns), file.c.line)
        .where(file.c.element_id.in_(elements))
        .subquery()
    )
    reason = _says("repeats the key of line ", sa.cast(first.c.line, sa.String(12)), f" of {earlier}")
    same = sa.and_(*(rows.c[column] == first.c[column] for column in shared.columns))
    again = sa.select(
        sa.literal(load.id), sa.literal(name, sa.String()), rows.c.line, sa.literal("duplicate_key"), reason
    ).select_from(rows.join(first, same))
    load.session.execute(sa.insert(QuarantinedRow).from_select(_COLUMNS, again))


def _cell(file: LandedFile, column: str) -> Expression:
    """A cell as a key holds it: ``07`` is 7, and no number is 0."""
    if column not in file.c:
        return sa.literal(0)
    return sa.func.coalesce(file.integer(column), 0) if column in RULES[file.layout].integers else file.c[column]


def _quarantine_repeated(load: Load, name: str) -> None:
    """The second row onward of every key; rows that broke another rule do not count."""
    file = LandedFile(load, name)
    keys = [_cell(file, column) for column in RULES[file.layout].key]
    repeats = file.rows(sa.literal(1)).group_by(*keys).having(sa.func.count() > 1).limit(1)
    if load.session.scalar(repeats) is None:
        return
    first = sa.func.min(file.c.line).over(partition_by=keys)
    numbered = file.rows(file.c.load_id, file.c.file, file.c.line, first.label("first")).subquery()
    reason = _says("repeats the key of line ", sa.cast(numbered.c.first, sa.String(12)))
    again = sa.select(numbered.c.load_id, numbered.c.file, numbered.c.line, sa.literal("duplicate_key"), reason).where(
        numbered.c.line > numbered.c.first
    )
    load.session.execute(sa.insert(QuarantinedRow).from_select(_COLUMNS, again))


def _number_of(column: Expression) -> Expression:
    """The cell as a number, null where it is none: no database stumbles over it."""
    return sa.case((is_number(column), sa.cast(column, sa.Double())))


def _chunks(values: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _quotes(header: str, column: Expression, what: str) -> Expression:
    return _says(f"{header} “", sa.func.substr(column, 1, _QUOTED), f"” {what}")


def _says(*parts: Any) -> Expression:
    texts = (
        sa.literal(part, sa.String()) if isinstance(part, str) else sa.type_coerce(part, sa.String()) for part in parts
    )
    return reduce(operator.add, texts)
