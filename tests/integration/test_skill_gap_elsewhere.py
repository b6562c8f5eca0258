"""Gaps to occupations that no loaded release has, with what O*NET Web Services say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jobmate_agent.services import service_tokens
from tests.contract.sample_gap import PROGRAMMER
from tests.contract.sample_release import FULL
from tests.hand_run import ASYNC, finished
from tests.integration.test_skill_gap_llm import with_release
from tests.scripted_onet import KEY, ScriptedOnet, sample_occupation
from tests.web import Person, Web

NEW = "15-1299.99"


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as server:
        yield server


@pytest.fixture
def web_with_key(make_web: Callable[..., Web], onet: ScriptedOnet) -> Web:
    """A service with a small release and a key of Web Services."""
    return with_release(make_web(onet_api_url=onet.base_url, onet_api_key=KEY, wait_seconds=0.1))


def gap(person: Person, route: str = "skill-gap-by-lvl", **changes: str) -> Any:
    query = {"from_occupation": PROGRAMMER, "to_occupation": NEW, **changes}
    return finished(person.web.container, person.get(f"/api/v1/{route}", params=query, headers=ASYNC))


def test_without_levels_there_is_nothing_to_compare(web_with_key: Web, onet: ScriptedOnet) -> None:
    onet.occupations[NEW] = sample_occupation()
    person = web_with_key.person()
    for route in ("skill-gap", "skill-gap-by-lvl", "skill-gap-llm"):
        found = gap(person, route)
        assert (found["comparable"], found["not_rated"]) == (False, [NEW])
        assert found["to"] == {"onet_code": NEW, "title": "Tide Readers", "source": "web_services"}
        assert "Tide Readers" in found["message"]
    assert onet.count("overview") == 1


def test_levels_from_elsewhere_are_compared_like_others(web_with_key: Web, onet: ScriptedOnet) -> None:
    occupation = sample_occupation()
    reading = {"id": "2.A.1.a", "name": "Reading Comprehension", "description": "…", "importance": 75, "level": 100}
    occupation["sections"]["skills"] = [reading]
    onet.occupations[NEW] = occupation
    person = web_with_key.person()
    found = gap(person)
    (missing,) = found["gap"]
    assert (missing["from_level"], missing["to_level"], missing["difference"]) == (2.0, 7.0, 5.0)
    assert "O*NET Web Services" in found["attribution"]
    assert "O*NET 30.1 Database" in found["attribution"]
    written = gap(person, "skill-gap-llm")
    assert [entry["skill"] for entry in written["analysis"]["priorities"]] == ["Reading Comprehension"]
    backwards = gap(person, from_occupation=NEW, to_occupation=FULL)
    assert backwards["gap"] == []
    assert backwards["transferable"][0]["element_id"] == "2.A.1.a"


def test_a_code_that_nobody_knows_is_named(web_with_key: Web) -> None:
    person = web_with_key.person()
    for route in ("skill-gap", "skill-gap-by-lvl", "skill-gap-llm"):
        query = {"from_occupation": FULL, "to_occupation": NEW}
        answer = person.get(f"/api/v1/{route}", params=query)
        assert (answer.status_code, answer.json()["code"]) == (404, "occupation_not_found")
        assert NEW in answer.json()["message"]


def test_a_machine_client_compares_and_matches(web_with_key: Web) -> None:
    with web_with_key.container.db.unit_of_work() as session:
        _, secret = service_tokens.create(session, "a partner", ["occupations:read"])
    http, headers = web_with_key.http, {"X-API-Key": secret}
    pair = {"from_occupation": PROGRAMMER, "to_occupation": FULL}
    assert http.get("/api/v1/skill-gap", params=pair, headers=headers).json()["comparable"]
    answer = http.get("/api/v1/skill-gap-llm", params=pair, headers={**headers, **ASYNC})
    assert finished(web_with_key.container, answer)["written_by"] == "rule"
    status = answer.json()["status_url"]
    assert http.get(status, headers=headers).json()["result_url"] == f"{status}/result"
    assert web_with_key.person().get(f"{status}/result").status_code == 404
    matched = http.post("/api/occupations/match", headers=headers, json={"skills": ["Python"]})
    assert matched.json()["occupations"][0]["onet_code"] == PROGRAMMER
    by_resume = http.post("/api/occupations/match", headers=headers, json={"resume_id": 1})
    assert (by_resume.status_code, by_resume.json()["code"]) == (404, "resume_not_found")
