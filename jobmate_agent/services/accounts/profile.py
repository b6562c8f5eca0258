"""What people say about themselves: contact details and preferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmate_agent.crypto import KeyRing
from jobmate_agent.errors import ConflictError, InvalidInputError, UnauthorizedError
from jobmate_agent.models import User
from jobmate_agent.services.accounts.registration import normalize_email

CONTACT_FIELDS = ("name", "email", "phone_number", "location")
PREFERENCE_FIELDS = ("llm_consent", "timezone", "locale")


def account(session: Session, user_id: str) -> User:
    """The user's row; :class:`UnauthorizedError` where the account went away since the token was checked."""
    user = session.get(User, user_id)
    if user is None:
        raise UnauthorizedError("session_ended", "This account no longer exists.")
    return user


def contact_info(user: User) -> dict[str, str]:
    """``{name, email, phone_number, location}``, empty where unknown."""
    return {field: getattr(user, field) or "" for field in CONTACT_FIELDS}


def update_contact_info(session: Session, keys: KeyRing, user: User, changes: Mapping[str, str | None]) -> None:
    """Store the given fields. The e-mail of a local account is its sign-in name, too, and changes with it.

    Raises :class:`InvalidInputError` ``invalid_email``, :class:`ConflictError` ``email_taken``.
    """
    for field in CONTACT_FIELDS:
        value = changes.get(field)
        if value is not None and field != "email":
            setattr(user, field, value or None)
    email = changes.get("email")
    if email is not None:
        _change_email(session, keys, user, email)


def preferences(user: User) -> dict[str, Any]:
    """``{llm_consent, timezone, locale}``."""
    return {field: getattr(user, field) for field in PREFERENCE_FIELDS}


def update_preferences(user: User, changes: Mapping[str, Any]) -> None:
    """Store the given fields; they were validated at the edge."""
    for field in PREFERENCE_FIELDS:
        if changes.get(field) is not None:
            setattr(user, field, changes[field])


def _change_email(session: Session, keys: KeyRing, user: User, text: str) -> None:
    if not text:
        if user.email_index is not None:
            raise InvalidInputError("email_needed", "You sign in with this address, so it cannot be empty.")
        user.email = None
        return
    email = normalize_email(text)
    user.email = email
    if user.email_index is None:
        return
    user.email_index = keys.blind(email)
    try:
        session.flush()
    except IntegrityError as exc:
        # Of what is written here, only the sign-in address has to be unique.
        raise ConflictError("email_taken", "There is already an account with this e-mail address.") from exc
