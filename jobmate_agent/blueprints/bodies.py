"""Bodies that are a document as it is, beside the same document inside JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from flask import request
from pydantic import BaseModel, ValidationError

from jobmate_agent.errors import InvalidInputError
from jobmate_agent.services.documents.errors import UnreadableDocumentError
from jobmate_agent.services.documents.plain import read_text

View = TypeVar("View", bound=Callable[..., Any])

MARK = "jobmate_text_bodies"


def as_text_too(model: type[BaseModel], fields: Mapping[str, str]) -> Callable[[View], View]:
    """Take a body of one of the content types in ``fields`` as the value of that field of ``model``.

    Put it directly above ``blueprint.input``, which reads every other body as JSON. Raises ``validation_error``.
    """

    def decorate(view: View) -> View:
        inner = cast(Any, view).__wrapped__

        @wraps(view)
        def either(*args: Any, **kwargs: Any) -> Any:
            field = fields.get(request.mimetype)
            if field is None:
                return view(*args, **kwargs)
            return inner(*args, json_data=_read(model, field), **kwargs)

        setattr(either, MARK, tuple(fields))
        return cast(View, either)

    return decorate


def _read(model: type[BaseModel], field: str) -> BaseModel:
    try:
        return model.model_validate({field: read_text(request.get_data(cache=False))})
    except UnreadableDocumentError as exc:
        raise _invalid("The body is not text.", "not text") from exc
    except ValidationError as exc:
        reason = exc.errors()[0]["msg"]
        raise _invalid(f"The body cannot be used: {reason}.", reason) from exc


def _invalid(message: str, reason: str) -> InvalidInputError:
    return InvalidInputError("validation_error", message, details=[{"loc": ["body"], "msg": reason}])
