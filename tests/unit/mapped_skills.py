"""Mapped skills for tests: a fixed vocabulary, names outside it, and hypothesis strategies over both."""

from __future__ import annotations

from hypothesis import strategies as st

from jobmate_agent.services.career_engine.onet_mapper import custom_identity, entry_identity
from jobmate_agent.services.career_engine.types import (
    Evidence,
    Level,
    LineOfWork,
    Mapped,
    MappedSkill,
    OccupationProfile,
    PostingOccupation,
    VocabularyEntry,
)


def _entry(number: int, name: str, kind: str, **tags: bool) -> VocabularyEntry:
    return VocabularyEntry(number, kind, name.lower(), name, aliases=(f"{name} alias",), **tags)


ENTRIES = (
    _entry(1, "Zarquon", "technology", hot_technology=True, in_demand=True),
    _entry(2, "Mivvle", "technology", hot_technology=True),
    _entry(3, "Quobbing", "skill", in_demand=True),
    _entry(4, "Frelkology", "knowledge", transferable=True),
    _entry(5, "Dwimmery", "ability"),
    _entry(6, "Uxolite", "technology"),
)
CUSTOMS = ("Plumbus craft", "Yak <b>shaving</b>")
NAMES = (*(entry.name for entry in ENTRIES), *CUSTOMS)
IDENTITIES = (*(entry_identity(entry) for entry in ENTRIES), *(custom_identity(name) for name in CUSTOMS))


def skill(
    name: str, level: int | None = None, *, required: bool = True, years: float | None = None, who: str = "text"
) -> MappedSkill:
    """A mapped skill as it would come from a document in which it is quoted once."""
    entry = next((entry for entry in ENTRIES if entry.name == name), None)
    quote = f"{who} says {name}"
    return MappedSkill(
        identity=custom_identity(name) if entry is None else entry_identity(entry),
        name=name,
        entry=entry,
        method="custom" if entry is None else "exact",
        similarity=0.0 if entry is None else 1.0,
        tokens=(name,),
        evidence=(Evidence(quote, 10, 10 + len(quote)),),
        level=None if level is None else Level(level, years),
        required=required,
    )


LEVELS = st.none() | st.integers(0, 4)
SKILLS = st.builds(
    skill,
    st.sampled_from(NAMES),
    LEVELS,
    required=st.booleans(),
    years=st.none() | st.floats(0, 40, allow_nan=False),
    who=st.sampled_from(["resume", "posting"]),
)
PAIRS = st.tuples(st.sampled_from(IDENTITIES), st.sampled_from(IDENTITIES)).filter(lambda pair: pair[0] != pair[1])
SIMILARITIES = st.dictionaries(PAIRS, st.floats(0.3, 1).map(lambda value: round(value, 4)))
OCCUPATIONS = st.none() | st.builds(
    lambda importance, levels, correlation: PostingOccupation(
        0.9,
        OccupationProfile("15-1.00", "Riddle Makers", "O*NET 30.1", importance, levels),
        None if correlation is None else LineOfWork(correlation, ("Riddle Makers",)),
    ),
    st.dictionaries(st.integers(1, 6), st.floats(1, 5)),
    st.dictionaries(st.integers(1, 6), st.floats(0, 7)),
    st.none() | st.floats(-1, 1).map(lambda value: round(value, 4)),
)
MAPPED = st.builds(
    lambda resume, job, near: Mapped(tuple(resume), tuple(job), near),
    st.lists(SKILLS, max_size=8),
    st.lists(SKILLS, max_size=8),
    SIMILARITIES,
)
