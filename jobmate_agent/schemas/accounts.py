"""Wire types of accounts."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from jobmate_agent.schemas.wire import Wire

Password = Annotated[str, StringConstraints(min_length=8, max_length=128)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8192)]


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ValueError("not a time zone of the IANA database, such as Europe/Berlin") from exc
    return value


class Registration(Wire):
    """A new local account."""

    email: Email
    password: Password
    name: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""


class Credentials(Wire):
    """An e-mail address and a password."""

    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class RefreshRequest(Wire):
    """The refresh token to exchange or to end."""

    refresh_token: Token


class PasswordChange(Wire):
    """The present password and the next one."""

    current_password: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    new_password: Password


class UserWire(Wire):
    """The signed-in person. ``name`` and ``email`` are empty where unknown."""

    id: str
    email: str
    name: str


class TokenPair(Wire):
    """A short-lived access token and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str


class SignedIn(TokenPair):
    """A pair of tokens and whom they stand for."""

    user: UserWire


class ContactInfo(Wire):
    """How to reach a person; every value is empty where unknown."""

    name: str
    email: str
    phone_number: str
    location: str


class ContactInfoUpdate(Wire):
    """New contact details; a field that is left out stays as it is."""

    name: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] | None = None
    email: Annotated[str, StringConstraints(max_length=254, strip_whitespace=True)] | None = None
    phone_number: Annotated[str, StringConstraints(max_length=50, strip_whitespace=True)] | None = None
    location: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] | None = None


class Preferences(Wire):
    """``llm_consent``: whether the resume may be sent to a language model; without it, never."""

    llm_consent: bool
    timezone: str
    locale: str


class PreferencesUpdate(Wire):
    """New preferences; a field that is left out stays as it is."""

    llm_consent: Annotated[bool, Field(strict=True)] | None = None
    timezone: Annotated[str, StringConstraints(max_length=64), AfterValidator(_time_zone)] | None = None
    locale: Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = (
        None
    )
