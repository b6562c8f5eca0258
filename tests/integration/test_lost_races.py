"""Two transactions that wait for each other: the one that the database gives up is run again, and nobody sees it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent.blueprints.auth import public
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.models import User
from tests.conftest import make_settings
from tests.databases import Servers
from tests.web import Web


@pytest.fixture(params=["postgresql", "mariadb"])
def server_web(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Iterator[Web]:
    """SQLite has one writer at a time, so only the servers can deadlock."""
    container = Container(make_settings(servers.url(request.param), tmp_path, rate_limits_enabled=False))
    with Web(container) as made:
        yield made
    container.db.dispose()


def touch(db: Database, first: str, second: str, met: threading.Barrier) -> None:
    """Change two rows in this order; ``met`` holds everybody until each has the first of theirs."""
    with db.unit_of_work() as session:
        for user_id in (first, second):
            session.execute(sa.update(User).where(User.id == user_id).values(locale=User.locale + "x"))
            if not met.broken:
                try:
                    met.wait(timeout=5)
                except threading.BrokenBarrierError:
                    continue


def test_a_view_that_lost_a_deadlock_is_run_again(server_web: Web) -> None:
    db = server_web.container.db
    with db.unit_of_work() as session:
        session.add_all([User(id="a", locale=""), User(id="b", locale="")])
    calls: list[str] = []
    met = threading.Barrier(2)

    def view(first: str, second: str) -> dict[str, str]:
        calls.append(first)
        if len(calls) > 2:  # a second try meets nobody any more
            met.abort()
        touch(db, first, second, met)
        return {}

    app = server_web.app
    app._got_first_request = False  # routes of the test's own
    app.add_url_rule("/api/touch/<first>/<second>", view_func=public(view), methods=["POST"])
    answers: list[int] = []

    def post(path: str) -> None:
        answers.append(server_web.http.post(f"/api/touch/{path}").status_code)

    threads = [threading.Thread(target=post, args=(path,)) for path in ("a/b", "b/a")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200, 200]
    assert len(calls) == 3, "exactly one of the two was given up and run again"
    with db.reading() as session:
        assert session.scalars(sa.select(User.locale).order_by(User.id)).all() == ["xx", "xx"]
