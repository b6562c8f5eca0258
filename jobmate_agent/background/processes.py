"""Processes that depend on each other: dying with the parent, and telling it that one still moves."""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE_BLOCK_BYTES = 256 * 1024
_HEAPS = 2
PULSE_SECONDS = 0.5


def die_with_parent(parent_pid: int) -> None:
    """Let the kernel kill this process when its parent is gone, however that went; exits if that has happened already.

    Call it before anything else. Elsewhere than on Linux :class:`Pulse` looks at the parent instead.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


def is_running(pid: int) -> bool:
    """Whether there is a process of this id, other than this one."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def return_memory_early() -> None:
    """Let glibc give large blocks back to the system when they are freed, and let threads share their heaps.

    By default every thread keeps a heap of its own, and one that has hashed a password (19 MiB) keeps that for ever.
    Does nothing where there is no glibc.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
            mallopt(_M_ARENA_MAX, _HEAPS)


class Pulse(threading.Thread):
    """Writes a byte to the parent twice a second, for as long as this process gets to run at all."""

    def __init__(self, fd: int, parent_pid: int) -> None:
        super().__init__(name="pulse", daemon=True)
        self._fd = fd
        self._parent_pid = parent_pid
        os.set_blocking(fd, False)

    def run(self) -> None:
        while os.getppid() == self._parent_pid:
            try:
                os.write(self._fd, b".")
            except BlockingIOError:
                # The parent is not reading just now; it will find many old pulses.
                pass
            except OSError:
                break
            time.sleep(PULSE_SECONDS)
        os._exit(1)


class PulseReader:
    """The parent's end: how long the child has been silent. Times are of ``time.monotonic``, in seconds."""

    def __init__(self, patience_at_start: float) -> None:
        self.fd, self.child_fd = os.pipe()
        os.set_blocking(self.fd, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.fd, selectors.EVENT_READ)
        # Until the first pulse the child is still starting up.
        self._last = time.monotonic() + patience_at_start

    def wait(self, seconds: float) -> None:
        """Take in pulses for about ``seconds``; returns at once when the child has closed its end."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._selector.select(left):
                return
            if not self._read():
                return

    def poll(self) -> None:
        """Take in the pulses that are there."""
        self._read()

    def silent_for(self) -> float:
        """Seconds since the last pulse; negative while the child may still be starting."""
        return time.monotonic() - self._last

    def close(self) -> None:
        self._selector.close()
        os.close(self.fd)

    def _read(self) -> bool:
        try:
            data = os.read(self.fd, 4096)
        except BlockingIOError:
            return True
        if data:
            self._last = time.monotonic()
        return bool(data)
