"""Requests as this service reads them."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Request

from jobmate_agent.errors import JobMateError


class JsonRequest(Request):
    """Says what is wrong with a body that is not JSON."""

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        reason: Any = e if e is not None else "the content type is not application/json"
        raise JobMateError("malformed_json", f"The body is not the JSON that is needed here: {reason}", status=400)
