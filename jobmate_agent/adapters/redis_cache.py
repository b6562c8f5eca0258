"""Answers kept in Redis for all processes together. Loaded only where one is configured: its client takes 10 MB."""

from __future__ import annotations

import time

import redis
import structlog

log = structlog.get_logger(__name__)

PREFIX = "jobmate:cache:"
TIMEOUT_SECONDS = 0.25
# How long a Redis that did not answer is left alone, so that no request waits for it.
PAUSE_SECONDS = 5.0


class RedisCache:
    """Answers in Redis, by the name that they have there. One that is away is a cache that knows nothing."""

    def __init__(self, url: str, prefix: str = PREFIX) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
        self._prefix = prefix
        self._away_until = 0.0
        self._is_away = False

    def get(self, key: str) -> bytes | None:
        if time.monotonic() < self._away_until:
            return None
        try:
            found = self._redis.get(self._prefix + key)
        except redis.RedisError as exc:
            self._leave_alone(exc)
            return None
        self._answered()
        return found if isinstance(found, bytes) else None

    def set(self, key: str, value: bytes, seconds: int) -> None:
        if time.monotonic() < self._away_until:
            return
        try:
            self._redis.set(self._prefix + key, value, ex=seconds)
        except redis.RedisError as exc:
            self._leave_alone(exc)
        else:
            self._answered()

    def _leave_alone(self, error: redis.RedisError) -> None:
        self._away_until = time.monotonic() + PAUSE_SECONDS
        if not self._is_away:
            self._is_away = True
            log.warning("cache_away", error=type(error).__name__)

    def _answered(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info("cache_back")
