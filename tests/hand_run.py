"""Runs carried out in the test's own process, with the handlers of a real worker."""

from __future__ import annotations

from typing import Any

import httpx

from jobmate_agent.background import leases
from jobmate_agent.background.attempts import RunAttempt
from jobmate_agent.background.execution import execute
from jobmate_agent.background.worker import KINDS
from jobmate_agent.container import Container
from jobmate_agent.models import Run

ASYNC = {"Prefer": "respond-async"}


def carry_out(container: Container, run_id: int) -> Run:
    """Claim a queued run and execute it once; how it is afterwards."""
    with container.db.reading() as session:
        claim = next(due for due in leases.due(session, KINDS, 1000) if due.run_id == run_id)
    with container.db.unit_of_work() as session:
        assert leases.claim(session, claim, "by hand", 30)
    execute(container, RunAttempt(container.db, claim))
    with container.db.reading() as session:
        return session.get_one(Run, run_id)


def finished(container: Container, answer: httpx.Response) -> dict[str, Any]:
    """The result that a route answers with, after its run was carried out if it started one."""
    if answer.status_code == 202:
        run = carry_out(container, answer.json()["run_id"])
        assert run.state == "succeeded", run.error_code
        sent = answer.request
        headers = {name: sent.headers[name] for name in ("Authorization", "X-API-Key") if name in sent.headers}
        url = sent.url.copy_with(path=f"/api/runs/{run.id}/result", query=None)
        answer = httpx.get(url, headers=headers, trust_env=False)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result
