"""The API's other addresses: clients in use call the same routes without ``/api`` and under other prefixes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CANONICAL = "/api"
ALIASES = ("/api/backend", "/backend")
EXEMPT = ("/app", "/health", "/ready", "/metrics", "/docs", "/openapi.json")


class Aliases:
    """Rewrites the path to the canonical one, once, before routing; the query string stays as it is."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["PATH_INFO"] = canonical(environ.get("PATH_INFO", ""))
        return self._application(environ, start_response)


def canonical(path: str) -> str:
    """The canonical form of ``path``; one prefix is taken off at most, so ``/backend/backend/x`` finds nothing."""
    for alias in ALIASES:
        if path.startswith(f"{alias}/"):
            return CANONICAL + path[len(alias) :]
    if path in ("", "/") or _under(path, CANONICAL) or any(_under(path, prefix) for prefix in EXEMPT):
        return path
    return CANONICAL + path


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
