"""Search, profile and match at full size beside the same questions in SQL by hand, through the database's driver.

Nothing is cached on either side, and calls and floors take turns.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.onet.by_hand import ByHand
from benchmarks.table import Aim, Row
from jobmate_agent.db import Database
from jobmate_agent.models import Occupation, OccupationRequirement, ReleaseOccupation
from jobmate_agent.services.onet import imports, match_answer, matching, profile, releases, search

AIM = Aim("ratio", "<=", 3.0)
ROUNDS = 10
HELD = 20
QUERIES = (
    *("registered nurse", "RN", "HR manager", "IT", "software developer", "truck driver", "accountant", "barista"),
    *("data scientist", "electrician", "chef", "teacher", "project manager", "welder", "plumber", "sales"),
    *("civil engineer", "lawyer", "security guard", "C++ programmer", "biologist", "customer service", "CPA", "pilot"),
)

Call = Callable[[Session], object]
Pair = tuple[Call, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of calls of one kind, side by side with their floors."""

    ours: list[float]
    by_hand: list[float]


def rows(backend: str, database: Database) -> list[Row]:
    """p50 and p99 of each kind of question, on a database that has a release published."""
    chance = random.Random(17)
    with database.reading() as session:
        release = releases.current(session)
        imported = imports.current(session)
        codes = session.scalars(
            sa.select(Occupation.onet_code)
            .join(ReleaseOccupation, ReleaseOccupation.occupation_id == Occupation.id)
            .where(ReleaseOccupation.release_id == release.id)
            .order_by(Occupation.onet_code)
        ).all()
        asked = session.scalars(
            sa.select(OccupationRequirement.skill_id).where(OccupationRequirement.release_id == release.id).distinct()
        ).all()
    people = [chance.sample(sorted(asked), HELD) for _ in range(24)]
    hand = ByHand(database, release.id)
    page = match_answer.Page(1, 10)
    kinds: dict[str, list[Pair]] = {
        "search": [(lambda s, q=q: search.search(s, release.id, q), lambda q=q: hand.search(q)) for q in QUERIES],
        "profile": [
            (lambda s, c=code: profile.profile(s, release, imported, c), lambda c=code: hand.profile(c))
            for code in chance.sample(list(codes), 24)
        ],
        "match": [
            (lambda s, h=_held(ids): match_answer.match_held(s, release, h, None, page), lambda i=ids: hand.match(i))
            for ids in people
        ],
    }
    found = [row for kind, pairs in kinds.items() for row in _rows(f"onet.{kind}_{backend}", database, pairs)]
    ranked = _measure(
        database,
        [(lambda s, h=_held(ids): matching.rank(s, release.id, h), lambda i=ids: hand.rank(i)) for ids in people],
    )
    return [
        *found,
        Row(
            f"onet.match_all_{backend}_ms",
            _percentile(ranked.ours, 50) * 1000,
            "ms, all occupations",
            floor=_percentile(ranked.by_hand, 50) * 1000,
            aim=AIM,
        ),
    ]


def _held(skill_ids: Sequence[int]) -> dict[int, matching.HeldSkill]:
    return {skill_id: matching.HeldSkill(skill_id, 1 + skill_id % 4) for skill_id in skill_ids}


def _rows(name: str, database: Database, pairs: Sequence[Pair]) -> list[Row]:
    times = _measure(database, pairs)
    return [
        Row(
            f"{name}_p{percent}_ms",
            _percentile(times.ours, percent) * 1000,
            "ms",
            floor=_percentile(times.by_hand, percent) * 1000,
            aim=AIM,
        )
        for percent in (50, 99)
    ]


def _measure(database: Database, pairs: Sequence[Pair]) -> Times:
    times = Times([], [])
    for _ in range(ROUNDS):
        for call, by_hand in pairs:
            times.ours.append(_timed(lambda call=call: _ask(database, call)))
            times.by_hand.append(_timed(by_hand))
    return times


def _ask(database: Database, call: Call) -> None:
    with database.reading() as session:
        call(session)


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _percentile(times: Sequence[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
