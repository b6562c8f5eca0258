"""The web process: an APIFlask application put together from its parts."""

from __future__ import annotations

from typing import cast

from apiflask import APIFlask
from flask import request
from flask.typing import ResponseReturnValue
from flask_cors import CORS
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from jobmate_agent import logs
from jobmate_agent.blueprints import aliases, context, docs, errors, limits, middleware, openapi, service, tokens
from jobmate_agent.blueprints.api import BLUEPRINTS
from jobmate_agent.blueprints.json_provider import StrictJson
from jobmate_agent.blueprints.requests import JsonRequest
from jobmate_agent.container import Container
from jobmate_agent.db import lost_race
from jobmate_agent.schemas.wire import LARGEST_ID
from jobmate_agent.services.accounts import passwords
from jobmate_agent.settings import Settings

RACE_ATTEMPTS = 3
EXPOSED_HEADERS = ["ETag", "Retry-After", "Location", "Content-Disposition", "X-Request-ID"]
ALLOWED_HEADERS = [
    "Authorization",
    "Content-Type",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "X-API-Key",
    "X-Request-ID",
]


class DatabaseId(IntegerConverter):
    """``<int:…>`` in routes. What no integer key can be is read as 0, an id that nothing has.

    Refusing it here instead would be answered 405 wherever the address exists for another method.
    """

    regex = r"[0-9]+"  # \d would take the digits of every script

    def to_python(self, value: str) -> int:
        number = int(value) if len(value) <= len(str(LARGEST_ID)) else 0
        return number if number <= LARGEST_ID else 0


class JobMate(APIFlask):
    """The application; a view whose transaction lost a race against another one is run again."""

    def dispatch_request(self) -> ResponseReturnValue:
        for attempt in range(1, RACE_ATTEMPTS + 1):
            try:
                return super().dispatch_request()
            except OperationalError as exc:
                if attempt == RACE_ATTEMPTS or not lost_race(exc):
                    raise
            for file in request.files.values():
                file.stream.seek(0)
        raise AssertionError("unreachable: the last attempt returns or raises")


def create_app(settings: Settings | None = None, container: Container | None = None) -> APIFlask:
    """Build the application. Nothing is read from the environment when ``settings`` or ``container`` is given."""
    container = container or Container(settings)
    settings = container.settings
    logs.configure(settings.log_level)
    passwords.prepare()

    app = JobMate(
        "jobmate_agent",
        title="JobMate",
        version="0.1.0",
        docs_path=None,
        json_errors=False,
        static_folder=cast(str, None),
    )
    app.request_class = JsonRequest
    app.json = StrictJson(app)
    app.url_map.converters["int"] = DatabaseId
    app.url_map.merge_slashes = False
    app.extensions[context.EXTENSION] = container

    middleware.register(app)
    errors.register(app)
    limits.register(app, settings)
    tokens.register(app, container)
    openapi.register(app)
    app.register_blueprint(service.blueprint)
    app.register_blueprint(docs.blueprint)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=aliases.CANONICAL)
    if settings.cors_origins:
        CORS(
            app,
            origins=list(settings.cors_origins),
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            methods=["GET", "POST", "PUT", "DELETE", "OPTIONS"],
            max_age=600,
        )

    app.wsgi_app = aliases.Aliases(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
