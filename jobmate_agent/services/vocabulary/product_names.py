"""Names of technologies and tools taken apart: maker, product, acronym, and words that say only that it is software.

O*NET writes "Amazon Web Services AWS software", "Hewlett-Packard HP OpenView", "Ladders". Two names whose
:func:`signature` is the same name the same thing. Nothing that tells products apart is dropped: numbers, editions,
``+`` and ``#`` stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jobmate_agent.services.career_engine.normalize import normalize_name

# fmt: off
# Makers whose name before a product adds nothing to it, as one token each (see _WRITTEN).
MAKERS = frozenset(
    {
        "adobe", "amazon", "apache", "apple", "atlassian", "autodesk", "bentley", "blackboard", "cadence", "cisco",
        "citrix", "corel", "dassault", "esri", "google", "hp", "ibm", "intuit", "microsoft", "minitab", "mozilla",
        "oracle", "ptc", "qlik", "quark", "salesforce", "sap", "siemens", "symantec", "teradata", "the", "trimble",
        "vmware",
    }
)
# fmt: on
# Makers that O*NET writes in several ways, the longest first; what follows is how they are compared.
_WRITTEN = (
    ("hewlett packard hp ", "hp "),
    ("hewlett packard ", "hp "),
    ("international business machines ibm ", "ibm "),
    ("amazon web services aws ", "amazon "),
    ("amazon web services ", "amazon "),
    ("apache software foundation ", "apache "),
    ("cisco systems cisco ", "cisco "),
    ("cisco systems ", "cisco "),
    ("adobe systems ", "adobe "),
    ("dassault systemes ", "dassault "),
    ("parametric technology corporation ", "ptc "),
    ("microsoft corporation ", "microsoft "),
    ("oracle corporation ", "oracle "),
    ("sun microsystems ", "oracle "),
    ("the mathworks ", "mathworks "),
    ("ms ", "microsoft "),
)
_FIRST_WORDS = frozenset(written.partition(" ")[0] for written, _ in _WRITTEN)
# What says only that a thing is software, the longest first.
_TAILS = (
    ("programming", "language"),
    ("software", "program"),
    ("computer", "software"),
    ("programming",),
    ("software",),
)
_STOP_WORDS = frozenset({"a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
_NUMBER_WORDS = {"two": "2", "three": "3", "four": "4"}
_ACRONYM = re.compile(r"\(?(?=(?:[^A-Z]*[A-Z]){2})([A-Z0-9][A-Za-z0-9&]{1,7})\)?")
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class ProductName:
    """A name taken apart. ``words`` are its normalised words without acronym and ``tail``; ``acronym`` as written.

    ``whole``: the acronym stands for all of the words, but for a known maker's.
    """

    words: tuple[str, ...]
    tail: tuple[str, ...]
    acronym: str | None
    whole: bool


# Each name is looked at from several sides while a vocabulary is put together; then both caches are emptied.
normal = lru_cache(maxsize=131_072)(normalize_name)


@lru_cache(maxsize=65_536)
def take_apart(name: str) -> ProductName:
    """``Geographic information system GIS software`` → (geographic information system), GIS."""
    written = name.split()
    for place in range(len(written) - 1, 0, -1):
        found = _ACRONYM.fullmatch(written[place])
        length = _spelled_by(found.group(1), written[:place]) if found else 0
        if found and length:
            del written[place]
            words, tail = _words_and_tail(written)
            before = _with_known_maker(normalize_name(" ".join(written[: place - length])) + " ").strip()
            after = normalize_name(" ".join(written[place:])).split()
            return ProductName(words, tail, found.group(1), before in ("", *MAKERS) and len(after) == len(tail))
    return ProductName(*_words_and_tail(written), None, False)


def _words_and_tail(written: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = normalize_name(" ".join("and" if word == "&" else word for word in written)).split()
    if written[-1].rpartition("-")[2].islower():  # a capitalised last word ("Windows") is a name and stays as it is
        words[-1:] = [singular(word) for word in words[-1:]]
    tail = next((tail for tail in _TAILS if len(words) > len(tail) and tuple(words[-len(tail) :]) == tail), ())
    return tuple(words[: len(words) - len(tail)]), tail


def signature(name: str, *, tail: bool = True, common: bool = False) -> str:
    """What names of the same thing have in common: ``Volt meters`` and ``Voltmeter``, ``HP LoadRunner`` and
    ``Hewlett Packard LoadRunner software``. ``tail`` False keeps "software" and the like; ``common``
    says that a name of one word is a common noun ("Ladders"), else only words written small have a plural."""
    apart = take_apart(name[:1].lower() + name[1:] if common else name)
    return _squeezed(_with_known_maker(" ".join(apart.words if tail else (*apart.words, *apart.tail))))


def without_maker(name: str) -> str | None:
    """The name as written without its maker (``Microsoft Excel`` → ``Excel``); None where there is no known one."""
    words = name.split()
    for length in range(min(4, len(words) - 1), 0, -1):
        maker = _with_known_maker(normalize_name(" ".join(words[:length])) + " ").strip()
        if maker in MAKERS:
            return " ".join(words[length:])
    return None


def _spelled_by(acronym: str, words: list[str]) -> int:
    """How many of the last ``words`` the letters of ``acronym`` stand for, one or more of each; 0: it is none."""
    letters = acronym.lower().removesuffix("s") if acronym.endswith("s") else acronym.lower()
    letters = letters.replace("&", "")
    for length in range(1, len(words) + 1):
        parts = [part for word in words[-length:] for part in re.split(r"[^\w]+", word.lower()) if part]
        telling = [part for part in parts if part not in _STOP_WORDS]
        if len(telling) > len(letters):
            break
        if len(telling) >= _LEAST_WORDS and words[-length].lower() not in _STOP_WORDS and _spells(letters, parts):
            return length
    return 0


def _spells(letters: str, parts: list[str]) -> bool:
    if not parts:
        return not letters
    first, rest = parts[0], parts[1:]
    if first in _STOP_WORDS and _spells(letters, rest):
        return True
    first = _NUMBER_WORDS.get(first, first)
    starts = [first] + ([first[1:]] if first.startswith("ex") else [])
    for start in starts:
        if not letters or start[0] != letters[0]:
            continue
        at, taken = 0, 0
        # The initial, then perhaps further letters of the same word in their order.
        while taken < len(letters):
            at = start.find(letters[taken], at)
            if at < 0:
                break
            at, taken = at + 1, taken + 1
            if _spells(letters[taken:], rest):
                return True
    return False


def singular(word: str) -> str:
    """A rough singular, for comparing only."""
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ics")) or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word.removesuffix("s")


def _with_known_maker(normal: str) -> str:
    if normal.partition(" ")[0] not in _FIRST_WORDS:
        return normal
    for written, known in _WRITTEN:
        if normal.startswith(written):
            rest = normal.removeprefix(written)
            return rest if rest.startswith(known) else known + rest
    return normal


def _squeezed(normal: str) -> str:
    """Without spaces ("Auto CAD" is AutoCAD), except between numbers, where spaces tell versions apart."""
    return re.sub(r"(?<!\d) | (?!\d)", "", normal)


def forget() -> None:
    """Empty the caches."""
    normal.cache_clear()
    take_apart.cache_clear()
