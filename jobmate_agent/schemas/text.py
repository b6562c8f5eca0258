"""Kinds of text that requests may carry, bounded, and free of what databases cannot store."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from jobmate_agent.services.jobs.fields import MAX_TEXT, MAX_URL, is_http_url


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


def _visible(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise ValueError("must contain text")
    return text


def _http_url(text: str) -> str:
    if not is_http_url(text):
        raise ValueError("must be an http or https URL")
    return text


Storable = AfterValidator(_storable)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Storable]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Storable]
LongText = Annotated[str, StringConstraints(max_length=MAX_TEXT), Storable]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT), Storable, AfterValidator(_visible)]
HttpUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_URL), AfterValidator(_http_url)]
