"""Runs the parser child and brings back its answer, or the reason why there is none."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from jobmate_agent.services.documents.errors import UnreadableDocumentError


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What the parser child may use: wall and processor seconds, megabytes of address space."""

    seconds: float
    memory_mb: int


def read_document(content: bytes, kind: str, limits: SandboxLimits) -> Any:
    """Text (``pdf``, ``docx``, ``txt``, ``md``) or a dict (``posting``) read from hostile bytes.

    Raises :class:`UnreadableDocumentError`; code ``unreadable``: the child was killed, crashed or ran out of time.
    """
    arguments = [kind, str(limits.memory_mb), str(math.ceil(limits.seconds))]
    command = [sys.executable, "-m", "jobmate_agent.services.documents.child", *arguments]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as exc:
        raise UnreadableDocumentError("unreadable") from exc
    if done.returncode != 0:
        raise UnreadableDocumentError("unreadable")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise UnreadableDocumentError(answer["error"])
    return answer["result"]
