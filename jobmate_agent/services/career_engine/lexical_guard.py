"""What a vector cannot tell apart: names that look alike to the model and mean different things.

A sentence model puts Java beside JavaScript, internal beside external audit and one numbered standard beside the next.
The guard reads the words themselves and refuses such pairs; a refused name simply stays ``custom``.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from jobmate_agent.services.career_engine.normalize import normalize_name

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
# fmt: on


def may_mean(text: str, name: str, kind: str) -> bool:
    """Whether the words of ``text`` allow it to mean the vocabulary entry ``name`` of ``kind``.

    For technologies every word of the name must be there and nothing else that says something; for the other kinds
    numbers and one-letter marks must agree, two phrases may not differ in one word of another stem, and doing
    a thing is not holding the licence for it.
    """
    asked, known = _words(text), _words(name)
    if not asked or not known:
        return False
    if len(asked) == 1 and len(known) == 1:
        return asked[0] == known[0] or fuzz.ratio(asked[0], known[0]) >= SPELLING_FLOOR
    if kind == "technology":
        return _is_same_product(asked, known)
    if CREDENTIALS.intersection(known) and not CREDENTIALS.intersection(asked):
        return False
    return _critical(asked) == _critical(known) and not _swaps_one_word(asked, known)


def _words(text: str) -> list[str]:
    return [word for word in normalize_name(text).split(" ") if word and word not in GLUE]


def _critical(words: list[str]) -> set[str]:
    return {word for word in words if CRITICAL.search(word)}


def _is_same_product(asked: list[str], known: list[str]) -> bool:
    left = [word for word in asked if not any(_alike(word, other) for other in known)]
    lacking = [word for word in known if not any(_alike(word, other) for other in asked)]
    return all(word in MODIFIERS or word.isdecimal() for word in left) and all(word in MODIFIERS for word in lacking)


def _swaps_one_word(asked: list[str], known: list[str]) -> bool:
    left = [word for word in asked if not any(_alike(word, other) for other in known)]
    lacking = [word for word in known if not any(_alike(word, other) for other in asked)]
    return len(left) == 1 and len(lacking) == 1


def _alike(word: str, other: str) -> bool:
    """The same word, but for inflection or one slip of the pen."""
    if word == other:
        return True
    if min(len(word), len(other)) < STEM_LENGTH:
        return word.rstrip("s") == other.rstrip("s") and len(word.rstrip("s")) > 1
    return word[:STEM_LENGTH] == other[:STEM_LENGTH] or fuzz.ratio(word, other) >= SPELLING_FLOOR
