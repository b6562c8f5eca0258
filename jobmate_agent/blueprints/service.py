"""Running the service: is it up, is it ready, how is it doing. These addresses have no aliases."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent import metrics
from jobmate_agent.blueprints.auth import public
from jobmate_agent.blueprints.context import container
from jobmate_agent.blueprints.readiness import readiness
from jobmate_agent.schemas.service import Health, Readiness

RETRY_SECONDS = 5
TEXT: Any = {200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}}

NOT_READY: Any = {
    503: {
        "description": "Something is missing; checks says what",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}},
    }
}

blueprint = APIBlueprint("service", __name__, tag="Service")


@blueprint.get("/health")
@public
@blueprint.output(Health)
def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@blueprint.get("/ready")
@public
@blueprint.output(Readiness)
@blueprint.doc(responses=NOT_READY)
def ready() -> Readiness | tuple[Readiness, int, dict[str, str]]:
    """Everything is there: database, schema, worker, vector store, broker, each with its state (503 when not)."""
    report = readiness(container())
    if report.status == "ready":
        return report
    return report, 503, {"Retry-After": str(RETRY_SECONDS)}


@blueprint.get("/metrics")
@public
@blueprint.doc(responses=TEXT)
def prometheus() -> Response:
    """Counts and latencies of web and worker together, for Prometheus."""
    return Response(metrics.render(), content_type=metrics.CONTENT_TYPE)
