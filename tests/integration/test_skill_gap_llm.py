"""The written analysis of a gap: by a model that is believed only where it keeps to the gap, else by rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from jobmate_agent.models import Run, User
from jobmate_agent.services import service_tokens
from tests.contract.sample_gap import PROGRAMMER, add_programmer
from tests.contract.sample_release import BARE, FULL, add_release
from tests.hand_run import ASYNC, finished
from tests.scripted_llm import ScriptedLlm, Step
from tests.web import Person, Web

PAIR = {"from_occupation": PROGRAMMER, "to_occupation": FULL}
MISSING = "Reading Comprehension"
GOOD: dict[str, Any] = {
    "summary": "Not far.",
    "priorities": [
        {"skill": "reading  comprehension", "why": "Specifications.", "how_to_learn": "Read more.", "effort": "medium"}
    ],
    "transferable": [],
    "plan": [{"step": "Read", "skills": [MISSING], "outcome": "You have read."}],
}
FOREIGN = {**GOOD, "priorities": [{**GOOD["priorities"][0], "skill": "Quantum Basket Weaving"}]}


def says(answer: object) -> Step:
    return Step("says", text=answer if isinstance(answer, str) else json.dumps(answer))


@pytest.fixture
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        yield server


@pytest.fixture
def clever(make_web: Callable[..., Web], llm: ScriptedLlm) -> Web:
    """A service with a model and a small release."""
    return with_release(make_web(llm_base_url=llm.base_url, llm_api_key="key", llm_max_retries=0, wait_seconds=0.1))


def with_release(web: Web) -> Web:
    with web.container.db.unit_of_work() as session:
        reference = add_release(session, vocabulary_version="v1")
        add_programmer(session, reference["skill_id"])
    return web


def ask(person: Person, **changes: str) -> httpx.Response:
    return person.get("/api/v1/skill-gap-llm", params={**PAIR, **changes}, headers=ASYNC)


def analysed(person: Person, **changes: str) -> dict[str, Any]:
    return finished(person.web.container, ask(person, **changes))


def runs_of(web: Web) -> int:
    with web.container.db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Run)) or 0


def test_a_model_writes_it_once_for_everybody(clever: Web, llm: ScriptedLlm) -> None:
    llm.script("any", [says(GOOD)], then="server_error")
    first = clever.person()
    found = analysed(first)
    assert (found["written_by"], found["degraded"], found["mode"]) == ("llm", False, "by_level")
    (priority,) = found["analysis"]["priorities"]
    assert (priority["skill"], priority["element_id"], priority["why"]) == (MISSING, "2.A.1.a", "Specifications.")
    assert found["prompt_version"] == "skill_gap_analysis@1"
    (call,) = llm.calls
    assert '"skill": "Reading Comprehension"' in call.user
    with clever.container.db.reading() as session:
        run = session.scalars(sa.select(Run)).one()
        assert (run.llm_calls, run.state) == (1, "succeeded")
    again = ask(clever.person())
    assert (again.status_code, again.json()) == (200, found)
    assert (runs_of(clever), len(llm.calls)) == (1, 1)
    with clever.container.db.unit_of_work() as session:
        _, secret = service_tokens.create(session, "a partner", ["occupations:read"])
    machine = clever.http.get("/api/v1/skill-gap-llm", params=PAIR, headers={"X-API-Key": secret})
    assert machine.json() == found
    other_way = ask(first, from_occupation=FULL, to_occupation=PROGRAMMER)
    assert other_way.status_code == 202, "another pair is another question"


def test_skills_that_are_not_of_the_gap_are_sent_back(clever: Web, llm: ScriptedLlm) -> None:
    llm.script("any", [says(FOREIGN), says(GOOD)])
    found = analysed(clever.person())
    assert found["written_by"] == "llm"
    assert "'Quantum Basket Weaving' in priorities is not one of the skills to learn" in llm.calls[1].user
    assert "Quantum" not in json.dumps(found)


def test_a_model_that_insists_is_not_believed(clever: Web, llm: ScriptedLlm) -> None:
    llm.script("any", [], then=says(FOREIGN))
    person = clever.person()
    found = analysed(person)
    assert (found["written_by"], found["degraded"], found["degraded_reason"]) == ("rule", True, "llm_malformed")
    assert len(llm.calls) == 2
    assert "Quantum" not in json.dumps(found)
    llm.script("any", [], then=says(GOOD))
    assert analysed(person)["written_by"] == "llm", "what was written in need is not kept"


@pytest.mark.parametrize(
    "fault",
    [
        *("invalid_json", "wrong_shape", "empty_object", "empty_content", "truncated", "empty_choices"),
        says({**GOOD, "priorities": []}),
        says({**GOOD, "summary": ""}),
        says({**GOOD, "plan": [{"step": "x", "skills": ["SQL"], "outcome": "y"}]}),
        says({**GOOD, "plan": [{"step": "x", "skills": "all", "outcome": "y"}]}),
        says({**GOOD, "transferable": [{"skill": MISSING, "how_it_helps": "It does."}]}),
        says({**GOOD, "priorities": [{**GOOD["priorities"][0], "effort": "heroic"}]}),
        says({**GOOD, "priorities": ["Reading Comprehension"]}),
        says({**GOOD, "summary": "x" * 5000}),
        says("[" * 100_000),
        says("[]"),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_used_is_asked_for_once_more(fault: str | Step, clever: Web, llm: ScriptedLlm) -> None:
    llm.script("any", [fault, says(f"```json\n{json.dumps(GOOD)}\n```")])
    assert analysed(clever.person())["written_by"] == "llm"
    assert len(llm.calls) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        *(("rate_limited", "llm_rate_limited"), ("server_error", "llm_server_error"), ("reset", "llm_unreachable")),
        *(("refusal", "llm_refused"), ("bad_request", "llm_rejected"), ("truncated", "llm_truncated")),
    ],
)
def test_without_an_answer_it_is_written_by_rule(fault: str, reason: str, clever: Web, llm: ScriptedLlm) -> None:
    llm.script("any", [], then=fault)
    found = analysed(clever.person())
    assert (found["written_by"], found["degraded_reason"]) == ("rule", reason)
    assert [entry["skill"] for entry in found["analysis"]["priorities"]] == [MISSING]


def test_without_a_model_it_is_written_by_rule(web: Web) -> None:
    with_release(web)
    found = analysed(web.person())
    assert (found["written_by"], found["degraded"]) == ("rule", False)
    analysis = found["analysis"]
    (priority,) = analysis["priorities"]
    assert (
        priority["why"]
        == "Software Developers: level 3.5 of 7 is needed; Computer Programmers: level 2; its importance is 4 of 5."
    )
    assert (
        priority["how_to_learn"]
        == "Practise it on work such as: write programs. Try your hand at a task of the occupation: Write software."
    )
    assert priority["effort"] == "medium"
    assert "Reading Comprehension (+1.5)" in analysis["summary"]
    assert [step["skills"] for step in analysis["plan"]] == [[MISSING]]


def test_nothing_to_write_about(clever: Web, llm: ScriptedLlm) -> None:
    person = clever.person()
    same = analysed(person, to_occupation=PROGRAMMER)
    assert (same["gap"], same["written_by"], same["analysis"]["priorities"]) == ([], "rule", [])
    bare = ask(person, to_occupation=BARE)
    assert (bare.status_code, bare.json()["comparable"]) == (200, False)
    assert "Registered Nurses (29-1141.00)" in bare.json()["message"]
    assert llm.calls == []


def test_whoever_asks_joins_their_own_run(clever: Web) -> None:
    one, other = clever.person(), clever.person()
    first, second, others = (ask(person).json() for person in (one, one, other))
    assert first["run_id"] == second["run_id"] != others["run_id"]
    result = f"{first['status_url']}/result"
    assert one.get(result).json()["code"] == "run_not_finished"
    assert other.get(result).json()["code"] == "run_not_found"
    assert one.get("/api/v1/skill-gap-llm", params=PAIR).status_code == 202, "nobody works on it"
    with clever.container.db.unit_of_work() as session:
        session.execute(sa.delete(User).where(User.id == one.id))
    assert runs_of(clever) == 1


def test_what_cannot_be_compared(web: Web) -> None:
    with_release(web)
    person = web.person()
    for route in ("skill-gap", "skill-gap-by-lvl", "skill-gap-llm"):
        for changes, status, code in (
            ({"to_occupation": "99-9999.99"}, 404, "occupation_not_found"),
            ({"from_occupation": "11-1011.00"}, 404, "occupation_not_found"),
            ({"to_occupation": "15-1252"}, 422, "validation_error"),
            ({"to_occupation": "15-1252.00\n"}, 200, None),
            ({"kind": "work_activity"}, 422, "validation_error"),
            ({"as_of": "28.0"}, 404, "unknown_release"),
        ):
            answer = person.get(f"/api/v1/{route}", params={**PAIR, **changes}, headers=ASYNC)
            wanted = {status, 202} if status == 200 else {status}
            assert answer.status_code in wanted, (route, changes, answer.text)
            if code:
                assert answer.json()["code"] == code
                if status == 404:
                    assert next(iter(changes.values())) in answer.json()["message"]
        assert person.get(f"/api/v1/{route}", params={"from_occupation": FULL}).status_code == 422
        strange = {**PAIR, "kind": "all"}
        assert person.get(f"/api/v1/{route}", params=strange, headers=ASYNC).status_code in (200, 202)
