"""The gate between a release that was made and one that may be published.

Rows that are wrong by themselves are in quarantine already and in no fact; the gate looks at the release as a whole,
and at how much is in quarantine. A release that it refuses stays as it is, is never published, and can be held to the
gate again. Checks: :mod:`quality_checks`.
"""

from __future__ import annotations

import structlog

from jobmate_agent import metrics
from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.errors import ConflictError
from jobmate_agent.models.landing import OnetLoad, OnetLoadStep
from jobmate_agent.models.onet import READY, OnetRelease
from jobmate_agent.services.onet.gate_limits import GateLimits
from jobmate_agent.services.onet.gate_report import GateReport
from jobmate_agent.services.onet.land import REFUSED
from jobmate_agent.services.onet.landed import Load
from jobmate_agent.services.onet.normalise import step_names
from jobmate_agent.services.onet.quality_checks import Subject, all_checks

NORMALISED = "normalised"
_ERROR_LIMIT = 1000

log = structlog.get_logger(__name__)


def run_gate(db: Database, load_id: int, release_id: int, *, limits: GateLimits | None = None) -> GateReport:
    """Hold a release to the gate: it becomes ``ready``, or its load ``refused``. The report is kept with the load.

    A release that is ready already is not looked at again: its report is the one from then. Raises
    ``load_not_normalised`` (409) where steps are missing.
    """
    steps = step_names(db, load_id)
    with db.unit_of_work() as session:
        load = session.get_one(OnetLoad, load_id, with_for_update=True)
        release = session.get_one(OnetRelease, release_id)
        missing = [name for name in steps if session.get(OnetLoadStep, (load_id, name)) is None]
        if release.load_id != load_id or missing:
            raise ConflictError(
                "load_not_normalised", f"{release.name} is not complete yet; load it again. Missing: {missing[:3]}."
            )
        if release.state == READY and load.gate is not None:
            return GateReport.from_wire(load.gate)
        now = utcnow()
        subject = Subject(Load.of(session, load_id), load, release, limits or GateLimits(), now.date())
        report = GateReport(
            load_id, release_id, release.name, load.source, now.isoformat(timespec="seconds"), all_checks(subject)
        )
        load.gate, load.updated_at = report.to_wire(), now
        load.state, load.error = (NORMALISED, None) if report.passed else (REFUSED, report.summary()[:_ERROR_LIMIT])
        if report.passed:
            release.state = READY
    if not report.passed:
        metrics.onet_gate_failures.inc()
        log.error("onet_gate_refused", release=report.release, checks=[check.name for check in report.failures])
    return report
