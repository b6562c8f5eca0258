"""What the generated OpenAPI document says beyond the wire types: ids, who may call, how errors look."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from apiflask import APIFlask
from werkzeug.routing import Rule

from jobmate_agent.blueprints.auth import API_KEY, MACHINE_OR_USER, MARK, SCOPE_MARK, USER, public
from jobmate_agent.blueprints.bodies import MARK as TEXT_BODIES
from jobmate_agent.blueprints.errors import CONTENT_TYPE
from jobmate_agent.blueprints.limits import MARK as LIMITED
from jobmate_agent.schemas.wire import LARGEST_ID, Problem

SCHEME = "bearerAuth"
KEY_SCHEME = "apiKey"
SECURITY: dict[str, list[dict[str, list[str]]]] = {
    USER: [{SCHEME: []}],
    MACHINE_OR_USER: [{SCHEME: []}, {KEY_SCHEME: []}],
}
METHODS = ("get", "post", "put", "patch", "delete")
COMPONENTS = "#/components/schemas/"
PROBLEM = {"$ref": f"{COMPONENTS}Problem"}
GENERIC = {"$ref": f"{COMPONENTS}HTTPError"}


def register(app: APIFlask) -> None:
    """Complete the document of ``app`` when it is asked for; APIFlask keeps it afterwards."""
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    public(app.view_functions["openapi.spec"])
    app.servers = [{"url": "/"}]
    app.security_schemes = {
        SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        KEY_SCHEME: {"type": "apiKey", "in": "header", "name": API_KEY, "description": "Of a machine client"},
    }

    @app.spec_processor
    def complete(spec: Any) -> Any:
        spec = _one_name_each(spec)
        spec["components"].setdefault("schemas", {}).update(_problem_schemas())
        for rule in app.url_map.iter_rules():
            path = spec["paths"].get(_template(rule), {})
            for method in METHODS:
                if method in path and method.upper() in (rule.methods or ()):
                    _complete(path[method], rule, app)
        return spec


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=f"{COMPONENTS}{{model}}")
    return {**schema.pop("$defs"), "Problem": schema}


def _one_name_each(spec: dict[str, Any]) -> dict[str, Any]:
    """APIFlask names a nested type after each type that holds it (``JobList.Job``); here it is one type, ``Job``."""
    schemas = spec["components"].pop("schemas", {})
    text = json.dumps(spec), json.dumps(schemas)
    for name in schemas:
        text = cast(
            tuple[str, str], tuple(part.replace(f'schemas/{name}"', f'schemas/{_short(name)}"') for part in text)
        )
    spec, renamed = map(json.loads, text)
    merged: dict[str, Any] = {}
    for name, schema in renamed.items():
        if merged.setdefault(_short(name), schema) != schema:
            raise ValueError(f"two different wire types are called {_short(name)}")
    spec["components"]["schemas"] = merged
    return spec


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _complete(operation: dict[str, Any], rule: Rule, app: APIFlask) -> None:
    view = app.view_functions[rule.endpoint]
    operation["operationId"] = _operation_id(rule.endpoint)
    operation["security"] = SECURITY.get(getattr(view, MARK, ""), [])
    body = operation.get("requestBody")
    if body is not None:
        body["required"] = True
        for content_type in getattr(view, TEXT_BODIES, ()):
            body["content"][content_type] = {"schema": {"type": "string"}}
    responses = operation["responses"]
    for status, response in responses.items():
        if status[0] in "45" and not _has_own_type(response):
            response["content"] = {CONTENT_TYPE: {"schema": PROBLEM}}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["schema"] == {"type": "integer"}:
            parameter["schema"].update(minimum=1, maximum=LARGEST_ID)
    for status, description in _expected(operation, rule, view).items():
        responses.setdefault(status, {"description": description, "content": {CONTENT_TYPE: {"schema": PROBLEM}}})


def _expected(operation: dict[str, Any], rule: Rule, view: Any) -> dict[str, str]:
    """The errors that follow from what a route takes; views name those that follow from what they do."""
    expected = {"default": "Any other error", "400": "The address or the body cannot be read"}
    if operation["security"]:
        expected["401"] = "No valid access token"
    if hasattr(view, SCOPE_MARK):
        expected["401"] = "No valid access token or API key"
        expected["403"] = f"The API key does not have the scope {getattr(view, SCOPE_MARK)}"
        expected["429"] = "Too often; try again after the seconds in Retry-After"
    if rule.arguments:
        expected["404"] = "Not there, or not yours"
    if "requestBody" in operation:
        expected["413"] = "The body is too large"
    if "requestBody" in operation or any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        expected["422"] = "Not as it should be; details says where"
    if hasattr(view, LIMITED):
        expected["429"] = "Too often; try again after the seconds in Retry-After"
    return expected


def _has_own_type(response: dict[str, Any]) -> bool:
    schemas = [content.get("schema", {}) for content in response.get("content", {}).values()]
    return any(schema.get("$ref", "").startswith(COMPONENTS) for schema in schemas if schema != GENERIC)


def _template(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operation_id(endpoint: str) -> str:
    first, *others = re.split(r"[._]", endpoint)
    return first + "".join(map(str.capitalize, others))
