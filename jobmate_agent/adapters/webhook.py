"""Posts JSON to an address that the operator gave, such as a chat service's incoming webhook."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 5.0
TRIES = 3
FIRST_PAUSE_SECONDS = 0.5


class HttpWebhook:
    """One address. Each document is tried up to three times; a failure is logged and nothing more."""

    def __init__(
        self, url: str, *, timeout: float = TIMEOUT_SECONDS, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._url = url
        self._timeout = timeout
        self._sleep = sleep

    def post(self, document: Mapping[str, Any]) -> bool:
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, TRIES + 1):
            try:
                # The address may hold a secret, so neither it nor the fault's text is logged.
                with httpx.Client(timeout=self._timeout, trust_env=False) as client:
                    client.post(self._url, json=dict(document)).raise_for_status()
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                log.warning("webhook_failed", attempt=attempt, error=type(exc).__name__)
            else:
                return True
            if attempt < TRIES:
                self._sleep(pause)
                pause *= 4
        return False
