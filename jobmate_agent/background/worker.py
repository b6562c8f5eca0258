"""One worker process: claims runs from the database and works on several at once in threads.

Started by ``jobmate serve`` (which passes a pulse pipe and restarts it) or by ``jobmate worker`` on its own.
"""

from __future__ import annotations

import argparse
import os
import selectors
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from jobmate_agent import logs
from jobmate_agent.background import endings, heartbeats, leases, pruning, runs, schedule, sweeper
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.dispatch import CallDispatcher
from jobmate_agent.background.processes import Pulse, die_with_parent
from jobmate_agent.background.worker_name import worker_name
from jobmate_agent.container import Container
from jobmate_agent.services.onet.saved_occupations import classify_missing
from jobmate_agent.services.vocabulary import starter, store
from jobmate_agent.settings import Settings

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
PREPARE_AGAIN_SECONDS = 10.0
PRUNE_SECONDS = 600.0
KINDS = (runs.GAP, runs.SKILL_GAP, runs.MATCH, schedule.ONET_SYNC, schedule.ONET_STALENESS)
READY = "ready"


class Worker:
    """Slots, leases and threads of one process. ``run`` returns when it was told to stop and has stopped."""

    def __init__(self, container: Container, name: str, wake_fd: int | None = None) -> None:
        self.container = container
        self.settings = container.settings
        self.name = name
        self._active: dict[int, tuple[RunAttempt, float]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._isolated = threading.Semaphore(max(1, self.settings.worker_slots // 2))
        self._engine = "loading"
        self._preparing = False
        self._prepare_at = 0.0
        self._nudge_fd, self._nudged_fd = os.pipe()
        self._selector = selectors.DefaultSelector()
        for fd in (self._nudge_fd, wake_fd):
            if fd is not None:
                os.set_blocking(fd, False)
                self._selector.register(fd, selectors.EVENT_READ)
        os.set_blocking(self._nudged_fd, False)
        self._dispatcher = CallDispatcher(self.nudge)

    def nudge(self) -> None:
        """Look for runs now; safe in signal handlers and from any thread."""
        try:
            os.write(self._nudged_fd, b"n")
        except BlockingIOError:
            return

    def stop(self, *_: Any) -> None:
        """Take no more runs; finish those under way or hand them back."""
        self._stopping.set()
        self.nudge()

    def run(self) -> None:
        """Work until told to stop."""
        self._guarded(self._forget_dead)
        self._repeat("heartbeat", self.settings.heartbeat_seconds, self._heartbeat)
        self._repeat("sweeper", self.settings.sweep_seconds, self._sweep)
        # Beside the sweeper, which must not wait for them.
        self._repeat("pruner", PRUNE_SECONDS, self._prune)
        self._repeat("occupations", self.settings.sweep_seconds, self._classify_saved)
        while not self._stopping.is_set():
            if self._engine != READY and not self._preparing and time.monotonic() >= self._prepare_at:
                self._preparing = True
                # Building an index takes long, and this thread must hear at once that it is told to stop.
                threading.Thread(target=self._prepare_beside, name="prepare", daemon=True).start()
            if self._preparing or not self._claim_due():
                self._wait(POLL_SECONDS)
        self._drain()

    def _prepare_beside(self) -> None:
        try:
            self._prepare()
        finally:
            self._preparing = False
            self.nudge()

    def _prepare(self) -> None:
        """Load what every run needs; a failure is shown, and after a while tried again."""
        try:
            self._load_starter()
            assert self.container.engine
        except Exception as exc:  # the boundary of the process: it lives on, and says what is wrong with it
            self._engine = f"failed: {getattr(exc, 'code', type(exc).__name__)}"
            self._prepare_at = time.monotonic() + PREPARE_AGAIN_SECONDS
            log.error("engine_not_loaded", error=type(exc).__name__, exc_info=exc)
        else:
            self._engine = READY
            log.info("worker_ready", worker=self.name)
            threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        self._guarded(self._heartbeat)

    def _warm_up(self) -> None:
        """What the first run would otherwise wait for; beside it, because a run may not need the model at all.

        One that asks a language model needs it only when the answers are there.
        """
        from jobmate_agent.background import execution

        assert execution
        self.container.embedder.load()

    def _load_starter(self) -> None:
        """A fresh installation begins with the vocabulary that ships with the code."""
        with self.container.db.reading() as session:
            if store.published_version(session) is not None:
                return
        self._engine = "loading the starter vocabulary"
        taxonomy = starter.read_starter()
        with self.container.db.unit_of_work() as session:
            store.publish(session, taxonomy)

    def _claim_due(self) -> bool:
        """Start as many due runs as there are free slots; whether any was started."""
        free = self.settings.worker_slots - len(self._active)
        if free <= 0:
            return False
        started = False
        try:
            with self.container.db.reading() as session:
                wanted = leases.due(session, KINDS, free)
            for claim in wanted:
                with self.container.db.unit_of_work() as session:
                    held = leases.claim(session, claim, self.name, self.settings.lease_seconds)
                if held:
                    started = True
                    self._start(claim)
        except SQLAlchemyError as exc:
            log.error("database_unavailable", error=type(exc).__name__, exc_info=exc)
            return False
        return started

    def _start(self, claim: leases.Claim) -> None:
        attempt = RunAttempt(self.container.db, claim)
        with self._lock:
            limit = schedule.run_seconds(self.settings, claim.kind)
            self._active[claim.run_id] = (attempt, time.monotonic() + limit)
        threading.Thread(target=self._carry, args=(attempt,), name=f"run-{claim.run_id}", daemon=True).start()

    def _carry(self, attempt: RunAttempt) -> None:
        from jobmate_agent.background.execution import execute
        from jobmate_agent.background.isolation import execute_alone

        try:
            if attempt.claim.isolated:
                with self._isolated:
                    execute_alone(self.container, attempt, self.name)
            else:
                execute(self.container, attempt)
        except Exception as exc:
            log.error("attempt_not_recorded", run_id=attempt.claim.run_id, error=type(exc).__name__, exc_info=exc)
        finally:
            with self._lock:
                if self._active.get(attempt.claim.run_id, (None,))[0] is attempt:
                    del self._active[attempt.claim.run_id]
            self.nudge()

    def _wait(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            try:
                os.read(key.fd, 4096)
            except BlockingIOError:
                continue

    def _heartbeat(self) -> None:
        with self._lock:
            active = list(self._active.values())
        for attempt, deadline in active:
            claim = attempt.claim
            if time.monotonic() > deadline and not claim.isolated:
                self._give_up(attempt)
                continue
            with self.container.db.unit_of_work() as session:
                if not leases.renew(session, claim.run_id, claim.attempt, self.settings.lease_seconds):
                    attempt.lost.set()
        details = {"pid": os.getpid(), "engine": self._engine, "active": len(active)}
        with self.container.db.unit_of_work() as session:
            heartbeats.beat(session, self.name, details)

    def _forget_dead(self) -> None:
        with self.container.db.unit_of_work() as session:
            heartbeats.forget_dead(session, self.name)

    def _give_up(self, attempt: RunAttempt) -> None:
        """A run hangs, and nobody can end a thread: it is tried again alone, and this process makes way for another."""
        if attempt.lost.is_set():
            return
        attempt.lost.set()
        log.error("run_overdue", run_id=attempt.claim.run_id, attempt=attempt.claim.attempt)
        endings.give_up(
            self.container.db,
            self.container.alerts,
            attempt.claim,
            leases.OVERDUE,
            max_attempts=self.settings.max_attempts,
        )
        self.stop()

    def _sweep(self) -> None:
        sweeper.sweep(self.container.db, self._dispatcher, self.settings, self.container.alerts)
        if schedule.look(self.container.db, self.settings):
            self.nudge()

    def _prune(self) -> None:
        pruning.prune(self.container.db, self.settings)

    def _classify_saved(self) -> None:
        classify_missing(self.container.db, self.container.occupation_indexes, seconds=self.settings.sweep_seconds)

    def _drain(self) -> None:
        """Finish what can be finished in time and hand the rest back to the queue."""
        deadline = time.monotonic() + self.settings.stop_seconds
        while self._active and (left := deadline - time.monotonic()) > 0:
            self._wait(min(left, POLL_SECONDS))
        with self._lock:
            remaining = [attempt for attempt, _ in self._active.values()]
        for attempt in remaining:
            with self.container.db.unit_of_work() as session:
                leases.hand_back(session, attempt.claim)
        with self.container.db.unit_of_work() as session:
            heartbeats.forget(session, self.name)
        self.container.frontend.close(self.settings.stop_seconds / 4)
        log.info("worker_stopped", worker=self.name, handed_back=len(remaining))

    def _repeat(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        def loop() -> None:
            pause = threading.Event()
            while True:
                self._guarded(action)
                pause.wait(seconds)

        threading.Thread(target=loop, name=name, daemon=True).start()

    def _guarded(self, action: Callable[[], None]) -> None:
        """The database may be away for a while; the next turn tries again."""
        try:
            action()
        except SQLAlchemyError as exc:
            log.error("database_unavailable", error=type(exc).__name__, exc_info=exc)


def run_worker(settings: Settings, name: str | None = None) -> int:
    """Carry runs until SIGTERM or SIGINT; the process's exit status."""
    logs.configure(settings.log_level)
    worker = Worker(Container(settings), name or worker_name(), settings.wake_fd)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
    # Threads that hang in foreign code must not keep the process; everything of value is committed.
    os._exit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """The process that ``jobmate serve`` starts: a worker that dies with it and shows it signs of life."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("parent", type=int, help="exit when this process is gone")
    parser.add_argument("pulse_fd", type=int, help="write a sign of life here twice a second")
    options = parser.parse_args(arguments)
    die_with_parent(options.parent)
    Pulse(options.pulse_fd, options.parent).start()
    return run_worker(Settings(), options.name)


if __name__ == "__main__":
    raise SystemExit(main())
