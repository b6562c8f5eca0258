"""What the user says against a report, applied to what was read: mapped skills and statements in, mapped skills out.

have_it and level_is speak of the person: they hold for what the resume shows, whatever job it is compared with.
not_a_skill and wrong_skill speak of how one document was read. Statements about different skills may come in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from jobmate_agent.services.career_engine import gap_analyzer
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.merging import held_score, merge_job, merge_resume
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import (
    CorrectionKind,
    DocType,
    GapAnalysis,
    Level,
    Mapped,
    MappedSkill,
    OwnWord,
    PostingOccupation,
    VocabularyEntry,
)

OWN_WORD = "your own word"
OF_READING: frozenset[CorrectionKind] = frozenset({"not_a_skill", "wrong_skill"})
Merge = Callable[[Iterable[MappedSkill]], tuple[MappedSkill, ...]]


@dataclass(frozen=True, slots=True)
class Subject:
    """The skill that a statement is about; ``key`` is the same for all statements about it.

    ``skill_ids``: ids that mean it, first the one that was said, then what was merged with it; empty: custom.
    ``words``: normal forms of its name, which find it where the vocabulary of then or of now does not have it.
    """

    key: str
    skill_ids: tuple[int, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that the user said, or took back.

    ``origin`` is the document that was read; "resume" where the person is meant. ``level`` is 0–4 (None: not given),
    ``right`` the entry that wrong_skill names.
    """

    kind: CorrectionKind
    subject: Subject
    origin: DocType
    level: int | None = None
    right: VocabularyEntry | None = None
    taken_back: bool = False

    @property
    def slot(self) -> tuple[str, DocType, bool]:
        """What statements have in common that say different things of the same."""
        return self.subject.key, self.origin, self.kind in OF_READING


@dataclass(frozen=True, slots=True)
class Corrected:
    """Mapped skills as the user wants them read, and what was changed for it."""

    mapped: Mapped
    own_words: tuple[OwnWord, ...]


