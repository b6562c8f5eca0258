"""Phrases that no entry answers to, of both documents: "managed annual budgets" answers "manage budgets".

A phrase of the resume takes the identity of the phrase of the posting that is nearest to it, if it says all that one
says. Which one depends on the two of them alone: no other skill of the resume can undo it. Both keep their evidence.

How near is near enough was judged on 240 pairs of phrases, of postings among themselves and of postings with resumes.
Of pairs in which the resume's phrase has every word of the posting's, 24 of 24 meant the same from a cosine of 0.80 on,
20 of 24 from 0.76; of pairs that share at least half, 22 of 25 from 0.90 on, half of them from 0.80.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from jobmate_agent.services.career_engine.lexical_guard import shared_words
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import MappedSkill, MatchMethod, Vectors

COVERED_FLOOR = 0.80
HALF_COVERED_FLOOR = 0.90
HALF = 0.5
DECIMALS = 4


def unified(
    held: Sequence[MappedSkill], asked: Mapping[str, MappedSkill], vectors: Mapping[str, Vectors]
) -> list[MappedSkill]:
    """``held`` in its order, with the skill of ``asked`` in place of a custom one where the two say the same.

    ``asked`` are the posting's skills by the normalised phrase that each was found under; ``vectors`` has a vector for
    each of these phrases and for each custom skill of the resume.
    """
    phrases = sorted(asked)
    if not phrases:
        return list(held)
    rows = np.stack([vectors[phrase] for phrase in phrases]).astype(np.float64)
    return [
        skill
        if skill.entry is not None
        else _answering(skill, phrases, asked, rows, vectors[normalize_name(skill.name)])
        for skill in held
    ]


def _answering(
    skill: MappedSkill,
    phrases: Sequence[str],
    asked: Mapping[str, MappedSkill],
    rows: npt.NDArray[np.float64],
    vector: Vectors,
) -> MappedSkill:
    name = normalize_name(skill.name)
    if name in asked:
        return skill
    near = [min(round(float(cosine), DECIMALS), 1.0) for cosine in rows @ vector.astype(np.float64)]
    order = sorted(range(len(phrases)), key=lambda place: (-near[place], asked[phrases[place]].identity, place))
    for place in order:
        if near[place] < COVERED_FLOOR:
            break
        share = shared_words(phrases[place], name)
        if share == 1 or (share >= HALF and near[place] >= HALF_COVERED_FLOOR):
            right = asked[phrases[place]]
            method: MatchMethod = "custom" if right.entry is None else "vector"
            return replace(
                skill,
                identity=right.identity,
                name=right.name,
                entry=right.entry,
                method=method,
                similarity=near[place],
            )
    return skill
