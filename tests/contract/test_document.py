"""The OpenAPI document promises what the contract promises, so that types generated from it are the contract's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import strict_schemas as contract
from tests.contract.strict_schemas import NULL, Schema
from tests.contract.test_responses_strict import SCHEMAS
from tests.contract.world import World

MORE: dict[str, Schema] = {"GET /api/gap/by-job/{job_id}": contract.REPORT}


class Document:
    """The served document; ``differences`` lists where its schema of an answer promises less than the contract."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = document["paths"]
        self._schemas = document["components"]["schemas"]

    def answer(self, operation: str, status: str) -> Schema | None:
        method, path = operation.split(" ")
        response = self._paths[path][method.lower()]["responses"].get(status, {})
        schema: Schema | None = response.get("content", {}).get("application/json", {}).get("schema")
        return schema

    def differences(self, promised: Schema, found: Schema, path: str = "$") -> Iterator[str]:
        options = self._options(found)
        if (NULL in promised.get("anyOf", ())) != any(option.get("type") == "null" for option in options):
            yield f"{path}: may it be null?"
        wanted = promised["anyOf"][0] if "anyOf" in promised else promised
        for option in options:
            if wanted.get("type") == "array" and option.get("type") == "array":
                yield from self.differences(wanted["items"], option["items"], f"{path}[]")
        if "properties" in wanted:
            record = max(options, key=lambda option: len(option.get("properties", {})))
            yield from self._of_record(wanted, record, path)

    def _of_record(self, promised: Schema, found: Schema, path: str) -> Iterator[str]:
        properties = found.get("properties", {})
        for name, schema in promised["properties"].items():
            if name not in properties:
                yield f"{path}.{name}: not in the document"
            else:
                if (name in promised["required"]) != (name in found.get("required", ())):
                    yield f"{path}.{name}: is it always there?"
                yield from self.differences(schema, properties[name], f"{path}.{name}")

    def _options(self, schema: Schema) -> list[Schema]:
        """The alternatives that a schema allows, references followed."""
        if "$ref" in schema:
            return self._options(self._schemas[schema["$ref"].rpartition("/")[2]])
        alternatives = schema.get("anyOf", schema.get("oneOf"))
        if alternatives is None:
            return [schema]
        return [option for alternative in alternatives for option in self._options(alternative)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_document_promises_what_the_contract_promises(world: World) -> None:
    document = Document(world.web.http.get("/openapi.json").json())
    compared = {}
    for operation, schema in {**SCHEMAS, **MORE}.items():
        status = "202" if operation == "POST /api/gap/run" else "200"
        found = document.answer(operation, status) or document.answer(operation, "201")
        assert found is not None, operation
        compared[operation] = list(document.differences(schema, found))
    found = document.answer("POST /api/gap/run", "200")
    assert found is not None
    compared["POST /api/gap/run, waited for"] = list(document.differences(contract.RUN_DONE, found))
    assert {operation: wrong for operation, wrong in compared.items() if wrong} == {}
