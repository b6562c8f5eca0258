"""What verifying a token of an external issuer needs from outside."""

from __future__ import annotations

from typing import Any, Protocol


class IssuerKeys(Protocol):
    """The public keys of the configured issuers."""

    def signing_key(self, issuer: str, key_id: str) -> Any | None:
        """The RSA public key that ``issuer`` publishes under ``key_id``; None when it publishes no such key.

        Raises :class:`jobmate_agent.errors.UnavailableError` where the issuer cannot be asked.
        """
