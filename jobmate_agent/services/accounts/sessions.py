"""Sign-in sessions: open, refresh with rotation, revoke, and the question that every request asks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.errors import UnauthorizedError
from jobmate_agent.models import AuthSession, RefreshToken

# The user of a session that was not revoked. A deleted user's sessions are gone with the user, so a row also says
# that the user exists.
LIVE_USER = sa.select(AuthSession.user_id).where(
    AuthSession.id == sa.bindparam("session_id"), AuthSession.revoked_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a pair of tokens is made from; ``refresh_id`` is the refresh token's ``jti``."""

    user_id: str
    session_id: str
    refresh_id: str


def open_session(session: Session, user_id: str, now: datetime, lifetime: timedelta) -> Grant:
    """Begin a session of ``user_id``; sessions of theirs that ended long ago are forgotten."""
    session.execute(sa.delete(AuthSession).where(AuthSession.user_id == user_id, AuthSession.expires_at < now))
    made = AuthSession(id=str(uuid.uuid4()), user_id=user_id, created_at=now, expires_at=now + lifetime)
    session.add(made)
    session.flush()
    return _grant(session, user_id, made.id)


def exchange(
    session: Session, session_id: str, refresh_id: str, now: datetime, *, grace: timedelta, lifetime: timedelta
) -> Grant | None:
    """Trade a refresh token for the next one; None when it was stolen, and then the whole family is revoked.

    The caller commits in both cases. A token used again within ``grace`` is two tabs of one browser and gets a
    fresh pair. Raises :class:`UnauthorizedError` where the session has ended.
    """
    owner = session.execute(
        sa.select(AuthSession.user_id, AuthSession.revoked_at, AuthSession.expires_at)
        .where(AuthSession.id == session_id)
        .with_for_update()
    ).one_or_none()
    if owner is None or owner.revoked_at is not None or owner.expires_at <= now:
        raise UnauthorizedError("session_ended", "This session has ended; sign in again.")
    used = session.execute(
        sa.select(RefreshToken.used_at).where(RefreshToken.jti == refresh_id, RefreshToken.session_id == session_id)
    ).one_or_none()
    # Used tokens are forgotten after the grace time, so an absent one is an old one.
    if used is None or (used.used_at is not None and now - used.used_at > grace):
        revoke(session, session_id, now)
        return None
    if used.used_at is None:
        session.execute(sa.update(RefreshToken).where(RefreshToken.jti == refresh_id).values(used_at=now))
    session.execute(
        sa.delete(RefreshToken).where(RefreshToken.session_id == session_id, RefreshToken.used_at < now - grace)
    )
    session.execute(sa.update(AuthSession).where(AuthSession.id == session_id).values(expires_at=now + lifetime))
    return _grant(session, owner.user_id, session_id)


def revoke(session: Session, session_id: str, now: datetime) -> None:
    """End a session: its refresh tokens and its access tokens stop working at once."""
    session.execute(
        sa.update(AuthSession)
        .where(AuthSession.id == session_id, AuthSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all(session: Session, user_id: str, now: datetime, *, except_session: str | None = None) -> None:
    """End every session of ``user_id`` but ``except_session``."""
    query = sa.update(AuthSession).where(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None))
    if except_session is not None:
        query = query.where(AuthSession.id != except_session)
    session.execute(query.values(revoked_at=now))


def _grant(session: Session, user_id: str, session_id: str) -> Grant:
    token = RefreshToken(jti=str(uuid.uuid4()), session_id=session_id)
    session.add(token)
    session.flush()
    return Grant(user_id, session_id, token.jti)
