"""Which entry of the vocabulary a skill names, by its words alone: no vector is asked.

From the surest reading to the least: the name or an alias as it stands, without the words for how well it is held,
without how much of it is asked, in another spelling, without what kind of tool or certificate it is, the part of a
product's name that nothing else has, and with one slip of the pen.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from jobmate_agent.services.career_engine.acronyms import ACRONYM, expansions, is_acronym_of
from jobmate_agent.services.career_engine.bare_phrase import bare_forms, bare_proof, bare_tool, without_quantities
from jobmate_agent.services.career_engine.lexical_guard import is_proof
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.phrase_words import closed_up, stems
from jobmate_agent.services.career_engine.product_lookup import ProductLookup
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
    ExtractedSkill,
    MatchMethod,
    SpanLabel,
    Vocabulary,
    VocabularyEntry,
)

KIND_ORDER = ("technology", "knowledge", "skill", "ability")
SHORTEST_CLOSED_UP = 6
SHORTEST_PLURAL = 4
LONGEST_BEFORE = 3
_BARRED: Mapping[SpanLabel, frozenset[str]] = {"soft": frozenset({"technology"}), "tool": frozenset({"ability"})}
_PARENTHESES = re.compile(r"\(([^()]*)\)")

Found: TypeAlias = tuple[VocabularyEntry, MatchMethod]
Table: TypeAlias = Mapping[str, Sequence[VocabularyEntry]]


def kind_rank(kind: str) -> int:
    """Where O*NET uses one name for two kinds (Mathematics), the more concrete kind answers."""
    return KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER)


def may_be_of(label: SpanLabel | None, kind: str) -> bool:
    """Whether words that the tagger took for ``label`` may name an entry of ``kind``."""
    return label is None or kind not in _BARRED.get(label, frozenset())


class WordLookup:
    """The names and aliases of one vocabulary. Built once; reads only."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        named = [entry for entry in vocabulary.entries if entry.kind in NAMED_KINDS]
        ordered = sorted(named, key=lambda entry: (kind_rank(entry.kind), entry.id))
        self._names = _table((normalize_name(entry.name), entry) for entry in ordered)
        self._aliases = _table((normalize_name(alias), entry) for entry in ordered for alias in entry.aliases)
        self._measured_names = _table(
            (rest, entry)
            for table in (self._names, self._aliases)
            for name, entries in table.items()
            if (rest := without_quantities(name)) != name
            for entry in entries
        )
        self._closed_up = tuple(
            _table((form, entry) for name, entries in table.items() for entry in entries if (form := _closed_up(name)))
            for table in (self._names, self._aliases)
        )
        self._products = ProductLookup(vocabulary)

    def find(self, skill: ExtractedSkill) -> Found | None:
        """The entry that answers to the skill's name, or to its words in the text; how: ``exact`` or ``alias``."""
        forms = list(dict.fromkeys(_forms(skill)))
        return (
            self._listed(forms, skill.label)
            or self._in_parentheses(skill)
            or self._spelt_out(skill)
            or self._listed([bare for form in forms for bare in bare_forms(form)], skill.label)
            or self._measured(forms, skill.label)
            or self._respelt(forms, skill.label)
            or self._tool_or_proof(forms, skill.label)
            or self._product(skill)
        )

    def _listed(self, forms: Iterable[str], label: SpanLabel | None) -> Found | None:
        ways: tuple[tuple[Table, MatchMethod], ...] = ((self._names, "exact"), (self._aliases, "alias"))
        forms = list(forms)
        for table, method in ways:
            for form in forms:
                for number in _numbers(form):
                    for entry in table.get(number, ()):
                        if may_be_of(label, entry.kind):
                            return entry, method
        return None

    def _in_parentheses(self, skill: ExtractedSkill) -> Found | None:
        """What stands in parentheses counts alone, but an acronym only where it can be one of what stands before it.

        "Conduit (EMT)" is no emergency medical technician.
        """
        for text in dict.fromkeys((skill.name, skill.token)):
            outside = _PARENTHESES.sub(" ", text)
            for inside in _PARENTHESES.findall(text):
                found = self._listed([normalize_name(inside)], skill.label)
                if found is None:
                    continue
                if self._belongs(inside, outside, found[0]):
                    return found
        return None

    def _belongs(self, inside: str, outside: str, entry: VocabularyEntry) -> bool:
        if is_acronym_of(inside, outside):
            return True
        if len(normalize_name(outside).split(" ")) > LONGEST_BEFORE:
            return False
        shared = entry.kind == "technology" or not ACRONYM.fullmatch(inside.strip())
        return shared or bool(stems(outside) & stems(" ".join((entry.name, *entry.aliases))))

    def _spelt_out(self, skill: ExtractedSkill) -> Found | None:
        """An acronym that the skill's own quotes spell out: "Incident Command System (ICS)"."""
        return self._listed(
            (
                normalize_name(words)
                for text in dict.fromkeys((skill.name, skill.token))
                for piece in skill.evidence
                for words in expansions(text, piece.quote)
            ),
            skill.label,
        )

    def _measured(self, forms: Iterable[str], label: SpanLabel | None) -> Found | None:
        """What a quantity is given of: "typing 60 wpm"; another one of the same: "lift 40 lbs" for "lift 50 lbs"."""
        plain = [rest for form in forms if (rest := without_quantities(form)) != form]
        found = self._listed([each for rest in plain for each in (rest, *bare_forms(rest))], label)
        if found is not None:
            return found
        same = (entry for rest in plain for entry in self._measured_names.get(rest, ()))
        return next(((entry, "alias") for entry in same if may_be_of(label, entry.kind)), None)

    def _respelt(self, forms: Sequence[str], label: SpanLabel | None) -> Found | None:
        shorter = [bare for form in forms for bare in bare_forms(form)]
        for table in self._closed_up:
            for form in (*forms, *shorter):
                for entry in table.get(_closed_up(form), ()):
                    if may_be_of(label, entry.kind):
                        return entry, "alias"
        return None

    def _tool_or_proof(self, forms: Sequence[str], label: SpanLabel | None) -> Found | None:
        """ "Excel 2016" is a tool and "First Aid certificate" a proof; the bare name of anything else may mean more."""
        for form in forms:
            for bare, fits in ((bare_tool(form), _is_tool), (bare_proof(form), is_proof)):
                if bare == form:
                    continue
                for table in (self._names, self._aliases):
                    for entry in table.get(bare, ()):
                        if fits(entry) and may_be_of(label, entry.kind):
                            return entry, "alias"
        return None

    def _product(self, skill: ExtractedSkill) -> Found | None:
        if skill.label == "soft":
            return None
        for text in dict.fromkeys((skill.name, skill.token)):
            name = normalize_name(text)
            entry = self._products.by_part(bare_tool(name), text) or self._products.by_slip(name)
            if entry is not None and may_be_of(skill.label, entry.kind):
                return entry, "alias"
        return None


