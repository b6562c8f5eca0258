"""How often and how much: rate limits and body sizes, all from settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, Literal, TypeVar, cast

from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RateLimitExceeded

from jobmate_agent.blueprints.context import container
from jobmate_agent.blueprints.errors import SENTENCES
from jobmate_agent.errors import JobMateError
from jobmate_agent.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
Name = Literal["login", "register", "upload", "save", "run"]
NAMES: tuple[Name, ...] = ("login", "register", "upload", "save", "run")

EXTENSION = "jobmate_limits"
MARK = "jobmate_limited"
JSON_BYTES = 1024 * 1024
ACCOUNT = "login_account"
MACHINE = "machine"
BAD_KEY = "bad_key"


class ExplicitLimiter(Limiter):
    """Flask-Limiter without its look at every request: only decorated views are limited here, and polls are many."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name=callable_name, in_middleware=False)


def register(app: Flask, settings: Settings) -> None:
    """Build this application's limits; without them (``rate_limits_enabled`` off) decorated views run free."""
    app.config["MAX_CONTENT_LENGTH"] = JSON_BYTES
    checks: dict[str, Callable[[], None]] = {}
    if settings.rate_limits_enabled:
        limiter = ExplicitLimiter(
            key_func=caller_key,
            app=app,
            storage_uri=settings.rate_limit_storage,
            in_memory_fallback_enabled=True,
        )
        checks = {name: _check(limiter, name, getattr(settings, f"rate_limit_{name}"), caller_key) for name in NAMES}
        checks[ACCOUNT] = _check(limiter, ACCOUNT, settings.rate_limit_login, _account_key)
        checks[MACHINE] = _check(limiter, MACHINE, settings.rate_limit_machine, caller_key)
        checks[BAD_KEY] = _check(limiter, BAD_KEY, settings.rate_limit_bad_key, caller_key)
    app.extensions[EXTENSION] = checks


def limit(name: Name) -> Callable[[View], View]:
    """Bound how often one user (or, where nobody is signed in, one address) may call this view.

    Put it below ``user_required``, so that the user is known. Over the limit: 429 with ``Retry-After``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            check = current_app.extensions[EXTENSION].get(name)
            if check is not None:
                check()
            return view(*args, **kwargs)

        setattr(limited, MARK, name)
        return cast(View, limited)

    return decorate


def body_limit(
    size: Callable[[Settings], int], refusal: Callable[[Settings], JobMateError] | None = None
) -> Callable[[View], View]:
    """Accept bodies of another size than the 1 MiB that JSON gets: ``body_limit(lambda s: s.import_max_bytes)``.

    ``refusal`` says it in the words of the view where a body announces that it is larger.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            settings = container().settings
            request.max_content_length = size(settings)
            if refusal is not None and (request.content_length or 0) > request.max_content_length:
                raise refusal(settings)
            return view(*args, **kwargs)

        return cast(View, bounded)

    return decorate


def count_sign_in(account: str) -> None:
    """Count an attempt to sign in to ``account`` (the blind index of an address, whether or not it has an account).

    An attack on one account can come from many addresses. Over the limit: 429 with ``Retry-After``.
    """
    g.account = account
    check = current_app.extensions[EXTENSION].get(ACCOUNT)
    if check is not None:
        check()


def count_machine() -> None:
    """Count a call of a machine client, whatever it asks. Over the limit: 429 with ``Retry-After``."""
    check = current_app.extensions[EXTENSION].get(MACHINE)
    if check is not None:
        check()


def count_bad_key() -> None:
    """Count a call with an API key that is none, for its address. Over the limit: 429 with ``Retry-After``."""
    check = current_app.extensions[EXTENSION].get(BAD_KEY)
    if check is not None:
        check()


def caller_key() -> str:
    """Whom a limit counts: the signed-in user or the machine client, else the remote address."""
    if g.get("token_id") is not None:
        return f"token:{g.token_id}"
    return cast(str, g.get("user_id") or request.remote_addr or "unknown")


def _account_key() -> str:
    return cast(str, g.account)


def _check(limiter: Limiter, name: str, value: str, key: Callable[[], str]) -> Callable[[], None]:
    def check() -> None:
        """Does nothing itself: the limiter counts the call."""

    check.__qualname__ = f"check_{name}"
    counted = limiter.shared_limit(value, scope=name, key_func=key)(check)

    def enforce() -> None:
        try:
            counted()
        except RateLimitExceeded as exc:
            breach = limiter.current_limit
            seconds = breach.reset_at - time.time() if breach else 1
            raise JobMateError("rate_limited", SENTENCES[429], status=429, retry_after=max(1, ceil(seconds))) from exc

    return enforce
