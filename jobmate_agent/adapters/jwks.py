"""Public keys of external identity providers, read from their JWKS documents (RFC 7517)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWKClient, PyJWKSet
from jwt.exceptions import PyJWTError

from jobmate_agent.errors import UnavailableError
from jobmate_agent.settings import ExternalIssuer

log = structlog.get_logger(__name__)

FETCH_SECONDS = 5.0
REFETCH_SECONDS = 60.0
LIFETIME_SECONDS = 3600.0
MINIMUM_BITS = 2048


class JwksIssuerKeys:
    """Keys of the configured issuers, fetched when first needed, again after an hour or for an unknown key id.

    No issuer is asked more than once a minute. Keys that are known stay usable while their issuer is down.
    """

    def __init__(self, issuers: Iterable[ExternalIssuer]) -> None:
        self._documents = {issuer.issuer: _Document(issuer.jwks_url) for issuer in issuers}

    def signing_key(self, issuer: str, key_id: str) -> RSAPublicKey | None:
        return self._documents[issuer].key(key_id)


class _Document:
    """One issuer's JWKS document. Times are seconds of the monotonic clock."""

    def __init__(self, url: str) -> None:
        self._client = PyJWKClient(url, cache_jwk_set=False, timeout=FETCH_SECONDS)
        self._lock = threading.Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None

    def key(self, key_id: str) -> RSAPublicKey | None:
        if key_id in self._keys and not self._older_than(self._fetched_at, LIFETIME_SECONDS):
            return self._keys[key_id]
        with self._lock:
            known = key_id in self._keys and not self._older_than(self._fetched_at, LIFETIME_SECONDS)
            if not known and self._older_than(self._asked_at, REFETCH_SECONDS):
                self._fetch()
        if key_id not in self._keys and self._asked_at != self._fetched_at:
            raise UnavailableError("issuer_unavailable", "The sign-in service does not answer; try again in a minute.")
        return self._keys.get(key_id)

    def _fetch(self) -> None:
        self._asked_at = time.monotonic()
        try:
            document = PyJWKSet.from_dict(self._client.fetch_data())
        except (PyJWTError, OSError, ValueError) as exc:
            log.warning("issuer_keys_unavailable", url=self._client.uri, error=str(exc))
            return
        self._keys = {
            str(key.key_id): key.key
            for key in document.keys
            if key.key_id and key.public_key_use in ("sig", None) and _usable(key.key)
        }
        self._fetched_at = self._asked_at

    @staticmethod
    def _older_than(moment: float | None, seconds: float) -> bool:
        return moment is None or time.monotonic() - moment > seconds


def _usable(key: Any) -> bool:
    return isinstance(key, RSAPublicKey) and key.key_size >= MINIMUM_BITS
