"""Skills of a release that go together: by O*NET's own crosswalks, and technologies and tools by who uses them.

Strengths are 0–1. A skill or ability and a work activity that O*NET links: 1 / √(links of the one · links of the
other), so that a link among few says more. Two technologies (or tools) of one cluster: the Jaccard index of the sets
of occupations that use them, |A ∩ B| / |A ∪ B|; occupations in common must be at least two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import sqrt
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.bulk import bulk_insert
from jobmate_agent.models import OccupationTechnology, ReleaseSkill, Skill, SkillRelation, SkillSource
from jobmate_agent.models.onet import OnetRelease
from jobmate_agent.services.onet.file_contracts import names_of
from jobmate_agent.services.onet.landed import Load

CROSSWALK = "crosswalk"
CO_OCCURRENCE = "co_occurrence"
CROSSWALK_SUBJECTS = {"Skills to Work Activities": "skill", "Abilities to Work Activities": "ability"}
LEAST_COMMON = 2
LEAST_STRENGTH = 0.1
MOST_EACH = 10
_DECIMALS = 4

Relation = tuple[int, int, float, str]


def relate(session: Session, release_id: int) -> int:
    """Fill ``skill_relations`` of a release whose occupations are there; the number of rows, both directions."""
    rows = [*_crosswalk(session, release_id), *_co_occurrence(session, release_id)]
    return bulk_insert(
        session,
        cast(sa.Table, SkillRelation.__table__),
        ("release_id", "skill_id", "related_id", "strength", "reason"),
        ((release_id, *row) for row in rows),
    )


def _crosswalk(session: Session, release_id: int) -> Iterator[Relation]:
    ids = {
        (kind, element): skill_id
        for kind, element, skill_id in session.execute(
            sa.select(SkillSource.kind, SkillSource.name, SkillSource.skill_id).where(
                SkillSource.release_id == release_id, SkillSource.kind.in_(("skill", "ability", "work_activity"))
            )
        )
    }
    links = {
        (ids[kind, start], ids["work_activity", end])
        for kind, start, end in _linked(session, release_id)
        if (kind, start) in ids and ("work_activity", end) in ids
    }
    counts = Counter(skill_id for link in links for skill_id in link)
    for left, right in sorted(links):
        strength = round(1 / sqrt(counts[left] * counts[right]), _DECIMALS)
        yield left, right, strength, CROSSWALK
        yield right, left, strength, CROSSWALK


def _linked(session: Session, release_id: int) -> Iterator[tuple[str, str, str]]:
    load_id = session.scalar(sa.select(OnetRelease.load_id).where(OnetRelease.id == release_id))
    if load_id is None:
        return
    load = Load.of(session, load_id)
    for subject, kind in CROSSWALK_SUBJECTS.items():
        for file in load.named(names_of(subject)):
            for start, end in session.execute(file.rows(file.c.from_element_id, file.c.to_element_id)):
                yield kind, start, end


def _co_occurrence(session: Session, release_id: int) -> Iterator[Relation]:
    used = OccupationTechnology
    rows = session.execute(
        sa.select(Skill.kind, ReleaseSkill.cluster, used.occupation_id, used.skill_id)
        .select_from(used)
        .join(Skill, Skill.id == used.skill_id)
        .join(ReleaseSkill, sa.and_(ReleaseSkill.release_id == used.release_id, ReleaseSkill.skill_id == used.skill_id))
        .where(used.release_id == release_id)
        .distinct()
    )
    clusters: defaultdict[tuple[str, str], defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for kind, cluster, occupation_id, skill_id in rows:
        clusters[kind, cluster or ""][occupation_id].add(skill_id)
    for key in sorted(clusters):
        yield from _strongest(jaccard(clusters[key].values()))


def jaccard(users: Iterable[Iterable[int]]) -> dict[tuple[int, int], float]:
    """How alike two items are by the sets that they are in together: (smaller, larger) → 0–1, the weak left out."""
    single: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    for items in users:
        ordered = sorted(items)
        single.update(ordered)
        together.update(combinations(ordered, 2))
    found = {
        (left, right): round(common / (single[left] + single[right] - common), _DECIMALS)
        for (left, right), common in together.items()
        if common >= LEAST_COMMON
    }
    return {pair: strength for pair, strength in found.items() if strength >= LEAST_STRENGTH}


def _strongest(alike: Mapping[tuple[int, int], float]) -> Iterator[Relation]:
    """The closest of each, at most :data:`MOST_EACH`; ties go to the smaller id."""
    near: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for (left, right), strength in alike.items():
        near[left].append((-strength, right))
        near[right].append((-strength, left))
    for skill_id in sorted(near):
        for negative, related_id in sorted(near[skill_id])[:MOST_EACH]:
            yield skill_id, related_id, -negative, CO_OCCURRENCE
