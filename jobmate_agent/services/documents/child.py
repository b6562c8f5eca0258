"""The parser child: ``python -m … child KIND MEMORY_MB CPU_SECONDS``, document on stdin, JSON on stdout.

It limits its own memory and processor time before it touches the document, so that a hostile file can only
end this process. Answers ``{"result": …}`` or ``{"error": code}``.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any


def main(arguments: list[str]) -> None:
    kind, memory_mb, cpu_seconds = arguments[0], int(arguments[1]), int(arguments[2])
    _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_CORE, 0)
    from jobmate_agent.services.documents.errors import UnreadableDocumentError

    answer: dict[str, Any]
    try:
        answer = {"result": _read(kind, sys.stdin.buffer.read())}
    except UnreadableDocumentError as exc:
        answer = {"error": exc.code}
    except MemoryError:
        answer = {"error": "expands_too_far"}
    sys.stdout.write(json.dumps(answer))


def _read(kind: str, content: bytes) -> Any:
    """Only the library that the kind needs is loaded."""
    if kind == "posting":
        from jobmate_agent.services.documents.posting import read_posting

        return read_posting(content)
    from jobmate_agent.services.documents import readers
    from jobmate_agent.services.documents.plain import clean_text

    read = {"pdf": readers.read_pdf, "docx": readers.read_docx}.get(kind, readers.read_text)
    return clean_text(read(content))


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    main(sys.argv[1:])
