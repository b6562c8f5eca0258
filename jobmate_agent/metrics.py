"""Prometheus metrics of every process.

With ``PROMETHEUS_MULTIPROC_DIR`` set before the process starts (``jobmate serve`` does so), values live in files
there and :func:`render` adds up web and worker; without it they are those of this process.
"""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MutexValue, ValueClass

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

requests = Counter("jobmate_http_requests", "HTTP requests answered.", ["method", "route", "status"])
latency = Histogram(
    "jobmate_http_request_seconds", "Time until the answer began, in seconds.", ["method", "route"], buckets=SECONDS
)

attempts = Counter("jobmate_run_attempts", "Attempts at background runs that ended.", ["kind", "outcome"])
attempt_time = Histogram(
    "jobmate_run_attempt_seconds", "How long attempts took, in seconds.", ["kind"], buckets=SECONDS
)

onet_gate_failures = Counter("jobmate_onet_gate_failures", "O*NET releases that the quality gate refused.")

alerts = Counter("jobmate_alerts", "Alerts raised for operators.", ["kind"])

_children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. ``route`` is a template, so that ids never become labels."""
    key = (method, route, status)
    pair = _children.get(key)
    if pair is None:
        name = method if method in METHODS else "OTHER"
        pair = requests.labels(name, route, str(status)), latency.labels(name, route)
        if name == method:
            _children[key] = pair
    pair[0].inc()
    pair[1].observe(seconds)


def observe_attempt(kind: str, outcome: str, seconds: float) -> None:
    """Count one attempt at a run. ``outcome``: succeeded | failed | lost."""
    attempts.labels(kind, outcome).inc()
    attempt_time.labels(kind).observe(seconds)


def count_alert(kind: str) -> None:
    """Count one alert."""
    alerts.labels(kind).inc()


def render() -> bytes:
    """All metrics in the text format that Prometheus reads (:data:`CONTENT_TYPE`)."""
    if ValueClass is MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
