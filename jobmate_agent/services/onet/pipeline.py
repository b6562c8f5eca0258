"""From files to a release that may be published: land, normalise, gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jobmate_agent.db import Database
from jobmate_agent.services.onet.disk import room_on_disk
from jobmate_agent.services.onet.gate_limits import GateLimits
from jobmate_agent.services.onet.gate_report import GateReport
from jobmate_agent.services.onet.land import land
from jobmate_agent.services.onet.normalise import normalise
from jobmate_agent.services.onet.quality import run_gate
from jobmate_agent.services.onet.sources import ReleaseSource

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load that has been through the gate; ``report.passed`` says whether its release may be published."""

    load_id: int
    release_id: int
    report: GateReport


def load_release(
    db: Database,
    source: ReleaseSource,
    *,
    version: str | None = None,
    limits: GateLimits | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Make a release of ``source``, beside what is served. Called again, it goes on where it was stopped.

    ``progress`` is told (step, percent of landing, then of normalising). Raises what :func:`land`, :func:`normalise`,
    and :func:`run_gate` raise, and ``disk_full`` (507); a refusal of the gate is no error, but in the report.
    """
    load_id = land(db, source, progress=progress, version=version)
    with room_on_disk():
        release_id = normalise(db, load_id, progress=progress)
        return Loaded(load_id, release_id, run_gate(db, load_id, release_id, limits=limits))
