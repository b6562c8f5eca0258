"""Names to entries, with the real model and the real index."""

from __future__ import annotations

import random

import pytest

from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.onet_mapper import OnetMapper
from jobmate_agent.services.career_engine.types import Evidence, ExtractedSkill, Extraction, Level, MappedSkill
from tests.engines import embedder, small_index, small_vocabulary


class CountingEmbedder:
    """The real model, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    @property
    def model_id(self) -> str:
        return embedder().model_id

    def encode(self, texts):  # type: ignore[no-untyped-def]
        self.asked.append(list(texts))
        return embedder().encode(texts)


def _found(*names: str, level: int | None = None, required: bool = True) -> tuple[ExtractedSkill, ...]:
    return tuple(
        ExtractedSkill(
            name, name, (Evidence(name, 5, 5 + len(name)),), None if level is None else Level(level), required
        )
        for name in names
    )


def _map(resume: tuple[ExtractedSkill, ...] = (), job: tuple[ExtractedSkill, ...] = (), counting=None):  # type: ignore[no-untyped-def]
    mapper = OnetMapper(small_vocabulary(), counting or embedder(), small_index(), EngineSettings())
    return mapper.map(Extraction("resume", resume, "llm", "1"), Extraction("job", job, "llm", "1"))


def _one(name: str) -> MappedSkill:
    (skill,) = _map(resume=_found(name)).resume
    return skill


@pytest.mark.parametrize(
    ("name", "entry", "method"),
    [
        ("python", "Python", "exact"),
        ("PROBLEM SOLVING", "Problem-Solving", "exact"),
        ("node.js", "Node.js", "exact"),
        ("k8s", "Kubernetes", "alias"),
        ("Kubernetes (k8s)", "Kubernetes", "exact"),
        ("container orchestration (K8s)", "Kubernetes", "alias"),
        ("Balance Sheets", "Balance Sheet", "exact"),
        ("GAAP", "Generally Accepted Accounting Principles", "alias"),
        ("Python programming language", "Python", "alias"),
        ("managing projects", "Project Management", "vector"),
        ("analysis of data", "Data Analysis", "vector"),
    ],
)
def test_a_name_finds_its_entry(name: str, entry: str, method: str) -> None:
    skill = _one(name)
    assert (skill.name, skill.method) == (entry, method)
    assert skill.similarity == 1.0 or method == "vector"
    assert skill.identity == f"{skill.entry.kind}:{entry.lower()}" if skill.entry else False


@pytest.mark.parametrize(
    "name", ["Jav", "React", "Reactor", "Rusty", "SQLite", "Docker Swarm", "Embroidery", "product management"]
)
def test_lookalikes_stay_custom_under_their_own_name(name: str) -> None:
    skill = _one(name)
    assert (skill.method, skill.entry, skill.name) == ("custom", None, name)
    assert skill.identity == f"custom:{name.lower()}"


def test_customs_of_both_documents_meet() -> None:
    mapped = _map(_found("Loom-Weaving"), _found("loom weaving"))
    assert mapped.resume[0].identity == mapped.job[0].identity == "custom:loom weaving"


def test_nothing_is_dropped_and_duplicates_merge() -> None:
    resume = (
        *_found("Python", level=1),
        *_found("python 3 programming", level=3),
        *_found("Java"),
        *_found("Basketry"),
    )
    mapped = _map(resume, (*_found("SQL", required=False), *_found("sql", level=2)))
    assert [skill.name for skill in mapped.resume] == ["Basketry", "Java", "Python"]
    python = mapped.resume[2]
    assert (python.level, python.method) == (Level(3), "exact")
    assert {piece.quote for piece in python.evidence} == {"Python", "python 3 programming"}
    assert [(skill.name, skill.required, skill.level) for skill in mapped.job] == [("SQL", True, Level(2))]


def test_only_unresolved_names_are_embedded_and_all_at_once() -> None:
    counting = CountingEmbedder()
    _map(_found("Python", "k8s", "Basketry"), _found("Python", "Pottery", "basketry"), counting)
    assert counting.asked == [["basketry", "pottery"]]
    counting.asked.clear()
    _map(_found("Python"), _found("k8s"), counting)
    assert counting.asked == []


def test_related_skills_are_near_and_never_the_skill_itself() -> None:
    mapped = _map(_found("SQL", "Basket weaving", "Java"), _found("SQL Server", "Basketry", "Java"))
    near = mapped.similarities
    floor = EngineSettings().transfer_similarity_floor
    assert ("technology:sql server", "technology:sql") in near
    assert ("custom:basketry", "custom:basket weaving") in near
    assert all(job != resume for job, resume in near)
    assert all(floor <= value <= 1 and value == round(value, 4) for value in near.values())


def test_the_order_of_mentions_does_not_matter() -> None:
    names = ["Python", "k8s", "Kubernetes", "Basketry", "managing projects", "SQL", "sql tools", "Pottery"]
    skills = [skill for name in names for skill in (*_found(name, level=2), *_found(name))]
    expected = _map(tuple(skills), tuple(skills))
    for seed in range(5):
        random.Random(seed).shuffle(skills)
        assert _map(tuple(skills), tuple(skills)) == expected
