"""Wire types whose absent values are left out, because clients check with schemas in which null is not a string."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from jobmate_agent.schemas.wire import Wire


class Sparse(Wire):
    """Fields that are None are left out, unless :attr:`NULLABLE` names them; the schema says the same."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _leave_out(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = handler(self)
        return {key: value for key, value in values.items() if value is not None or key in self.NULLABLE}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        target = handler.resolve_ref_schema(schema)
        for name, field in target.get("properties", {}).items():
            if name not in cls.NULLABLE and "anyOf" in field:
                field["anyOf"] = [option for option in field["anyOf"] if option != {"type": "null"}]
                if len(field["anyOf"]) == 1:
                    field.update(field.pop("anyOf")[0])
                if field.get("default", ...) is None:
                    del field["default"]
        return schema
