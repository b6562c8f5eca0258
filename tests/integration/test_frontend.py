"""Announcing finished reports to a frontend, over HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jobmate_agent.adapters.frontend import HttpFrontend, NoFrontend
from jobmate_agent.container import Container
from tests.conftest import make_settings
from tests.post_catcher import PostCatcher, catching_posts
from tests.served import free_port


@pytest.fixture
def server() -> Iterator[PostCatcher]:
    with catching_posts() as made:
        yield made


def test_a_ready_report_is_announced_with_the_token(server: PostCatcher) -> None:
    frontend = HttpFrontend(server.origin + "/", "secret")
    for job_id in (7, 8):
        frontend.gap_ready(job_id)
    frontend.close(10)
    assert server.received == [
        ("/api/revalidate-gap", "Bearer secret", {"jobId": 7}),
        ("/api/revalidate-gap", "Bearer secret", {"jobId": 8}),
    ]


def test_without_a_token_none_is_sent(server: PostCatcher) -> None:
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.close(10)
    assert server.received == [("/api/revalidate-gap", None, {"jobId": 7})]


def test_a_frontend_in_trouble_is_asked_again(server: PostCatcher) -> None:
    server.statuses = [500]
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.close(10)
    assert [body for _, _, body in server.received] == [{"jobId": 7}] * 2


def test_it_is_not_asked_for_ever(server: PostCatcher) -> None:
    server.statuses = [500] * 10
    frontend = HttpFrontend(server.origin, None)
    frontend.gap_ready(7)
    frontend.gap_ready(8)
    frontend.close(20)
    assert [body["jobId"] for _, _, body in server.received] == [7, 7, 7, 8, 8, 8]


def test_a_frontend_that_is_not_there_does_not_matter() -> None:
    frontend = HttpFrontend(f"http://127.0.0.1:{free_port()}", None)
    frontend.gap_ready(7)
    frontend.close(0.2)


def test_no_frontend_is_a_choice(sqlite_url: str, tmp_path: Any) -> None:
    quiet = Container(make_settings(sqlite_url, tmp_path)).frontend
    assert isinstance(quiet, NoFrontend)
    loud = Container(make_settings(sqlite_url, tmp_path, frontend_origin="http://127.0.0.1:9")).frontend
    assert isinstance(loud, HttpFrontend)
