"""Which finds of a model and of the offline extractor are one skill, by name, by entry and by where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jobmate_agent.services.career_engine.lexical_guard import GLUE, MODIFIERS
from jobmate_agent.services.career_engine.matching import SkillMatcher
from jobmate_agent.services.career_engine.tokens import token_key, tokenize
from jobmate_agent.services.career_engine.types import ExtractedSkill, Place, VocabularyEntry

_SAY_NOTHING = GLUE | MODIFIERS
_LONGEST_ACRONYM = 4
SAME_STRETCH = 0.5
"""Share of the stretch that two overlapping names cover together which both must cover, if they are to be one."""


@dataclass(slots=True)
class Group:
    """The finds of one skill. ``named`` is the find that the vocabulary knows best, where it knows any.

    ``strung`` are phrases of the model that name the skill among others ("Python and SQL").
    """

    entry: VocabularyEntry | None
    named: ExtractedSkill | None = None
    model: list[ExtractedSkill] = field(default_factory=list)
    offline: list[ExtractedSkill] = field(default_factory=list)
    strung: list[ExtractedSkill] = field(default_factory=list)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(sorted({place for skill in (*self.model, *self.offline) for place in skill.places}))


def groups(model: Iterable[ExtractedSkill], offline: Iterable[ExtractedSkill], matcher: SkillMatcher) -> list[Group]:
    """Every find of either side in one group, but those given up for finer ones, whatever the order of the finds."""
    known: dict[str, Group] = {}
    for side, skills in (("model", model), ("offline", offline)):
        for skill in sorted(skills, key=lambda one: (one.places, token_key(one.name), one.name)):
            by_name = matcher.entry_named(skill.name)
            entry = by_name or matcher.entry_named(skill.token)
            identity = f"name {token_key(skill.name)}" if entry is None else f"entry {entry.id}"
            group = known.setdefault(identity, Group(entry))
            if by_name is not None or (entry is not None and group.named is None):
                group.named = skill  # the offline extractor's last: it gives the entry's own name
            (group.model if side == "model" else group.offline).append(skill)
    found = list(known.values())
    for group in _alone(found, "model"):
        _settle_phrase(group, [other for other in found if other.offline and _overlap(group, other)])
    found = [group for group in found if group.model or group.offline]
    by_model = [group for group in found if group.model]
    for group in _alone(found, "offline"):
        _settle_mark(group, [other for other in by_model if _overlap(group, other)])
    return [group for group in found if group.model or group.offline]


def _alone(found: Sequence[Group], side: str) -> list[Group]:
    """The groups that one side alone found and the vocabulary does not know."""
    return [
        group for group in found if group.entry is None and (not group.offline if side == "model" else not group.model)
    ]


def _settle_phrase(phrase: Group, touched: Sequence[Group]) -> None:
    """A name that only the model has: does it say more than the offline finds that stand in it?"""
    entries = [other for other in touched if other.entry is not None]
    if len(touched) > 1 and _adds_nothing(phrase, touched):
        for other in touched:
            other.strung += phrase.model
        phrase.model = []
    elif len(entries) == 1 and _adds_nothing(phrase, entries):
        entries[0].model += phrase.model
        phrase.model = []


def _settle_mark(mark: Group, touched: Sequence[Group]) -> None:
    """A name that only the offline extractor has: the same as a find of the model, or covered by such?"""
    if len(touched) == 1 and (_adds_nothing(mark, touched) or _share(mark, touched[0]) >= SAME_STRETCH):
        touched[0].offline += mark.offline
        mark.offline = []
        return
    finer = [place for other in touched for place in other.places]
    if all(any(_meet(place, other) for other in finer) for place in mark.places):
        mark.offline = []


def _adds_nothing(phrase: Group, others: Iterable[Group]) -> bool:
    """Whether every word of the phrase's name that says something is in the ``others``' names."""
    known = {word for other in others for skill in (*other.model, *other.offline) for word in _words(skill)}
    return all(_words_of(skill.name) <= known for skill in (*phrase.model, *phrase.offline))


def _words(skill: ExtractedSkill) -> set[str]:
    return _words_of(skill.name) | _words_of(skill.token)


def _words_of(name: str) -> set[str]:
    return {_singular(token.norm) for token in tokenize(name) if token.norm not in _SAY_NOTHING}


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > _LONGEST_ACRONYM and not word.endswith("ss") else word


def _overlap(one: Group, other: Group) -> bool:
    return one is not other and any(_meet(mine, theirs) for mine in one.places for theirs in other.places)


def _meet(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _share(one: Group, other: Group) -> float:
    """Of two overlapping places, what both cover of what either covers; the largest such share."""
    return max(
        (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))
        for a in one.places
        for b in other.places
        if _meet(a, b)
    )
