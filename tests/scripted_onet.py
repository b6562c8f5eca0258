"""The O*NET Center on loopback: its download site and Web Services v2, well or badly behaved as a script says.

In a test::

    with ScriptedOnet() as onet:
        onet.releases["30.1"] = zip_bytes
        onet.script("download", ["truncated", "good"])
        ...JOBMATE_ONET_DOWNLOAD_URL=onet.base_url, JOBMATE_ONET_API_URL=onet.base_url...
        assert onet.count("download") == 2
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

Kind = Literal["page", "download", "overview", "details"]
BEHAVIOURS = {
    *("good", "forbidden", "rate_limited", "server_error", "not_found", "silent", "drips", "huge", "html"),
    *("truncated", "range_ignored", "too_short", "too_long", "corrupt", "wrong_part", "unknown_length"),
    *("invalid_json", "total_zero", "wrong_code", "elsewhere"),
}
KEY = "scripted-key"
PAGE = 20
FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"


@dataclass(frozen=True, slots=True)
class Step:
    """One answer. ``retry_after`` is the header's value, ``seconds`` the delay before it."""

    behaviour: str = "good"
    retry_after: str | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.behaviour not in BEHAVIOURS:
            raise ValueError(f"no such behaviour: {self.behaviour}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived."""

    kind: Kind
    path: str
    behaviour: str
    headers: dict[str, str] = field(repr=False)


def elements(kind: str, count: int) -> list[dict[str, Any]]:
    """Rated elements as Web Services list them, the most important first."""
    return [
        {"id": f"{kind}.{number}", "name": f"{kind} {number}", "description": "…", "importance": 100 - number}
        for number in range(count)
    ]


def sample_occupation() -> dict[str, Any]:
    """An occupation with more of everything than one page holds."""
    return {
        "title": "Tide Readers",
        "description": "Read the tides.",
        "sample_of_reported_titles": ["Tide Reader", "Senior Tide Reader"],
        "sections": {
            "tasks": [
                {"id": str(number), "title": f"Read tide {number}.", "importance": 90, "category": "Core"}
                for number in range(25)
            ],
            "skills": elements("2.A", 35),
            "knowledge": elements("2.C", 33),
            "abilities": [],
            "technology_skills": [
                {
                    "code": 1,
                    "title": "Tide software",
                    "example": [{"title": "TideWorks", "hot_technology": True, "in_demand": True}],
                    "example_more": [{"title": "Ebb", "hot_technology": False}],
                }
            ],
            "related_occupations": [{"code": "15-1252.00", "title": "Software Developers"}],
        },
    }


_ROWS = {"tasks": "task", "technology_skills": "category", "related_occupations": "occupation"}


class ScriptedOnet:
    """The server; start it by ``with``. Everything here is safe to use while it serves."""

    def __init__(self) -> None:
        self.releases: dict[str, bytes] = {}
        self.occupations: dict[str, dict[str, Any]] = {}
        self.page_text: str | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._calls: list[Call] = []
        self._steps: dict[Kind, deque[Step]] = {kind: deque() for kind in ("page", "download", "overview", "details")}
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, kind: Kind, steps: Sequence[str | Step]) -> None:
        """What the next requests of a kind get; afterwards every answer is good."""
        with self._lock:
            self._steps[kind] = deque(Step(step) if isinstance(step, str) else step for step in steps)

    def calls(self, kind: Kind | None = None) -> list[Call]:
        with self._lock:
            return [call for call in self._calls if kind in (None, call.kind)]

    def count(self, kind: Kind | None = None) -> int:
        return len(self.calls(kind))

    def take(self, kind: Kind, path: str, headers: dict[str, str]) -> Step:
        with self._lock:
            step = self._steps[kind].popleft() if self._steps[kind] else Step()
            self._calls.append(Call(kind, path, step.behaviour, headers))
        return step

    def wait(self, seconds: float) -> None:
        """Sleep, unless the server is being closed."""
        self._closing.wait(seconds)

    @property
    def closing(self) -> bool:
        return self._closing.is_set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], onet: ScriptedOnet) -> None:
        self.onet = onet
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: Any) -> None:
        return

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the client has had enough of a fault
            return

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        kind = _kind(parts.path)
        if kind is None:
            self._send(404, b"<html>nothing here</html>", "text/html")
            return
        step = self.server.onet.take(kind, self.path, {name.lower(): value for name, value in self.headers.items()})
        self.server.onet.wait(step.seconds)
        if not self._fault(step):
            getattr(self, f"_{kind}")(parts.path, parse_qs(parts.query), step)

    def _fault(self, step: Step) -> bool:
        """Faults that look the same everywhere."""
        headers = {"Retry-After": step.retry_after} if step.retry_after is not None else {}
        if step.behaviour == "forbidden":
            self._send(403, FORBIDDEN, "text/html", headers)
        elif step.behaviour == "rate_limited":
            self._send(429, b'{"error": "too many requests"}', "application/json", headers)
        elif step.behaviour == "server_error":
            self._send(500, b"<html>we broke</html>", "text/html", headers)
        elif step.behaviour == "not_found":
            self._send(404, b"<html>no such page</html>", "text/html")
        elif step.behaviour == "html":
            self._send(200, b"<html>maintenance</html>", "text/html")
        elif step.behaviour == "silent":
            self.server.onet.wait(30)
            self.close_connection = True
        elif step.behaviour in ("drips", "huge"):
            self._endless(b" " if step.behaviour == "drips" else b" " * 65536, step.behaviour == "drips")
        else:
            return False
        return True

    def _page(self, path: str, query: dict[str, list[str]], step: Step) -> None:
        links = "".join(
            f'<a href="/dl_files/database/db_{version.replace(".", "_")}_text.zip">Text</a>'
            for version in self.server.onet.releases
        )
        text = self.server.onet.page_text
        self._send(200, (links if text is None else text).encode(), "text/html")

    def _download(self, path: str, query: dict[str, list[str]], step: Step) -> None:
        version = ".".join(re.findall(r"\d+", path)[:2])
        content = self.server.onet.releases.get(version)
        if content is None:
            self._send(404, b"<html>no such file</html>", "text/html")
            return
        served = _corrupted(content) if step.behaviour == "corrupt" else content
        etag = f'"{hashlib.sha256(served).hexdigest()[:16]}"'
        start = self._asked_from(etag, step)
        status = 206 if start else 200
        headers = {"ETag": etag, "Accept-Ranges": "bytes"}
        if start:
            first = start + 1 if step.behaviour == "wrong_part" else start
            headers["Content-Range"] = f"bytes {first}-{len(served) - 1}/{len(served)}"
        body = served[start:]
        if step.behaviour == "truncated":
            self._send(status, body[: len(body) // 2], "application/zip", headers, length=len(body))
        elif step.behaviour == "too_short":
            self._send(status, body[:-10], "application/zip", headers, length=len(body) - 10)
        elif step.behaviour == "too_long":
            self._send(status, body, "application/zip", headers, length=len(body) + 10)
        elif step.behaviour == "unknown_length":
            self._send(status, body, "application/zip", headers, length=None)
        else:
            self._send(status, body, "application/zip", headers)

    def _asked_from(self, etag: str, step: Step) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if match is None or step.behaviour == "range_ignored" or self.headers.get("If-Range", etag) != etag:
            return 0
        return int(match[1])

    def _overview(self, path: str, query: dict[str, list[str]], step: Step) -> None:
        if not self._has_key():
            return
        code = path.strip("/").split("/")[2]
        occupation = self.server.onet.occupations.get(code)
        if step.behaviour == "invalid_json":
            self._send(200, b'{"code": ', "application/json")
        elif step.behaviour == "total_zero":
            self._json(200, {"start": 1, "end": 0, "total": 0})
        elif occupation is None:
            self._json(422, {"error": f"{code} is not a valid O*NET-SOC code"})
        else:
            base = f"{self.server.onet.base_url}/online/occupations/{code}"
            links = [{"href": f"{base}/details/{name}", "title": name} for name in occupation["sections"]]
            facts = {key: value for key, value in occupation.items() if key != "sections"}
            shown = "11-1011.00" if step.behaviour == "wrong_code" else code
            self._json(200, {"code": shown, **facts, "details_contents": links})

    def _details(self, path: str, query: dict[str, list[str]], step: Step) -> None:
        if not self._has_key():
            return
        code, section = path.strip("/").split("/")[2], path.strip("/").split("/")[4]
        rows = self.server.onet.occupations.get(code, {}).get("sections", {}).get(section)
        if step.behaviour == "invalid_json":
            self._send(200, b"[[[", "application/json")
            return
        if rows is None:
            self._json(422, {"error": "no data"})
            return
        start = int(query.get("start", ["1"])[0])
        page = rows[start - 1 : start - 1 + PAGE]
        body: dict[str, Any] = {"start": start, "end": start + len(page) - 1, "total": len(rows)}
        body[_ROWS.get(section, "element")] = page
        if start - 1 + PAGE < len(rows):
            host = "http://127.0.0.1:9" if step.behaviour == "elsewhere" else self.server.onet.base_url
            body["next"] = f"{host}{path}?start={start + PAGE}&end={start + 2 * PAGE - 1}"
        self._json(200, body)

    def _has_key(self) -> bool:
        if self.headers.get("X-API-Key") == KEY:
            return True
        self._send(403, FORBIDDEN, "text/html")
        return False

    def _json(self, status: int, payload: dict[str, Any]) -> None:
        self._send(status, json.dumps(payload).encode(), "application/json")

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = -1,
    ) -> None:
        """``length`` is what the header claims: -1 the truth, None nothing (the connection's end is the body's)."""
        self.send_response(status)
        for name, value in {"Content-Type": content_type, **(headers or {})}.items():
            self.send_header(name, value)
        if length is None or length > len(body):
            self.close_connection = True
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        self.end_headers()
        self.wfile.write(body)

    def _endless(self, chunk: bytes, slow: bool) -> None:
        """A body that keeps coming and never ends of itself."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.server.onet.closing:
            self.wfile.write(chunk)
            if slow:
                self.server.onet.wait(0.02)


def _kind(path: str) -> Kind | None:
    if path in ("/database.html", "/db_releases.html"):
        return "page"
    if path.startswith("/dl_files/database/db_"):
        return "download"
    parts = path.strip("/").split("/")
    if parts[:2] != ["online", "occupations"]:
        return None
    return {3: "overview", 5: "details"}.get(len(parts))  # type: ignore[return-value]


def _corrupted(content: bytes) -> bytes:
    """The same length, with bytes in the middle of the first entry turned over."""
    middle = 60
    return content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 40]) + content[middle + 40 :]
