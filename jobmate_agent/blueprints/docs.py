"""The documentation page: Swagger UI over ``/openapi.json``, every byte of it served from here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from jobmate_agent.blueprints.auth import public

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ASSETS = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}
CACHE_SECONDS = 86400
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>JobMate API</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""

blueprint = Blueprint("docs", __name__)


@blueprint.get("/docs")
@public
def page() -> Response:
    """The page."""
    return Response(PAGE, mimetype="text/html", headers={"Content-Security-Policy": POLICY})


@blueprint.get("/docs/start.js")
@public
def start() -> Response:
    """What begins the page; a file of its own, because the policy allows no inline script."""
    return Response(START, mimetype="text/javascript")


@blueprint.get("/docs/assets/<name>")
@public
def asset(name: str) -> Response:
    """A file of Swagger UI, out of the installed package."""
    if name not in ASSETS:
        raise NotFound
    return send_from_directory(_folder(), name, max_age=CACHE_SECONDS)


def _folder() -> Path:
    package = find_spec("flask_swagger_ui")
    if package is None or package.origin is None:
        raise NotFound
    return Path(package.origin).parent / "dist"
