"""Who is calling? Every view carries ``public``, ``user_required`` or ``machine_or_user``.

A test over the URL map sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from jobmate_agent.blueprints.context import container, reading
from jobmate_agent.blueprints.limits import count_bad_key, count_machine
from jobmate_agent.blueprints.tokens import tokens
from jobmate_agent.clock import utcnow
from jobmate_agent.errors import JobMateError, UnauthorizedError
from jobmate_agent.services import service_tokens
from jobmate_agent.services.ownership import Owner

View = TypeVar("View", bound=Callable[..., Any])

MARK = "jobmate_auth"
PUBLIC = "public"
USER = "user"
MACHINE_OR_USER = "machine or user"
SCOPE_MARK = "jobmate_scope"
API_KEY = "X-API-Key"


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


def machine_or_user(scope: str) -> Callable[[View], View]:
    """Let in a signed-in user, or a machine client whose key has ``scope``: sets ``g.user_id`` or ``g.token_id``.

    Put it directly under the route. Where a request has both, the access token counts. Raises before the body is read:
    401 ``invalid_api_key`` for a key that is unknown, revoked or expired (429 after too many of them from one address),
    403 ``missing_scope``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if API_KEY in request.headers and "Authorization" not in request.headers:
                _let_machine_in(request.headers[API_KEY], scope)
            else:
                caller = tokens().caller(bearer_token())
                g.user_id, g.session_id = caller.user_id, caller.session_id
            return view(*args, **kwargs)

        setattr(guarded, MARK, MACHINE_OR_USER)
        setattr(guarded, SCOPE_MARK, scope)
        return cast(View, guarded)

    return decorate


def current_owner() -> Owner:
    """Who calls, as the owner of what the call makes; inside a guarded view of either kind."""
    return Owner(user_id=g.get("user_id"), token_id=g.get("token_id"))


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


def _let_machine_in(secret: str, scope: str) -> None:
    now = utcnow()
    with reading() as session:
        token = service_tokens.find(session, secret, now)
    if token is None:
        count_bad_key()
        raise UnauthorizedError("invalid_api_key", "The API key is unknown, revoked or expired; ask for another one.")
    g.token_id = token.id
    count_machine()
    if scope not in token.scopes:
        raise JobMateError("missing_scope", f"This API key is not allowed to do this; it needs {scope}.", status=403)
    if service_tokens.is_use_due(token, now):
        container().token_uses.note(token.id, now)


def bearer_token() -> str:
    """The token of ``Authorization: Bearer …``; cookies are never read."""
    scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise UnauthorizedError("missing_token", "Sign in first: send the access token as a Bearer token.")
    return cast(str, token)
