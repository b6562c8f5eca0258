"""Runs and corrections that meet: whatever comes first, the newest report counts everything that was said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from jobmate_agent.agents.gap_agent import run_gap_agent
from jobmate_agent.background import leases, runs
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.execution import execute
from jobmate_agent.background.worker import KINDS
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.models import SkillGapReport
from jobmate_agent.services.gaps import reports, rescoring
from jobmate_agent.services.gaps.correction_input import NewCorrection
from jobmate_agent.services.vocabulary import store
from jobmate_agent.services.vocabulary.starter import make_taxonomy, read_starter
from tests.people import add_job, add_resume, add_user, run_row, status_row

KNOWN = {"Python", "PostgreSQL", "Kubernetes", "Docker", "Java", "Terraform", "MySQL"}


class Meanwhile(RunAttempt):
    """A run during which something else happens: ``before`` the transaction that ends it, or ``within``."""

    before: Callable[[], None] | None = None
    within: Callable[[], None] | None = None

    def enter(self, step: str) -> None:
        if step == "persist_report" and self.before is not None:
            self.before()
        super().enter(step)

    def succeed(self, session: Session) -> None:
        super().succeed(session)
        if self.within is not None:
            self.within()


class Story:
    """Somebody with a report by the real engine, on a vocabulary of a few names."""

    def __init__(self, container: Container) -> None:
        self.container, self.db = container, container.db
        entries = [entry for entry in read_starter().entries if entry.name in KNOWN]
        with self.db.unit_of_work() as session:
            store.publish(session, make_taxonomy("some of the starter", entries))
        self.ids = {entry.name: entry.id for entry in container.vocabulary.entries}
        self.user_id, self.job_id = add_user(self.db), add_job(self.db)
        add_resume(self.db, self.user_id)
        run_gap_agent(self.user_id, self.job_id, container=container)

    def say(self, entry: str, kind: Any, value: Any = None) -> None:
        """As the route does it."""
        with self.db.unit_of_work() as session:
            runs.active_run(session, runs.gap_key(self.user_id, self.job_id))
            rescoring.correct(session, self.user_id, self.job_id, NewCorrection(self.ids[entry], kind, value))

    def run(self, **meanwhile: Callable[[], None]) -> int:
        """A run as a worker carries it out; its id."""
        with self.db.unit_of_work() as session:
            run_id = runs.start_gap_run(session, self.user_id, self.job_id).id
        with self.db.reading() as session:
            (claim,) = [due for due in leases.due(session, KINDS, 1000) if due.run_id == run_id]
        with self.db.unit_of_work() as session:
            assert leases.claim(session, claim, "by hand", 30)
        attempt = Meanwhile(self.db, claim)
        for name, action in meanwhile.items():
            setattr(attempt, name, action)
        execute(self.container, attempt)
        assert run_row(self.db, run_id).state == "succeeded"
        return run_id

    def newest(self) -> SkillGapReport:
        with self.db.reading() as session:
            report = reports.latest(session, self.user_id, self.job_id)
        assert report is not None
        assert status_row(self.db, self.user_id, self.job_id) == ("ready", None, report.id)
        return report


@pytest.fixture
def story(container: Container) -> Iterator[Story]:
    return Story(container)


def statuses_of(report: SkillGapReport) -> dict[str, str]:
    lists = (report.analysis["matched_skills"], report.analysis["missing_skills"])
    return {entry["name"]: entry["status"] for entries in lists for entry in entries}


def value(report: SkillGapReport) -> tuple[Any, ...]:
    """All that a report says, but for the run that made it."""
    context = {name: each for name, each in report.analysis["context"].items() if name != "run_id"}
    return report.score, report.report_md, {**report.analysis, "context": context}, report.reading_version


def test_what_is_said_while_a_run_goes_on_is_in_its_report(story: Story, db: Database) -> None:
    assert statuses_of(story.newest())["Kubernetes"] == "missing"
    # After the run has read the corrections, before it stores the report.
    run_id = story.run(before=lambda: story.say("Kubernetes", "have_it"))
    report = story.newest()
    assert (report.run_id, report.corrections) == (run_id, 1)
    assert statuses_of(report)["Kubernetes"] == "meets_or_exceeds"
    # While the run stores the report: the correction waits, and then corrects that report.
    other = threading.Thread(target=lambda: story.say("PostgreSQL", "not_a_skill"))
    run_id = story.run(within=other.start)
    other.join()
    report = story.newest()
    assert (report.run_id, report.corrections) == (None, 2)
    assert statuses_of(report).keys() == {"Python", "Kubernetes"}
    with db.reading() as session:
        made = reports.by_run(session, run_id)
    assert made is not None
    assert (made.corrections, made.id < report.id) == (1, True)
    # A later run says the same as the report that was made again.
    story.run()
    assert value(story.newest()) == value(report)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_report_made_again_is_the_one_that_a_run_would_make(story: Story) -> None:
    for entry, kind, given in (
        ("Kubernetes", "have_it", 3),
        ("Python", "level_is", 4),
        ("PostgreSQL", "wrong_skill", story.ids["MySQL"]),
        ("Kubernetes", "wrong_skill", story.ids["Terraform"]),
        ("Python", "level_is", False),
    ):
        story.say(entry, kind, given)
        again = story.newest()
        story.run()
        assert value(story.newest()) == value(again)
    assert "Terraform" in statuses_of(story.newest())
