"""What a vector cannot tell apart: names that look alike to the model and mean different things.

A sentence model puts Java beside JavaScript, internal beside external audit and one numbered standard beside the next.
The guard reads the words themselves and refuses such pairs; a refused name simply stays ``custom``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from jobmate_agent.services.career_engine.bare_phrase import without_quantities
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.phrase_words import stem
from jobmate_agent.services.career_engine.types import VocabularyEntry

SPELLING_FLOOR = 88.0
STEM_LENGTH = 5
CRITICAL = re.compile(r"\d|[+#]|^.{1,2}$")
# fmt: off
GLUE = frozenset(
    {
        "a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "my", "of", "on", "or",
        "our", "the", "to", "up", "us", "via", "we", "with",
    }
)
CREDENTIALS = frozenset(
    {
        "certificate", "certification", "certified", "credential", "licence", "license", "licensed",
        "licensure",
    }
)
MODIFIERS = frozenset(
    {
        "advanced", "app", "application", "applications", "apps", "based", "basic", "certified",
        "coding", "core", "database", "databases", "desktop", "developer", "developing",
        "development", "enterprise", "environment", "environments", "experience", "expert",
        "framework", "frameworks", "hands", "knowledge", "language", "languages", "libraries",
        "library", "package", "packages", "platform", "platforms", "proficiency", "proficient",
        "program", "programming", "programs", "queries", "query", "reporting", "reports",
        "scripting", "scripts", "server", "skills", "software", "strong", "suite", "system",
        "systems", "technologies", "technology", "tool", "tools", "understanding", "usage", "use",
        "user", "using", "version", "working", "writing",
    }
)
# Words that a name may have more or less without meaning anything else.
NEUTRAL = frozenset(
    map(
        stem,
        (
            "activities", "approaches", "areas", "aspects", "best", "common", "concepts", "conduct",
            "degree", "different", "duties", "effectively", "efficient", "ensure", "existing", "experience",
            "field", "fundamentals", "general", "good", "issues", "knowledge", "methodology", "methods",
            "modern", "new", "own", "perform", "practices", "principles", "problems", "procedures",
            "proficiency", "provide", "related", "relevant", "skills", "solutions", "strong", "tasks",
            "techniques", "tools", "use", "using", "various", "work", "working",
        ),
    )
)
_SAME_MEANING = (
    ("build", "create", "develop", "make"),
    ("handle", "manage", "administer"),
    ("teach", "train", "instruct"),
    ("customer", "client"),
    ("employee", "staff", "personnel"),
    ("repair", "fix"),
    ("purchase", "buy"),
    ("analysis", "analytics", "analyze"),
    ("certificate", "license"),
)
_MEANING = {stem(word): stem(group[0]) for group in _SAME_MEANING for word in group}
# fmt: on


def may_mean(text: str, name: str, kind: str) -> bool:
    """Whether the words of ``text`` allow it to mean the vocabulary entry ``name`` of ``kind``.

    For technologies every word of the name must be there and nothing else that says something; for the other kinds
    numbers and one-letter marks must agree, two phrases may not differ in one word of another meaning, one word is
    not enough where the name has more that say something, and doing a thing is not holding the licence for it.
    """
    asked, known = _asked_words(text), _words(name)
    if not asked or not known:
        return False
    if kind == "technology":
        if len(asked) == 1 and len(known) == 1:
            return asked[0] == known[0] or fuzz.ratio(asked[0], known[0]) >= SPELLING_FLOOR
        return _is_same_product(asked, known)
    if CREDENTIALS.intersection(known) and not CREDENTIALS.intersection(asked):
        return False
    return _critical(asked) == _critical(known) and not _differ_in_one_word(asked, known)


def may_mean_entry(text: str, entry: VocabularyEntry, forms: Iterable[str]) -> bool:
    """Whether ``text`` may mean ``entry``; ``forms`` are those of its names and aliases that are nearest in words.

    One of them must allow it, and where none says the very same, the name must not speak of another thing: "B2B" is an
    alias of B2B Sales, B2B marketing is none of it. Doing a thing is not holding the certificate for it.
    """
    if is_proof(entry) and not _speaks_of_proof(text, forms):
        return False
    asked = _asked_words(text)
    allowed = [form for form in forms if may_mean(text, form, entry.kind)]
    same = any(not _lacking(asked, _words(form)) and not _lacking(_words(form), asked) for form in allowed)
    return same or (bool(allowed) and not _swaps_one_word(asked, _words(entry.name)))


def is_proof(entry: VocabularyEntry) -> bool:
    """Whether the entry is a certificate or licence, by what is said of it."""
    words = normalize_name(" ".join((entry.name, *entry.aliases, entry.description))).split(" ")
    return entry.kind == "knowledge" and not CREDENTIALS.isdisjoint(words)


def may_be_chosen(text: str, name: str, kind: str) -> bool:
    """Whether somebody who has read ``text`` in its place may take it for the entry ``name`` of ``kind``.

    Other words for the same thing are for the reader to judge; another product, number or licence are not.
    """
    if kind == "technology":
        return may_mean(text, name, kind)
    asked, known = _asked_words(text), _words(name)
    if not asked or not known or (CREDENTIALS.intersection(known) and not CREDENTIALS.intersection(asked)):
        return False
    return _critical(asked) == _critical(known)


def shared_words(asked: str, held: str) -> float:
    """The share (0–1) of the words of ``asked`` that say something which ``held`` has too; 0 if numbers differ."""
    wanted, there = _words(asked), _words(held)
    if not wanted or not there or not _critical(wanted) <= _critical(there):
        return 0.0
    main = _main_words(wanted)
    return sum(any(_means(word, other) for other in there) for word in main) / len(main)


def _asked_words(text: str) -> list[str]:
    """The words of a phrase, without quantities: 40 lbs are none of the numbers that tell one entry from the next."""
    return _words(without_quantities(normalize_name(text)))


def _words(text: str) -> list[str]:
    return [word for word in normalize_name(text).split(" ") if word and word not in GLUE]


def _critical(words: list[str]) -> set[str]:
    return {word for word in words if CRITICAL.search(word)}


def _is_same_product(asked: list[str], known: list[str]) -> bool:
    left = [word for word in asked if not any(_alike(word, other) for other in known)]
    lacking = [word for word in known if not any(_alike(word, other) for other in asked)]
    return all(word in MODIFIERS or word.isdecimal() for word in left) and all(word in MODIFIERS for word in lacking)


def _speaks_of_proof(text: str, forms: Iterable[str]) -> bool:
    asked = set(_words(text))
    return not CREDENTIALS.isdisjoint(asked) or any(set(_words(form)) <= asked for form in forms)


def _differ_in_one_word(asked: list[str], known: list[str]) -> bool:
    """Whether each has one word that the other lacks, or ``asked`` is one word and ``known`` says more."""
    more = _lacking(known, asked)
    return bool(more) and (len(_main_words(asked)) == 1 or _swaps_one_word(asked, known))


def _swaps_one_word(asked: list[str], known: list[str]) -> bool:
    return len(_lacking(asked, known)) == 1 and len(_lacking(known, asked)) == 1


def _lacking(words: list[str], others: list[str]) -> list[str]:
    """The words that say something and have no like in ``others``."""
    return [word for word in _main_words(words) if not any(_means(word, other) for other in others)]


def _main_words(words: list[str]) -> list[str]:
    """The words that say something; all of them where none does."""
    return [word for word in words if stem(word) not in NEUTRAL] or words


def _means(word: str, other: str) -> bool:
    first, second = stem(word), stem(other)
    return _alike(word, other) or _MEANING.get(first, first) == _MEANING.get(second, second)


def _alike(word: str, other: str) -> bool:
    """The same word, but for inflection or one slip of the pen."""
    if word == other:
        return True
    if min(len(word), len(other)) < STEM_LENGTH:
        return word.rstrip("s") == other.rstrip("s") and len(word.rstrip("s")) > 1
    return word[:STEM_LENGTH] == other[:STEM_LENGTH] or fuzz.ratio(word, other) >= SPELLING_FLOOR
