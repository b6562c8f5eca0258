"""The service around its resources: readiness, metrics, headers, aliases, CORS, limits, proxies, logs."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from jobmate_agent.blueprints.aliases import canonical
from jobmate_agent.clock import utcnow
from jobmate_agent.crypto import load_key_file
from jobmate_agent.models import WorkerHeartbeat
from tests.web import PASSWORD, Web

MakeWeb = Callable[..., Web]
ORIGIN = "https://app.example.com"
_numbers = itertools.count(1)


def checks(web: Web) -> tuple[int, dict[str, str]]:
    answer = web.http.get("/ready")
    body = answer.json()
    assert body["status"] == ("ready" if answer.status_code == 200 else "not_ready")
    assert ("Retry-After" in answer.headers) == (answer.status_code == 503)
    return answer.status_code, {name: check["state"] for name, check in body["checks"].items()}


def beat(web: Web, *, age: timedelta = timedelta(), engine: str = "ready") -> None:
    with web.container.db.unit_of_work() as session:
        session.execute(sa.delete(WorkerHeartbeat))
        session.add(WorkerHeartbeat(name="w", beat_at=utcnow() - age, details={"engine": engine, "pid": 1}))


def test_health(make_web: MakeWeb) -> None:
    answer = make_web().http.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_follows_the_workers_heartbeat(web: Web) -> None:
    good = {"database": "ok", "schema": "ok", "worker": "ok", "vector_store": "ok", "broker": "not_used"}
    assert checks(web) == (503, {**good, "worker": "down", "vector_store": "down"})
    beat(web)
    assert checks(web) == (200, good)
    beat(web, engine="loading")
    assert checks(web) == (503, {**good, "vector_store": "down"})
    beat(web, age=timedelta(seconds=web.container.settings.lease_seconds + 1))
    assert checks(web) == (503, {**good, "worker": "down", "vector_store": "down"})


def test_ready_names_the_command_for_an_old_schema(make_web: MakeWeb) -> None:
    web = make_web()
    beat(web)
    with web.container.db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    answer = web.http.get("/ready")
    assert answer.status_code == 503
    assert "jobmate db upgrade" in answer.json()["checks"]["schema"]["detail"]


def test_ready_without_a_database(make_web: MakeWeb, tmp_path: Path) -> None:
    load_key_file(tmp_path / "var" / "keys.json", create=True)
    web = make_web(database_url="postgresql+psycopg://nobody@127.0.0.1:9/none")
    status, states = checks(web)
    assert status == 503
    assert states["database"] == "down"
    assert "nobody" not in web.http.get("/ready").text
    assert web.http.get("/health").status_code == 200


def test_metrics_count_by_route_template(make_web: MakeWeb) -> None:
    web = make_web()
    line = 'jobmate_http_requests_total{method="GET",route="/api/preferences",status="401"}'

    def count() -> float:
        found = re.search(re.escape(line) + r" (\S+)", web.http.get("/metrics").text)
        return float(found[1]) if found else 0.0

    before = count()
    for path in ("/preferences", "/api/preferences?x=secret-1", "/backend/preferences"):
        web.http.get(path)
    web.http.request("BREW", "/api/secret-2")
    assert count() == before + 3
    text = web.http.get("/metrics").text
    assert "secret" not in text
    assert "BREW" not in text
    assert 'jobmate_http_request_seconds_bucket{le="0.1",method="GET",route="/api/preferences"}' in text


def test_metrics_of_several_processes_are_added_up(tmp_path: Path) -> None:
    """Two processes with one folder, as web and worker have: whoever is asked answers for both."""
    code = "from jobmate_agent import metrics; metrics.observe_request('GET', '/x', 200, 0.1)"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": ""}
    for ending in ("", "; print(metrics.render().decode())"):
        done = subprocess.run(
            [sys.executable, "-c", code + ending], env=environment, capture_output=True, text=True, check=True
        )
    assert 'jobmate_http_requests_total{method="GET",route="/x",status="200"} 2.0' in done.stdout


def test_openapi_document(make_web: MakeWeb) -> None:
    document = make_web().http.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/"}]
    assert document["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"
    operations = [(path, operation) for path, methods in document["paths"].items() for operation in methods.values()]
    assert {path for path, _ in operations if not path.startswith("/api/")} == {"/health", "/ready", "/metrics"}
    assert not any(path.startswith(("/api/backend", "/backend")) for path, _ in operations)
    identifiers = [operation["operationId"] for _, operation in operations]
    assert len(identifiers) == len(set(identifiers))
    for path, operation in operations:
        assert operation["tags"], path
        assert operation["summary"], path
        for status, response in operation["responses"].items():
            if status == "default" or (status[0] in "45" and path != "/ready"):
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
        assert not operation["security"] or "401" in operation["responses"], path
    references = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(document)))
    assert references <= set(document["components"]["schemas"])


def test_documentation_page_needs_no_other_host(make_web: MakeWeb) -> None:
    web = make_web()
    page = web.http.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(sources) == 4
    for source in sources:
        assert source.startswith("/docs/")
        answer = web.http.get(source)
        assert answer.status_code == 200, source
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert web.http.get("/docs/assets/..%2f..%2fsetup.py").status_code == 404


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/jobs", "/api/jobs"),
        ("/backend/jobs/7", "/api/jobs/7"),
        ("/api/backend/jobs", "/api/jobs"),
        ("/api/jobs", "/api/jobs"),
        ("/api", "/api"),
        ("/health", "/health"),
        ("/docs/assets/x", "/docs/assets/x"),
        ("/app", "/app"),
        ("/app/jobs/7", "/app/jobs/7"),
        ("/application", "/api/application"),
        ("/healthy", "/api/healthy"),
        ("/", "/"),
        ("", ""),
        ("/backend", "/api/backend"),
        ("/backend/backend/jobs", "/api/backend/jobs"),
        ("/api/backend/backend/jobs", "/api/backend/jobs"),
        ("/backend/api/backend/jobs", "/api/api/backend/jobs"),
        ("/api/api/jobs", "/api/api/jobs"),
        ("//jobs", "/api//jobs"),
    ],
)
def test_canonical_paths(path: str, expected: str) -> None:
    assert canonical(path) == expected


def test_aliases_answer_like_the_canonical_address(make_web: MakeWeb) -> None:
    web = make_web()
    person = web.person()
    expected = person.get("/api/jobs/search?q=nurse%20%26%20care&page=1").json()
    for prefix in ("", "/backend", "/api/backend"):
        assert person.get(f"{prefix}/jobs/search?q=nurse%20%26%20care&page=1").json() == expected
    assert expected["query"] == "nurse & care"
    for doubled in ("/backend/backend", "/api/api", "/backend/api", "/api/backend/api/backend"):
        assert person.get(f"{doubled}/preferences").status_code == 404


def test_security_headers(make_web: MakeWeb) -> None:
    web = make_web(trusted_proxies=1)
    for path in ("/health", "/api/preferences", "/nowhere"):
        headers = web.http.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers
        assert "Set-Cookie" not in headers
    assert "Strict-Transport-Security" in web.http.get("/health", headers={"X-Forwarded-Proto": "https"}).headers


@pytest.mark.parametrize("given", ["client-id.0123456789", "A" * 64])
def test_a_well_formed_request_id_is_kept(make_web: MakeWeb, given: str) -> None:
    answer = make_web().http.get("/nowhere", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    assert answer.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "short", "A" * 65, "has space in it", '"quoted"-0000', "0000000<script>"])
def test_another_request_id_is_replaced(make_web: MakeWeb, given: str) -> None:
    made = make_web().http.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_access_log_has_no_personal_data(capfdbinary: pytest.CaptureFixture[bytes], make_web: MakeWeb) -> None:
    web = make_web()
    person = web.person("log.test@example.com")
    person.get("/api/preferences?q=very-private", headers={"User-Agent": "Secret/1.0", "X-Request-ID": "known-request"})
    web.http.post("/api/auth/login", json={"email": "log.test@example.com", "password": "wrong-private"})
    written = capfdbinary.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    [line] = [line for line in lines if line.get("request_id") == "known-request"]
    assert {name: line[name] for name in ("method", "route", "status")} == {
        "method": "GET",
        "route": "/api/preferences",
        "status": 200,
    }
    for secret in ("log.test", person.id, person.access, "very-private", "wrong-private", "Secret/1.0", "127.0.0.1"):
        assert secret.encode() not in written


def test_cors_preflight_and_answer(make_web: MakeWeb) -> None:
    web = make_web(cors_origins=ORIGIN)
    preflight = web.http.options(
        "/job-collections",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization, if-none-match, last-event-id, prefer",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "if-none-match", "last-event-id", "prefer"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in preflight.headers

    answer = web.http.get("/api/preferences", headers={"Origin": ORIGIN})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert exposed == {"ETag", "Retry-After", "Location", "Content-Disposition", "X-Request-ID"}


@pytest.mark.parametrize("origin", ["https://evil.example.com", "https://app.example.com.evil.example", "null"])
def test_cors_is_for_configured_origins(make_web: MakeWeb, origin: str) -> None:
    answer = make_web(cors_origins=ORIGIN).http.get("/health", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_cors_is_off_by_default(make_web: MakeWeb) -> None:
    assert "Access-Control-Allow-Origin" not in make_web().http.get("/health", headers={"Origin": ORIGIN}).headers


def test_rate_limit_says_when_to_come_back(make_web: MakeWeb) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_login="3 per hour", cors_origins=ORIGIN)
    answers = [_login(web, headers={"Origin": ORIGIN}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    last = answers[-1]
    assert last.headers["Content-Type"] == "application/problem+json"
    assert last.json()["code"] == "rate_limited"
    assert 0 < int(last.headers["Retry-After"]) <= 3601
    assert last.headers["Access-Control-Allow-Origin"] == ORIGIN
    # Other limits and other views are not touched.
    assert web.http.get("/health").status_code == 200
    assert web.person().get("/api/preferences").status_code == 200


def test_sign_ins_are_counted_for_each_account_too(make_web: MakeWeb) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_login="3 per hour", trusted_proxies=1)
    web.person("Known@example.com")

    def attempt(email: str) -> httpx.Response:
        """From an address that nobody has used before."""
        body = {"email": email, "password": "not the password"}
        return web.http.post("/api/auth/login", json=body, headers={"X-Forwarded-For": f"10.0.0.{next(_numbers)}"})

    for email in ("known@example.com", "unknown@example.com"):
        answers = [attempt(spelling) for spelling in (email, email.upper(), f" {email} ", email)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert answers[-1].json()["code"] == "rate_limited"
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 3601
    assert attempt("somebody.else@example.com").status_code == 401


def test_rate_limit_counts_each_user_apart(make_web: MakeWeb) -> None:
    web = make_web(rate_limits_enabled=True, rate_limit_login="2 per hour")
    one, two = web.person(), web.person()
    body = {"current_password": "wrong one", "new_password": PASSWORD}
    statuses = [person.post("/api/auth/change-password", json=body).status_code for person in (one, one, one, two)]
    assert statuses == [422, 422, 429, 422]


def test_rate_limits_can_be_switched_off(make_web: MakeWeb) -> None:
    web = make_web(rate_limits_enabled=False, rate_limit_login="1 per hour")
    assert {_login(web).status_code for _ in range(3)} == {401}


def test_forwarded_addresses_count_only_behind_a_trusted_proxy(make_web: MakeWeb) -> None:
    limits = {"rate_limits_enabled": True, "rate_limit_login": "1 per hour"}
    open_web = make_web(**limits)
    statuses = [_login(open_web, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(3)]
    assert statuses == [401, 429, 429]

    behind = make_web(**limits, trusted_proxies=1)
    statuses = [_login(behind, headers={"X-Forwarded-For": f"6.6.6.{n}, 10.0.0.{n}"}).status_code for n in range(3)]
    assert statuses == [401, 401, 401]
    # What the client itself put in front of the proxy's entry changes nothing.
    spoofed = [_login(behind, headers={"X-Forwarded-For": f"7.7.7.{n}, 10.0.0.9"}).status_code for n in range(2)]
    assert spoofed == [401, 429]


def test_the_web_process_stays_light(sqlite_url: str, tmp_path: Path) -> None:
    """A process of its own makes the application and answers; then look at what it has loaded."""
    code = f"""
import sys
from pathlib import Path
from jobmate_agent.app import create_app
from jobmate_agent.settings import Settings
app = create_app(Settings(_env_file=None, data_dir=Path({str(tmp_path)!r}), database_url={sqlite_url!r}))
client = app.test_client()
for path in ("/ready", "/openapi.json", "/docs", "/metrics", "/api/preferences"):
    client.get(path)
rss = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
heavy = sorted(name for name in sys.modules if name.split(".")[0] in
    ("torch", "chromadb", "langgraph", "langchain", "langchain_core", "langchain_openai", "sentence_transformers",
     "numpy", "openai"))
print(int(rss.split()[1]) // 1024, heavy)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    megabytes, _, heavy = done.stdout.strip().partition(" ")
    assert heavy == "[]"
    assert int(megabytes) < 150


def _login(web: Web, headers: dict[str, str] | None = None) -> httpx.Response:
    """Somebody else each time: the limit for one account is not what these tests are about."""
    body = {"email": f"nobody{next(_numbers)}@example.com", "password": "whatever"}
    return web.http.post("/api/auth/login", json=body, headers=headers or {})
