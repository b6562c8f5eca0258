"""Answers about occupations and skills: out of the cache where they are known, unchanged where the client has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import orjson
from flask import Response, current_app, request
from sqlalchemy.orm import Session

from jobmate_agent.blueprints.context import container
from jobmate_agent.container import Container
from jobmate_agent.db import Lookup
from jobmate_agent.services.onet import releases
from jobmate_agent.services.onet.attribution import attribution
from jobmate_agent.services.onet.cache import SERVED, Kind, Served, key_of
from jobmate_agent.services.onet.imports import ImportIds
from jobmate_agent.services.onet.releases import ReleaseRef

EXTENSION = "jobmate_occupation_answers"
# Clients ask again after this time: another release may have been published.
HEADERS = {"Cache-Control": "private, max-age=60", "Vary": "Authorization, X-API-Key"}
# What such views may answer beside what every view may.
RESPONSES: Any = {
    304: {"description": "The copy with this ETag is still right"},
    404: {"description": "Not in this release, or no such release"},
    503: {"description": "No O*NET release is loaded, or a source does not answer"},
}

Make = Callable[[Session, ReleaseRef], dict[str, Any]]
MakeWithImports = Callable[[Session, ReleaseRef, ImportIds], dict[str, Any]]


class OccupationAnswers:
    """One an application: the prepared question of what is served, and the way to the cache."""

    def __init__(self, container: Container) -> None:
        self._container = container

    def respond(
        self,
        kind: Kind,
        parts: tuple[str | int | None, ...],
        make: Make,
        *,
        as_of: str | None,
        occupations: bool = True,
    ) -> Response:
        """304 when the client's copy is still right, else what ``make`` says of the release, or said of it before.

        ``parts`` are all that the answer depends on beside the release. ``as_of``: of another release than the served
        one. ``occupations`` False: the starter vocabulary will do. ``release`` and ``attribution`` are added.
        """
        return self.respond_with_imports(
            kind, parts, lambda session, release, _: make(session, release), as_of=as_of, occupations=occupations
        )

    def respond_with_imports(
        self,
        kind: Kind,
        parts: tuple[str | int | None, ...],
        make: MakeWithImports,
        *,
        as_of: str | None,
        occupations: bool = True,
    ) -> Response:
        """As :meth:`respond`; ``make`` is given the imports that the answer is kept under, even if others took over."""
        served = Served.of(self._served())
        release = self._release(served, as_of)
        if occupations:
            releases.require_occupations(release)
        key = key_of(kind, served, release, *parts)
        etag = key.rpartition(":")[2][:32]
        if _is_known_to_client(etag):
            return _finished(Response(status=304), etag)
        body = self._container.cache.get(key)
        if body is None:
            with self._container.db.reading() as session:
                body = orjson.dumps(without_nulls(_attributed(make(session, release, served.imported), release)))
            self._container.cache.set(key, body, kind.seconds)
        return _finished(Response(body, content_type="application/json"), etag)

    def _release(self, served: Served, as_of: str | None) -> ReleaseRef:
        if as_of is None:
            return served.release
        with self._container.db.reading() as session:
            return releases.as_of(session, as_of)

    @cached_property
    def _served(self) -> Lookup:
        return Lookup(self._container.db, SERVED)


def answers() -> OccupationAnswers:
    """This application's."""
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        found = current_app.extensions.setdefault(EXTENSION, OccupationAnswers(container()))
    return cast(OccupationAnswers, found)


def pulled(document: dict[str, Any]) -> Response:
    """An answer that no release is the source of."""
    body = orjson.dumps(without_nulls(document))
    etag = hashlib.sha256(body).hexdigest()[:32]
    known = _is_known_to_client(etag)
    response = Response(status=304) if known else Response(body, content_type="application/json")
    return _finished(response, etag)


def without_nulls(value: Any) -> Any:
    """``value`` without the fields that are None, however deep: clients check with schemas that know no null."""
    if isinstance(value, dict):
        return {name: without_nulls(found) for name, found in value.items() if found is not None}
    if isinstance(value, list):
        return [without_nulls(found) for found in value]
    return value


def _attributed(document: dict[str, Any], release: ReleaseRef) -> dict[str, Any]:
    return {**document, "release": release.to_wire(), "attribution": attribution(release)}


def _is_known_to_client(etag: str) -> bool:
    return etag in request.environ.get("HTTP_IF_NONE_MATCH", "") and request.if_none_match.contains_weak(etag)


def _finished(response: Response, etag: str) -> Response:
    response.headers["ETag"] = f'"{etag}"'
    response.headers.extend(HEADERS)
    return response
