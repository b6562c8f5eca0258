"""One attempt at one run, as the work itself sees it: it reports, spends and ends, always under the guard."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from jobmate_agent.background import leases
from jobmate_agent.background.leases import Claim, RunLost
from jobmate_agent.db import Database
from jobmate_agent.services.career_engine.types import LlmUsage

# Percent shown when a step is entered and when it is left; parallel steps add up.
STEPS = {
    "get_default_resume": (2, 4),
    "load_job": (6, 8),
    "extract_resume_skills": (10, 32),
    "extract_job_skills": (10, 32),
    "check_version": (1, 2),
    "download_release": (3, 20),
    "load_release": (22, 70),
    "publish_release": (72, 98),
    "find_occupation": (9, 10),
    "map_to_onet": (60, 75),
    "analyze_gap": (78, 82),
    "render_report": (85, 90),
    "persist_report": (93, 96),
    "load_resume": (2, 8),
    "rank_occupations": (78, 85),
    "persist_match": (90, 95),
    "load_gap": (5, 10),
    "write_analysis": (15, 80),
    "check_analysis": (82, 85),
    "persist_analysis": (90, 95),
}


@dataclass
class RunAttempt:
    """Carries one claim. Every method raises :class:`RunLost` once the run belongs to someone else or has ended.

    ``lost`` is set from outside, by the heartbeat. Of steps that run side by side, the one entered last and not
    yet left is shown.
    """

    db: Database
    claim: Claim
    lost: threading.Event = field(default_factory=threading.Event)
    _open: list[str] = field(default_factory=list)
    _progress: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def run_id(self) -> int | None:
        return self.claim.run_id

    def enter(self, step: str) -> None:
        with self._lock:
            self._open.append(step)
            self._show(max(self._progress, STEPS[step][0]))

    def leave(self, step: str) -> None:
        with self._lock:
            self._open.remove(step)
            if not self._open:
                # The next step shows itself at once; nothing to write in between.
                self._progress = max(self._progress, STEPS[step][1])
            else:
                self._show(max(self._progress, STEPS[step][1]))

    def bind_resume(self, resume_id: int) -> None:
        payload = {**self.claim.payload, "resume_id": resume_id}
        if payload != self.claim.payload:
            with self.db.unit_of_work() as session:
                self._check(leases.bind(session, self.claim.run_id, self.claim.attempt, payload))

    def spent(self, session: Session, usage: LlmUsage) -> None:
        self._check(leases.record_usage(session, self.claim.run_id, self.claim.attempt, usage))

    def succeed(self, session: Session) -> None:
        self._check(leases.finish(session, self.claim.run_id, self.claim.attempt))

    def _show(self, progress: int) -> None:
        self._progress = progress
        with self.db.unit_of_work() as session:
            self._check(leases.report(session, self.claim.run_id, self.claim.attempt, self._open[-1], progress))

    def _check(self, held: bool) -> None:
        if not held or self.lost.is_set():
            self.lost.set()
            raise RunLost(f"run {self.claim.run_id} is no longer held at attempt {self.claim.attempt}")
