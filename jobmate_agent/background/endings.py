"""Attempts that ended without success: what nobody waits for is told to operators when it has failed for good."""

from __future__ import annotations

from jobmate_agent.background import leases
from jobmate_agent.background.alerts import GATE_REFUSED, SYNC_FAILED, Alerts
from jobmate_agent.background.leases import Claim
from jobmate_agent.background.schedule import SCHEDULE_OF_KIND
from jobmate_agent.db import Database

REFUSED = "gate_refused"
_MESSAGES = {
    leases.WORKER_LOST: "The process that carried a scheduled run died each time, perhaps for want of memory.",
    leases.OVERDUE: "A scheduled run took longer than it may each time.",
}


def give_up(
    db: Database, alerts: Alerts, held: Claim, code: str, *, max_attempts: int, only_expired: bool = False
) -> bool:
    """An attempt died or hangs: tried again alone, or failed after the last one; False when the run is lost.

    Tells operators after the commit, so no transaction may be open.
    """
    with db.unit_of_work() as session:
        taken = leases.retry_or_fail(
            session, held, code, max_attempts=max_attempts, isolate=True, only_expired=only_expired
        )
    if taken and held.attempt >= max_attempts:
        tell(alerts, held, code, _MESSAGES[code])
    return taken


def tell(alerts: Alerts, held: Claim, code: str, message: str) -> None:
    """An alert where a run that failed for good came from a schedule; others are seen by whoever asked for them."""
    if held.kind in SCHEDULE_OF_KIND:
        kind = GATE_REFUSED if code == REFUSED else SYNC_FAILED
        alerts.alert(kind, message, {"run_id": held.run_id, "code": code})
