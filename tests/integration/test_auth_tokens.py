"""Which tokens are believed: ours, those of configured issuers, and no others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import rsa

from jobmate_agent.adapters import jwks
from jobmate_agent.blueprints.tokens import ISSUER
from jobmate_agent.container import Container
from jobmate_agent.models import User, UserIdentity
from tests.conftest import make_settings
from tests.issuer import Issuer
from tests.web import Web

AUDIENCE = "jobmate-api"
MakeWeb = Callable[..., Web]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer(AUDIENCE) as made:
        yield made


@pytest.fixture
def federated(make_web: MakeWeb, issuer: Issuer) -> Web:
    """The application with one external issuer."""
    return make_web(external_issuers=(issuer.setting,))


def ask(web: Web, token: str, path: str = "/api/preferences") -> httpx.Response:
    return web.http.get(path, headers={"Authorization": f"Bearer {token}"})


def users(web: Web) -> int:
    with web.container.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def encode(header: dict[str, object], claims: dict[str, object], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_first_valid_token_creates_the_user_once(database_url: str, tmp_path: Path, issuer: Issuer) -> None:
    container = Container(make_settings(database_url, tmp_path, external_issuers=[issuer.setting.model_dump()]))
    with Web(container) as web:
        tokens = [issuer.token(jti=str(number)) for number in range(6)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda token: ask(web, token), tokens))
        assert {answer.status_code for answer in answers} == {200}
        assert users(web) == 1
        assert ask(web, issuer.token(sub="subject-2")).status_code == 200
        assert users(web) == 2
    container.db.dispose()


def test_the_same_subject_of_two_issuers_is_two_users_and_email_joins_nobody(make_web: MakeWeb) -> None:
    with Issuer(AUDIENCE) as one, Issuer() as two:
        web = make_web(external_issuers=(one.setting, two.setting))
        local = web.person("kim@example.com")
        for issuer in (one, two):
            claims = {"email": "kim@example.com", "email_verified": True}
            assert ask(web, issuer.token(**claims), "/api/contact-info").json()["email"] == ""
        with web.container.db.reading() as session:
            owners = set(session.scalars(sa.select(UserIdentity.user_id)))
        assert len(owners) == 2
        assert local.id not in owners


def test_external_accounts_have_no_password(federated: Web, issuer: Issuer) -> None:
    answer = federated.http.post(
        "/api/auth/change-password",
        json={"current_password": "whatever 1", "new_password": "whatever 2"},
        headers={"Authorization": f"Bearer {issuer.token()}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "no_password")


def test_a_list_of_audiences_may_hold_ours(federated: Web, issuer: Issuer) -> None:
    assert ask(federated, issuer.token(aud=["other", AUDIENCE])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "someone-else"}, "invalid_token"),
        ({"aud": None}, "invalid_token"),
        ({"aud": [AUDIENCE + "x"]}, "invalid_token"),
        ({"iss": "https://elsewhere.example"}, "invalid_token"),
        ({"iss": None}, "invalid_token"),
        ({"iss": ISSUER}, "invalid_token"),
        ({"exp": int(time.time()) - 60}, "token_expired"),
        ({"exp": None}, "invalid_token"),
        ({"exp": "soon"}, "invalid_token"),
        ({"nbf": int(time.time()) + 600}, "invalid_token"),
        ({"sub": None}, "invalid_token"),
        ({"sub": ""}, "invalid_token"),
        ({"sub": "x" * 256}, "invalid_token"),
        ({"sub": "nul\x00"}, "invalid_token"),
        ({"kid": "unknown"}, "invalid_token"),
        ({"kid": None}, "invalid_token"),
        ({"alg": "RS512"}, "invalid_token"),
        ({"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}, "invalid_token"),
    ],
    ids=[
        "other audience",
        "no audience",
        "audience of another length",
        "unknown issuer",
        "no issuer",
        "our own issuer",
        "expired",
        "no expiry",
        "expiry in words",
        "not valid yet",
        "no subject",
        "empty subject",
        "long subject",
        "subject with NUL",
        "unknown key id",
        "no key id",
        "another algorithm",
        "another key",
    ],
)
def test_external_tokens_that_are_not_believed(
    federated: Web, issuer: Issuer, changes: dict[str, object], code: str
) -> None:
    answer = ask(federated, issuer.token(**changes))  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert users(federated) == 0


def test_no_confusion_of_algorithms(federated: Web, issuer: Issuer) -> None:
    """The issuer's public key is public: as an HMAC secret it must be worth nothing. Nor is ``none`` a signature."""

    def signed_with_public_key(claims: dict[str, object]) -> str:
        unsigned = encode({"alg": "HS256", "kid": "first"}, claims).rstrip(".")
        digest = hmac.new(issuer.public_pem(), unsigned.encode(), hashlib.sha256).digest()
        return f"{unsigned}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    ours = {"iss": ISSUER, "sub": "x", "sid": "x", "type": "access", "exp": int(time.time()) + 600}
    secret = federated.container.keys.tokens
    forged = [
        signed_with_public_key(issuer.claims()),
        signed_with_public_key(ours),
        encode({"alg": "none", "kid": "first"}, issuer.claims()),
        encode({"alg": "none"}, ours),
        encode({"alg": "NONE"}, ours),
        issuer.token(**ours),
        # Our own secret signs for our own issuer alone.
        jwt.encode(issuer.claims(), secret, algorithm="HS256", headers={"kid": "first"}),
        jwt.encode(ours, secret * 2, algorithm="HS256"),
    ]
    for token in forged:
        answer = ask(federated, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token"), token
    assert users(federated) == 0


def test_our_own_signature_over_an_unknown_session_is_not_enough(federated: Web) -> None:
    claims = {"iss": ISSUER, "sub": "x", "sid": "never-opened", "type": "access", "exp": int(time.time()) + 600}
    answer = ask(federated, jwt.encode(claims, federated.container.keys.tokens, algorithm="HS256"))
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "Bearer a.b",
        "Bearer a.b.c",
        "Bearer ...",
        "Bearer é.é.é",
        "Bearer " + "a" * 9000,
        "Bearer " + encode({"alg": ["HS256"]}, {"iss": "jobmate"}),
        "Bearer " + encode({"alg": "HS256", "kid": {"a": 1}}, {"iss": ["jobmate"]}),
        "Bearer " + encode({"alg": "RS256", "crit": ["x"]}, {"iss": {}}),
        "Bearer " + base64.urlsafe_b64encode(b"[" * 3000).decode().rstrip("=") + ".e30.",
        "Bearer " + base64.urlsafe_b64encode(b'"text"').decode().rstrip("=") + ".W10.",
    ],
    ids=lambda header: header[:30] or "none",
)
def test_anything_else_is_401(make_web: MakeWeb, header: str) -> None:
    answer = make_web().http.get("/api/preferences", headers={b"Authorization": header.encode()} if header else {})
    assert answer.status_code == 401
    assert answer.json()["code"] in {"missing_token", "invalid_token"}


