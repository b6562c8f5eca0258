"""An occupation that no loaded release has, asked for over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from jobmate_agent.models import OnetRelease
from tests.integration.test_onet_web_services import CODE, UNKNOWN
from tests.scripted_onet import KEY, ScriptedOnet, sample_occupation
from tests.web import Web


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as made:
        made.occupations[CODE] = sample_occupation()
        yield made


@pytest.fixture
def web(make_web: Callable[..., Web], onet: ScriptedOnet) -> Iterator[Web]:
    """The application with a key for Web Services and a release without occupations."""
    made = make_web(onet_api_key=KEY, onet_api_url=onet.base_url)
    with made.container.db.unit_of_work() as session:
        release = OnetRelease(name="O*NET 30.1", version="30.1", vocabulary_version="v")
        release.published_key = "published"
        session.add(release)
    yield made
    made.container.onet_lookup.close(10)


def test_it_is_answered_from_web_services(web: Web) -> None:
    found = web.person().get(f"/api/occupations/{CODE}")
    assert found.status_code == 200, found.text
    assert found.json()["title"] == "Tide Readers"
    assert found.json()["source"] == "web_services"
    assert "O*NET Web Services" in found.json()["attribution"]
    assert {"interests", "job_zone"} <= set(found.json()["unavailable"])
    assert "release" not in found.json()
    skills = web.person().get(f"/api/occupations/{CODE}/skills").json()
    assert skills["source"] == "web_services"


def test_many_who_ask_at_once_cost_one_lookup(web: Web, onet: ScriptedOnet) -> None:
    person = web.person()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: person.get(f"/api/occupations/{CODE}"), range(32)))
    assert {answer.status_code for answer in answers} == {200}
    assert onet.count("overview") == 1


def test_what_web_services_do_not_know_either_is_404(web: Web, onet: ScriptedOnet) -> None:
    for _ in range(2):
        refused = web.person().get(f"/api/occupations/{UNKNOWN}")
        assert (refused.status_code, refused.json()["code"]) == (404, "occupation_not_found")
    assert onet.count("overview") == 1


def test_a_service_that_is_away_is_503_with_a_time_to_come_back(web: Web, onet: ScriptedOnet) -> None:
    onet.script("overview", ["forbidden"])
    refused = web.person().get(f"/api/occupations/{CODE}")
    assert (refused.status_code, refused.json()["code"]) == (503, "onet_unavailable")
    assert refused.headers["Retry-After"] == "300"
    assert KEY not in refused.text


def test_an_older_state_of_things_is_never_mixed_with_web_services(web: Web, onet: ScriptedOnet) -> None:
    assert web.person().get(f"/api/occupations/{CODE}?as_of=30.1").status_code == 404
    assert onet.count() == 0
