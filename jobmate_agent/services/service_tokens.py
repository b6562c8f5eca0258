"""Tokens of machine clients: made once, shown once, found by their digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import ServiceToken

PREFIX = "jm_"
SECRET_BYTES = 32
MAX_LENGTH = 200
MAX_NAME = 100
USE_NOTED_EVERY = timedelta(minutes=1)
OCCUPATIONS_READ = "occupations:read"
FEEDBACK_WRITE = "feedback:write"
SCOPES = {
    OCCUPATIONS_READ: "read occupations and skills, compare and match occupations, follow the runs that this starts",
    FEEDBACK_WRITE: "say what is wrong with them",
}
"""What a token may be allowed to do."""


def create(
    session: Session, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None
) -> tuple[ServiceToken, str]:
    """A new token, and the secret that its client sends as ``X-API-Key``; nobody can read the secret again.

    Raises ``validation_error`` for a name or scopes that a token cannot have.
    """
    mistakes = _mistakes(name, scopes)
    if mistakes:
        raise InvalidInputError("validation_error", "The token cannot be like this.", details=mistakes)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ServiceToken(
        name=name.strip(), token_sha256=digest(secret), scopes=sorted(set(scopes)), expires_at=expires_at
    )
    session.add(token)
    session.flush()
    return token, secret


def find(session: Session, secret: str, now: datetime) -> ServiceToken | None:
    """The token whose secret this is; None for anything else, revoked and expired ones among it."""
    if not secret.startswith(PREFIX) or len(secret) > MAX_LENGTH or not secret.isascii():
        return None
    token = session.scalar(sa.select(ServiceToken).where(ServiceToken.token_sha256 == digest(secret)))
    if token is None or token.revoked_at is not None:
        return None
    return token if token.expires_at is None or now < token.expires_at else None


def is_use_due(token: ServiceToken, now: datetime) -> bool:
    """Whether the last noted use of a token is long enough ago to be noted again."""
    return token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY


def note_use(session: Session, token_id: int, now: datetime) -> None:
    """Note that a token was used; of several at once, one notes it."""
    before = sa.or_(ServiceToken.last_used_at.is_(None), ServiceToken.last_used_at <= now - USE_NOTED_EVERY)
    session.execute(
        sa.update(ServiceToken)
        .where(ServiceToken.id == token_id, before)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


def revoke(session: Session, token_id: int, now: datetime) -> ServiceToken:
    """End a token for good; one that has ended stays as it was. ``token_not_found`` where there is none."""
    token = session.scalar(sa.select(ServiceToken).where(ServiceToken.id == token_id).with_for_update())
    if token is None:
        raise NotFoundError("token_not_found", f"There is no token {token_id}; `jobmate tokens list` shows them.")
    token.revoked_at = token.revoked_at or now
    session.flush()
    return token


def every(session: Session) -> list[ServiceToken]:
    """All tokens, ended ones included, oldest first."""
    return list(session.scalars(sa.select(ServiceToken).order_by(ServiceToken.id)))


def digest(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _mistakes(name: str, scopes: Sequence[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if not 0 < len(name.strip()) <= MAX_NAME or "\x00" in name:
        found.append({"loc": ["name"], "msg": f"must have 1 to {MAX_NAME} characters"})
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        said = f"no such scope: {', '.join(unknown)}" if unknown else "at least one is needed"
        found.append({"loc": ["scope"], "msg": f"{said}; there are {', '.join(SCOPES)}"})
    return found
