"""Bearer tokens: made for our own sessions, and checked for ours and for configured external issuers.

A token's unverified ``iss`` alone decides which algorithm and which key it must be signed with: HS256 with our
secret for ours, RS256 with a published key for an external issuer. The ``alg`` header is compared with that
decision, never obeyed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, cast

import jwt
from flask import Flask, current_app
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.db import Lookup
from jobmate_agent.errors import UnauthorizedError
from jobmate_agent.services.accounts import identities, sessions
from jobmate_agent.services.accounts.sessions import Grant

EXTENSION = "jobmate_tokens"
ISSUER = "jobmate"
OURS, THEIRS = "HS256", "RS256"
LEEWAY_SECONDS = 5
REMEMBER_SECONDS = 60.0
REMEMBERED = 4096
MAX_LENGTH = 8192
MAX_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a valid access token. ``session_id`` is None for external issuers: they manage their own."""

    user_id: str
    session_id: str | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified token says. ``issuer`` None: ours, and ``subject`` is the session id. Times: POSIX seconds."""

    issuer: str | None
    subject: str
    until: float


def register(app: Flask, container: Container) -> None:
    """Set up flask-jwt-extended for this application; cookies and query strings are never looked at."""
    app.config.update(
        JWT_SECRET_KEY=container.keys.tokens,
        JWT_ALGORITHM=OURS,
        JWT_DECODE_ALGORITHMS=[OURS, THEIRS],
        JWT_ENCODE_ISSUER=ISSUER,
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ACCESS_TOKEN_EXPIRES=timedelta(minutes=container.settings.access_token_minutes),
        JWT_REFRESH_TOKEN_EXPIRES=timedelta(days=container.settings.refresh_token_days),
        JWT_DECODE_LEEWAY=LEEWAY_SECONDS,
        JWT_COOKIE_CSRF_PROTECT=False,
    )
    app.extensions[EXTENSION] = Tokens(app, container)


def tokens() -> Tokens:
    """This application's tokens."""
    return cast(Tokens, current_app.extensions[EXTENSION])


class Tokens:
    """Makes and checks tokens.

    A signature that was good stays good, so verified tokens are remembered for a minute: clients poll every few
    seconds with the same one. Whether the session still lives is asked of the database every time.
    """

    def __init__(self, app: Flask, container: Container) -> None:
        self._container = container
        self._issuers = {issuer.issuer: issuer for issuer in container.settings.external_issuers}
        if ISSUER in self._issuers:
            raise ValueError(f"JOBMATE_EXTERNAL_ISSUERS: {ISSUER!r} is the name of our own tokens' issuer")
        self._remembered: dict[str, Verified] = {}
        self._lock = threading.Lock()
        JWTManager(app).decode_key_loader(self._key)

    def pair(self, grant: Grant) -> dict[str, str]:
        """``{access_token, refresh_token}`` for a session."""
        claims = {"sid": grant.session_id}
        return {
            "access_token": create_access_token(grant.user_id, additional_claims=claims),
            "refresh_token": create_refresh_token(grant.user_id, additional_claims={**claims, "jti": grant.refresh_id}),
        }

    def caller(self, token: str) -> Caller:
        """Who sent this access token; :class:`UnauthorizedError` for one that is not, or no longer, valid."""
        verified = self._remembered.get(token)
        if verified is None or verified.until <= utcnow().timestamp():
            verified = self._verify(token)
        if verified.issuer is None:
            row = self._live_user(session_id=verified.subject)
            if row is None:
                raise UnauthorizedError("session_ended", "This session has ended; sign in again.")
            return Caller(row[0], verified.subject)
        return Caller(self._external_user(verified.issuer, verified.subject), None)

    def refresh_claims(self, token: str) -> tuple[str, str]:
        """The (session id, token id) of one of our refresh tokens; :class:`UnauthorizedError` for anything else."""
        claims = self._claims(token)
        if claims.get("iss") != ISSUER or claims.get("type") != "refresh":
            raise UnauthorizedError("invalid_token", "This is not a refresh token of this service.")
        return _text(claims, "sid"), _text(claims, "jti")

    def _external_user(self, issuer: str, subject: str) -> str:
        row = self._known_user(issuer=issuer, subject=subject)
        if row is not None:
            return cast(str, row[0])
        with self._container.db.unit_of_work() as session:
            return identities.user_of_identity(session, issuer, subject)

    @cached_property
    def _live_user(self) -> Lookup:
        return Lookup(self._container.db, sessions.LIVE_USER)

    @cached_property
    def _known_user(self) -> Lookup:
        return Lookup(self._container.db, identities.KNOWN_USER)

    def _verify(self, token: str) -> Verified:
        claims = self._claims(token)
        until = min(float(claims["exp"]) + LEEWAY_SECONDS, utcnow().timestamp() + REMEMBER_SECONDS)
        if claims["iss"] == ISSUER:
            if claims.get("type") != "access":
                raise UnauthorizedError("invalid_token", "This token is not for calling the API; use the access token.")
            verified = Verified(None, _text(claims, "sid"), until)
        else:
            verified = Verified(claims["iss"], _text(claims, "sub"), until)
        with self._lock:
            while len(self._remembered) >= REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[token] = verified
        return verified

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            if len(token) > MAX_LENGTH or not token.isascii():
                raise jwt.DecodeError("not a token")
            claims = decode_token(token)
            self._check_audience(claims)
        except jwt.ExpiredSignatureError as exc:
            raise UnauthorizedError("token_expired", "The token has expired; refresh it or sign in again.") from exc
        except (jwt.PyJWTError, JWTExtendedException, ValueError, TypeError, OverflowError, RecursionError) as exc:
            raise UnauthorizedError("invalid_token", "The token is not valid; sign in again.") from exc
        return claims

    def _key(self, header: dict[str, Any], claims: dict[str, Any]) -> Any:
        issuer = claims.get("iss")
        if issuer == ISSUER:
            _require_algorithm(header, OURS)
            return self._container.keys.tokens
        if not isinstance(issuer, str) or issuer not in self._issuers:
            raise jwt.InvalidIssuerError("unknown issuer")
        _require_algorithm(header, THEIRS)
        key_id = header.get("kid")
        key = self._container.issuer_keys.signing_key(issuer, key_id) if isinstance(key_id, str) else None
        if key is None:
            raise jwt.InvalidKeyError("the issuer publishes no such key")
        return key

    def _check_audience(self, claims: dict[str, Any]) -> None:
        float(claims.get("exp", "missing"))
        issuer = self._issuers.get(claims["iss"])
        if issuer is None or issuer.audience is None:
            return
        audience = claims.get("aud")
        if issuer.audience not in (audience if isinstance(audience, list) else [audience]):
            raise jwt.InvalidAudienceError("the token is meant for someone else")


def _require_algorithm(header: dict[str, Any], algorithm: str) -> None:
    if header.get("alg") != algorithm:
        raise jwt.InvalidAlgorithmError(f"this issuer signs with {algorithm}")


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT or "\x00" in value:
        raise UnauthorizedError("invalid_token", f"The token has no usable {name}.")
    return value
