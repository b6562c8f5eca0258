"""Many rows at once, by the fastest way that each database has, inside the session's own transaction.

``executemany`` on SQLite, ``COPY`` on PostgreSQL, ``LOAD DATA LOCAL INFILE`` on MySQL and MariaDB (multi-row ``INSERT``
where the server does not allow it). No ORM events, no defaults, nothing returned.
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

Row = Sequence[Any]

_BLOCK_ROWS = 10_000
_INSERT_ROWS = 500
# LOAD DATA LOCAL is not allowed here: MySQL's and MariaDB's codes.
_REFUSED = {1148, 3948, 4166}
# Key taken, foreign key without its row, null where none may be, check not met.
_INTEGRITY = {1062, 1452, 1048, 4025}
_NULL = r"\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {ord("\\"): r"\\", ord("\t"): r"\t", ord("\n"): r"\n", ord("\r"): r"\r"}


def bulk_insert(session: Session, table: sa.Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert ``rows`` (one value for each of ``columns``, by column name); the number of rows.

    Rows are read once, as they are needed, at most 10,000 at a time. Values are those that the columns' types take:
    text, numbers, bool, dates, None. All or nothing, as any statement is: errors are SQLAlchemy's, and the session must
    then be given up. An error that ``rows`` raises comes through.
    """
    session.flush()
    connection = session.connection()
    backend = connection.dialect.name
    insert = {"sqlite": _sqlite, "postgresql": _postgresql}.get(backend, _mysql)
    counted = _Counted(_bound(connection, table, columns, rows))
    try:
        insert(connection, table, columns, counted)
    except connection.dialect.loaded_dbapi.Error as exc:
        raise _wrapped(connection, table, exc) from exc
    return counted.count


class _Counted:
    """An iterator that knows how far it has come."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> Row:
        row = next(self._rows)
        self.count += 1
        return row


def _bound(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """Rows as the driver takes them; text and numbers need nothing done."""
    dialect = connection.dialect
    processors: list[Callable[[Any], Any] | None] = [
        table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns
    ]
    if not any(processors):
        return iter(rows)
    return (
        [process(value) if process else value for process, value in zip(processors, row, strict=True)] for row in rows
    )


def _sqlite(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[Row]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    statement = f"INSERT INTO {_target(connection, table, columns)} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    driver.executemany(statement, rows)


def _postgresql(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[Row]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    statement = f"COPY {_target(connection, table, columns)} FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        while block := "".join(map(_line, itertools.islice(rows, _BLOCK_ROWS))):
            copy.write(block)


def _mysql(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[Row]) -> None:
    allowed = True
    while block := list(itertools.islice(rows, _BLOCK_ROWS)):
        allowed = allowed and _load_data(connection, table, columns, block)
        if not allowed:
            _insert_values(connection, table, columns, block)


def _load_data(connection: sa.Connection, table: sa.Table, columns: Sequence[str], block: Sequence[Row]) -> bool:
    """False where the server refuses; then nothing was inserted."""
    driver = connection.connection.driver_connection
    assert driver is not None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", prefix="jobmate-", suffix=".tsv") as file:
        file.writelines(map(_line, block))
        file.flush()
        name, names = _target(connection, table, columns).split(" ", 1)
        statement = (
            f"LOAD DATA LOCAL INFILE {driver.escape(file.name)} INTO TABLE {name} CHARACTER SET utf8mb4 "
            f"FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' {names}"
        )
        with driver.cursor() as cursor:
            try:
                cursor.execute(statement)
            except connection.dialect.loaded_dbapi.Error as exc:
                if exc.args and exc.args[0] in _REFUSED:
                    return False
                raise
            _no_warnings(connection, cursor, len(block))
    return True


def _no_warnings(connection: sa.Connection, cursor: Any, rows: int) -> None:
    """LOAD DATA LOCAL mends or drops rows that it should not take, and only warns; here that is an error."""
    inserted = cursor.rowcount
    cursor.execute("SHOW WARNINGS LIMIT 1")
    warning = cursor.fetchone()
    if warning is None and inserted == rows:
        return
    code, message = (warning[1], warning[2]) if warning else (0, f"{inserted} of {rows} rows were inserted")
    dbapi = connection.dialect.loaded_dbapi
    raise (dbapi.IntegrityError if code in _INTEGRITY else dbapi.DataError)(code, message)


def _insert_values(connection: sa.Connection, table: sa.Table, columns: Sequence[str], block: Sequence[Row]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    row = f"({', '.join(['%s'] * len(columns))})"
    with driver.cursor() as cursor:
        for start in range(0, len(block), _INSERT_ROWS):
            part = block[start : start + _INSERT_ROWS]
            statement = f"INSERT INTO {_target(connection, table, columns)} VALUES {', '.join([row] * len(part))}"  # noqa: S608
            cursor.execute(statement, tuple(itertools.chain.from_iterable(part)))


def _line(row: Row) -> str:
    r"""A row as COPY and LOAD DATA read it: tabs between the cells, ``\N`` is NULL, a backslash escapes."""
    cells = [cell if cell is None or cell.__class__ is str else _text(cell) for cell in row]
    # One look at the whole row: next to none needs escaping.
    if _SPECIAL.search("".join(filter(None, cells))):
        cells = [cell and cell.translate(_ESCAPES) for cell in cells]
    return "\t".join([_NULL if cell is None else cell for cell in cells]) + "\n"


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _target(connection: sa.Connection, table: sa.Table, columns: Sequence[str]) -> str:
    """``table (column, …)``, quoted as the database wants it."""
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.format_column(table.c[name]) for name in columns)
    return f"{preparer.format_table(table)} ({names})"


def _wrapped(connection: sa.Connection, table: sa.Table, error: Exception) -> BaseException:
    """The driver's error as any other statement would raise it."""
    dbapi = connection.dialect.loaded_dbapi
    return sa.exc.DBAPIError.instance(
        f"bulk insert into {table.name}", None, error, dbapi.Error, hide_parameters=True, dialect=connection.dialect
    )
