"""Around every request: its id, the access log, metrics, security headers, and what no request may contain."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from jobmate_agent import logs, metrics
from jobmate_agent.errors import JobMateError

log = structlog.get_logger("jobmate.access")

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"


def register(app: Flask) -> None:
    """Add the hooks. Call it before other extensions, so that its ``after_request`` runs last."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    environ = request.environ
    given = environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    logs.request_id.set(g.request_id)
    if "%00" in environ.get("QUERY_STRING", "") or "\x00" in environ.get("PATH_INFO", ""):
        raise JobMateError("bad_request", "The address contains a NUL character.", status=400)


def _end(response: Response) -> Response:
    headers = response.headers
    for name, value in SECURITY_HEADERS.items():
        if name not in headers:
            headers[name] = value
    headers["X-Request-ID"] = g.request_id
    if request.environ.get("wsgi.url_scheme") == "https":
        headers["Strict-Transport-Security"] = HSTS
    rule = request.url_rule
    route = rule.rule if rule is not None else "unmatched"
    seconds = time.perf_counter() - g.started
    metrics.observe_request(request.method, route, response.status_code, seconds)
    log.info("request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 2))
    return response