def test_cookies_and_query_strings_are_not_read(make_web: MakeWeb) -> None:
    web = make_web()
    person = web.person()
    for cookie in ("access_token_cookie", "access_token", "session"):
        answer = web.http.get("/api/preferences", headers={"Cookie": f"{cookie}={person.access}"})
        assert answer.status_code == 401
    assert web.http.get("/api/preferences", params={"jwt": person.access}).status_code == 401
    assert "Set-Cookie" not in person.get("/api/preferences").headers


def test_an_expired_access_token_of_ours(make_web: MakeWeb) -> None:
    web = make_web()
    person = web.person()
    claims = jwt.decode(person.access, web.container.keys.tokens, algorithms=["HS256"])
    old = {**claims, "exp": int(time.time()) - 60}
    answer = ask(web, jwt.encode(old, web.container.keys.tokens, algorithm="HS256"))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert claims["exp"] - claims["iat"] == web.container.settings.access_token_minutes * 60


def test_keys_are_fetched_once_and_again_for_a_new_key_at_most_once_a_minute(
    federated: Web, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        assert ask(federated, issuer.token(jti=str(number))).status_code == 200
    assert issuer.requests == 1

    issuer.keys["second"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    fresh = {"kid": "second", "key": issuer.keys["second"]}
    assert ask(federated, issuer.token(**fresh)).status_code == 401
    assert issuer.requests == 1

    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0.0)
    assert ask(federated, issuer.token(**fresh)).status_code == 200
    assert ask(federated, issuer.token(jti="x")).status_code == 200
    assert issuer.requests == 2


def test_a_key_that_was_withdrawn_is_worth_nothing(
    federated: Web, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(federated, issuer.token()).status_code == 200
    stolen = issuer.keys.pop("first")
    issuer.keys["second"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0.0)
    assert ask(federated, issuer.token(kid="second", key=issuer.keys["second"])).status_code == 200
    assert ask(federated, issuer.token(key=stolen, jti="new")).status_code == 401


def test_an_issuer_that_is_down_is_no_reason_to_sign_people_out(
    federated: Web, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.broken = True
    answer = ask(federated, issuer.token())
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert ask(federated, issuer.token()).status_code == 503
    assert issuer.requests == 1

    issuer.broken = False
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0.0)
    assert ask(federated, issuer.token()).status_code == 200
    # Known keys outlive an outage, even when they are due to be read again.
    issuer.broken = True
    monkeypatch.setattr(jwks, "LIFETIME_SECONDS", 0.0)
    assert ask(federated, issuer.token(jti="later")).status_code == 200
    assert issuer.requests == 3


def test_our_own_name_cannot_be_an_external_issuer(make_web: MakeWeb) -> None:
    with pytest.raises(ValueError, match="our own tokens"):
        make_web(external_issuers=({"issuer": ISSUER, "jwks_url": "http://127.0.0.1:9/keys"},))
