"""Titles of jobs that are not verbatim in O*NET: is their occupation found by the title alone?"""

from __future__ import annotations

import csv
from pathlib import Path

import sqlalchemy as sa

from benchmarks.evaluation.mapping_baselines import Likeness, beside, best_by_owner, by_meaning, by_spelling, ranked
from benchmarks.evaluation.measured import Measured
from benchmarks.table import Aim, Row
from jobmate_agent.models import OnetRelease
from jobmate_agent.services.onet.job_occupation import classify
from jobmate_agent.services.onet.occupation_index import OccupationIndex

TITLES = "title_to_soc_dev.csv"
FIRST = 5
AIMS = {1: Aim("value", ">=", 0.60), FIRST: Aim("value", ">=", 0.88)}


def rows(subject: Measured) -> list[Row]:
    """Shares of titles whose O*NET-SOC code is the first, or among the first five.

    Baselines take the occupation whose nearest title, its own or an alternate one, is nearest.
    """
    titles, codes = read_titles(subject.gold / TITLES)
    index = occupation_index(subject)
    listed = [(title, place) for place, each in enumerate(index.occupations) for title in dict.fromkeys(each.titles)]
    names, owners = [title for title, _ in listed], [place for _, place in listed]

    def nearest(likeness: Likeness) -> list[list[str]]:
        best = ranked(best_by_owner(likeness, titles, owners))[:, :FIRST]
        return [[index.occupations[place].onet_code for place in row] for row in best]

    baselines = {
        "minilm": nearest(by_meaning(subject.embedder, names)),
        "char_tfidf": nearest(by_spelling(names)),
    }
    own = [_candidates(index, title) for title in titles]
    found: list[Row] = []
    for count, aim in AIMS.items():

        def share(answers: list[list[str]], count: int = count) -> float:
            return sum(code in row[:count] for row, code in zip(answers, codes, strict=True)) / len(codes)

        others = {key: share(answers) for key, answers in baselines.items()}
        found += beside(f"engine.title_top{count}", share(own), others, aim=aim)
    return found


def read_titles(path: Path) -> tuple[list[str], list[str]]:
    """Titles, and the code of each."""
    with path.open(encoding="utf-8", newline="") as handle:
        chosen = list(csv.DictReader(handle))
    return [row["title"] for row in chosen], [row["onet_code"] for row in chosen]


def release_id(subject: Measured) -> int:
    """The release that the engine's vocabulary is of."""
    with subject.container.db.reading() as session:
        return session.scalars(
            sa.select(OnetRelease.id).where(OnetRelease.vocabulary_version == subject.vocabulary.version)
        ).one()


def occupation_index(subject: Measured) -> OccupationIndex:
    """The occupations that the engine reads postings as."""
    return subject.container.occupation_indexes.of(subject.container.db, release_id(subject))


def _candidates(index: OccupationIndex, title: str) -> list[str]:
    """Codes of the classifier's candidates, the best first, whether or not it was sure."""
    return [each["onet_code"] for each in classify(index, title, "").evidence.get("candidates", [])]
