"""The graph itself: run directly, on real texts, with the real engine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent.agents.gap_agent import NODES, gap_graph, run_gap_agent
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import DocumentExtraction, Run, SkillGapReport, User
from tests.conftest import make_settings
from tests.people import JOB_TEXT, RESUME_TEXT, add_job, add_resume, add_user, count, status_row
from tests.scripted_llm import ScriptedLlm


@pytest.fixture(scope="module")
def llm() -> Iterator[ScriptedLlm]:
    with ScriptedLlm() as made:
        yield made


@pytest.fixture(scope="module")
def container(prepared: Path, tmp_path_factory: pytest.TempPathFactory, llm: ScriptedLlm) -> Iterator[Container]:
    folder = tmp_path_factory.mktemp("agent")
    shutil.copytree(prepared / "var", folder / "var")
    shutil.copy(prepared / "jobmate.db", folder / "jobmate.db")
    url = f"sqlite:///{folder / 'jobmate.db'}"
    made = Container(make_settings(url, folder, llm_base_url=llm.base_url, llm_api_key="sk-scripted"))
    yield made
    made.db.dispose()


@pytest.fixture(autouse=True)
def nothing_known(llm: ScriptedLlm, container: Container) -> None:
    """The model has not been asked yet, and nothing that it might have said is kept."""
    llm.reset()
    with container.db.unit_of_work() as session:
        session.execute(sa.delete(DocumentExtraction))


@pytest.fixture
def db(container: Container) -> Database:
    return container.db


def consenting(db: Database) -> str:
    user_id = add_user(db)
    with db.unit_of_work() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(llm_consent=True))
    return user_id


def test_the_graph_has_the_designs_nodes_and_edges() -> None:
    drawn = gap_graph().get_graph()
    edges = {(edge.source, edge.target) for edge in drawn.edges}
    assert set(drawn.nodes) == {"__start__", "__end__", *(node.__name__ for node in NODES)}
    assert edges == {
        ("__start__", "get_default_resume"),
        ("get_default_resume", "load_job"),
        ("load_job", "extract_resume_skills"),
        ("load_job", "extract_job_skills"),
        ("load_job", "find_occupation"),
        ("find_occupation", "map_to_onet"),
        ("extract_resume_skills", "map_to_onet"),
        ("extract_job_skills", "map_to_onet"),
        ("map_to_onet", "analyze_gap"),
        ("analyze_gap", "render_report"),
        ("render_report", "persist_report"),
        ("persist_report", "__end__"),
    }
    assert gap_graph() is gap_graph()


def test_run_directly_it_makes_and_stores_a_report(container: Container, db: Database, llm: ScriptedLlm) -> None:
    user_id, job_id = consenting(db), add_job(db)
    add_resume(db, user_id)
    result = run_gap_agent(user_id, job_id, container=container)
    assert 0 < result["overall_match"] < 10
    assert result["report_md"].startswith("# Data engineer at Acme")
    assert result["degraded"] is False
    with db.reading() as session:
        report = session.get_one(SkillGapReport, result["analysis_id"])
        assert report.score == result["overall_match"]
        assert report.run_id is None
        assert report.vocabulary_version == container.vocabulary.version
        assert report.analysis["context"]["llm_model"] == container.settings.llm_model
        assert {entry["name"] for entry in report.analysis["missing_skills"]} == {"Kubernetes"}
    assert status_row(db, user_id, job_id) == ("ready", None, result["analysis_id"])
    assert count(db, Run, Run.user_id == user_id) == 0
    again = run_gap_agent(user_id, job_id, container=container)
    assert (again["overall_match"], again["report_md"]) == (result["overall_match"], result["report_md"])
    assert len(llm.calls) == 2


def test_what_it_needs_and_does_not_find(container: Container, db: Database) -> None:
    user_id = add_user(db)
    with pytest.raises(JobMateError) as caught:
        run_gap_agent(user_id, add_job(db), container=container)
    assert caught.value.code == "no_default_resume"
    add_resume(db, user_id)
    with pytest.raises(JobMateError) as caught:
        run_gap_agent(user_id, 999, container=container)
    assert caught.value.code == "job_not_found"
    assert count(db, SkillGapReport, SkillGapReport.user_id == user_id) == 0


def test_a_resume_is_cached_for_its_owner_and_a_posting_for_all(
    container: Container, db: Database, llm: ScriptedLlm
) -> None:
    job_id = add_job(db)
    people = [consenting(db) for _ in range(2)]
    for user_id in people:
        add_resume(db, user_id)
        run_gap_agent(user_id, job_id, container=container)
    assert llm.count_for(JOB_TEXT) == 1
    assert llm.count_for(RESUME_TEXT) == 2
    with db.reading() as session:
        owners = session.scalars(sa.select(DocumentExtraction.owner_id)).all()
    assert sorted(owners, key=str) == sorted([*people, None], key=str)


def test_importing_the_agent_builds_nothing() -> None:
    script = (
        "import jobmate_agent.agents.gap_agent as agent, sys;"
        "assert agent.gap_graph.cache_info().currsize == 0;"
        "assert not {'torch', 'chromadb', 'langchain_openai'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
