"""Requests as this service reads them."""

from __future__ import annotations

from typing import IO, Any, NoReturn, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream

from jobmate_agent.errors import JobMateError


class JsonRequest(Request):
    """Says what is wrong with a body that is not JSON, and never hands out half of a body that is too large."""

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        reason: Any = e if e is not None else "the content type is not application/json"
        raise JobMateError("malformed_json", f"The body is not the JSON that is needed here: {reason}.", status=400)

    @cached_property
    def stream(self) -> IO[bytes]:
        found = get_input_stream(self.environ, max_content_length=self.max_content_length)
        if self.max_content_length is None or "wsgi.input_terminated" not in self.environ:
            return found
        return cast(IO[bytes], _Bounded(self.environ["wsgi.input"], self.max_content_length, is_max=True))


class _Bounded(LimitedStream):
    """Werkzeug's own stops reading a body of unknown length at the limit without a word; this one refuses it."""

    def readall(self) -> bytes:
        data = super().readall()
        if self.is_exhausted and self._stream.read(1):
            raise RequestEntityTooLarge
        return data
