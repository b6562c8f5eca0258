"""Local accounts: register, sign in, change the password."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any, cast

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from jobmate_agent.crypto import KeyRing
from jobmate_agent.db import insert_if_absent
from jobmate_agent.errors import ConflictError, InvalidInputError, UnauthorizedError
from jobmate_agent.models import User
from jobmate_agent.services.accounts.passwords import hash_password, needs_rehash, verify_password


def normalize_email(text: str) -> str:
    """The one form an address is kept and looked up in; :class:`InvalidInputError` ``invalid_email`` otherwise."""
    try:
        checked = validate_email(
            unicodedata.normalize("NFKC", text).strip(), check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError as exc:
        raise InvalidInputError(
            "invalid_email", "This is not an e-mail address.", details=[{"loc": ["json", "email"], "msg": str(exc)}]
        ) from exc
    return checked.normalized.casefold()


def register(session: Session, keys: KeyRing, *, email: str, password_hash: str, name: str) -> User:
    """Make a local account; ``email`` is normalised. :class:`ConflictError` ``email_taken`` when there is one.

    The hash is made by the caller, before a transaction is open: hashing is slow on purpose.
    """
    index = keys.blind(email)
    draft = {
        "id": str(uuid.uuid4()),
        "email": email,
        "email_index": index,
        "password_hash": password_hash,
        "name": name or None,
    }
    insert_if_absent(session, User, draft)
    user = session.scalars(sa.select(User).where(User.email_index == index)).one()
    if user.id != draft["id"]:
        raise ConflictError("email_taken", "There is already an account with this e-mail address; sign in instead.")
    return user


def find_by_email(session: Session, keys: KeyRing, email: str) -> User | None:
    """The local account with this (normalised) address."""
    return session.scalars(sa.select(User).where(User.email_index == keys.blind(email))).one_or_none()


def authenticate(user: User | None, password: str) -> str | None:
    """Check a password against an account that may not exist, in the same time either way.

    Returns a new hash to store when today's parameters differ, else None. Raises :class:`UnauthorizedError`
    ``invalid_credentials``, the same for an unknown address and a wrong password.
    """
    stored = user.password_hash if user else None
    if not verify_password(stored, password):
        raise UnauthorizedError("invalid_credentials", "The e-mail address or the password is wrong.")
    assert stored is not None
    return hash_password(password) if needs_rehash(stored) else None


def store_hash(session: Session, user_id: str, password_hash: str, *, replacing: str | None = None) -> bool:
    """Set a password hash; with ``replacing`` only if that is still the stored one. Returns whether it was set."""
    query = sa.update(User).where(User.id == user_id)
    if replacing is not None:
        query = query.where(User.password_hash == replacing)
    result = cast("sa.CursorResult[Any]", session.execute(query.values(password_hash=password_hash)))
    return bool(result.rowcount)
