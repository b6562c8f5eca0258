"""Announcing finished reports to a frontend, over HTTP on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from jobmate_agent.adapters.frontend import HttpFrontend, NoFrontend
from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.served import free_port


class Frontend(ThreadingHTTPServer):
    """Answers with the statuses it was given, then 200; remembers what it was sent."""

    daemon_threads = True

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = list(statuses)
        self.received: list[tuple[str, str | None, Any]] = []
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Frontend

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Frontend]:
    made = Frontend()
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_ready_report_is_announced_with_the_token(server: Frontend) -> None:
    frontend = HttpFrontend(server.origin + "/", "secret")
    for job_id in (7, 8):
        frontend.gap_ready(job_id)
    frontend.close(10)
    assert server.received == [
        ("/api/revalidate-gap", "Bearer secret", {"jobId": 7}),
        ("/api/revalidate-gap", "Bearer secret", {"jobId": 8}),
    ]


def test_without_a_token_none_is_sent(server: Frontend) -> None:
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.close(10)
    assert server.received == [("/api/revalidate-gap", None, {"jobId": 7})]


def test_a_frontend_in_trouble_is_asked_again(server: Frontend) -> None:
    server.statuses = [500]
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.close(10)
    assert [body for _, _, body in server.received] == [{"jobId": 7}] * 2


def test_it_is_not_asked_for_ever(server: Frontend) -> None:
    server.statuses = [500] * 10
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.gap_ready(8)
    frontend.close(20)
    assert [body["jobId"] for _, _, body in server.received] == [7, 7, 7, 8, 8, 8]


def test_a_frontend_that_is_not_there_does_not_matter() -> None:
    frontend = HttpFrontend(f"http://127.0.0.1:{free_port()}", None)
    frontend.gap_ready(7)
    frontend.close(0.2)


def test_no_frontend_is_a_choice(sqlite_url: str, tmp_path: Any) -> None:
    quiet = Container(make_settings(sqlite_url, tmp_path)).frontend
    assert isinstance(quiet, NoFrontend)
    loud = Container(make_settings(sqlite_url, tmp_path, frontend_origin="http://127.0.0.1:9")).frontend
    assert isinstance(loud, HttpFrontend)
