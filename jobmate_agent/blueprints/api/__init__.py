"""The API's resources, one module each; every one exports ``blueprint``, mounted under ``/api``."""

from __future__ import annotations

from apiflask import APIBlueprint

from jobmate_agent.blueprints.api.accounts import blueprint as accounts_blueprint

BLUEPRINTS: list[APIBlueprint] = [
    accounts_blueprint,
]
