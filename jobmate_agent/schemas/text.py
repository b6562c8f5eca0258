"""Kinds of text that requests may carry, bounded, and free of what databases cannot store."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


def _http_url(text: str) -> str:
    if not text.lower().startswith(("http://", "https://")) or any(char.isspace() for char in text):
        raise ValueError("must be an http or https URL")
    return text


Storable = AfterValidator(_storable)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Storable]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Storable]
LongText = Annotated[str, StringConstraints(max_length=100_000), Storable]
HttpUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), Storable, AfterValidator(_http_url)]
