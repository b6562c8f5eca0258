"""Requests that wait hold a thread each; together they may hold half of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app

from jobmate_agent.blueprints.context import container

EXTENSION = "jobmate_waiting"
LOOK_SECONDS = 0.25


class WaitingRoom:
    """Counts the threads that wait."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def enter(self) -> bool:
        """Take a place, if there is one; whoever took it calls :meth:`leave`."""
        return self._places.acquire(blocking=False)

    def leave(self) -> None:
        self._places.release()

    @contextmanager
    def place(self) -> Iterator[bool]:
        """True inside when there was a place, which is given back afterwards."""
        entered = self.enter()
        try:
            yield entered
        finally:
            if entered:
                self.leave()


def waiting_room() -> WaitingRoom:
    """This application's places: half of its request threads."""
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        made = WaitingRoom(container().settings.threads // 2)
        found = current_app.extensions.setdefault(EXTENSION, made)
    return cast(WaitingRoom, found)


def looks(seconds: float) -> Iterator[float]:
    """A turn at once and then four a second, until ``seconds`` are over; each gives the seconds gone by."""
    started = time.monotonic()
    while (gone := time.monotonic() - started) < seconds:
        yield gone
        time.sleep(LOOK_SECONDS)
