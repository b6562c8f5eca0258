"""Accounts: register, sign in and out, change the password, contact details and preferences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import g

from jobmate_agent.blueprints.auth import current_user_id, public, user_required
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.limits import count_sign_in, limit
from jobmate_agent.blueprints.tokens import tokens
from jobmate_agent.clock import utcnow
from jobmate_agent.errors import ConflictError, InvalidInputError, UnauthorizedError
from jobmate_agent.models import User
from jobmate_agent.schemas.accounts import (
    ContactInfo,
    ContactInfoUpdate,
    Credentials,
    PasswordChange,
    Preferences,
    PreferencesUpdate,
    RefreshRequest,
    Registration,
    SignedIn,
    TokenPair,
)
from jobmate_agent.schemas.wire import Message
from jobmate_agent.services.accounts import passwords, profile, registration, sessions

blueprint = APIBlueprint("accounts", __name__, tag="Accounts")

ENDED: Any = {401: "The token is not valid, or its session has ended"}


@blueprint.post("/auth/register")
@public
@limit("register")
@blueprint.input(Registration, location="json")
@blueprint.output(SignedIn, status_code=201)
@blueprint.doc(responses={409: "There is an account with this address"})
def register(json_data: Registration) -> dict[str, Any]:
    """Make a local account and sign in."""
    email = registration.normalize_email(json_data.email)
    password_hash = passwords.hash_password(json_data.password)
    with unit_of_work() as session:
        user = registration.register(
            session, container().keys, email=email, password_hash=password_hash, name=json_data.name
        )
        grant = sessions.open_session(session, user.id, utcnow(), _lifetime())
    return _signed_in(user, grant)


@blueprint.post("/auth/login")
@public
@limit("login")
@blueprint.input(Credentials, location="json")
@blueprint.output(SignedIn)
@blueprint.doc(responses={401: "The address or the password is wrong"})
def login(json_data: Credentials) -> dict[str, Any]:
    """Sign in with e-mail address and password."""
    email = registration.normalize_email(json_data.email)
    count_sign_in(container().keys.blind(email))
    with reading() as session:
        user = registration.find_by_email(session, container().keys, email)
    rehashed = registration.authenticate(user, json_data.password)
    assert user is not None
    with unit_of_work() as session:
        if rehashed is not None:
            registration.store_hash(session, user.id, rehashed, replacing=user.password_hash)
        grant = sessions.open_session(session, user.id, utcnow(), _lifetime())
    return _signed_in(user, grant)


@blueprint.post("/auth/refresh")
@public
@blueprint.input(RefreshRequest, location="json")
@blueprint.output(TokenPair)
@blueprint.doc(responses=ENDED)
def refresh(json_data: RefreshRequest) -> dict[str, str]:
    """Exchange a refresh token for a new pair; it works once."""
    session_id, refresh_id = tokens().refresh_claims(json_data.refresh_token)
    grace = timedelta(seconds=container().settings.refresh_grace_seconds)
    with unit_of_work() as session:
        grant = sessions.exchange(session, session_id, refresh_id, utcnow(), grace=grace, lifetime=_lifetime())
    if grant is None:
        raise UnauthorizedError(
            "refresh_token_reused", "This refresh token was used before, so the session was ended; sign in again."
        )
    return tokens().pair(grant)


@blueprint.post("/auth/logout")
@public
@blueprint.input(RefreshRequest, location="json")
@blueprint.output(Message)
@blueprint.doc(responses=ENDED)
def logout(json_data: RefreshRequest) -> dict[str, str]:
    """End the session of this refresh token, its access tokens included."""
    session_id, _ = tokens().refresh_claims(json_data.refresh_token)
    with unit_of_work() as session:
        sessions.revoke(session, session_id, utcnow())
    return {"message": "Signed out"}


@blueprint.post("/auth/change-password")
@user_required
@limit("login")
@blueprint.input(PasswordChange, location="json")
@blueprint.output(Message)
@blueprint.doc(responses={409: "There is no password, or it was changed meanwhile"})
def change_password(json_data: PasswordChange) -> dict[str, str]:
    """Set a new password; every other session of this user ends."""
    with reading() as session:
        stored = profile.account(session, current_user_id()).password_hash
    if stored is None:
        raise ConflictError("no_password", "This account signs in through another service and has no password here.")
    if not passwords.verify_password(stored, json_data.current_password):
        raise InvalidInputError(
            "wrong_password",
            "The present password is not right.",
            details=[{"loc": ["json", "current_password"], "msg": "not the present password"}],
        )
    fresh = passwords.hash_password(json_data.new_password)
    with unit_of_work() as session:
        if not registration.store_hash(session, current_user_id(), fresh, replacing=stored):
            raise ConflictError("password_changed", "The password was changed elsewhere meanwhile; sign in again.")
        sessions.revoke_all(session, current_user_id(), utcnow(), except_session=g.session_id)
    return {"message": "Password changed; all other sessions are signed out"}


@blueprint.get("/contact-info")
@user_required
@blueprint.output(ContactInfo)
def get_contact_info() -> dict[str, str]:
    """The user's contact details."""
    with reading() as session:
        return profile.contact_info(profile.account(session, current_user_id()))


@blueprint.put("/contact-info")
@user_required
@blueprint.input(ContactInfoUpdate, location="json")
@blueprint.output(ContactInfo)
@blueprint.doc(responses={409: "Another account has this address"})
def put_contact_info(json_data: ContactInfoUpdate) -> dict[str, str]:
    """Change the user's contact details."""
    with unit_of_work() as session:
        user = profile.account(session, current_user_id())
        profile.update_contact_info(session, container().keys, user, json_data.model_dump(exclude_unset=True))
    return profile.contact_info(user)


@blueprint.get("/preferences")
@user_required
@blueprint.output(Preferences)
def get_preferences() -> dict[str, Any]:
    """The user's preferences."""
    with reading() as session:
        return profile.preferences(profile.account(session, current_user_id()))


@blueprint.put("/preferences")
@user_required
@blueprint.input(PreferencesUpdate, location="json")
@blueprint.output(Preferences)
def put_preferences(json_data: PreferencesUpdate) -> dict[str, Any]:
    """Change the user's preferences."""
    with unit_of_work() as session:
        user = profile.account(session, current_user_id())
        profile.update_preferences(user, json_data.model_dump(exclude_unset=True))
    return profile.preferences(user)


def _lifetime() -> timedelta:
    return timedelta(days=container().settings.refresh_token_days)


def _signed_in(user: User, grant: sessions.Grant) -> dict[str, Any]:
    return {
        **tokens().pair(grant),
        "user": {"id": user.id, "email": user.email or "", "name": user.name or ""},
    }
