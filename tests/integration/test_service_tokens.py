"""API keys of machine clients: made, shown once, checked, limited, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from jobmate_agent.blueprints.auth import MACHINE_OR_USER, MARK, SCOPE_MARK
from jobmate_agent.cli.main import cli
from jobmate_agent.clock import utcnow
from jobmate_agent.models import Run, ServiceToken
from jobmate_agent.services import service_tokens
from tests.web import Person, Web

EVERYTHING = tuple(service_tokens.SCOPES)


def key(web: Web, *scopes: str, **options: Any) -> str:
    with web.container.db.unit_of_work() as session:
        return service_tokens.create(session, "a partner", scopes or EVERYTHING, **options)[1]


def ask(web: Web, secret: str, path: str = "/api/runs/1", **options: Any) -> httpx.Response:
    return web.http.get(path, headers={"X-API-Key": secret, **options.pop("headers", {})}, **options)


def verdict(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def tokens(web: Web) -> list[ServiceToken]:
    web.container.token_uses.wait(30)
    with web.container.db.reading() as session:
        return service_tokens.every(session)


def test_a_key_opens_what_its_scopes_say(web: Web, person: Person) -> None:
    secret = key(web, "occupations:read")
    assert verdict(ask(web, secret)) == (404, "run_not_found")
    answer = web.http.post("/api/feedback", headers={"X-API-Key": secret}, json={})
    assert verdict(answer) == (403, "missing_scope")
    assert "feedback:write" in answer.json()["message"]
    assert verdict(ask(web, secret, "/api/jobs")) == (401, "missing_token"), "users' own routes take no key"
    both = ask(web, "jm_wrong", headers=person.headers)
    assert verdict(both) == (404, "run_not_found"), "the access token counts"
    assert verdict(ask(web, secret, headers={"Authorization": "Bearer x"})) == (401, "invalid_token")


def test_keys_that_are_none(web: Web) -> None:
    secret = key(web)
    expired = key(web, expires_at=utcnow() - timedelta(seconds=1))
    revoked = key(web)
    with web.container.db.unit_of_work() as session:
        service_tokens.revoke(session, tokens(web)[-1].id, utcnow())
    for wrong in (expired, revoked, "", "x", secret[:-1], secret.upper(), secret + "a", "jm_" + "a" * 5000, "jm_é"):
        answer = web.http.get("/api/runs/1", headers={"X-API-Key": wrong.encode("latin-1")})
        assert verdict(answer) == (401, "invalid_api_key"), wrong
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert ask(web, secret).status_code == 404


def test_every_route_for_machines_asks_for_its_scope(web: Web) -> None:
    """No route for machine clients answers a key without any scope, or a key of another scope."""
    powerless = key(web)
    with web.container.db.unit_of_work() as session:
        session.execute(sa.update(ServiceToken).values(scopes=[]))
    found = list(machine_routes(web.app))
    assert len(found) >= 2
    for method, path, scope in found:
        assert scope in service_tokens.SCOPES
        answer = web.http.request(method, path, headers={"X-API-Key": powerless})
        assert verdict(answer) == (403, "missing_scope"), path


def machine_routes(app: Flask) -> list[tuple[str, str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, MARK, None) == MACHINE_OR_USER:
            _, path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False) or ("", rule.rule)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(method, path, getattr(view, SCOPE_MARK)) for method in sorted(methods)]
    return found


def test_runs_of_others_are_not_there(web: Web, person: Person) -> None:
    one, other = key(web), key(web)
    token_ids = [token.id for token in tokens(web)]
    with web.container.db.unit_of_work() as session:
        mine = Run(kind="match", subject="x", token_id=token_ids[0], state="queued")
        persons = Run(kind="gap", subject="x", user_id=person.id, state="queued")
        nobodys = Run(kind="gap", subject="x", state="queued")
        session.add_all([mine, persons, nobodys])
    assert ask(web, one, f"/api/runs/{mine.id}").json()["id"] == mine.id
    assert person.get(f"/api/runs/{persons.id}").json()["id"] == persons.id
    for secret, run in ((other, mine), (one, persons), (one, nobodys)):
        assert verdict(ask(web, secret, f"/api/runs/{run.id}")) == (404, "run_not_found")
    for run in (mine, nobodys):
        assert verdict(person.get(f"/api/runs/{run.id}")) == (404, "run_not_found")


def test_use_is_noted_once_a_minute(web: Web) -> None:
    secret = key(web)
    assert tokens(web)[0].last_used_at is None
    ask(web, secret)
    first = tokens(web)[0].last_used_at
    assert first is not None
    ask(web, secret)
    assert tokens(web)[0].last_used_at == first
    with web.container.db.unit_of_work() as session:
        session.execute(sa.update(ServiceToken).values(last_used_at=first - timedelta(minutes=2)))
    ask(web, secret)
    assert (tokens(web)[0].last_used_at or first) >= first


def test_noting_a_use_keeps_nobody_waiting(web: Web) -> None:
    secret = key(web)
    with web.container.db.unit_of_work() as session:
        session.execute(sa.update(ServiceToken).values(name="being changed"))
        assert [ask(web, secret, timeout=20).status_code for _ in range(3)] == [404, 404, 404]
    assert tokens(web)[0].last_used_at is not None


def test_only_the_digest_is_stored(web: Web) -> None:
    secret = key(web)
    (token,) = tokens(web)
    assert secret.startswith("jm_")
    assert token.token_sha256 == service_tokens.digest(secret)
    assert secret not in {str(getattr(token, column.key)) for column in sa.inspect(ServiceToken).columns}


def test_each_key_has_its_own_limit(make_web: Callable[..., Web]) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_machine="2 per minute")
    one, other = key(web), key(web)
    assert [ask(web, one).status_code for _ in range(3)] == [404, 404, 429]
    refused = ask(web, one)
    assert int(refused.headers["Retry-After"]) > 0
    assert ask(web, other).status_code == 404


def test_wrong_keys_are_limited_by_address(make_web: Callable[..., Web]) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_bad_key="2 per minute")
    good, revoked = key(web), key(web)
    with web.container.db.unit_of_work() as session:
        service_tokens.revoke(session, tokens(web)[-1].id, utcnow())
    wrong = [ask(web, secret) for secret in ("jm_wrong", revoked, "x", "")]
    assert [verdict(answer) for answer in wrong] == [(401, "invalid_api_key")] * 2 + [(429, "rate_limited")] * 2
    assert int(wrong[-1].headers["Retry-After"]) > 0
    assert ask(web, good).status_code == 404, "others at this address go on"


def test_calls_beyond_the_scopes_of_a_key_count_too(make_web: Callable[..., Web]) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_machine="2 per minute")
    secret = key(web, "feedback:write")
    assert [ask(web, secret).status_code for _ in range(3)] == [403, 403, 429]


def test_an_operator_manages_keys(web: Web) -> None:
    environment = {
        "JOBMATE_DATABASE_URL": web.container.settings.database_url,
        "JOBMATE_DATA_DIR": str(web.container.settings.data_dir),
    }

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(cli, ["tokens", *arguments], env=environment)
        assert result.exit_code == status, result.output
        return result.output

    assert run("list") == ""
    made = run("create", "--name", "Partner", "--scope", "occupations:read", "--expires-days", "30")
    secret = made.splitlines()[-1]
    assert ask(web, secret).status_code == 404
    web.container.token_uses.wait(30)
    (line,) = run("list").splitlines()
    number, name, scopes, state, used = line.split("\t")
    assert (name, scopes, state[:10], used[:4]) == ("Partner", "occupations:read", "good until", "used")
    assert secret not in line
    assert run("revoke", number) == run("revoke", number) == f"Token {number} (Partner) is revoked.\n"
    assert "revoked" in run("list")
    assert verdict(ask(web, secret)) == (401, "invalid_api_key")
    assert "jobmate tokens list" in run("revoke", "999", status=1)
    assert "no such scope: everything" in run("create", "--name", "x", "--scope", "everything", status=1)
    assert "1 to 100 characters" in run("create", "--name", " ", "--scope", "occupations:read", status=1)


def test_the_document_says_who_may_come_with_a_key(web: Web) -> None:
    document = web.http.get("/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-API-Key")
    assert {"apiKey": []} in document["paths"]["/api/runs/{run_id}"]["get"]["security"]
    assert document["paths"]["/api/jobs"]["get"]["security"] == [{"bearerAuth": []}]
