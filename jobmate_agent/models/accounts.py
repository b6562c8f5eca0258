"""People, their identities and their signed-in sessions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jobmate_agent.clock import utcnow
from jobmate_agent.columns import EncryptedText, Identifier, UtcDateTime
from jobmate_agent.db import Base


class User(Base):
    """One person. ``id`` is a UUID string and the ``sub`` of our own tokens.

    ``email_index`` is the blind index of a local account's e-mail; external accounts leave it empty, so
    that an unverified e-mail never joins two accounts.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Identifier(36), primary_key=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_index: Mapped[str | None] = mapped_column(Identifier(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone_number: Mapped[str | None] = mapped_column(EncryptedText)
    location: Mapped[str | None] = mapped_column(EncryptedText)
    llm_consent: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    locale: Mapped[str] = mapped_column(sa.String(35), default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class UserIdentity(Base):
    """A subject at an external issuer, and the user it stands for."""

    __tablename__ = "user_identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(Identifier(255))
    subject: Mapped[str] = mapped_column(Identifier(255))
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)


class AuthSession(Base):
    """One sign-in on one device: the family of its refresh tokens. Revoking it ends its access tokens too."""

    __tablename__ = "auth_sessions"

    id: Mapped[str] = mapped_column(Identifier(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefreshToken(Base):
    """A refresh token that was issued; ``used_at`` is set when it was exchanged for the next one."""

    __tablename__ = "refresh_tokens"

    jti: Mapped[str] = mapped_column(Identifier(36), primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("auth_sessions.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InstanceFact(Base):
    """A fact about this installation, such as the fingerprint of the keys that wrote its data."""

    __tablename__ = "instance_facts"

    name: Mapped[str] = mapped_column(Identifier(64), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(255))
