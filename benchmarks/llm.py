"""The scripted language model of the tests, after two seconds, with skills that no vocabulary knows among its answers.

``python -m benchmarks.llm`` prints its base URL and serves until it is ended. Names that are known need no embedding,
so an answer of those alone would measure less than a real model causes.
"""

from __future__ import annotations

from typing import Any

from tests.scripted_llm import Kind, ScriptedLlm, honest_skills

LATENCY_SECONDS = 2.0
UNKNOWN_SKILLS = 8
WORDS = 3


def with_unknown_skills(document: str, kind: Kind) -> list[dict[str, Any]]:
    """The honest answer, and the last words of some lines as skills of their own."""
    lines = [line.strip() for line in document.splitlines() if len(line.split()) > WORDS + 2]
    extra: dict[str, Any] = {"level": "unknown", "level_words": None} | ({"required": False} if kind == "job" else {})
    chosen = lines[:: max(1, len(lines) // UNKNOWN_SKILLS)][:UNKNOWN_SKILLS]
    unknown = [{"name": " ".join(line.strip(".").split()[-WORDS:]), "quote": line, **extra} for line in chosen]
    return [*honest_skills(document, kind), *unknown]


if __name__ == "__main__":
    server = ScriptedLlm(latency=LATENCY_SECONDS, answer=with_unknown_skills)
    print(server.base_url, flush=True)
    server.serve_until_interrupted()
