"""Names of a release's vocabulary that are a slip of the pen away from what was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from sqlalchemy.orm import Session

from jobmate_agent.models import ReleaseSkill, SkillAlias


def alike_names(
    session: Session, release_id: int, wanted: Collection[str], at_least: float
) -> Mapping[str, Mapping[int, float]]:
    """For each of ``wanted`` (normalised), by skill id, how alike its name or an alias is: ``at_least`` to 1.

    Likeness is 1 − Levenshtein distance / length of the longer, of names that begin with the same letter: pens slip
    later, and Gastronomy is no Astronomy. The database is asked once for all names, and only for those that are not
    too short or too long to be that alike.
    """
    found: dict[str, dict[int, float]] = {name: {} for name in wanted}
    # MySQL's length() counts bytes; SQLite knows no char_length().
    length = sa.func.length if session.get_bind().dialect.name == "sqlite" else sa.func.char_length
    sizes = {size for name in wanted for size in range(ceil(len(name) * at_least), floor(len(name) / at_least) + 1)}
    columns: tuple[tuple[type[ReleaseSkill | SkillAlias], Any], ...] = (
        (ReleaseSkill, ReleaseSkill.normalized_name),
        (SkillAlias, SkillAlias.normalized_label),
    )
    for table, column in columns:
        statement = sa.select(table.skill_id, column)
        rows = session.execute(statement.where(table.release_id == release_id, length(column).in_(sizes))).all()
        by_letter: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for skill_id, name in rows:
            by_letter[name[:1]].append((skill_id, name))
        for wanted_name, alike in found.items():
            near = by_letter[wanted_name[:1]]
            for _, likeness, place in process.extract(
                wanted_name,
                [name for _, name in near],
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=at_least,
                limit=None,
            ):
                skill_id = near[place][0]
                alike[skill_id] = max(likeness, alike.get(skill_id, 0.0))
    return found
