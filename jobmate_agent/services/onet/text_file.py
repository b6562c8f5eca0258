"""A release's text file, read strictly: UTF-8, tabs between cells, no quoting, every line whole."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import BinaryIO

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.models.landing import CELL_LIMIT

NULL = "n/a"
_BOM = b"\xef\xbb\xbf"
# The longest line of the official files has 1,500 characters.
_LINE_BYTES = 64 << 10


class TextFile:
    """One pass over a file; the ``header`` is read at once.

    ``name`` is without ``.txt`` and, with the line, stands in every error. ``sha256`` is that of the bytes read so far.
    A byte order mark, CRLF and blank lines at the end are accepted.
    """

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self._stream = stream
        self._digest = hashlib.sha256()
        self._line = 0
        first = self._next()
        if first is None:
            raise self._bad("the file is empty")
        self.header = first.split("\t")

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def rows(self, long: Collection[int]) -> Iterator[tuple[int, list[str | None]]]:
        """``(line, cells)``, None for ``n/a``. Only the columns with the numbers ``long`` (from 0) have no bound."""
        width = len(self.header)
        while (text := self._next()) is not None:
            if not text:
                return self._only_blanks()
            cells = text.split("\t")
            if len(cells) != width:
                raise self._bad(f"{len(cells)} cells where the header has {width}; the line is damaged or cut off")
            if len(text) > CELL_LIMIT:
                self._check_lengths(cells, long)
            yield self._line, [None if cell == NULL else cell for cell in cells] if NULL in text else list(cells)

    def _only_blanks(self) -> None:
        blank = self._line
        while (text := self._next()) is not None:
            if text:
                self._line = blank
                raise self._bad("a blank line in the middle of the file")

    def _next(self) -> str | None:
        """The next line without its end; None at the end of the file."""
        raw = self._stream.readline(_LINE_BYTES)
        if not raw:
            return None
        self._digest.update(raw)
        self._line += 1
        if not raw.endswith(b"\n"):
            why = f"it has more than {_LINE_BYTES:,} bytes" if len(raw) >= _LINE_BYTES else "the file ends in it"
            raise self._bad(f"the line is cut off: {why}, without a line end")
        raw = raw.rstrip(b"\r\n")
        if self._line == 1:
            raw = raw.removeprefix(_BOM)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise self._bad(f"not UTF-8 (byte {exc.start + 1} of the line); releases are") from exc
        if "\0" in text:
            raise self._bad("a NUL character, which no text has")
        return text

    def _check_lengths(self, cells: list[str], long: Collection[int]) -> None:
        for number, cell in enumerate(cells):
            if len(cell) > CELL_LIMIT and number not in long:
                column = self.header[number]
                raise self._bad(f"column '{column}' has {len(cell)} characters, more than {CELL_LIMIT}")

    def _bad(self, problem: str) -> InvalidInputError:
        place = f"{self.name}.txt, line {max(self._line, 1)}"
        return InvalidInputError(
            "bad_release_line", f"{place}: {problem}. Take the file from the official text edition again."
        )
