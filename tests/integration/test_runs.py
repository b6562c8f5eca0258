"""The states of a run and who may change them, on every database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from jobmate_agent.background import leases, runs
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.leases import Claim, RunLost
from jobmate_agent.background.sweeper import sweep
from jobmate_agent.container import Container
from jobmate_agent.db import Database, database_now
from jobmate_agent.models import Run, SkillGapReport
from jobmate_agent.services.career_engine.types import LlmUsage
from jobmate_agent.services.gaps import reports, statuses
from tests.people import add_job, add_report, add_resume, add_user, count, new_report, run_row, status_row

LEASE = 30.0


class Recorder:
    """A dispatcher that remembers what it was given."""

    def __init__(self) -> None:
        self.submitted: list[int] = []

    def submit(self, run_id: int) -> None:
        self.submitted.append(run_id)


@pytest.fixture
def dispatcher() -> Recorder:
    return Recorder()


def start(db: Database, user_id: str, job_id: int, dispatcher: Recorder | None = None) -> int:
    with db.unit_of_work() as session:
        return runs.start_gap_run(session, user_id, job_id, dispatcher=dispatcher).id


def claim(db: Database, run_id: int, worker: str = "w1", lease: float = LEASE) -> Claim:
    """Take the run as a worker does."""
    with db.reading() as session:
        wanted = next(due for due in leases.due(session, ("gap",), 100) if due.run_id == run_id)
    with db.unit_of_work() as session:
        assert leases.claim(session, wanted, worker, lease)
    return wanted


def expire(db: Database, run_id: int) -> None:
    with db.unit_of_work() as session:
        session.execute(sa.update(Run).where(Run.id == run_id).values(lease_until=database_now(-1)))


def at_once(count_of_threads: int, action: Callable[[], object]) -> list[BaseException]:
    """Run ``action`` in several threads at the same time; what they raised."""
    barrier = threading.Barrier(count_of_threads)
    failures: list[BaseException] = []

    def work() -> None:
        barrier.wait()
        try:
            action()
        except (sa.exc.SQLAlchemyError, AssertionError) as exc:
            failures.append(exc)

    threads = [threading.Thread(target=work) for _ in range(count_of_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.fixture
def ready_pair(db: Database) -> tuple[str, int]:
    """A user with a default resume, and a job."""
    user_id = add_user(db)
    add_resume(db, user_id)
    return user_id, add_job(db)


def test_a_run_is_dispatched_after_commit_and_never_before(
    db: Database, ready_pair: tuple[str, int], dispatcher: Recorder
) -> None:
    with db.unit_of_work() as session:
        run = runs.start_gap_run(session, *ready_pair, dispatcher=dispatcher)
        assert dispatcher.submitted == []
    assert dispatcher.submitted == [run.id]
    assert run_row(db, run.id).state == "queued"
    assert status_row(db, *ready_pair) == ("generating", None, None)

    def fail() -> None:
        with db.unit_of_work() as session:
            runs.start_gap_run(session, ready_pair[0], add_job(db) if db.backend != "sqlite" else ready_pair[1])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert dispatcher.submitted == [run.id]


def test_starting_twice_joins_the_active_run(db: Database, ready_pair: tuple[str, int]) -> None:
    first = start(db, *ready_pair)
    assert start(db, *ready_pair) == first
    claim(db, first)
    assert start(db, *ready_pair) == first
    assert count(db, Run) == 1


def test_a_finished_run_makes_way_for_another(db: Database, ready_pair: tuple[str, int]) -> None:
    first = start(db, *ready_pair)
    held = claim(db, first)
    with db.unit_of_work() as session:
        assert leases.finish(session, held.run_id, held.attempt)
    assert start(db, *ready_pair) != first


def test_starting_at_the_same_time_makes_one_run(db: Database, ready_pair: tuple[str, int]) -> None:
    assert at_once(6, lambda: start(db, *ready_pair)) == []
    assert count(db, Run) == 1
    assert status_row(db, *ready_pair)[0] == "generating"


def test_one_worker_of_many_gets_a_run(db: Database, ready_pair: tuple[str, int]) -> None:
    run_id = start(db, *ready_pair)
    with db.reading() as session:
        (wanted,) = leases.due(session, ("gap",), 10)
    won: list[bool] = []

    def take() -> None:
        with db.unit_of_work() as session:
            won.append(leases.claim(session, wanted, threading.current_thread().name, LEASE))

    assert at_once(6, take) == []
    assert sorted(won) == [False] * 5 + [True]
    row = run_row(db, run_id)
    assert (row.state, row.attempt) == ("running", 1)


def test_only_known_kinds_are_due(db: Database, ready_pair: tuple[str, int]) -> None:
    start(db, *ready_pair)
    with db.reading() as session:
        assert leases.due(session, ("match",), 10) == []


def test_whoever_lost_a_run_changes_nothing(db: Database, ready_pair: tuple[str, int], container: Container) -> None:
    run_id = start(db, *ready_pair)
    late = claim(db, run_id, "frozen")
    expire(db, run_id)
    assert sweep(db, Recorder(), container.settings, container.alerts) == 1
    present = claim(db, run_id, "next")
    assert (present.attempt, present.isolated) == (2, True)
    before = run_row(db, run_id)
    usage = LlmUsage(calls=1, prompt_tokens=10)
    with db.unit_of_work() as session:
        assert not leases.renew(session, run_id, late.attempt, LEASE)
        assert not leases.report(session, run_id, late.attempt, "map_to_onet", 60)
        assert not leases.bind(session, run_id, late.attempt, {})
        assert not leases.record_usage(session, run_id, late.attempt, usage)
        assert not leases.finish(session, run_id, late.attempt)
        assert not leases.fail(session, late, "internal_error")
        assert not leases.retry_or_fail(session, late, "internal_error", max_attempts=3, isolate=False)
        assert not leases.hand_back(session, late)
        assert not leases.wait_again(session, late, "no_default_resume")
    after = run_row(db, run_id)
    columns = [column.name for column in Run.__table__.columns]
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    with db.unit_of_work() as session:
        assert leases.finish(session, run_id, present.attempt)


def test_a_late_result_is_rolled_back_whole(db: Database, ready_pair: tuple[str, int]) -> None:
    user_id, job_id = ready_pair
    run_id = start(db, *ready_pair)
    attempt = RunAttempt(db, claim(db, run_id))
    with db.unit_of_work() as session:
        assert runs.cancel_gap_run(session, user_id, job_id)

    def persist() -> None:
        with db.unit_of_work() as session:
            reports.add(session, new_report(user_id, job_id, attempt.claim.payload["resume_id"], run_id))
            attempt.succeed(session)

    with pytest.raises(RunLost):
        persist()
    assert count(db, SkillGapReport) == 0
    assert run_row(db, run_id).state == "cancelled"
    assert status_row(db, user_id, job_id) == ("none", None, None)


def test_a_run_never_has_two_reports(db: Database, ready_pair: tuple[str, int]) -> None:
    user_id, job_id = ready_pair
    run_id = start(db, *ready_pair)
    resume_id = run_row(db, run_id).payload["resume_id"]
    add_report(db, user_id, job_id, resume_id, run_id)
    with pytest.raises(sa.exc.IntegrityError):
        add_report(db, user_id, job_id, resume_id, run_id)
    assert count(db, SkillGapReport) == 1


def test_orphans_fail_after_the_last_attempt(db: Database, ready_pair: tuple[str, int], container: Container) -> None:
    run_id = start(db, *ready_pair)
    for attempt in (1, 2, 3):
        held = claim(db, run_id)
        assert (held.attempt, held.isolated) == (attempt, attempt > 1)
        assert sweep(db, Recorder(), container.settings, container.alerts) == 0
        expire(db, run_id)
        assert sweep(db, Recorder(), container.settings, container.alerts) == 1
    row = run_row(db, run_id)
    assert (row.state, row.error_code, row.active_key) == ("failed", "worker_lost", None)
    assert row.finished_at is not None
    assert status_row(db, *ready_pair) == ("none", "worker_lost", None)


def test_a_failure_shows_the_older_report(db: Database, ready_pair: tuple[str, int]) -> None:
    user_id, job_id = ready_pair
    first = start(db, user_id, job_id)
    held = claim(db, first)
    with db.unit_of_work() as session:
        assert leases.finish(session, first, held.attempt)
        report_id = reports.add(session, new_report(user_id, job_id, held.payload["resume_id"], first))
        statuses.show_ready(session, user_id, job_id, first, report_id)
    second = claim(db, start(db, user_id, job_id))
    assert status_row(db, user_id, job_id) == ("generating", None, report_id)
    with db.unit_of_work() as session:
        assert leases.fail(session, second, "internal_error")
    assert status_row(db, user_id, job_id) == ("ready", "internal_error", report_id)


def test_an_old_runs_failure_does_not_touch_a_newer_run(db: Database, ready_pair: tuple[str, int]) -> None:
    user_id, job_id = ready_pair
    old = claim(db, start(db, user_id, job_id))
    with db.unit_of_work() as session:
        runs.cancel_gap_run(session, user_id, job_id)
    start(db, user_id, job_id)
    with db.unit_of_work() as session:
        assert not leases.fail(session, old, "internal_error")
        statuses.settle_run(session, user_id, job_id, old.run_id, "internal_error")
    assert status_row(db, user_id, job_id) == ("generating", None, None)


def test_a_failed_attempt_waits_before_the_next(db: Database, ready_pair: tuple[str, int]) -> None:
    held = claim(db, start(db, *ready_pair))
    with db.unit_of_work() as session:
        assert leases.retry_or_fail(session, held, "internal_error", max_attempts=3, isolate=False, delay_seconds=60)
    with db.reading() as session:
        assert leases.due(session, ("gap",), 10) == []
    expire(db, held.run_id)
    assert not claim(db, held.run_id).isolated


def test_a_renewed_lease_is_not_swept(db: Database, ready_pair: tuple[str, int], container: Container) -> None:
    held = claim(db, start(db, *ready_pair))
    expire(db, held.run_id)
    with db.reading() as session:
        (orphan,) = leases.expired(session)
    with db.unit_of_work() as session:
        assert leases.renew(session, held.run_id, held.attempt, LEASE)
    with db.unit_of_work() as session:
        assert not leases.retry_or_fail(session, orphan, "worker_lost", max_attempts=3, isolate=True, only_expired=True)
    assert sweep(db, Recorder(), container.settings, container.alerts) == 0


def test_the_sweeper_dispatches_what_nobody_picked_up(
    db: Database, ready_pair: tuple[str, int], container: Container, dispatcher: Recorder
) -> None:
    run_id = start(db, *ready_pair)
    sweep(db, dispatcher, container.settings, container.alerts)
    assert dispatcher.submitted == []
    with db.unit_of_work() as session:
        session.execute(sa.update(Run).values(updated_at=database_now(-container.settings.sweep_seconds - 1)))
    sweep(db, dispatcher, container.settings, container.alerts)
    assert dispatcher.submitted == [run_id]


def test_a_dead_workers_runs_need_not_wait_for_their_lease(
    db: Database, ready_pair: tuple[str, int], container: Container
) -> None:
    user_id = ready_pair[0]
    mine = [claim(db, start(db, user_id, add_job(db)), "host:dead") for _ in range(2)]
    others = claim(db, start(db, user_id, add_job(db)), "host:deadline")
    with db.unit_of_work() as session:
        assert leases.note_process(session, mine[1].run_id, 1, 4711)
    with db.unit_of_work() as session:
        assert leases.expire_worker(session, "host:dead") == 2
    assert sweep(db, Recorder(), container.settings, container.alerts) == 2
    assert run_row(db, others.run_id).state == "running"


def test_without_a_default_resume_a_run_waits_and_starts_when_there_is_one(db: Database, dispatcher: Recorder) -> None:
    user_id = add_user(db)
    jobs = [add_job(db) for _ in range(4)]
    waiting = [start(db, user_id, job_id, dispatcher) for job_id in jobs]
    assert dispatcher.submitted == []
    assert status_row(db, user_id, jobs[0]) == ("none", "no_default_resume", None)
    with db.unit_of_work() as session:
        assert runs.start_waiting_runs(session, user_id, limit=2, dispatcher=dispatcher) == 0
    add_resume(db, user_id)
    with db.unit_of_work() as session:
        assert runs.start_waiting_runs(session, user_id, limit=2, dispatcher=dispatcher) == 2
    assert dispatcher.submitted == waiting[2:]
    assert [run_row(db, run_id).state for run_id in waiting] == ["waiting", "waiting", "queued", "queued"]
    assert [status_row(db, user_id, job_id)[:2] for job_id in jobs] == [("none", None)] * 2 + [("generating", None)] * 2
    with db.reading() as session:
        assert runs.waits_in_vain(session, user_id, jobs[0])
        assert not runs.waits_in_vain(session, user_id, jobs[2])
    with db.unit_of_work() as session:
        runs.open_gap_run(session, user_id, jobs[0], dispatcher=dispatcher)
    assert dispatcher.submitted == [*waiting[2:], waiting[0]]
    assert status_row(db, user_id, jobs[0]) == ("generating", None, None)


def test_deleting_a_resume_cancels_the_runs_that_use_it_alone(db: Database) -> None:
    user_id = add_user(db)
    first, job_id = add_resume(db, user_id), add_job(db)
    using = claim(db, start(db, user_id, job_id))
    second = add_resume(db, user_id)
    other_job = add_job(db)
    other = claim(db, start(db, user_id, other_job))
    attempt = RunAttempt(db, other)
    attempt.bind_resume(second)
    with db.unit_of_work() as session:
        assert runs.cancel_runs_of_resume(session, user_id, first) == 1
        reports.remove_of_resume(session, user_id, first)
    assert run_row(db, using.run_id).state == "cancelled"
    assert status_row(db, user_id, job_id) == ("none", "resume_deleted", None)
    assert run_row(db, other.run_id).state == "running"


def test_reports_of_a_deleted_resume_give_way_to_older_ones(db: Database) -> None:
    user_id = add_user(db)
    kept, deleted, job_id, lonely = add_resume(db, user_id), add_resume(db, user_id), add_job(db), add_job(db)
    for resume_id, job in ((kept, job_id), (deleted, job_id), (deleted, lonely)):
        with db.unit_of_work() as session:
            report_id = reports.add(session, new_report(user_id, job, resume_id))
            statuses.show_report(session, user_id, job, report_id)
            if resume_id == kept:
                older = report_id
    with db.unit_of_work() as session:
        reports.remove_of_resume(session, user_id, deleted)
    assert status_row(db, user_id, job_id) == ("ready", None, older)
    assert status_row(db, user_id, lonely) == ("none", None, None)
    assert count(db, SkillGapReport) == 1


def test_versions_grow_with_everything_a_watcher_sees(db: Database, ready_pair: tuple[str, int]) -> None:
    run_id = start(db, *ready_pair)
    seen = [run_row(db, run_id).version]
    attempt = RunAttempt(db, claim(db, run_id))
    seen.append(run_row(db, run_id).version)
    for step in ("extract_resume_skills", "extract_job_skills"):
        attempt.enter(step)
        seen.append(run_row(db, run_id).version)
        assert run_row(db, run_id).step == step
    attempt.leave("extract_job_skills")
    seen.append(run_row(db, run_id).version)
    assert run_row(db, run_id).step == "extract_resume_skills"
    with db.unit_of_work() as session:
        attempt.succeed(session)
    seen.append(run_row(db, run_id).version)
    assert seen == sorted(set(seen))
    before = run_row(db, run_id).version
    with db.unit_of_work() as session:
        leases.renew(session, run_id, attempt.claim.attempt, LEASE)
    assert run_row(db, run_id).version == before


def test_what_the_model_cost_adds_up(db: Database, ready_pair: tuple[str, int]) -> None:
    held = claim(db, start(db, *ready_pair))
    for _ in range(2):
        with db.unit_of_work() as session:
            RunAttempt(db, held).spent(session, LlmUsage(1, 100, 20, 0.5))
    row = run_row(db, held.run_id)
    assert (row.llm_calls, row.prompt_tokens, row.completion_tokens, row.cost_usd) == (2, 200, 40, 1.0)


def test_a_join_that_meets_the_end_of_a_run_never_leaves_it_generating(
    db: Database, ready_pair: tuple[str, int]
) -> None:
    """Starting and finishing at the same time end either with a report or with a live run."""
    user_id, job_id = ready_pair
    for _ in range(5):
        held = claim(db, start(db, user_id, job_id))

        def finish(held: Claim = held) -> None:
            with db.unit_of_work() as session:
                assert leases.finish(session, held.run_id, held.attempt)
                report_id = reports.add(session, new_report(user_id, job_id, held.payload["resume_id"], held.run_id))
                statuses.show_ready(session, user_id, job_id, held.run_id, report_id)

        actions = [finish, lambda: start(db, user_id, job_id)]
        turn = iter(actions)
        lock = threading.Lock()

        def next_action(turn: object = turn, lock: threading.Lock = lock) -> None:
            with lock:
                action = next(turn)  # type: ignore[call-overload]
            action()

        assert at_once(2, next_action) == []
        with db.reading() as session:
            active = runs.active_run(session, runs.gap_key(user_id, job_id))
        status = status_row(db, user_id, job_id)[0]
        assert status == ("generating" if active is not None else "ready")
        if active is not None:
            with db.unit_of_work() as session:
                runs.cancel_gap_run(session, user_id, job_id)


def test_a_claim_of_a_stale_attempt_fails(db: Database, ready_pair: tuple[str, int]) -> None:
    held = claim(db, start(db, *ready_pair))
    with db.unit_of_work() as session:
        assert leases.hand_back(session, held)
    with db.unit_of_work() as session:
        assert not leases.claim(session, held, "w2", LEASE)
        assert leases.claim(session, replace(held, attempt=2), "w2", LEASE)


def test_a_run_that_was_cancelled_before_its_claim_stays_cancelled(db: Database, ready_pair: tuple[str, int]) -> None:
    run_id = start(db, *ready_pair)
    with db.reading() as session:
        (wanted,) = leases.due(session, ("gap",), 10)
    with db.unit_of_work() as session:
        assert runs.cancel_gap_run(session, *ready_pair)
    with db.unit_of_work() as session:
        assert not leases.claim(session, wanted, "w1", LEASE)
    assert run_row(db, run_id).state == "cancelled"
