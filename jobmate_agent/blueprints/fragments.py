"""Jobs already written as JSON, because the same ones are sent again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Key = tuple[Any, ...]

LARGEST_TOTAL_BYTES = 8 * 1024 * 1024


class JobFragments:
    """JSON objects by (id, everything that changes with the job), least recently used first out.

    A changed job has another key, so nothing stale is ever sent; which jobs somebody may see is not decided here.
    """

    def __init__(self, largest_total_bytes: int = LARGEST_TOTAL_BYTES) -> None:
        self._largest = largest_total_bytes
        self._size = 0
        self._known: OrderedDict[Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, keys: Sequence[Key], make: Callable[[Sequence[Key]], Mapping[Key, bytes]]) -> dict[Key, bytes]:
        """The fragment of each key; ``make`` writes those that are not known, all in one call, or leaves them out."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
            for key in found:
                self._known.move_to_end(key)
        missing = [key for key in keys if key not in found]
        if missing:
            made = make(missing)
            self._add(made)
            found.update(made)
        return found

    def _add(self, made: Mapping[Key, bytes]) -> None:
        with self._lock:
            for key, fragment in made.items():
                if key not in self._known:
                    self._known[key] = fragment
                    self._size += len(fragment)
            while self._size > self._largest:
                _, dropped = self._known.popitem(last=False)
                self._size -= len(dropped)
