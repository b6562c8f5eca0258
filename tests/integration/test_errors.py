"""Every error is a problem document that tells the caller what to do and nothing about the inside."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
import sqlalchemy as sa
from flask import request

from jobmate_agent.blueprints.auth import public
from jobmate_agent.errors import JobMateError, UnavailableError
from tests.web import PASSWORD, Person, Web

MakeWeb = Callable[..., Web]
MEMBERS = {"type", "title", "status", "code", "message", "details", "request_id"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["message"].endswith(".")
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


@pytest.fixture
def plain(make_web: MakeWeb) -> Web:
    return make_web()


@pytest.fixture
def person(plain: Web) -> Person:
    return plain.person()


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/backend/nowhere", "/", "/docs/nowhere", "/health/x"])
def test_unknown_address(plain: Web, path: str) -> None:
    problem(plain.http.get(path), 404, "not_found")


def test_wrong_method_names_the_right_ones(plain: Web) -> None:
    answer = plain.http.delete("/auth/login")
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    problem(plain.http.request("BREW", "/api/auth/login"), 405, "method_not_allowed")


def test_validation_says_where(plain: Web) -> None:
    body = problem(plain.http.post("/api/auth/register", json={"password": "short"}), 422, "validation_error")
    assert body["details"] == [
        {"loc": ["json", "email"], "msg": "Field required"},
        {"loc": ["json", "password"], "msg": "String should have at least 8 characters"},
    ]


@pytest.mark.parametrize("content", [b"", b"{", b'{"email": "a"', b"\xff\xfe", b"NaN", b'{"a": Infinity}', b"[" * 9000])
def test_malformed_json(plain: Web, content: bytes) -> None:
    answer = plain.http.post("/api/auth/login", content=content, headers={"Content-Type": "application/json"})
    body = problem(answer, 400, "malformed_json")
    assert "JSON" in str(body["message"])


@pytest.mark.parametrize("content", [b"[]", b'"text"', b"17", b"true"])
def test_json_of_another_shape(plain: Web, content: bytes) -> None:
    problem(plain.http.post("/api/auth/login", content=content), 422, "validation_error")


@pytest.mark.parametrize(
    "text",
    [
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\ud800"',
        '"\\udfff\\ud800"',
        "1" + "0" * 400,
        "-1e999",
        "9223372036854775808",
        "18446744073709551616",
        "null",
        "[]",
        "{}",
        '"' + "x" * 500_000 + '"',
        '"\\u202e\\uffff\\u0007"',
    ],
    ids=lambda text: text[:20],
)
def test_weird_values_are_the_callers_problem(web: Web, text: str) -> None:
    """On every database, in every field: answered, and never as our own fault."""
    person = web.person()
    bodies = {
        "/api/auth/register": ("post", {"email": "w@example.com", "password": PASSWORD, "name": ""}),
        "/api/auth/login": ("post", {"email": "w@example.com", "password": PASSWORD}),
        "/api/auth/refresh": ("post", {"refresh_token": ""}),
        "/api/auth/change-password": ("post", {"current_password": "x", "new_password": PASSWORD}),
        "/api/contact-info": ("put", {"name": "", "email": "", "phone_number": "", "location": ""}),
        "/api/preferences": ("put", {"llm_consent": True, "timezone": "UTC", "locale": "en"}),
    }
    for path, (method, body) in bodies.items():
        for field in body:
            rest = {name: value for name, value in body.items() if name != field}
            content = json.dumps(rest).rstrip("}") + (", " if rest else "") + f'"{field}": {text}}}'
            answer = person.request(method, path, content=content)
            assert answer.status_code < 500, (path, field, answer.text)
    assert person.get("/api/contact-info").status_code == 200


@pytest.mark.parametrize("path", ["/api/preferences?q=%00", "/api/x%00y", "/api/auth/login%00"])
def test_nul_in_the_address(person: Person, path: str) -> None:
    problem(person.get(path), 400, "bad_request")


@pytest.mark.parametrize("query", ["%ff%fe", "%ed%a0%80", "a=%zz", "=&&&==", "a" * 3000])
def test_weird_query_strings(person: Person, query: str) -> None:
    assert person.get(f"/api/preferences?{query}").status_code == 200


def test_a_body_that_is_too_large_is_refused(plain: Web) -> None:
    large = b'{"email": "' + b"x" * (1024 * 1024) + b'"}'
    problem(plain.http.post("/api/auth/login", content=large), 413, "request_too_large")


def test_a_body_of_unknown_length_is_bounded_too(plain: Web) -> None:
    @public
    def read() -> dict[str, int]:
        return {"size": len(request.get_data())}

    plain.app.add_url_rule("/api/read", view_func=read, methods=["POST"])

    def body(size: int):  # type: ignore[no-untyped-def]
        yield from (b"x" * 65536 for _ in range(size // 65536))

    assert plain.http.post("/api/read", content=body(65536)).json() == {"size": 65536}
    problem(plain.http.post("/api/read", content=body(2 * 1024 * 1024)), 413, "request_too_large")


def test_errors_of_our_own_carry_their_parts(plain: Web) -> None:
    @public
    def busy() -> None:
        raise UnavailableError("busy", "Too much is going on.", retry_after=7)

    @public
    def odd() -> None:
        raise JobMateError("odd", "This is odd.", status=418, details=[{"loc": ["x"], "msg": "odd"}])

    @public
    def locked() -> None:
        raise JobMateError("wrong_encryption_key", "Restore the key file.", status=500)

    for name, view in {"busy": busy, "odd": odd, "locked": locked}.items():
        plain.app.add_url_rule(f"/api/{name}", view_func=view)
    answer = plain.http.get("/api/busy")
    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "7"
    assert problem(plain.http.get("/api/odd"), 418, "odd")["details"] == [{"loc": ["x"], "msg": "odd"}]
    assert "key" not in plain.http.get("/api/locked").text


def test_unexpected_exceptions_tell_nothing_and_are_logged(
    plain: Web, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    @public
    def crash() -> None:
        raise RuntimeError("the secret is 12345")

    plain.app.add_url_rule("/api/crash", view_func=crash)
    answer = plain.http.get("/api/crash")
    body = problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    lines = [json.loads(line) for line in capfdbinary.readouterr().err.splitlines() if line.startswith(b"{")]
    [logged] = [line for line in lines if line["event"] == "unexpected_error"]
    assert logged["request_id"] == body["request_id"]
    assert "the secret is 12345" in logged["exception"]


def test_unexpected_exceptions_are_raised_again_under_test(plain: Web) -> None:
    @public
    def crash() -> None:
        raise RuntimeError("seen")

    plain.app.add_url_rule("/api/crash", view_func=crash)
    plain.app.testing = True
    with pytest.raises(RuntimeError, match="seen"):
        plain.app.test_client().get("/crash")


def test_database_errors_are_unavailable_without_their_text(person: Person) -> None:
    with person.web.container.db.engine.connect() as connection:
        connection.execute(sa.text("DROP TABLE auth_sessions"))
        connection.commit()
    answer = person.get("/api/preferences")
    assert answer.status_code >= 500
    assert "auth_sessions" not in answer.text


def test_what_the_database_refuses_is_the_callers_problem(plain: Web) -> None:
    @public
    def overflow() -> None:
        raise sa.exc.DataError("SELECT 1", {}, ValueError("out of range"))

    plain.app.add_url_rule("/api/overflow", view_func=overflow)
    problem(plain.http.get("/api/overflow"), 422, "value_not_accepted")


@pytest.mark.parametrize("number", ["2147483647", "2147483648", "9" * 30])
def test_ids_beyond_the_database_are_not_found(web: Web, number: str) -> None:
    """As an id that nothing has, by every method that the address knows, and on every database."""
    person = web.person()
    for method in ("GET", "PUT", "DELETE"):
        problem(person.request(method, f"/api/jobs/{number}", json={}), 404, "job_not_found")


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "0x1", "１"])
def test_what_is_no_id_is_no_address(web: Web, number: str) -> None:
    problem(web.person().get(f"/api/jobs/{number}"), 404, "not_found")
