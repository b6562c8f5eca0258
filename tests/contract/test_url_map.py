"""Who may call what: every route of the URL map, from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask

from jobmate_agent.app import create_app
from jobmate_agent.blueprints.auth import MACHINE_OR_USER, MARK, PUBLIC, USER, user_required
from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import JobCollection
from tests.contract.routes import Route, routes
from tests.contract.snapshots import checksums
from tests.contract.valid_requests import Valid, valid_requests
from tests.contract.world import World
from tests.web import Person

# Of routes that anybody may call: names of things that belong to nobody.
PUBLIC_PARAMETERS = {"name"}
# Of everybody who is signed in: the reference data.
REFERENCE_PARAMETERS = {"onet_code", "family", "skill_id"}
NOBODYS_FIELDS = {"external_id"}
GUARDED = (USER, MACHINE_OR_USER)
BAD_CREDENTIALS = (
    {},
    {"Authorization": "Bearer not.a.token"},
    {"Authorization": "Basic a2ltOnB3"},
    {"X-API-Key": "jm_not-a-key"},
)


class Request:
    """One request of the walk: as ``valid``, but with the given ids in the path and in the body."""

    def __init__(self, route: Route, valid: Valid, ids: Mapping[str, int]) -> None:
        self.method = route.method
        self.url = route.template.format(**{**valid.path, **_only(ids, route.parameters)})
        self.json = {**valid.json, **_only(ids, valid.json)} if isinstance(valid.json, dict) else valid.json
        self.valid = valid

    def __str__(self) -> str:
        return " ".join([self.method, self.url, *([str(self.json)] if self.json else [])])

    def send(self, http: httpx.Client, headers: Mapping[str, str]) -> httpx.Response:
        files = dict(self.valid.files) if self.valid.files else None
        everything = {**self.valid.headers, **headers}
        query = dict(self.valid.query)
        return http.request(
            self.method, self.url, params=query, json=self.json, files=files, headers=everything, timeout=60
        )


def _only(ids: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    return {name: ids[name] for name in names if name in ids}


def requests_of(route: Route, world: World) -> list[Valid]:
    """The requests that are known to be valid; an operation nobody described fails the test."""
    known = valid_requests(world).get(route.operation)
    assert known, f"add a valid request for {route.operation} to tests/contract/valid_requests.py"
    return known


def about_objects(route: Route, world: World, names: Iterable[str]) -> list[Valid]:
    """Those of a route's requests that name an object: some routes can also be asked about none."""
    return [
        valid
        for valid in requests_of(route, world)
        if set(names) & {*route.parameters, *(valid.json if isinstance(valid.json, dict) else ())}
    ]


def objects_in(route: Route, world: World) -> list[str]:
    """Names of the ids of owned objects that this route takes; an unknown name fails the test.

    So does a route that anybody may call and that takes such an id.
    """
    known = PUBLIC_PARAMETERS if route.auth == PUBLIC else set(world.owned)
    in_path = _all_known(route, set(route.parameters) - REFERENCE_PARAMETERS, known)
    fields: set[str] = set()
    for valid in requests_of(route, world):
        fields |= {*(valid.json if isinstance(valid.json, dict) else ()), *valid.query}
    ids = {name for name in fields - NOBODYS_FIELDS if name == "id" or name.endswith(("_id", "_ids"))}
    return sorted(in_path | _all_known(route, ids, known))


def _all_known(route: Route, names: set[str], known: set[str]) -> set[str]:
    unknown = sorted(names - known)
    assert not unknown, (
        f"{route.operation} ({route.auth}) takes {unknown}: add objects of that kind to tests/contract/world.py"
    )
    return names


def undeclared(app: Flask) -> list[str]:
    return [route.operation for route in routes(app) if route.auth not in (PUBLIC, *GUARDED)]


def open_to_anybody(world: World, http: httpx.Client, app: Flask) -> list[str]:
    """Guarded routes that answer anything but 401 to somebody without credentials."""
    wrong = []
    for route in routes(app):
        if route.auth in GUARDED:
            for valid, headers in product(requests_of(route, world), BAD_CREDENTIALS):
                request = Request(route, valid, {})
                answer = request.send(http, headers)
                if answer.status_code != 401 or answer.headers.get("WWW-Authenticate") != "Bearer":
                    wrong.append(f"{request}: {answer.status_code}")
    return wrong


