"""The key ring: its file, its rotation, and the database that it belongs to."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent import crypto
from jobmate_agent.container import Container
from jobmate_agent.crypto import KeyRing, new_key_ring
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import User
from jobmate_agent.services.accounts.key_check import verify_keys
from tests.conftest import make_settings


def check(db: Database, ring: KeyRing) -> None:
    with db.unit_of_work() as session:
        verify_keys(session, ring)


def test_a_key_file_is_private_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    ring = crypto.load_key_file(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert crypto.load_key_file(path, create=True) == ring
    assert os.listdir(path.parent) == ["keys.json"]


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    crypto.load_key_file(path, create=True)
    path.chmod(0o644)
    with pytest.raises(JobMateError, match="chmod 600"):
        crypto.load_key_file(path, create=True)


def test_production_never_makes_keys_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    container = Container(make_settings(sqlite_url, tmp_path, env="production"))
    with pytest.raises(JobMateError, match="jobmate keys new"):
        assert container.keys
    path = container.settings.data_dir / "keys.json"
    assert not path.exists()


@pytest.mark.parametrize("env", ["development", "production"])
def test_a_lost_key_file_is_not_replaced(database_url: str, tmp_path: Path, env: str) -> None:
    first = Container(make_settings(database_url, tmp_path))
    check(first.db, first.keys)
    first.db.dispose()
    path = tmp_path / "var" / "keys.json"
    kept = path.rename(tmp_path / "backup.json")
    with pytest.raises(JobMateError, match=r"keys\.json is missing.*backup"):
        assert Container(make_settings(database_url, tmp_path, env=env)).db
    assert os.listdir(path.parent) == []
    kept.rename(path)
    again = Container(make_settings(database_url, tmp_path, env=env))
    check(again.db, again.keys)
    again.db.dispose()


@pytest.mark.parametrize("name", ["keys", "db"])
def test_a_new_data_folder_is_private(tmp_path: Path, name: str) -> None:
    keys = None if name == "keys" else crypto.dump_key_ring(new_key_ring())
    container = Container(make_settings("", tmp_path / "new", keys=keys))
    assert getattr(container, name)
    assert stat.S_IMODE((tmp_path / "new" / "var").stat().st_mode) == 0o700
    container.db.dispose()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"encryption": ["x"], "blind_index": "", "tokens": "", "urls": ""}'])
def test_a_broken_key_ring_says_how_to_make_one(text: str) -> None:
    with pytest.raises(JobMateError, match="jobmate keys new"):
        crypto.parse_key_ring(text)


def test_a_database_knows_its_keys(db: Database, container: Container) -> None:
    check(db, container.keys)
    check(db, container.keys)
    with pytest.raises(JobMateError, match="restore its key file"):
        check(db, new_key_ring())
    with pytest.raises(JobMateError, match="restore its key file"):
        check(db, replace(container.keys, encryption=new_key_ring().encryption))


def test_encryption_keys_rotate_and_old_ones_can_be_dropped(db: Database, container: Container) -> None:
    old = container.keys
    check(db, old)
    fresh = new_key_ring().encryption
    rotated = replace(old, encryption=(*fresh, *old.encryption))
    check(db, rotated)
    check(db, replace(old, encryption=fresh))


def test_data_survives_a_rotation(db: Database, container: Container) -> None:
    with db.unit_of_work() as session:
        session.add(User(id="u", email="ada@example.org"))
    crypto.activate(replace(container.keys, encryption=(*new_key_ring().encryption, *container.keys.encryption)))
    with db.reading() as session:
        assert session.scalar(sa.select(User.email)) == "ada@example.org"
    crypto.activate(new_key_ring())
    with db.reading() as session, pytest.raises(JobMateError, match="restore the key file"):
        session.scalar(sa.select(User.email))
