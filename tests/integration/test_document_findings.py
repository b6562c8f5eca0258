"""Documents in other languages, copied and stuffed ones: from the text to the stored report, with the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from jobmate_agent.agents.gap_agent import run_gap_agent
from jobmate_agent.container import Container
from jobmate_agent.models import SkillGapReport
from jobmate_agent.services.documents.hidden import HiddenText
from jobmate_agent.services.resumes import store
from tests.conftest import make_settings
from tests.people import JOB_TEXT, RESUME_TEXT, add_job, add_resume, add_user

GERMAN_NURSE = (
    "Wir suchen eine examinierte Pflegefachkraft für unsere Station. Die Art der Arbeit ist abwechslungsreich, und Sie "
    "arbeiten in einem netten Team. Wir freuen uns auf Ihre Bewerbung mit den üblichen Unterlagen."
)
GERMAN_ENGINEER = (
    "Für unser Team in München suchen wir ab sofort einen erfahrenen Entwickler (m/w/d). Ihre Aufgaben: Entwicklung "
    "von Diensten mit Python, Docker und Kubernetes. Sie haben sehr gute Kenntnisse in PostgreSQL und Java."
)
CHINESE = "负责后端开发，熟悉业务流程，有三年以上工作经验。\n能够在团队中合作并提出创新解决方案，为公司创造更大价值。"
LONG_JOB = (
    "You will maintain our Kubernetes clusters, write deployment pipelines in Jenkins, and help the teams that build "
    "services in Java to find out why they are slow. You keep an eye on cost and security, take part in the rota for "
    "nights and weekends, and write down what you learn so that others need not learn it again. You know PostgreSQL."
)


@pytest.fixture(scope="module")
def container(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    folder = tmp_path_factory.mktemp("findings")
    shutil.copytree(prepared / "var", folder / "var")
    shutil.copy(prepared / "jobmate.db", folder / "jobmate.db")
    made = Container(make_settings(f"sqlite:///{folder / 'jobmate.db'}", folder))
    yield made
    made.db.dispose()


def analysed(container: Container, resume: str, job: str, hidden: HiddenText | None = None) -> dict[str, Any]:
    """The stored analysis of a new user's resume and a new posting."""
    user_id = add_user(container.db)
    if hidden is None:
        add_resume(container.db, user_id, resume)
    else:
        with container.db.unit_of_work() as session:
            store.add_resume(
                session,
                user_id,
                filename="a.pdf",
                content_type="application/pdf",
                content=b"x",
                text=resume,
                hidden=hidden,
            )
    result = run_gap_agent(user_id, add_job(container.db, job), container=container)
    with container.db.reading() as session:
        found = session.scalar(sa.select(SkillGapReport.analysis).where(SkillGapReport.id == result["analysis_id"]))
    assert found is not None
    return {**found, "score": result["overall_match"]}


def codes(analysis: dict[str, Any], which: str) -> list[str]:
    return [finding["code"] for finding in analysis["diagnostics"][which]["findings"]]


def test_a_german_posting_without_names_is_never_scored(container: Container) -> None:
    found = analysed(container, RESUME_TEXT, GERMAN_NURSE)
    assert found["score"] is None
    assert codes(found, "job") == ["other_language"]
    assert found["metrics"]["job_skill_count"] == 0
    assert "not enough information" in found["report_markdown"].split("\n")[0]
    assert "> This posting is written in German." in found["report_markdown"]


def test_a_german_posting_is_compared_by_its_technologies(container: Container) -> None:
    found = analysed(container, RESUME_TEXT, GERMAN_ENGINEER)
    names = {entry["name"] for entry in (*found["matched_skills"], *found["missing_skills"])}
    assert names == {"Python", "Docker", "Kubernetes", "PostgreSQL", "Java"}
    assert found["score"] is not None
    assert "> This posting is written in German." in found["report_markdown"]


def test_a_resume_that_nobody_here_reads_gets_no_zero(container: Container) -> None:
    found = analysed(container, CHINESE, JOB_TEXT)
    assert found["score"] is None
    assert codes(found, "resume") == ["other_language"]
    assert "Your resume is not written in English" in found["report_markdown"]
    assert "PostgreSQL" in found["report_markdown"]


def test_what_is_copied_from_the_posting_is_not_held(container: Container) -> None:
    honest = "Jane Example\n\nExperience\nDatabase engineer, 2018-2024\n- Ran PostgreSQL for a bank\n"
    plain = analysed(container, honest, LONG_JOB)
    copied = analysed(container, f"{honest}\n{LONG_JOB}", LONG_JOB)
    assert copied["score"] == plain["score"]
    assert codes(copied, "resume") == ["copied_passage"]
    assert codes(plain, "resume") == []
    assert "copied word for word from this posting" in copied["report_markdown"]


def test_hidden_and_stuffed_words_are_told(container: Container) -> None:
    stuffed = RESUME_TEXT + "Ran Kubernetes, and Kubernetes again. " * 6
    found = analysed(container, stuffed, JOB_TEXT, HiddenText(3, ("unseen",), "helm istio rust"))
    assert codes(found, "resume") == ["repeated_skill", "hidden_text"]
    section = found["report_markdown"].split("## About your documents")[1]
    assert "Kubernetes stands 12 times within 50 words" in section
    assert "3 words of your resume cannot be seen" in section
