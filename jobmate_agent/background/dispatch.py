"""Telling whoever works on runs that there is one. The database stays the queue; this only saves waiting."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Protocol


class Dispatcher(Protocol):
    """Called after commit with the id of a queued run. Never fails: a worker also looks by itself."""

    def submit(self, run_id: int) -> None: ...


class PipeDispatcher:
    """Wakes the worker beside the web process with one byte through an inherited pipe."""

    def __init__(self, wake_fd: int) -> None:
        self._wake_fd = wake_fd
        os.set_blocking(wake_fd, False)

    def submit(self, run_id: int) -> None:
        try:
            os.write(self._wake_fd, b"w")
        except (BlockingIOError, BrokenPipeError):
            # A full pipe already holds a wake-up; a broken one means that the service is going down.
            return


class CallDispatcher:
    """Wakes a worker in the same process."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def submit(self, run_id: int) -> None:
        self._wake()


class PollingDispatcher:
    """No one to wake: the workers find the run when they next look, within a second."""

    def submit(self, run_id: int) -> None:
        return
