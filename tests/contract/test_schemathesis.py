"""Every operation of the OpenAPI document keeps to it, whatever it is sent."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator

import pytest
from schemathesis.core.failures import FailureGroup

from jobmate_agent.blueprints.errors import problem
from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.contract.fuzzing import EXAMPLES, Fuzzed, operations
from tests.contract.world import SETTINGS, build_world
from tests.databases import Servers
from tests.web import Web


@pytest.fixture(scope="module")
def fuzzed(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    folder = tmp_path_factory.mktemp("fuzzed")
    container = Container(make_settings(servers.url("sqlite"), folder, **{**SETTINGS, "log_level": "error"}))
    try:
        with Web(container) as web:
            made = Fuzzed(build_world(web))
            yield made
            made.close()
    finally:
        container.db.dispose()


@pytest.mark.parametrize("operation", operations())
def test_operation_keeps_to_its_description(operation: str, fuzzed: Fuzzed) -> None:
    statuses = fuzzed.run(operation)
    assert statuses.total() >= EXAMPLES, statuses
    assert sum(times for status, times in statuses.items() if 200 <= status < 300) >= 1, statuses


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda run_id: {"id": "seven"}, "Response violates schema"),
        (lambda run_id: ("7", {"Content-Type": "text/plain"}), "Undocumented Content-Type"),
        (lambda run_id: problem(418, "teapot", "No."), "answered 418, of which the document says nothing"),
        (lambda run_id: ({"status": "down"}, 503), "Server error"),
        (lambda run_id: {}[run_id], "KeyError"),
    ],
)
def test_a_broken_promise_is_noticed(
    answer: Callable[[int], object], complaint: str, fuzzed: Fuzzed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fuzzed.world.web.app.view_functions, "runs.get_run", answer)
    with pytest.raises((AssertionError, KeyError, FailureGroup)) as caught:
        fuzzed.run("GET /api/runs/{run_id}")
    assert complaint in "".join(traceback.format_exception(caught.value))
