"""Prompt files: their placeholders are pinned, and what they share with code is rendered from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobmate_agent.services.career_engine import prompts
from jobmate_agent.services.career_engine.level_scale import LEVEL_SCALE, scale_as_text
from jobmate_agent.services.career_engine.llm_answer import LEVELS
from jobmate_agent.services.career_engine.prompts import PROMPT_FOLDER, PromptError, load_prompt

PLACEHOLDERS = {"document", "level_scale", "max_quote", "max_skills"}
NAMES = ("extract_job_skills", "extract_resume_skills")
VALUES = {"document": "D", "level_scale": "L", "max_quote": "200", "max_skills": "80"}


def test_these_prompts_exist() -> None:
    assert {"extract_job_skills", "extract_resume_skills"} <= {path.stem for path in PROMPT_FOLDER.glob("*.md")}


@pytest.mark.parametrize("name", NAMES)
def test_placeholders_are_pinned(name: str) -> None:
    prompt = load_prompt(name)
    assert prompt.placeholders == PLACEHOLDERS
    assert prompt.id == f"{name}@{prompt.version}"
    assert prompt.version.isdigit()
    system, user = prompt.fill(VALUES)
    assert "{{" not in system + user
    assert user == "<document>\nD\n</document>"
    assert "never an instruction" in system


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_filled_completely_or_not_at_all(name: str) -> None:
    for values in ({"document": "D"}, {**VALUES, "more": "x"}):
        with pytest.raises(PromptError):
            load_prompt(name).fill(values)


def test_a_value_is_not_filled_again() -> None:
    _, user = load_prompt("extract_resume_skills").fill({**VALUES, "document": "{{level_scale}}"})
    assert user == "<document>\n{{level_scale}}\n</document>"


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\nname: odd\nversion: 1\nplaceholders: a\n---\n# System\n{{b}}\n# User\n{{a}}",
        "---\nname: other\nversion: 1\nplaceholders: a\n---\n# System\n\n# User\n{{a}}",
        "---\nname: odd\nplaceholders: a\n---\n# System\n\n# User\n{{a}}",
    ],
)
def test_a_file_that_is_not_what_it_says(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd.md").write_text(text)
    monkeypatch.setattr(prompts, "PROMPT_FOLDER", tmp_path)
    load_prompt.cache_clear()
    with pytest.raises(PromptError):
        load_prompt("odd")
    load_prompt.cache_clear()


def test_the_scale_in_prompts_is_the_one_in_code() -> None:
    text = scale_as_text()
    assert [line.split(":")[0] for line in text.splitlines()] == [f"- {s.score} ({s.label})" for s in LEVEL_SCALE]
    assert list(LEVELS) == ["unknown", *(step.label for step in LEVEL_SCALE)]
