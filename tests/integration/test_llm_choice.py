"""The second question: the model chooses among entries by id, and nothing but what it was offered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jobmate_agent.adapters.llm import OpenAiChatModel
from jobmate_agent.services.career_engine.candidate_choice import FAILED, OFFERED
from jobmate_agent.services.career_engine.career_engine import CareerEngine, extraction_from_json, extraction_to_json
from jobmate_agent.services.career_engine.prompts import load_prompt
from jobmate_agent.services.career_engine.types import Extraction, JobDocument, MappedSkill
from tests.engines import small_engine, small_vocabulary
from tests.integration.test_llm_extraction import claim, configured, skills_as
from tests.scripted_llm import ScriptedLlm

RESUME = """Skills
- Python
- Taking blood, taught at 555-010-0142
- Study of figures
- Weaving of baskets
"""
JOB = JobDocument("Nurse", "Elm Ward", "## Requirements\n- Phlebotomy\n- Python\n")
FOUND = skills_as(
    claim("Python", "Python"),
    claim("Taking blood", "Taking blood, taught at"),
    claim("Study of figures", "Study of figures"),
    claim("Weaving of baskets", "Weaving of baskets"),
)
BLOOD = "Taking blood"
IDS = {entry.name: str(entry.id) for entry in small_vocabulary().entries}


@pytest.fixture
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as server:
        server.script("resume", [], then=FOUND)
        yield server


def engine_with(llm: ScriptedLlm, *, choose_entries: bool = True) -> CareerEngine:
    model = OpenAiChatModel(configured(llm, llm_max_retries=0), sleep=lambda seconds: None)
    return small_engine(model, choose_entries=choose_entries)


def answered(*choices: Any) -> dict[str, Any]:
    return {"behaviour": "says", "text": json.dumps({"choices": list(choices)})}


def chose(number: Any, entry: Any, **more: Any) -> dict[str, Any]:
    return {"skill": number, "entry": entry, **more}


def questions(llm: ScriptedLlm) -> list[dict[str, Any]]:
    """The lines of the last call."""
    (call,) = (call for call in llm.calls if call.kind == "choice")
    return [json.loads(line) for line in call.document.splitlines()]


def blood(engine: CareerEngine, resume: Extraction) -> MappedSkill:
    """The skill of the resume that says "blood", once mapped."""
    mapped = engine.map(resume, Extraction("job", (), "keyword", "k"))
    (skill,) = (skill for skill in mapped.resume if any("blood" in token for token in skill.tokens))
    return skill


def test_a_chosen_entry_is_what_the_name_means(llm: ScriptedLlm) -> None:
    engine = engine_with(llm)
    found, usage = engine.extract(RESUME, "resume", use_llm=True)
    number = next(each["skill"] for each in questions(llm) if each["name"] == BLOOD)
    assert blood(engine, found).method == "custom"
    assert usage.calls == 2

    llm.script("choice", [answered(chose(number, IDS["Phlebotomy"]))])
    result = engine.analyze_texts(RESUME, JOB, use_llm=True)
    skill = blood(engine, result.resume)
    assert (skill.name, skill.method) == ("Phlebotomy", "vector")
    assert 0.3 <= skill.similarity < 1
    assert {entry.job.name: entry.status for entry in result.analysis.entries if entry.job} == {
        "Phlebotomy": "meets_or_exceeds",
        "Python": "meets_or_exceeds",
    }
    assert load_prompt("choose_entries").id in result.resume.version
    assert load_prompt("choose_entries").id in str(result.provenance.prompt_version)
    assert result.usage.calls == 3, "the posting has no name that is not known"


def test_what_is_asked(llm: ScriptedLlm) -> None:
    engine = engine_with(llm)
    engine.extract(RESUME, "resume", use_llm=True)
    asked = questions(llm)
    assert [each["skill"] for each in asked] == list(range(1, len(asked) + 1))
    assert "Python" not in {each["name"] for each in asked}
    (call,) = (call for call in llm.calls if call.kind == "choice")
    assert "555-010" not in json.dumps(call.body)
    assert call.user.count("<") == call.user.count(">") == 2
    for each in asked:
        assert 0 < len(each["entries"]) <= OFFERED
        assert all(IDS[entry["name"]] == entry["id"] for entry in each["entries"])
    shape = call.body["response_format"]["json_schema"]["schema"]["properties"]["choices"]["items"]["properties"]
    assert set(shape["entry"]["enum"]) == {entry["id"] for each in asked for entry in each["entries"]} | {None}


def test_it_is_not_asked_unless_wanted_and_needed(llm: ScriptedLlm) -> None:
    engine_with(llm, choose_entries=False).extract(RESUME, "resume", use_llm=True)
    engine_with(llm).extract(JOB.text, "job", use_llm=True)
    engine_with(llm).extract(RESUME, "resume", use_llm=False)
    llm.script("resume", [], then="invalid_json")
    engine_with(llm).extract(RESUME, "resume", use_llm=True)
    assert not [call for call in llm.calls if call.kind == "choice"]


def test_another_product_is_never_offered(llm: ScriptedLlm) -> None:
    llm.script("resume", [skills_as(claim("Java Beans", "Java Beans"), claim("C64", "C64"))])
    engine_with(llm).extract("Skills\n- Java Beans\n- C64 and NFPA 72\n", "resume", use_llm=True)
    offered = {
        entry["name"]
        for call in llm.calls
        if call.kind == "choice"
        for line in call.document.splitlines()
        for entry in json.loads(line)["entries"]
    }
    assert not offered & {"Java", "JavaScript", "C", "C#", "C++"}


WRONG: list[tuple[str, Any]] = [
    ("an id of another entry", answered(chose(1, IDS["Python"]), chose(2, IDS["Python"]))),
    ("an id that there is not", answered(chose(1, "999999"), chose(2, "-1"))),
    ("a name", answered(chose(1, "Phlebotomy"), chose(2, "Phlebotomy"))),
    ("a key", answered(chose(1, "skill:phlebotomy"), chose(2, "skill:phlebotomy"))),
    ("a number", answered(chose(1, int(IDS["Phlebotomy"])), chose(2, int(IDS["Phlebotomy"])))),
    ("a number as text with noise", answered(chose(1, f" {IDS['Phlebotomy']} "), chose(2, f"#{IDS['Phlebotomy']}"))),
    ("a list", answered(chose(1, [IDS["Phlebotomy"]]), chose(2, {"id": IDS["Phlebotomy"]}))),
    (
        "another skill",
        answered(chose(0, IDS["Phlebotomy"]), chose(99, IDS["Phlebotomy"]), chose(-1, IDS["Phlebotomy"])),
    ),
    ("no number", answered(chose("1", IDS["Phlebotomy"]), chose(True, IDS["Phlebotomy"]), chose(None, "1"), "1", None)),
    (
        "two entries for one skill",
        answered(*(chose(n, IDS[name]) for n in (1, 2) for name in ("Phlebotomy", "Venipuncture"))),
    ),
    ("none", answered(chose(1, None), chose(2, None))),
    ("nothing", answered()),
    ("wrong shape", {"behaviour": "says", "text": json.dumps({"choices": "1"})}),
    ("numbers that are none", {"behaviour": "says", "text": '{"choices": [{"skill": NaN, "entry": Infinity}]}'}),
    ("broken JSON", "invalid_json"),
    ("prose", {"behaviour": "says", "text": "Quantum Basket Weaving, entry 1"}),
    ("empty", "empty_content"),
    ("refusal", "refusal"),
    ("server error", "server_error"),
    ("truncated", "truncated"),
    ("not JSON at all", "not_http_json"),
]


@pytest.mark.parametrize("step", [wrong[1] for wrong in WRONG], ids=[wrong[0] for wrong in WRONG])
def test_a_wrong_choice_changes_no_skill(llm: ScriptedLlm, step: Any) -> None:
    plain, _ = engine_with(llm, choose_entries=False).extract(RESUME, "resume", use_llm=True)
    engine = engine_with(llm)
    llm.script("choice", [step])
    found, usage = engine.extract(RESUME, "resume", use_llm=True)
    assert found.skills == plain.skills
    assert (found.degraded_reason, found.extractor, usage.calls) == (None, "llm", 2)
    assert set(found.notes) <= {FAILED}
    assert blood(engine, found).method == "custom"
    report = engine.analyze_texts(RESUME, JOB, use_llm=True).report_md
    assert "Quantum" not in report


@pytest.mark.parametrize(("step", "noted"), [("server_error", True), ("invalid_json", True), (answered(), False)])
def test_a_failure_is_told(llm: ScriptedLlm, step: Any, noted: bool) -> None:
    llm.script("choice", [step])
    found, _ = engine_with(llm).extract(RESUME, "resume", use_llm=True)
    assert (FAILED in found.notes) is noted
    assert (load_prompt("choose_entries").id in found.version) is not noted


def test_a_choice_is_kept_with_the_extraction(llm: ScriptedLlm) -> None:
    engine = engine_with(llm)
    llm.script("choice", [], then=answered(chose(1, IDS["Phlebotomy"]), chose(2, IDS["Phlebotomy"])))
    found, _ = engine.extract(RESUME, "resume", use_llm=True)
    stored = extraction_from_json(json.loads(json.dumps(extraction_to_json(found))))
    assert stored == found
    assert "skill:phlebotomy" in {skill.entry_key for skill in stored.skills}
    before = len(llm.calls)
    assert blood(small_engine(), stored).name == "Phlebotomy"
    assert len(llm.calls) == before


def test_an_entry_that_is_gone_leaves_the_name(llm: ScriptedLlm) -> None:
    engine = engine_with(llm)
    found, _ = engine.extract(RESUME, "resume", use_llm=True)
    gone = extraction_to_json(found)
    for skill in gone["skills"]:
        skill["entry_key"] = "skill:no-such-thing"
    assert blood(engine, extraction_from_json(gone)).method == "custom"


def test_the_cache_knows_whether_it_was_asked(llm: ScriptedLlm) -> None:
    asking, silent = engine_with(llm), engine_with(llm, choose_entries=False)
    keys = [each.cache_key("text", "job", owner="", use_llm=True) for each in (asking, silent)]
    assert keys[0] != keys[1]
    offline = [each.cache_key("text", "job", owner="", use_llm=False) for each in (asking, silent)]
    assert offline[0] == offline[1]
