"""Runs the parser child and brings back its answer, or the reason why there is none."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

import structlog

from jobmate_agent.errors import UnavailableError
from jobmate_agent.services.documents.errors import UnreadableDocumentError

log = structlog.get_logger(__name__)

# A child may take a processor and its whole memory limit for its whole time, so only a few may run at once.
_AT_ONCE = threading.BoundedSemaphore(4)
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What the parser child may use (wall and processor seconds, megabytes of address space) and answer."""

    seconds: float
    memory_mb: int
    max_chars: int = 200_000


def read_document(content: bytes, kind: str, limits: SandboxLimits) -> Any:
    """What was read from hostile bytes: of ``pdf``, ``docx``, ``txt`` and ``md`` the visible ``text`` and what is

    ``hidden`` beside it (:func:`hidden.from_json`), of a ``posting`` its fields (:func:`posting.read_posting`).

    Raises :class:`UnreadableDocumentError` (code ``unreadable``: the child was killed, crashed or ran out of time)
    and :class:`UnavailableError` ``parser_busy`` while other documents take all the places.
    """
    if not _AT_ONCE.acquire(timeout=PATIENCE_SECONDS):
        raise UnavailableError("parser_busy", "Many documents are being read at the moment; try again shortly.")
    try:
        return _read(content, kind, limits)
    finally:
        _AT_ONCE.release()


def _read(content: bytes, kind: str, limits: SandboxLimits) -> Any:
    numbers = (limits.memory_mb, math.ceil(limits.seconds), limits.max_chars)
    command = [sys.executable, "-m", "jobmate_agent.services.documents.child", kind, *map(str, numbers)]
    # Nothing of this process's environment: it may hold keys, and a document may take the child over.
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours; the document goes in by stdin
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        log.warning("parser_child_timed_out", kind=kind, size=len(content))
        raise UnreadableDocumentError("unreadable") from exc
    if done.returncode != 0:
        log.warning("parser_child_died", kind=kind, size=len(content), returncode=done.returncode)
        raise UnreadableDocumentError("unreadable")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise UnreadableDocumentError(answer["error"])
    return answer["result"]