def open_to_strangers(world: World, person: Person, http: httpx.Client, app: Flask) -> Iterator[str]:
    """Routes that answer anything but 404 to ``person`` about each of the owner's objects, or change something."""
    for route in routes(app):
        names = objects_in(route, world)
        if not names or route.auth not in GUARDED:
            continue
        every = product(about_objects(route, world, names), product(*(world.owned[name] for name in names)))
        requests = [Request(route, valid, dict(zip(names, ids, strict=True))) for valid, ids in every]
        for request in {str(request): request for request in requests}.values():
            before = checksums(world.container.db)
            answer = request.send(http, person.headers)
            if answer.status_code != 404 or answer.headers["Content-Type"] != "application/problem+json":
                yield f"{request}: {answer.status_code}"
            after = checksums(world.container.db)
            if after != before:
                yield f"{request}: changed {[table for table in after if after[table] != before[table]]}"


def test_every_route_declares_who_may_call_it(world: World) -> None:
    assert undeclared(world.web.app) == []
    declared = {route.auth for route in routes(world.web.app)}
    assert declared == {PUBLIC, *GUARDED}


def test_without_a_valid_token_nobody_gets_in(world: World) -> None:
    before = checksums(world.container.db)
    assert open_to_anybody(world, world.web.http, world.web.app) == []
    assert checksums(world.container.db) == before


def test_objects_of_others_are_not_there(world: World) -> None:
    assert list(open_to_strangers(world, world.stranger, world.web.http, world.web.app)) == []


def test_the_same_answer_for_objects_of_others_and_for_none(world: World) -> None:
    for route in routes(world.web.app):
        names = objects_in(route, world)
        if names and route.auth in GUARDED:
            (valid, *_), bodies = about_objects(route, world, names), []
            for ids in ({name: world.owned[name][0] for name in names}, dict.fromkeys(names, 987_654_321)):
                body = Request(route, valid, ids).send(world.web.http, world.stranger.headers).json()
                bodies.append({**body, "request_id": ""})
            assert bodies[0] == bodies[1], route.operation


def test_the_owner_gets_what_strangers_do_not(world: World) -> None:
    """The walk above means something: with the owner's token the same requests find their objects."""
    for route in routes(world.web.app):
        if objects_in(route, world) and route.auth in GUARDED and route.method == "GET":
            for valid in requests_of(route, world):
                if not route.template.endswith("/events"):
                    answer = Request(route, valid, {}).send(world.web.http, world.owner.headers)
                    assert answer.status_code == valid.status, (route.operation, answer.text)


def test_valid_requests_describe_nothing_that_is_gone(world: World) -> None:
    assert set(valid_requests(world)) == {route.operation for route in routes(world.web.app)}


def hole(world: World, endpoint: str, view: Callable[..., Any]) -> list[str]:
    """What the walk finds when one view is another."""
    app = create_app(container=world.container)
    app.view_functions[endpoint] = view
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://localhost") as http:
        return open_to_anybody(world, http, app) + list(open_to_strangers(world, world.stranger, http, app))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_finds_a_view_that_does_not_look_whose_object_it_is(world: World) -> None:
    found = hole(world, "runs.get_run", user_required(lambda run_id: {"id": run_id}))
    assert found == [f"GET /api/runs/{run_id}: 200" for run_id in world.owned["run_id"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_finds_a_view_that_refuses_but_changes_something(world: World) -> None:
    def forgetful(job_id: int) -> None:
        with world.container.db.unit_of_work() as session:
            session.execute(sa.delete(JobCollection))
        raise NotFoundError("job_not_found", "There is no such job.")

    found = hole(world, "gap.delete_gap", user_required(forgetful))
    assert found == [f"DELETE /api/gap/by-job/{world.job}: changed ['job_collections']"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_finds_a_view_that_lets_anybody_in(world: World) -> None:
    def careless(job_id: int) -> Any:
        raise NotFoundError("job_not_found", "There is no such job.")

    setattr(careless, MARK, USER)
    found = hole(world, "jobs.remove_job", careless)
    assert found == [f"DELETE /api/jobs/{world.job}: 404"] * len(BAD_CREDENTIALS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_walk_refuses_what_it_does_not_know(world: World) -> None:
    for auth, name in ((USER, "thing_id"), (PUBLIC, "job_id"), (USER, "name")):
        with pytest.raises(AssertionError, match=name):
            objects_in(Route("GET", f"/api/things/{{{name}}}", (name,), auth), world)
    with pytest.raises(AssertionError, match="add a valid request for GET /api/things"):
        objects_in(Route("GET", "/api/things", (), USER), world)
    app = create_app(container=world.container)
    app.add_url_rule("/api/things", "things", lambda: "")
    assert undeclared(app) == ["GET /api/things"]
