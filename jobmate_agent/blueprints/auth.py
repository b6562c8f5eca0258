"""Who is calling? Every view carries ``public`` or ``user_required``; a test over the URL map sees to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from jobmate_agent.blueprints.tokens import tokens
from jobmate_agent.errors import JobMateError, UnauthorizedError

View = TypeVar("View", bound=Callable[..., Any])

MARK = "jobmate_auth"
PUBLIC = "public"
USER = "user"


def public(view: View) -> View:
    """Declare that ``view`` answers anybody."""
    setattr(view, MARK, PUBLIC)
    return view


def user_required(view: View) -> View:
    """Let only a signed-in user in: sets ``g.user_id`` and ``g.session_id`` (None for external issuers).

    Put it directly under the route. Raises :class:`UnauthorizedError` before the body is read.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        caller = tokens().caller(bearer_token())
        g.user_id = caller.user_id
        g.session_id = caller.session_id
        return view(*args, **kwargs)

    setattr(guarded, MARK, USER)
    return cast(View, guarded)


def current_user_id() -> str:
    """The signed-in user's id; only inside a ``user_required`` view."""
    return cast(str, g.user_id)


def still_signed_in() -> Callable[[], bool]:
    """A question for answers that go on after their view has ended: is the caller's token good, its session alive?"""
    app, token = current_app._get_current_object(), bearer_token()  # type: ignore[attr-defined]

    def ask() -> bool:
        with app.app_context():
            try:
                tokens().caller(token)
            except JobMateError:
                return False
        return True

    return ask


def bearer_token() -> str:
    """The token of ``Authorization: Bearer …``; cookies are never read."""
    scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("missing_token", "Sign in first: send the access token as a Bearer token.")
    return cast(str, token)
