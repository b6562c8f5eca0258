"""A download that has arrived in part, and what is needed to ask for the rest of the same file (RFC 9110, 14)."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import httpx
import orjson

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class PartialFile:
    """``path`` holds the bytes so far; beside it lies what identifies the file at the server.

    Without a strong validator (ETag, else Last-Modified) nothing is resumed: parts of two files must never be joined.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._facts_path = path.with_name(f"{path.name}.json")
        self._validator, self._total = self._facts()
        self._percent = -1

    @property
    def is_complete(self) -> bool:
        """Whether as many bytes have arrived as the server said there are; at its word where it did not say."""
        return self.path.exists() and self._total is not None and self._size() == self._total

    def headers(self) -> dict[str, str]:
        """What to send so that only the rest comes, or everything where the file is another one by now."""
        size = self._size()
        if not size or not self._validator or (self._total is not None and size >= self._total):
            return {}
        return {"Range": f"bytes={size}-", "If-Range": self._validator}

    def begin(self, response: httpx.Response) -> int:
        """Get ready for the bytes of an answer: append the rest, or start again. The whole size, 0 where not said.

        :class:`OSError` ``ENOSPC`` where there is no room for what is to come.
        """
        resumed = self._resumed(response)
        if resumed is None:
            self.discard()
            length = response.headers.get("Content-Length", "")
            self._total = int(length) if length.isdigit() else None
            self._validator = _validator(response)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        missing = (self._total or 0) - self._size()
        if shutil.disk_usage(self.path.parent).free < missing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._facts_path.write_bytes(orjson.dumps({"validator": self._validator, "total": self._total}))
        return self._total or 0

    def open(self) -> BinaryIO:
        """The part, for appending; what was written is on disk when it is closed."""
        return self.path.open("ab")

    def report(self, size: int, progress: Callable[[str, int], None] | None) -> None:
        """Tell ``progress`` when another percent has arrived."""
        if progress is None or not self._total:
            return
        percent = min(100, size * 100 // self._total)
        if percent != self._percent:
            self._percent = percent
            progress("downloading", percent)

    def ended(self) -> None:
        """The server has sent all it wanted to: where it gave no size, that is the size."""
        if self._total is None:
            self._total = self._size()

    def discard_if_longer(self) -> None:
        """Forget a part that is longer than the whole was said to be."""
        if self._total is not None and self._size() > self._total:
            self.discard()

    def become(self, target: Path) -> None:
        """Put the whole file in its place at once."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(self.path, target)
        self._facts_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what has arrived."""
        self.path.unlink(missing_ok=True)
        self._facts_path.unlink(missing_ok=True)
        self._validator, self._total = None, None

    def _resumed(self, response: httpx.Response) -> int | None:
        """Where the answer goes on, None where it is the whole file (again)."""
        if response.status_code != 206:
            return None
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        expected = (str(self._size()), None if self._total is None else str(self._total))
        told = None if match is None else (match[1], match[3] if expected[1] else None)
        if match is None or told != expected or (_validator(response) or self._validator) != self._validator:
            self.discard()
            raise httpx.RemoteProtocolError("the server sent another part than the one asked for")
        self._total = int(match[3])
        return int(match[1])

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _facts(self) -> tuple[str | None, int | None]:
        try:
            facts = orjson.loads(self._facts_path.read_bytes())
            return facts["validator"], facts["total"]
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return None, None


def _validator(response: httpx.Response) -> str | None:
    etag = response.headers.get("ETag")
    if etag:
        return None if etag.startswith("W/") else str(etag)
    modified = response.headers.get("Last-Modified")
    return str(modified) if modified else None
