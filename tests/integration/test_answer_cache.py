"""Where answers are kept, and what makes them out of date."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import redis
import structlog

from jobmate_agent.adapters import redis_cache as adapter
from jobmate_agent.adapters.cache import MemoryCache
from jobmate_agent.adapters.redis_cache import RedisCache
from jobmate_agent.services.onet.cache import OCCUPATION, SEARCH, Cache, Served, key_of
from jobmate_agent.services.onet.releases import ReleaseRef

REDIS = "redis://127.0.0.1:6379/0"
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    if request.param == "memory":
        yield MemoryCache(1000)
        return
    server = redis.Redis.from_url(REDIS, socket_connect_timeout=1)
    try:
        server.ping()
    except redis.RedisError:
        pytest.skip(f"no Redis at {REDIS}")
    prefix = f"jobmate:test:{uuid.uuid4().hex}:"
    yield RedisCache(REDIS, prefix)
    for key in server.scan_iter(f"{prefix}*"):
        server.delete(key)
    server.close()


def test_what_is_kept_is_there_until_its_time_is_over(cache: Cache) -> None:
    assert cache.get("a") is None
    cache.set("a", b"1", 60)
    cache.set("b", b"\x00\xff", 60)
    cache.set("c", b"3", 1)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"1", b"\x00\xff", b"3")
    cache.set("a", b"2", 60)
    assert cache.get("a") == b"2"
    deadline = time.monotonic() + 10
    while cache.get("c") is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (cache.get("a"), cache.get("c")) == (b"2", None)


def test_memory_is_bounded() -> None:
    cache = MemoryCache(100)
    for number in range(50):
        cache.set(str(number), b"x" * 10, 60)
        assert cache.get("0") is not None  # the oldest, but always in use
    assert sum(cache.get(str(number)) is not None for number in range(50)) == 10
    cache.set("larger than all", b"x" * 101, 60)
    assert cache.get("larger than all") is None
    assert cache.get("49") is not None


def test_a_redis_that_is_away_knows_nothing_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RedisCache(NOBODY)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            assert cache.get("a") is None
            cache.set("a", b"1", 60)
        monkeypatch.setattr(adapter, "PAUSE_SECONDS", 0.0)
        cache._away_until = 0.0
        assert cache.get("a") is None
        assert cache.get("a") is None
    assert [entry["event"] for entry in logs] == ["cache_away"]


def served(**changes: Any) -> Served:
    release = ReleaseRef(1, "30.1", "O*NET 30.1", date(2025, 12, 1), "v1")
    return Served(**{"release": release, "wages_id": 1, "jaat_id": None, **changes})


def test_a_key_is_of_everything_that_an_answer_depends_on() -> None:
    now = served()
    newer = ReleaseRef(2, "30.2", "O*NET 30.2", date(2026, 3, 1), "v2")
    keys = [
        key_of(OCCUPATION, now, now.release, "15-1252.00"),
        key_of(OCCUPATION, now, now.release, "15-1251.00"),
        key_of(OCCUPATION, now, newer, "15-1252.00"),
        key_of(OCCUPATION, served(wages_id=2), now.release, "15-1252.00"),
        key_of(OCCUPATION, served(jaat_id=2), now.release, "15-1252.00"),
        key_of(SEARCH, now, now.release, "a", 1),
        key_of(SEARCH, now, now.release, "a", 2),
        key_of(SEARCH, now, now.release, "a1"),
    ]
    assert len(set(keys)) == len(keys)
    assert key_of(SEARCH, served(wages_id=2), now.release, "a", 1) == keys[5]
    assert key_of(OCCUPATION, served(), now.release, "15-1252.00") == keys[0]
