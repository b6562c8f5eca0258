"""A chat endpoint on loopback that speaks OpenAI's protocol and behaves, or misbehaves, as a script says.

In a test::

    with ScriptedLlm() as llm:
        llm.script("resume", ["rate_limited", "good"])
        ...JOBMATE_LLM_BASE_URL=llm.base_url...
        assert llm.count_for(resume_text) == 2

Beside a served subprocess: ``python -m tests.scripted_llm --port 0 --latency 2`` prints its base URL; ``POST /script``,
``POST /reset`` and ``GET /calls`` are the same over HTTP.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.keyword_extractor import KeywordExtractor
from jobmate_agent.services.career_engine.quotes import as_sent
from jobmate_agent.services.vocabulary.starter import read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of

Kind = Literal["resume", "job", "choice"]
BEHAVIOURS = (
    "good",
    "rate_limited",
    "server_error",
    "bad_request",
    "reset",
    "slow",
    "drips",
    "not_http_json",
    "invalid_json",
    "wrong_shape",
    "empty_object",
    "empty_choices",
    "null_choices",
    "empty_content",
    "refusal",
    "content_filter",
    "truncated",
    "foreign_quotes",
    "some_foreign_quotes",
    "obeys_injection",
    "says",
)
INVENTED = ("Quantum Basket Weaving", "Kubernetes Grand Mastery", "Telepathic Accounting")


KINDS: tuple[Kind, ...] = ("resume", "job", "choice")


@dataclass(frozen=True, slots=True)
class Step:
    """One answer. ``retry_after`` is the header's value, ``seconds`` the delay, ``text`` the content of ``says``."""

    behaviour: str = "good"
    retry_after: str | None = None
    seconds: float = 0.0
    text: str = ""

    def __post_init__(self) -> None:
        if self.behaviour not in BEHAVIOURS:
            raise ValueError(f"no such behaviour: {self.behaviour}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived. ``document`` is what stood between the tags, ``digest`` its SHA-256."""

    kind: Kind
    digest: str
    document: str
    system: str
    user: str
    body: dict[str, Any] = field(repr=False)
    behaviour: str
    authorization: str


def step_of(value: str | dict[str, Any] | Step) -> Step:
    """A step from its name, its JSON or itself."""
    if isinstance(value, Step):
        return value
    return Step(value) if isinstance(value, str) else Step(**value)


@cache
def _reader() -> KeywordExtractor:
    return KeywordExtractor(vocabulary_of(read_starter()), EngineSettings())


def honest_skills(document: str, kind: Kind) -> list[dict[str, Any]]:
    """What an honest model would answer: skills that the document names, with their own sentences as quotes."""
    skills = []
    for skill in _reader().extract(document, kind).skills:
        claim: dict[str, Any] = {
            "name": skill.name,
            "quote": skill.evidence[0].quote,
            "level": skill.level.label if skill.level and skill.level.score else "unknown",
            "level_words": skill.level.cues[0] if skill.level and skill.level.cues else None,
        }
        if kind == "job":
            claim["required"] = skill.required
        skills.append(claim)
    return skills


def _invented(document: str, kind: Kind, *, real_quotes: bool) -> list[dict[str, Any]]:
    line = next((line for line in document.splitlines() if line.strip()), "")
    quote = line.strip()[:200] if real_quotes else "words that no document of ours contains"
    claim = {"quote": quote, "level": "advanced", "level_words": "perfect match"}
    extra = {"required": True} if kind == "job" else {}
    return [{"name": name, **claim, **extra} for name in INVENTED]


class ScriptedLlm:
    """The server; start it by ``with``. Everything here is safe to use while it serves."""

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        answer: Callable[[str, Kind], list[dict[str, Any]]] = honest_skills,
    ) -> None:
        """``latency`` in seconds delays every answer. ``answer`` makes the skills of a good one."""
        self.latency = latency
        self._answer = answer
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._calls: list[Call] = []
        self._steps: dict[Kind, deque[Step]] = {kind: deque() for kind in KINDS}
        self._then: dict[Kind, Step] = {kind: Step() for kind in KINDS}
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What goes into JOBMATE_LLM_BASE_URL."""
        return f"{self.origin}/v1"

    def serve_until_interrupted(self) -> None:
        """For the command line: serves in this thread's stead until Ctrl-C."""
        with self:
            try:
                self._thread.join()
            except KeyboardInterrupt:
                return

    def script(
        self,
        kind: Kind | Literal["any"],
        steps: Sequence[str | dict[str, Any] | Step],
        *,
        then: str | dict[str, Any] | Step = "good",
    ) -> None:
        """The next answers for documents of ``kind``, in order; ``then`` from there on."""
        kinds: tuple[Kind, ...] = KINDS if kind == "any" else (kind,)
        parsed = [step_of(step) for step in steps]
        with self._lock:
            for each in kinds:
                self._steps[each] = deque(parsed)
                self._then[each] = step_of(then)

    def reset(self) -> None:
        """Forget script and calls."""
        self.script("any", [])
        with self._lock:
            self._calls.clear()

    @property
    def calls(self) -> list[Call]:
        with self._lock:
            return list(self._calls)

    def count_for(self, text: str) -> int:
        """How often a document with this original text was sent."""
        digest = _digest(as_sent(text))
        return sum(1 for call in self.calls if call.digest == digest)

    def counts(self) -> dict[str, int]:
        """Calls per document digest."""
        totals: dict[str, int] = {}
        for call in self.calls:
            totals[call.digest] = totals.get(call.digest, 0) + 1
        return totals

    def take(self, body: dict[str, Any], authorization: str) -> tuple[Call, Step]:
        """Record a request and decide how to answer it."""
        system = "".join(m["content"] for m in body["messages"] if m["role"] == "system")
        user = "".join(m["content"] for m in body["messages"] if m["role"] == "user")
        schema = json.dumps(body.get("response_format", {}))
        kind: Kind = "job" if '"required": {"type": "boolean"}' in schema else "resume"
        if '"choices": {"type": "array"' in schema:
            kind = "choice"
        tag = "skills" if kind == "choice" else "document"
        document = user.partition(f"<{tag}>\n")[2].rpartition(f"\n</{tag}>")[0]
        with self._lock:
            step = self._steps[kind].popleft() if self._steps[kind] else self._then[kind]
            call = Call(kind, _digest(document), document, system, user, body, step.behaviour, authorization)
            self._calls.append(call)
        return call, step

    def wait(self, seconds: float) -> None:
        """Let time pass, unless the server closes first."""
        if seconds > 0:
            self._closing.wait(seconds)

    def content(self, step: Step, call: Call) -> str:
        """The text of a completion. Asked to choose, an honest model that knows nothing chooses nothing."""
        if call.kind == "choice":
            return {"says": step.text, "invalid_json": '{"choices": [,', "empty_content": ""}.get(
                step.behaviour, json.dumps({"choices": []})
            )
        honest = self._answer(call.document, call.kind)
        full = json.dumps({"skills": honest}, ensure_ascii=False)
        foreign = _invented(call.document, call.kind, real_quotes=False)
        return {
            "invalid_json": full[:-2] + ",,",
            "wrong_shape": json.dumps({"skills": "python, sql", "verdict": 10}),
            "empty_object": "{}",
            "empty_content": "",
            "truncated": full[: len(full) // 2],
            "foreign_quotes": json.dumps({"skills": foreign}),
            "some_foreign_quotes": json.dumps({"skills": [*honest, *foreign]}, ensure_ascii=False),
            "obeys_injection": json.dumps(
                {"skills": [*_invented(call.document, call.kind, real_quotes=True), *_boasted(honest)]},
                ensure_ascii=False,
            ),
            "says": step.text,
        }.get(step.behaviour, full)


def _boasted(honest: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**claim, "level": "advanced", "level_words": "a perfect match"} for claim in honest]


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode("utf-8", "replace")).hexdigest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], llm: ScriptedLlm) -> None:
        super().__init__(address, _Handler)
        self.llm = llm

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that give up on a slow answer are part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        if self.path == "/calls":
            llm = self.server.llm
            self._send(200, {"calls": [asdict(call) for call in llm.calls], "counts": llm.counts()})
        else:
            self._send(404, {"error": {"message": "no such path"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
        if self.path == "/script":
            self.server.llm.script(body.get("kind", "any"), body.get("steps", []), then=body.get("then", "good"))
            self._send(200, {})
        elif self.path == "/reset":
            self.server.llm.reset()
            self._send(200, {})
        elif self.path == "/v1/chat/completions":
            self._complete(body)
        else:
            self._send(404, {"error": {"message": "no such path"}})

    def _complete(self, body: dict[str, Any]) -> None:
        llm = self.server.llm
        call, step = llm.take(body, self.headers.get("authorization", ""))
        llm.wait(llm.latency + step.seconds)
        if step.behaviour == "rate_limited":
            headers = {"Retry-After": step.retry_after} if step.retry_after is not None else {}
            self._send(429, {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, headers)
        elif step.behaviour == "server_error":
            self._send(500, {"error": {"message": "we broke"}})
        elif step.behaviour == "bad_request":
            self._send(400, {"error": {"message": "no such model"}})
        elif step.behaviour == "reset":
            self._reset_connection()
        elif step.behaviour == "drips":
            self._drip()
        elif step.behaviour == "not_http_json":
            self._send_bytes(200, b"<html>login</html>", "text/html", {})
        elif step.behaviour in ("empty_choices", "null_choices"):
            completion = self._completion(body, "")
            completion["choices"] = [] if step.behaviour == "empty_choices" else None
            self._send(200, completion)
        else:
            self._send(200, self._choice(body, step, llm.content(step, call)))

    def _choice(self, body: dict[str, Any], step: Step, content: str) -> dict[str, Any]:
        completion = self._completion(body, content)
        choice = completion["choices"][0]
        if step.behaviour == "truncated":
            choice["finish_reason"] = "length"
        elif step.behaviour == "content_filter":
            choice["finish_reason"] = "content_filter"
        elif step.behaviour == "refusal":
            choice["message"] = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        return completion

    @staticmethod
    def _completion(body: dict[str, Any], content: str) -> dict[str, Any]:
        prompt_tokens = sum(len(message["content"]) for message in body["messages"]) // 4
        completion_tokens = len(content) // 4
        return {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 0,
            "model": body.get("model", "scripted"),
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": content, "refusal": None},
                }
            ],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
            },
        }

    def _send(self, status: int, payload: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._send_bytes(status, json.dumps(payload).encode(), "application/json", headers or {})

    def _send_bytes(self, status: int, payload: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _drip(self) -> None:
        """A body that keeps coming, one blank at a time, and never ends of itself."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b" ")
            self.server.llm.wait(0.05)

    def _reset_connection(self) -> None:
        """An RST instead of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())  # the server's own orderly shutdown would send a FIN first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    arguments = parser.parse_args()
    llm = ScriptedLlm(port=arguments.port, latency=arguments.latency)
    print(llm.base_url, flush=True)
    llm.serve_until_interrupted()


if __name__ == "__main__":
    main()