def standing(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """What counts of everything that was said, oldest first: the newest of a kind, unless it was taken back.

    Of the two kinds about a reading only the newer counts. Every have_it counts until it is taken back: whoever said
    "proficient" and then only "I have it" has not become worse.
    """
    slots: dict[tuple[str, DocType, bool], list[tuple[int, Statement]]] = {}
    for number, new in enumerate(statements):
        kept = [(place, old) for place, old in slots.get(new.slot, ()) if not _ends(new, old)]
        slots[new.slot] = kept if new.taken_back else [*kept, (number, new)]
    said = [each for (*_, of_reading), kept in slots.items() for each in (kept[-1:] if of_reading else kept)]
    return tuple(statement for _, statement in sorted(said, key=lambda each: each[0]))


def apply(mapped: Mapped, statements: Iterable[Statement], settings: EngineSettings) -> Corrected:
    """Read ``mapped`` as the user says. A skill that is put in another's place has no known relatives.

    A have_it or level_is about a skill that neither document names changes nothing.
    """
    said = standing(statements)
    if not said:
        return Corrected(mapped, ())
    job, of_job = _read_again(mapped.job, _of_reading(said, "job"), merge_job)
    resume, of_resume = _read_again(
        mapped.resume, _of_reading(said, "resume"), lambda skills: merge_resume(skills, settings)
    )
    held, of_person = _as_said(resume, job, [one for one in said if one.kind not in OF_READING], settings)
    return Corrected(replace(mapped, resume=held, job=job), (*of_job, *of_resume, *of_person))


def analyze(
    mapped: Mapped, statements: Iterable[Statement], settings: EngineSettings, occupation: PostingOccupation | None
) -> GapAnalysis:
    """The comparison after corrections, with the own words that it rests on."""
    corrected = apply(mapped, statements, settings)
    return replace(gap_analyzer.analyze(corrected.mapped, settings, occupation), own_words=corrected.own_words)


def find(skills: Collection[MappedSkill], subject: Subject) -> MappedSkill | None:
    """The skill that is meant, None where it is not among ``skills``.

    By its entry; where one of the two is outside the vocabulary by name, or because it was found by that name alone.
    """
    for skill_id in subject.skill_ids:
        for skill in skills:
            if skill.entry is not None and skill.entry.id == skill_id:
                return skill
    named = [skill for skill in skills if skill.entry is None and normalize_name(skill.name) in subject.words]
    if not named and not subject.skill_ids:
        named = [skill for skill in skills if _is_called(skill, subject.words)]
    return min(named, key=lambda skill: skill.identity, default=None)


def identity_of(entry: VocabularyEntry) -> str:
    """What two documents are compared by, for an entry of the vocabulary."""
    return f"{entry.kind}:{entry.key}"


def _is_called(skill: MappedSkill, words: frozenset[str]) -> bool:
    return bool(skill.tokens) and {normalize_name(token) for token in skill.tokens} <= words


def _ends(new: Statement, old: Statement) -> bool:
    """Whether something said later about the same takes the place of something said before."""
    if new.kind != old.kind:
        return False
    return new.taken_back or new.kind != "have_it" or (new.level, new.right) == (old.level, old.right)


def _of_reading(said: Iterable[Statement], origin: DocType) -> list[Statement]:
    return [one for one in said if one.kind in OF_READING and one.origin == origin]


def _read_again(
    document: Iterable[MappedSkill], said: Sequence[Statement], merge: Merge
) -> tuple[tuple[MappedSkill, ...], list[OwnWord]]:
    """One after the other: what was said to be Y may in turn have been said to be Z. In order of identity."""
    words: list[OwnWord] = []
    skills = merge(document)
    for statement in said:
        found = find(skills, statement.subject)
        if found is None:
            continue
        word = _own_word(statement, found)
        others = tuple(skill for skill in skills if skill.identity != found.identity)
        if statement.kind == "not_a_skill":
            skills = others
        elif statement.right is None or identity_of(statement.right) == found.identity:
            continue
        else:
            put = _in_its_place(found, statement.right)
            skills = merge((*others, put))
            word = replace(word, identity=put.identity, right=statement.right)
        words = [replace(old, identity=word.identity) if old.identity == found.identity else old for old in words]
        words.append(word)
    return skills, sorted(words, key=lambda word: (word.name, word.skill_id or 0, word.kind))


def _own_word(statement: Statement, skill: MappedSkill) -> OwnWord:
    skill_id = skill.entry.id if skill.entry is not None else None
    return OwnWord(statement.kind, statement.origin, statement.subject.key, skill.name, skill_id)


def _in_its_place(skill: MappedSkill, right: VocabularyEntry) -> MappedSkill:
    """The document's words and level, under the entry that they mean."""
    return replace(skill, identity=identity_of(right), name=right.name, entry=right, method="exact", similarity=1.0)


def _as_said(
    resume: tuple[MappedSkill, ...],
    job: tuple[MappedSkill, ...],
    said: Sequence[Statement],
    settings: EngineSettings,
) -> tuple[tuple[MappedSkill, ...], list[OwnWord]]:
    held = {skill.identity: skill for skill in resume}
    words: dict[str, list[OwnWord]] = {}
    for one in said:
        seen = find(job, one.subject) or find(held.values(), one.subject)
        own = held.get(seen.identity) if seen is not None else None
        if seen is None or (changed := _held(own, seen, one, settings)) == own:
            continue
        assert changed is not None
        held[seen.identity] = changed
        word = replace(_own_word(one, seen), identity=seen.identity, level=one.level)
        before = [] if one.kind == "level_is" else words.get(seen.identity, [])
        words[seen.identity] = [*before, word]
    ordered = tuple(held[identity] for identity in sorted(held))
    return ordered, [word for identity in sorted(words) for word in words[identity]]


def _held(own: MappedSkill | None, seen: MappedSkill, said: Statement, settings: EngineSettings) -> MappedSkill | None:
    """The skill on the resume after a statement about the person; None: it is not there, and stays away."""
    level = None if said.level is None else Level(said.level, cues=(OWN_WORD,))
    if said.kind == "level_is" and own is None and said.level == 0:
        return None
    if said.kind == "have_it" and own is not None and _rank(own.level, settings) >= _rank(level, settings):
        return own
    unseen = replace(seen, tokens=(), evidence=(), required=True)
    return replace(own or unseen, level=level)


def _rank(level: Level | None, settings: EngineSettings) -> tuple[int, bool]:
    return held_score(level, settings), level is not None
