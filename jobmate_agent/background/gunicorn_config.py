"""How ``jobmate serve`` runs gunicorn: one process, threads, nothing left behind. Read by gunicorn itself."""

from __future__ import annotations

import time
from typing import Any

from gunicorn.http.errors import ParseException

from jobmate_agent.background.processes import die_with_parent, return_memory_early
from jobmate_agent.settings import Settings

# An answer may be ready before the body was read: too large, not signed in, too often. What is left of it would be
# taken for the next request of the connection. gunicorn itself reads no more than 64 KiB of it.
DISCARDED_BYTES = 8 * 1024 * 1024
DISCARD_SECONDS = 5.0
DISCARD_STEP = 64 * 1024

_settings = Settings()
if _settings.serve_pid is not None:
    die_with_parent(_settings.serve_pid)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
workers = 1
worker_class = "gthread"
threads = _settings.threads
# Clients poll every five seconds: a kept connection waits in the poller, not in a thread.
keepalive = 30
graceful_timeout = 10
# A long query should be answered by a route, in the words of the API, and not by gunicorn's page.
limit_request_line = 8190
loglevel = _settings.log_level
accesslog = None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """The process that answers requests ends with gunicorn's master, however that ended, and stays small."""
    die_with_parent(server.pid)
    return_memory_early()


def pre_request(worker: Any, req: Any) -> None:
    """A body that may be too long to be read to its end costs the connection, and the answer says so."""
    length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "0")
    chunked = any(name == "TRANSFER-ENCODING" for name, _ in req.headers)
    if chunked or int(length) > DISCARDED_BYTES:
        req.force_close()


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """Read what the application left of the body, so that the client gets the answer and can go on."""
    left, deadline = DISCARDED_BYTES, time.monotonic() + DISCARD_SECONDS
    try:
        while left > 0 and time.monotonic() < deadline and (data := req.body.read(DISCARD_STEP)):
            left -= len(data)
    except (OSError, ParseException):
        # The client has gone or sends nonsense; gunicorn closes such a connection by itself.
        return
