"""Answers kept in this process."""

from __future__ import annotations

import threading
import time

from cachetools import TLRUCache

Kept = tuple[bytes, int]


class MemoryCache:
    """At most ``largest_bytes`` of answers, least recently used first out. Thread-safe."""

    def __init__(self, largest_bytes: int) -> None:
        self._kept: TLRUCache[str, Kept] = TLRUCache(
            largest_bytes, ttu=lambda _, kept, now: now + kept[1], timer=time.monotonic, getsizeof=_size
        )
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            kept = self._kept.get(key)
        return None if kept is None else kept[0]

    def set(self, key: str, value: bytes, seconds: int) -> None:
        kept = (value, seconds)
        with self._lock:
            if _size(kept) <= self._kept.maxsize:
                self._kept[key] = kept


def _size(kept: Kept) -> int:
    return len(kept[0])
