"""The product's application with two more routes, for measuring only; never part of the product.

``GET /api/bare`` is the floor: a bare JSON view in the same server behind the same middleware.
``GET /api/loaded-modules`` lets another process see what this one has imported.
"""

from __future__ import annotations

import sys

from apiflask import APIFlask

from jobmate_agent.app import create_app
from jobmate_agent.blueprints.auth import public
from jobmate_agent.container import Container

BARE_PATH = "/api/bare"
MODULES_PATH = "/api/loaded-modules"
BARE_ANSWER = {"status": "ok"}
BARE_ANSWER_TEXT = '{"status":"ok"}'


def application(container: Container | None = None) -> APIFlask:
    """Built once a process, as ``create_app()`` is."""
    app = create_app(container=container)

    @app.get(BARE_PATH)
    @public
    def bare() -> dict[str, str]:
        return BARE_ANSWER

    @app.get(MODULES_PATH)
    @public
    def loaded_modules() -> dict[str, list[str]]:
        return {"modules": sorted(sys.modules)}

    return app
