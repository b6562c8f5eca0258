"""The parser child: ``python -m … child FORMAT MEMORY_MB CPU_SECONDS MAX_CHARS``, document on stdin, JSON on stdout.

It limits its own memory and processor time before it touches the document, so that a hostile file can only
end this process.
"""

from __future__ import annotations

import json
import resource
import sys
import unicodedata

from jobmate_agent.services.resumes.readers import READERS, UnreadableDocumentError


def main(arguments: list[str]) -> None:
    kind, memory_mb, cpu_seconds, max_chars = arguments[0], *map(int, arguments[1:4])
    _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        text = clean(READERS[kind](sys.stdin.buffer.read()))
        answer = {"error": "resume_text_too_long"} if len(text) > max_chars else {"text": text}
    except UnreadableDocumentError as exc:
        answer = {"error": exc.code}
    except MemoryError:
        answer = {"error": "resume_too_large_inside"}
    sys.stdout.write(json.dumps(answer))


def clean(text: str) -> str:
    """Readable text: one kind of line end, no control or invisible characters, no runs of blank lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("￾", "-").replace("\f", "\n").replace("\xa0", " ")
    kept = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    lines = [line.rstrip() for line in kept.replace("\t", "    ").split("\n")]
    result: list[str] = []
    for line in lines:
        if line or (result and result[-1]):
            result.append(line)
    return "\n".join(result).strip()


def _limit(what: int, amount: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    main(sys.argv[1:])
