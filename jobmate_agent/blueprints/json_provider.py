"""JSON in and out: fast, strict about what may come in."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, current_app
from flask.json.provider import JSONProvider
from pydantic import BaseModel


class StrictJson(JSONProvider):
    """orjson for Flask.

    Accepted is RFC 8259 in valid UTF-8: no NaN, no lone surrogates, no integers beyond 64 bits read as such, no
    nesting that exhausts the stack. NUL characters are refused too, because databases do not store them in text.
    """

    def dumps(self, obj: Any, **_: Any) -> str:
        return self._bytes(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        value = orjson.loads(s)
        if value is None:
            # It would be read as a body that is not there, and so as an empty object.
            raise ValueError("null is not accepted")
        escape, raw = (b"\\u0000", b"\x00") if isinstance(s, bytes) else ("\\u0000", "\x00")
        if (escape in s or raw in s) and _has_nul(value):  # type: ignore[operator]
            raise ValueError("NUL characters are not accepted")
        return value

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = self._bytes(self._prepare_response_obj(args, kwargs))
        return current_app.response_class(body, mimetype="application/json")

    @staticmethod
    def _bytes(obj: Any) -> bytes:
        return orjson.dumps(obj, default=_default, option=orjson.OPT_NON_STR_KEYS)


def _default(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return False
