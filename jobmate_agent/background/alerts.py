"""Telling operators that something needs them: in the log, as a metric, and to a webhook where one is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from jobmate_agent import metrics
from jobmate_agent.clock import utcnow

log = structlog.get_logger(__name__)

GATE_REFUSED = "onet_gate_refused"
SYNC_FAILED = "onet_sync_failed"
STALE = "onet_data_stale"
NEWER_RELEASE = "onet_newer_release"


class Webhook(Protocol):
    """Where alerts are posted to."""

    def post(self, document: Mapping[str, Any]) -> bool:
        """Send one JSON document; whether it arrived. Never raises."""
        ...


class Alerts:
    """Raises alerts; never fails whoever raises one."""

    def __init__(self, webhook: Webhook | None = None) -> None:
        self._webhook = webhook

    def alert(self, kind: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        """Log an error, count ``jobmate_alerts_total{kind}``, POST ``{service, kind, message, text, details, at}``.

        ``text`` repeats the message for chat services that expect it. Takes seconds when the webhook does not answer,
        so no transaction may be open.
        """
        log.error("alert", kind=kind, message=message, details=dict(details or {}))
        metrics.count_alert(kind)
        if self._webhook is not None:
            self._webhook.post(
                {
                    "service": "jobmate",
                    "kind": kind,
                    "message": message,
                    "text": f"JobMate: {message}",
                    "details": dict(details or {}),
                    "at": utcnow().isoformat(),
                }
            )
