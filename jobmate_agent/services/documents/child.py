"""The parser child: ``python -m … child KIND MEMORY_MB CPU_SECONDS MAX_CHARS``, document on stdin, JSON on stdout.

It limits its own memory and processor time before it touches the document, so that a hostile file can only
end this process. Answers ``{"result": …}`` or ``{"error": code}``.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobmate_agent.services.documents.hidden import Reading


def main(arguments: list[str]) -> None:
    kind, memory_mb, cpu_seconds, max_chars = arguments[0], *map(int, arguments[1:])
    _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    from jobmate_agent.services.documents.errors import UnreadableDocumentError

    answer: dict[str, Any]
    try:
        answer = {"result": _read(kind, sys.stdin.buffer.read(), max_chars)}
    except UnreadableDocumentError as exc:
        answer = {"error": exc.code}
    except MemoryError:
        answer = {"error": "expands_too_far"}
    except Exception:  # noqa: BLE001 - the boundary of a process whose libraries meet files made to break them
        answer = {"error": "corrupt"}
    sys.stdout.write(json.dumps(answer))


def _read(kind: str, content: bytes, max_chars: int) -> Any:
    """Only the library that the kind needs is loaded."""
    if kind == "posting":
        from jobmate_agent.services.documents.posting import read_posting

        return read_posting(content, max_chars)
    from jobmate_agent.services.documents.errors import UnreadableDocumentError
    from jobmate_agent.services.documents.hidden import to_json
    from jobmate_agent.services.documents.plain import clean_text

    reading = _reader(kind)(content)
    text = clean_text(reading.text)
    if len(text) > max_chars:
        raise UnreadableDocumentError("text_too_long")
    return {"text": text, "hidden": to_json(reading.hidden)}


def _reader(kind: str) -> Callable[[bytes], Reading]:
    if kind == "pdf":
        from jobmate_agent.services.documents.pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from jobmate_agent.services.documents.word import read_docx

        return read_docx
    from jobmate_agent.services.documents.plain import read_markdown, read_plain

    return read_markdown if kind == "md" else read_plain


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    main(sys.argv[1:])
