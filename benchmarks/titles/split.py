"""Titles that are kept back from a release, to be asked for as if nobody had seen them.

What teaches the vectors of words is :attr:`Split.rest`; what fits the weights of the evidence is :attr:`Split.asked`,
looked up among ``rest``. Neither holds a title that the evaluation asks for, however it is spaced or capitalised.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from jobmate_agent.services.onet.job_titles import name_of, parse
from jobmate_agent.services.onet.occupation_index import OccupationText

KEPT_BACK = 4000
SEED = 0


@dataclass(frozen=True, slots=True)
class Split:
    """``rest``: the occupations without the titles kept back. ``asked``: those titles, ``right``: who has each."""

    rest: list[OccupationText]
    asked: list[str]
    right: list[frozenset[str]]


def evaluated(path: Path) -> list[str]:
    """The titles of a table that the evaluation asks for."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [row["title"] for row in csv.DictReader(handle)]


def split(occupations: Sequence[OccupationText], evaluated: Iterable[str], count: int = KEPT_BACK) -> Split:
    """Keep ``count`` different titles back, wherever they stand; no own title. Titles ``evaluated`` are in no part."""
    forbidden = {_key(name) for title in evaluated for name in (name_of(title), parse(title).name)}
    own = {_key(name_of(each.titles[0])) for each in occupations}
    wordings: dict[str, str] = {}
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for each in occupations:
        for title in each.titles[1:]:
            if key := _key(name_of(title)):
                wordings.setdefault(key, title)
                owners[key].add(each.onet_code)
    keys = sorted(set(wordings) - own - forbidden)
    kept = sorted(np.random.default_rng(SEED).choice(len(keys), min(count, len(keys)), replace=False).tolist())
    back = [keys[place] for place in kept]
    gone = forbidden.union(back)
    rest = [replace(each, titles=tuple(t for t in each.titles if _key(name_of(t)) not in gone)) for each in occupations]
    return Split(rest, [wordings[key] for key in back], [frozenset(owners[key]) for key in back])


def _key(name: str) -> str:
    """A title's words run together: ``make up artist`` is ``makeup artist``."""
    return "".join(name.split())
