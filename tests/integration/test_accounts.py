"""Accounts over HTTP: register, sign in, sessions, contact details, preferences."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from jobmate_agent.clock import utcnow
from jobmate_agent.models import AuthSession, RefreshToken, User
from jobmate_agent.services.accounts import passwords
from tests.web import PASSWORD, Web


def test_register_then_sign_in_on_another_device(web: Web) -> None:
    person = web.person("Kim.Example@Example.COM")
    again = web.login(" kim.example@example.com ")
    assert again.id == person.id
    assert again.get("/api/contact-info").json() == {
        "name": "Kim Example",
        "email": "kim.example@example.com",
        "phone_number": "",
        "location": "",
    }


def test_personal_columns_are_unreadable_at_rest(web: Web) -> None:
    web.person("secret.person@example.com").put("/api/contact-info", json={"phone_number": "555 0100"})
    with web.container.db.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT email, name, phone_number, email_index, password_hash FROM users"))
        stored = b"|".join(bytes(value) if not isinstance(value, str) else value.encode() for value in row.one())
    for secret in (b"secret.person", b"Kim", b"555 0100", PASSWORD.encode()):
        assert secret not in stored


def test_an_address_registers_once_even_at_the_same_moment(web: Web) -> None:
    body = {"email": "twin@example.com", "password": PASSWORD}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: web.http.post("/api/auth/register", json=body), range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"email_taken"}
    assert _count(web, User) == 1


def test_unknown_address_and_wrong_password_get_the_same_answer_for_the_same_work(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = web.person()
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, reference: str, password: bytes) -> bool:
        verified.append(reference.rpartition("$")[0].rpartition("$")[0])
        return verify(self, reference, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    answers = [
        web.http.post("/api/auth/login", json={"email": email, "password": "not the password"})
        for email in (person.email, "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "invalid_credentials"
    # One hash each, with the same cost parameters.
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_an_old_hash_is_renewed_at_sign_in(web: Web) -> None:
    person = web.person()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with web.container.db.unit_of_work() as session:
        session.execute(sa.update(User).values(password_hash=weak))
    web.login(person.email)
    with web.container.db.reading() as session:
        stored = session.scalars(sa.select(User.password_hash)).one()
    assert stored != weak
    assert stored is not None
    assert not passwords.needs_rehash(stored)
    web.login(person.email)


@pytest.mark.parametrize("password", ["short", "x" * 129, "", 12345678, None])
def test_unacceptable_passwords(make_web: Callable[..., Web], password: object) -> None:
    answer = make_web().http.post("/api/auth/register", json={"email": "a@example.com", "password": password})
    assert answer.status_code == 422
    assert answer.json()["details"][0]["loc"] == ["json", "password"]
    assert "input" not in answer.text


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@", "@example.com", "a b@example.com", "a@example.com\n.x", "a" * 300]
)
def test_unacceptable_addresses(make_web: Callable[..., Web], email: str) -> None:
    answer = make_web().http.post("/api/auth/register", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 422
    assert answer.json()["details"][0]["loc"] == ["json", "email"]


def test_the_same_password_in_two_unicode_forms_signs_in(make_web: Callable[..., Web]) -> None:
    web = make_web()
    body = {"email": "accent@example.com", "password": "caf\u00e9 au lait"}
    assert web.http.post("/api/auth/register", json=body).status_code == 201
    web.login("accent@example.com", "cafe\u0301 au lait")


def test_refresh_rotates_and_the_old_token_within_grace_is_another_tab(web: Web) -> None:
    person = web.person()
    first = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh})
    second = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh})
    assert (first.status_code, second.status_code) == (200, 200)
    tokens = {person.refresh, first.json()["refresh_token"], second.json()["refresh_token"]}
    assert len(tokens) == 3
    for answer in (first, second):
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert web.http.get("/api/preferences", headers=headers).status_code == 200


def test_two_tabs_refresh_at_the_same_moment(web: Web) -> None:
    person = web.person()
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}), range(4))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 4
    assert person.get("/api/preferences").status_code == 200


def test_reuse_after_grace_revokes_the_whole_family(web: Web) -> None:
    person = web.person()
    other = web.login(person.email)
    fresh = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}).json()
    _age_used_tokens(web, timedelta(seconds=web.container.settings.refresh_grace_seconds + 1))

    stolen = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh})
    assert stolen.status_code == 401
    assert stolen.json()["code"] == "refresh_token_reused"
    # The pair that the owner got instead is dead too, and so are both access tokens.
    assert web.http.post("/api/auth/refresh", json={"refresh_token": fresh["refresh_token"]}).status_code == 401
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert web.http.get("/api/preferences", headers=headers).status_code == 401
    assert person.get("/api/preferences").status_code == 401
    # Another device is another family.
    assert other.get("/api/preferences").status_code == 200


def test_reuse_is_noticed_after_used_tokens_are_forgotten(web: Web) -> None:
    person = web.person()
    second = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}).json()
    _age_used_tokens(web, timedelta(hours=1))
    third = web.http.post("/api/auth/refresh", json={"refresh_token": second["refresh_token"]}).json()
    assert _count(web, RefreshToken) == 2
    answer = web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh})
    assert answer.json()["code"] == "refresh_token_reused"
    assert web.http.post("/api/auth/refresh", json={"refresh_token": third["refresh_token"]}).status_code == 401


def test_logout_ends_the_session_at_once_and_can_be_repeated(web: Web) -> None:
    person = web.person()
    other = web.login(person.email)
    assert person.get("/api/preferences").status_code == 200
    for _ in range(2):
        assert web.http.post("/api/auth/logout", json={"refresh_token": person.refresh}).status_code == 200
    assert person.get("/api/preferences").status_code == 401
    assert web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}).status_code == 401
    assert other.get("/api/preferences").status_code == 200


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(web: Web) -> None:
    person = web.person()
    for path in ("/api/auth/refresh", "/api/auth/logout"):
        answer = web.http.post(path, json={"refresh_token": person.access})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    person.access = person.refresh
    answer = person.get("/api/preferences")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_change_password_ends_every_other_session(web: Web) -> None:
    person = web.person()
    other = web.login(person.email)
    wrong = person.post("/api/auth/change-password", json={"current_password": "x", "new_password": "another one 8"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    assert other.get("/api/preferences").status_code == 200

    body = {"current_password": PASSWORD, "new_password": "another one 8"}
    assert person.post("/api/auth/change-password", json=body).status_code == 200
    assert person.get("/api/preferences").status_code == 200
    assert other.get("/api/preferences").status_code == 401
    assert web.http.post("/api/auth/refresh", json={"refresh_token": other.refresh}).status_code == 401
    assert web.http.post("/api/auth/login", json={"email": person.email, "password": PASSWORD}).status_code == 401
    web.login(person.email, "another one 8")


def test_a_deleted_user_is_signed_out(web: Web) -> None:
    person = web.person()
    assert person.get("/api/preferences").status_code == 200
    with web.container.db.unit_of_work() as session:
        session.execute(sa.delete(User).where(User.id == person.id))
    assert person.get("/api/preferences").status_code == 401
    assert web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}).status_code == 401


def test_sessions_that_ended_are_forgotten_at_the_next_sign_in(web: Web) -> None:
    person = web.person()
    with web.container.db.unit_of_work() as session:
        session.execute(sa.update(AuthSession).values(expires_at=utcnow() - timedelta(seconds=1)))
    assert web.http.post("/api/auth/refresh", json={"refresh_token": person.refresh}).status_code == 401
    web.login(person.email)
    assert _count(web, AuthSession) == 1


def test_contact_info_keeps_what_is_left_out(web: Web) -> None:
    person = web.person()
    person.put("/api/contact-info", json={"phone_number": " +1 555 0100 ", "location": "Springfield"})
    answer = person.put("/api/contact-info", json={"name": "", "location": "Ögii Nuur"})
    expected = {"name": "", "email": person.email, "phone_number": "+1 555 0100", "location": "Ögii Nuur"}
    assert answer.json() == expected
    assert person.get("/api/contact-info").json() == expected


def test_the_address_of_a_local_account_is_its_sign_in_name(web: Web) -> None:
    person, other = web.person(), web.person()
    assert person.put("/api/contact-info", json={"email": ""}).json()["code"] == "email_needed"
    taken = person.put("/api/contact-info", json={"email": other.email.upper(), "name": "Changed"})
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    assert person.get("/api/contact-info").json()["name"] == "Kim Example"
    assert person.put("/api/contact-info", json={"email": "New.One@example.com"}).status_code == 200
    assert web.login("new.one@example.com").id == person.id
    assert web.http.post("/api/auth/login", json={"email": person.email, "password": PASSWORD}).status_code == 401


def test_preferences(web: Web) -> None:
    person = web.person()
    assert person.get("/api/preferences").json() == {"llm_consent": False, "timezone": "UTC", "locale": "en"}
    changed = person.put("/api/preferences", json={"llm_consent": True, "timezone": "Europe/Berlin", "locale": "de-AT"})
    assert changed.json() == {"llm_consent": True, "timezone": "Europe/Berlin", "locale": "de-AT"}
    assert person.put("/api/preferences", json={"llm_consent": False}).json()["timezone"] == "Europe/Berlin"
    assert person.get("/api/preferences").json()["llm_consent"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Europe"},
        {"timezone": ""},
        {"locale": "not a locale"},
        {"llm_consent": "yes"},
        {"llm_consent": 1},
    ],
)
def test_unacceptable_preferences(make_web: Callable[..., Web], body: dict[str, object]) -> None:
    person = make_web().person()
    before = person.get("/api/preferences").json()
    answer = person.put("/api/preferences", json=body)
    assert answer.status_code == 422
    assert answer.json()["details"][0]["loc"] == ["json", next(iter(body))]
    assert person.get("/api/preferences").json() == before


def _age_used_tokens(web: Web, by: timedelta) -> None:
    with web.container.db.unit_of_work() as session:
        for token in session.scalars(sa.select(RefreshToken).where(RefreshToken.used_at.is_not(None))):
            assert token.used_at is not None
            token.used_at -= by


def _count(web: Web, model: type) -> int:
    with web.container.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