def _table(named: Iterable[tuple[str, VocabularyEntry]]) -> dict[str, list[VocabularyEntry]]:
    table: dict[str, list[VocabularyEntry]] = defaultdict(list)
    for name, entry in named:
        if entry not in table[name]:
            table[name].append(entry)
    return dict(table)


def _closed_up(name: str) -> str:
    """The closed-up form, empty where it is too short to be unlike any other name."""
    form = closed_up(name)
    return form if len(form) >= SHORTEST_CLOSED_UP else ""


def _forms(skill: ExtractedSkill) -> Iterator[str]:
    """The ways in which a name may be listed: as it would be written, as in the text; whole, without parenthesis."""
    for text in dict.fromkeys((skill.name, skill.token)):
        plain = html.unescape(text) if "&" in text else text
        for part in (plain, _PARENTHESES.sub(" ", plain)):
            form = normalize_name(part)
            if form:
                yield form


def _numbers(form: str) -> Iterator[str]:
    """A form, and what its last word is in the other number."""
    yield form
    if len(form.rpartition(" ")[2]) < SHORTEST_PLURAL:
        return
    if not form.endswith("s"):
        yield f"{form}s"
        if form.endswith("y"):
            yield f"{form[:-1]}ies"
    elif not form.endswith("ss"):
        yield form[:-1]
        if form.endswith("ies"):
            yield f"{form[:-3]}y"
        elif form.endswith("es"):
            yield form[:-2]


def _is_tool(entry: VocabularyEntry) -> bool:
    return entry.kind == "technology"
