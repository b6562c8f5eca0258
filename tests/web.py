"""The application behind a real HTTP server on loopback, and people who use it."""

from __future__ import annotations

import itertools
import threading
from typing import Any, Self

import httpx
from werkzeug.serving import WSGIRequestHandler, make_server

from jobmate_agent.app import create_app
from jobmate_agent.container import Container

PASSWORD = "correct horse 7"
_numbers = itertools.count(1)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """The application writes its own access log."""


class Web:
    """The application of ``container``, served; ``http`` is a client without credentials."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.app = create_app(container=container)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=60)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.container.token_uses.wait(30)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def person(self, email: str | None = None) -> Person:
        """Somebody new, registered and signed in."""
        email = email or f"person{next(_numbers)}@example.com"
        answer = self.http.post(
            "/api/auth/register", json={"email": email, "password": PASSWORD, "name": "Kim Example"}
        )
        assert answer.status_code == 201, answer.text
        return Person(self, email, answer.json())

    def login(self, email: str, password: str = PASSWORD) -> Person:
        """The same person on another device."""
        answer = self.http.post("/api/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return Person(self, email, answer.json())


class Person:
    """Somebody with a pair of tokens."""

    def __init__(self, web: Web, email: str, signed_in: dict[str, Any]) -> None:
        self.web = web
        self.email = email
        self.id: str = signed_in["user"]["id"]
        self.access: str = signed_in["access_token"]
        self.refresh: str = signed_in["refresh_token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.web.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        return self.request("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)
