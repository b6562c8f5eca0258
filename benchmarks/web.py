"""Polling and saving over HTTP, beside a bare route in the same server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import sqlalchemy as sa

from benchmarks import seeding
from benchmarks.load import Exchange, LoadGenerator, Result, get, post
from benchmarks.seeding import Account
from benchmarks.served import Served, web_alone
from benchmarks.table import Aim, Row
from benchmarks.wsgi import BARE_ANSWER_TEXT, BARE_PATH

CONNECTIONS = 4
CYCLES = 12
SAVED_JOBS = 20
COLLECTIONS = "/api/job-collections"
REQUESTS = {"bare": 400, "poll_304": 400, "poll_200": 250, "save": 100}
RATE_AIMS = {"poll_304": Aim("ratio", ">=", 0.5), "poll_200": Aim("ratio", ">=", 0.3)}


@dataclass
class _Series:
    """The rounds of one kind of request; ``cpu`` is the web process's, in milliseconds a request."""

    rounds: list[Result] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def rates(self) -> list[float]:
        return [result.rate for result in self.rounds]

    def p99s(self) -> list[float]:
        return [result.p99 for result in self.rounds]


def rates(folder: Path) -> list[Row]:
    """Requests a second and p99 of polls and saves, as ratios to the bare route.

    Rounds of all kinds take turns, because the machine is shared: a ratio is the median of the ratios within
    each turn. The worker is not running, so that it does not compete; saving writes the run and wakes nobody.
    """
    seeding.migrate(folder)
    with web_alone(folder) as served, LoadGenerator(served.port, CONNECTIONS) as generator:
        poller = _poller(folder, served)
        saver = seeding.register(served.base_url, "saver@example.com")
        seeding.add_resume(folder, saver.user_id)
        postings = iter(seeding.add_postings(folder, REQUESTS["save"] * (CYCLES + 1)))
        fixed = {"bare": _bare(), **_polls(served, poller)}
        series = {name: _Series() for name in REQUESTS}
        for cycle in range(CYCLES + 1):
            rounds = {**fixed, "save": _saves(saver, postings)}
            for name in _rotated(list(rounds), cycle):
                result, cpu = _play(generator, served, rounds[name], REQUESTS[name])
                if cycle:
                    # The first turn warms everything up.
                    series[name].rounds.append(result)
                    series[name].cpu.append(cpu)
        _require_saved(folder, saver, REQUESTS["save"] * (CYCLES + 1))
    return list(_rate_rows(series))


def _poller(folder: Path, served: Served) -> Account:
    account = seeding.register(served.base_url, "poller@example.com")
    resume_id = seeding.add_resume(folder, account.user_id)
    job_ids = seeding.add_postings(folder, SAVED_JOBS)
    seeding.save_with_reports(folder, account.user_id, resume_id, job_ids)
    return account


def _bare() -> list[Exchange]:
    return [Exchange(get(BARE_PATH), 200, body=BARE_ANSWER_TEXT)]


def _polls(served: Served, account: Account) -> dict[str, list[Exchange]]:
    """Both polls, with the answer that each must give; the full one is looked at before it becomes the expectation."""
    answer = httpx.get(served.base_url + COLLECTIONS, headers={"Authorization": f"Bearer {account.token}"}, timeout=30)
    jobs = answer.json()["jobs"]
    assert len(jobs) == SAVED_JOBS
    assert all(len(job["description"]) > 4000 and job["gap_state"] == "ready" for job in jobs)
    unchanged = get(COLLECTIONS, account.token, If_None_Match=answer.headers["ETag"])
    return {
        "poll_304": [Exchange(unchanged, 304, body="")],
        "poll_200": [Exchange(get(COLLECTIONS, account.token), 200, body=answer.text)],
    }


def _saves(account: Account, postings: Iterator[int]) -> list[Exchange]:
    return [
        Exchange(post(f"{COLLECTIONS}/{next(postings)}", account.token), 201, contains='"saved":true')
        for _ in range(REQUESTS["save"])
    ]


def _play(generator: LoadGenerator, served: Served, exchanges: Sequence[Exchange], count: int) -> tuple[Result, float]:
    before = _cpu_seconds(served)
    result = generator.play(exchanges, count)
    return result, (_cpu_seconds(served) - before) * 1000 / count


def _cpu_seconds(served: Served) -> float:
    times = [process.cpu_times() for process in served.web_processes()]
    return float(sum(time.user + time.system for time in times))


def _rotated(names: list[str], by: int) -> list[str]:
    start = by % len(names)
    return names[start:] + names[:start]


def _require_saved(folder: Path, account: Account, expected: int) -> None:
    """Every save must have left its row and its queued run."""
    made = seeding.container(folder)
    with made.db.reading() as session:
        for table in ("job_collections", "runs"):
            count = session.scalar(
                sa.text(f"SELECT count(*) FROM {table} WHERE user_id = :user_id"), {"user_id": account.user_id}
            )
            assert count == expected, f"{table}: {count} rows after {expected} saves"
    made.db.dispose()


def _rate_rows(series: dict[str, _Series]) -> Iterator[Row]:
    bare = series["bare"]
    for name, measured in series.items():
        is_bare = measured is bare
        for what, unit, own, floor, aim in (
            ("rate", "requests/s", measured.rates(), bare.rates(), RATE_AIMS.get(name)),
            ("p99", "ms", measured.p99s(), bare.p99s(), None),
            ("cpu", "ms/request", measured.cpu, bare.cpu, None),
        ):
            yield Row(
                f"web.{name}_{what}",
                median(own),
                unit,
                floor=None if is_bare else median(floor),
                paired_ratio=None if is_bare else median(a / b for a, b in zip(own, floor, strict=True)),
                aim=aim,
            )
    busiest = max(result.cpu for measured in series.values() for result in measured.rounds)
    yield Row("web.load_generator_cpu", busiest, "of one core, at most", aim=Aim("value", "<=", 0.5))
