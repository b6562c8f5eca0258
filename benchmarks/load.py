"""HTTP load from a process of its own, over raw kept-alive sockets; every answer is checked.

Closed loop: each connection sends its next request when it has the answer to the last one. The generator reports
how much of a core it used itself, so that one sees that it was not the bottleneck.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

RECEIVE_BYTES = 256 * 1024
ANSWER_SECONDS = 20.0
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what must come back: the status, and either the whole body or a part of it."""

    request: str
    status: int
    body: str | None = None
    contains: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One round. ``rate`` in requests a second, latencies in milliseconds, ``cpu`` as a share of one core."""

    rate: float
    p50: float
    p99: float
    cpu: float


class LoadError(RuntimeError):
    """The server answered something else, or not at all."""


def get(path: str, token: str | None = None, **headers: str) -> str:
    """A GET request as it goes over the wire; underscores in header names stand for hyphens."""
    return _request("GET", path, token, headers)


def post(path: str, token: str | None = None, **headers: str) -> str:
    """A POST request without a body."""
    return _request("POST", path, token, {"Content_Length": "0", **headers})


def _request(method: str, path: str, token: str | None, headers: dict[str, str]) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Origin: http://localhost:3000", "Accept: */*"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""])


class LoadGenerator:
    """The parent's handle on the generating process. Use it as a context manager."""

    def __init__(self, port: int, connections: int) -> None:
        command = [sys.executable, "-m", "benchmarks.load", str(port), str(connections)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def play(self, exchanges: Sequence[Exchange], count: int) -> Result:
        """Send ``count`` requests, taking ``exchanges`` in turn; :class:`LoadError` at the first wrong answer."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"exchanges": [asdict(exchange) for exchange in exchanges], "count": count}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the load generator ended"}
        if "error" in answer:
            raise LoadError(answer["error"])
        return Result(**answer)


class _Connection:
    """One kept-alive socket and the exchange under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(RECEIVE_BYTES)
        self._filled = 0
        self._expected_bytes = -1

    def send(self, checked: _Checked) -> None:
        self._checked, self._filled, self._expected_bytes = checked, 0, -1
        self.started = time.perf_counter()
        self.socket.sendall(checked.request)

    def receive(self) -> bool:
        """Take in what is there; whether the answer is whole (and then it was the right one)."""
        got = self.socket.recv_into(memoryview(self._buffer)[self._filled :])
        if not got:
            raise LoadError(f"connection closed after {bytes(self._buffer[: self._filled])[:300]!r}")
        self._filled += got
        if self._expected_bytes < 0 and not self._read_head():
            return False
        if self._filled < self._expected_bytes:
            return False
        self._checked.compare(memoryview(self._buffer)[self._body_at : self._filled])
        return True

    def _read_head(self) -> bool:
        end = self._buffer.find(END_OF_HEAD, 0, self._filled)
        if end < 0:
            return False
        head = bytes(self._buffer[:end])
        self._body_at = end + len(END_OF_HEAD)
        length = 0 if self._checked.status in (204, 304) else _content_length(head)
        self._expected_bytes = self._body_at + length
        if self._expected_bytes > len(self._buffer):
            self._buffer.extend(bytes(self._expected_bytes - len(self._buffer)))
        if not head.startswith(self._checked.status_line):
            raise LoadError(f"expected {self._checked.status}, got {head[:300]!r}")
        return True


class _Checked:
    """An exchange in bytes, ready to be sent and compared."""

    def __init__(self, exchange: Exchange) -> None:
        self.request = exchange.request.encode()
        self.status = exchange.status
        self.status_line = f"HTTP/1.1 {exchange.status} ".encode()
        self._body = None if exchange.body is None else exchange.body.encode()
        self._contains = exchange.contains.encode()

    def compare(self, body: memoryview) -> None:
        good = body == self._body if self._body is not None else self._contains in bytes(body)
        if not good:
            raise LoadError(f"unexpected body: {bytes(body)[:300]!r}")


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise LoadError(f"an answer without Content-Length: {head[:300]!r}")


def _play(connections: list[_Connection], exchanges: Sequence[Exchange], count: int) -> Result:
    checked = [_Checked(exchange) for exchange in exchanges]
    turns = iter([checked[index % len(checked)] for index in range(count)])
    latencies: list[float] = []
    cpu, began = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            if (turn := next(turns, None)) is not None:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(turn)
        for connection in _readable(selector):
            if not connection.receive():
                continue
            latencies.append(time.perf_counter() - connection.started)
            if (turn := next(turns, None)) is not None:
                connection.send(turn)
            else:
                selector.unregister(connection.socket)
    seconds = time.perf_counter() - began
    latencies.sort()
    return Result(
        rate=count / seconds,
        p50=latencies[len(latencies) // 2] * 1000,
        p99=latencies[int(len(latencies) * 0.99)] * 1000,
        cpu=(time.process_time() - cpu) / seconds,
    )


def _readable(selector: selectors.BaseSelector) -> Iterator[_Connection]:
    while selector.get_map():
        ready = selector.select(ANSWER_SECONDS)
        if not ready:
            raise LoadError(f"no answer within {ANSWER_SECONDS:.0f} seconds")
        for key, _ in ready:
            yield key.data


def _serve_orders(port: int, number: int) -> int:
    connections: list[_Connection] = []
    for line in sys.stdin:
        order = json.loads(line)
        exchanges = [Exchange(**values) for values in order["exchanges"]]
        try:
            # A server may end a connection that was idle between rounds, so each round brings its own.
            connections = [_Connection(port) for _ in range(number)]
            answer: dict[str, object] = asdict(_play(connections, exchanges, order["count"]))
        except (LoadError, OSError) as exc:
            answer = {"error": f"{type(exc).__name__}: {exc}"}
        finally:
            for connection in connections:
                connection.socket.close()
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(_serve_orders(int(sys.argv[1]), int(sys.argv[2])))
