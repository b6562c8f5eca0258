"""The schema and the units of work, on every database."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from jobmate_agent import schema, schema_check
from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database, after_commit, database_now, insert_if_absent
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import Run, User, UserIdentity


def add_user(db: Database, **values: object) -> str:
    user_id = str(uuid.uuid4())
    with db.unit_of_work() as session:
        session.add(User(id=user_id, **values))
    return user_id


def test_models_and_migrations_agree(db: Database) -> None:
    with db.engine.connect() as connection:
        try:
            command.check(schema._config(connection))
        except CommandError as exc:
            pytest.fail(str(exc))


def test_the_newest_revision_is_the_one_that_alembic_goes_to() -> None:
    assert schema_check.head_revision() == ScriptDirectory.from_config(schema._config(None)).get_current_head()


def test_down_and_up_again(db: Database) -> None:
    schema.downgrade(db, "base")
    with pytest.raises(JobMateError, match="jobmate db upgrade"):
        schema_check.require_current(db)
    schema.upgrade(db)
    schema_check.require_current(db)


def test_personal_columns_are_not_readable_in_the_table(db: Database) -> None:
    add_user(db, email="ada@example.org", name="Ada")
    with db.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT email, name FROM users").one()
        read = session.execute(sa.select(User.email, User.name)).one()
    assert tuple(read) == ("ada@example.org", "Ada")
    assert b"ada" not in bytes(raw[0]).lower()
    assert b"Ada" not in bytes(raw[1])


def test_times_keep_their_microseconds_and_zone(db: Database) -> None:
    now = utcnow().replace(microsecond=123457)
    user_id = add_user(db, created_at=now)
    with db.reading() as session:
        assert session.scalar(sa.select(User.created_at).where(User.id == user_id)) == now
    with pytest.raises(sa.exc.StatementError, match="timezone-aware"):
        add_user(db, created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the naive value is the point


def test_the_database_clock_compares_with_stored_times(db: Database) -> None:
    user_id = add_user(db)
    with db.unit_of_work() as session:
        session.add(Run(kind="gap", subject="job:1", user_id=user_id, state="running"))
        session.flush()
        session.execute(sa.update(Run).values(lease_until=database_now(30)))
    with db.reading() as session:
        count = sa.select(sa.func.count()).select_from(Run)
        assert session.scalar(count.where(Run.lease_until < database_now())) == 0
        assert session.scalar(count.where(Run.lease_until < database_now(60))) == 1
        lease = session.scalars(sa.select(Run.lease_until)).one()
    assert lease is not None
    assert 20 < (lease - utcnow()).total_seconds() < 40


def test_identifiers_compare_byte_by_byte(db: Database) -> None:
    user_id = add_user(db)
    with db.unit_of_work() as session:
        for subject in ("abc", "ABC", "äbc"):
            session.add(UserIdentity(issuer="https://issuer.example", subject=subject, user_id=user_id))
    with db.reading() as session:
        found = session.scalars(sa.select(UserIdentity.subject).where(UserIdentity.subject == "abc")).all()
    assert found == ["abc"]


def test_a_race_to_insert_leaves_one_row(db: Database) -> None:
    user_id = add_user(db)
    barrier = threading.Barrier(4)
    failures: list[BaseException] = []

    def insert() -> None:
        barrier.wait()
        try:
            with db.unit_of_work() as session:
                insert_if_absent(session, UserIdentity, {"issuer": "i", "subject": "s", "user_id": user_id})
        except sa.exc.SQLAlchemyError as exc:
            failures.append(exc)

    threads = [threading.Thread(target=insert) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(UserIdentity)) == 1


def test_after_commit_runs_only_after_a_commit(db: Database) -> None:
    seen: list[str] = []
    with db.unit_of_work() as session:
        after_commit(session, lambda: seen.append("committed"))
        assert seen == []
    assert seen == ["committed"]

    def failing() -> None:
        with db.unit_of_work() as session:
            after_commit(session, lambda: seen.append("never"))
            session.add(User(id="x"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert seen == ["committed"]
    with db.reading() as session:
        assert session.get(User, "x") is None


def test_a_lock_that_nobody_gives_up_is_an_error_of_the_database(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobmate_agent.db.SQLITE_BUSY_SECONDS", 0.05)
    held, other = Database(sqlite_url), Database(sqlite_url)
    try:
        with held.unit_of_work() as session:
            session.execute(sa.select(sa.func.count()).select_from(User))
            with pytest.raises(sa.exc.OperationalError, match="locked"), other.unit_of_work() as waiting:
                waiting.execute(sa.select(sa.func.count()).select_from(User))
    finally:
        held.dispose()
        other.dispose()
