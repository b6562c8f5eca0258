"""``python -m tests.contract.every_route FOLDER DATABASE_URL [MODULE]``: call every route in one web process.

Prints, as JSON, how each call was answered and which modules are loaded afterwards. With ``MODULE`` one of the views
imports it when it is called.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import httpx

from jobmate_agent.blueprints.auth import user_required
from jobmate_agent.container import Container
from jobmate_agent.settings import Settings
from tests.contract.routes import Route, routes
from tests.contract.snapshots import Snapshot
from tests.contract.valid_requests import Valid, valid_requests
from tests.contract.world import SETTINGS, World, build_world
from tests.web import Web


def main(folder: str, database_url: str, lazily_imported: str | None = None) -> None:
    values = {**SETTINGS, "data_dir": Path(folder), "database_url": database_url, "log_level": "error"}
    container = Container(Settings(_env_file=None, **values))
    with Web(container) as web:
        if lazily_imported is not None:
            web.app.view_functions["runs.get_run"] = user_required(
                lambda run_id: {"loaded": importlib.import_module(lazily_imported).__name__}
            )
        world = build_world(web)
        snapshot = Snapshot(container.db)
        answers = {}
        for route in routes(web.app):
            for number, valid in enumerate(valid_requests(world)[route.operation]):
                snapshot.restore()
                answers[f"{route.operation} {number}"] = [valid.status, call(world, route, valid)]
        # Requests that wait are answered 202 when no worker takes their run.
        snapshot.restore()
        answer = world.owner.post("/api/gap/run", json={"job_id": world.fresh_job})
        answers["POST /api/gap/run waiting"] = [202, answer.status_code]
    container.db.dispose()
    print(json.dumps({"answers": answers, "modules": sorted(sys.modules)}))


def call(world: World, route: Route, valid: Valid) -> int:
    """The status; of a stream no more is read than its first bytes."""
    url = route.template.format(**valid.path)
    request = world.web.http.build_request(
        route.method,
        url,
        params=dict(valid.query),
        json=valid.json,
        files=dict(valid.files) if valid.files else None,
        headers={**world.owner.headers, **valid.headers},
    )
    answer: httpx.Response = world.web.http.send(request, stream=True)
    try:
        if answer.headers["Content-Type"].startswith("text/event-stream"):
            assert next(answer.iter_raw())
        else:
            answer.read()
        return answer.status_code
    finally:
        answer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
