"""Finds names of the vocabulary in a text: whole tokens, any case, hyphen and space alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import ahocorasick

from jobmate_agent.services.career_engine.tokens import Token, TokenLine, token_key, tokenize
from jobmate_agent.services.career_engine.types import NAMED_KINDS, Vocabulary, VocabularyEntry

FormKind = Literal["name", "alias", "variant"]
_RANK: dict[FormKind, int] = {"name": 0, "alias": 1, "variant": 2}

# What may stand between two tokens of one name although the name itself has only a space there.
_SOFT_GAP = re.compile(r"[\s\-‐-―_'’`*]*")
_HARD_MARKS = re.compile(r"[^\w\s\-‐-―_'’`*]")
_ACRONYM = re.compile(r"[A-Z]{3,6}")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an entry. ``written`` keeps the case; ``marks`` are the signs between its tokens."""

    entry: VocabularyEntry
    written: str
    kind: FormKind
    token_count: int
    marks: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """``form`` stands at ``text[start:end]``, which is tokens ``first`` to ``last``."""

    form: Form
    start: int
    end: int
    first: int
    last: int

    @property
    def entry(self) -> VocabularyEntry:
        return self.form.entry

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Found:
    """All candidates in a text, overlapping ones too, in the order of their ends, and the text's tokens."""

    tokens: Sequence[Token]
    matches: tuple[Match, ...]


class SkillMatcher:
    """The vocabulary as one automaton; built once, then linear in the text, and safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._forms = _collect_forms(vocabulary.entries)
        self._automaton = ahocorasick.Automaton()
        for key, form in self._forms.items():
            # With its spaces a key matches whole tokens only, and the automaton does not report "r" in every word.
            self._automaton.add_word(f" {key} ", (len(key), form))
        if self._forms:
            self._automaton.make_automaton()

    def entry_named(self, name: str) -> VocabularyEntry | None:
        """The entry whose name or alias ``name`` is; None: the vocabulary has no such."""
        form = self._forms.get(token_key(name))
        return form.entry if form else None

    def find(self, text: str) -> Found:
        """Every place where a name or alias stands; it is for the caller to judge context and overlaps."""
        tokens = tokenize(text)
        if not self._forms or not tokens:
            return Found(tokens, ())
        line = TokenLine(tokens)
        matches: list[Match] = []
        for closing_space, (length, form) in self._automaton.iter(line.text):
            first, last = line.span(closing_space - length, closing_space)
            match = Match(form, tokens[first].start, tokens[last].end, first, last)
            if _gaps_fit(text, tokens, match) and _case_fits(text, match):
                matches.append(match)
        return Found(tokens, tuple(matches))


def longest_first(matches: Iterable[Match]) -> list[Match]:
    """Non-overlapping matches in text order: more tokens win, then the one further left."""
    taken: list[Match] = []
    used: set[int] = set()
    for match in sorted(matches, key=lambda m: (-m.length, m.first, m.form.entry.id)):
        places = range(match.first, match.last + 1)
        if not any(place in used for place in places):
            used.update(places)
            taken.append(match)
    return sorted(taken, key=lambda m: m.first)


def _gaps_fit(text: str, tokens: Sequence[Token], match: Match) -> bool:
    """Commas, brackets, slashes or full stops inside a match only where the name has them itself."""
    for index in range(match.first, match.last):
        gap = text[tokens[index].end : tokens[index + 1].start]
        if len(gap) > 1 and (gap.count("\n") > 1 or len(gap) > 12):
            return False
        if not _SOFT_GAP.fullmatch(gap) and not set(_HARD_MARKS.findall(gap)) <= match.form.marks:
            return False
    return True


def _case_fits(text: str, match: Match) -> bool:
    """The plural of an acronym has a small s: "KPIs", never "kpis" or "KPIS"."""
    form = match.form
    if form.kind != "variant" or not _ACRONYM.fullmatch(form.written[:-1]):
        return True
    return text[match.start : match.end] == form.written


def _collect_forms(entries: Sequence[VocabularyEntry]) -> dict[str, Form]:
    """Token key → form, of kinds that documents name. A name beats an alias beats a variant; then the smaller id."""
    best: dict[str, Form] = {}

    def offer(entry: VocabularyEntry, written: str, kind: FormKind) -> None:
        tokens = tokenize(written)
        key = " ".join(token.norm for token in tokens)
        if not key:
            return
        held = best.get(key)
        if held and (_RANK[held.kind], held.entry.id) <= (_RANK[kind], entry.id):
            return
        marks = frozenset(
            mark for left, right in pairwise(tokens) for mark in _HARD_MARKS.findall(written[left.end : right.start])
        )
        best[key] = Form(entry, written, kind, len(tokens), marks)

    for entry in entries:
        if entry.kind not in NAMED_KINDS:
            continue
        offer(entry, entry.name, "name")
        for alias in entry.aliases:
            offer(entry, alias, "alias")
        for written in (entry.name, *entry.aliases):
            for variant in variants(written, entry):
                offer(entry, variant, "variant")
    return best


def variants(written: str, entry: VocabularyEntry) -> list[str]:
    """Close spellings that lower-casing does not give: plural or singular of the last word, a closed-up hyphen."""
    found: list[str] = []
    single = len(written.split()) == 1 and "-" not in written
    last = re.search(r"[A-Za-z]+$", written)
    if _ACRONYM.fullmatch(written):
        if not entry.needs_context:
            found.append(written + "s")
    elif last and len(last.group()) >= 4 and not (single and (entry.needs_context or entry.kind == "technology")):
        found.extend(_inflected(written, single))
    if re.fullmatch(r"[A-Za-z]+-[A-Za-z]+(?: .*)?", written) and len(written) >= 6:
        found.append(written.replace("-", "", 1))
    return found


def _inflected(written: str, single: bool) -> list[str]:
    """The other number of the last word; a single word gets a plural only, since "Sales" is not "sale"."""
    lower = written.lower()
    if lower.endswith(("ss", "us", "is", "ics", "ing", "ed", "ness", "ch", "sh", "x")):
        return []
    if lower.endswith("s"):
        if single:
            return []
        return [written[:-3] + "y" if lower.endswith("ies") else written[:-1]]
    if lower.endswith("y") and lower[-2] not in "aeiou":
        return [written[:-1] + "ies"]
    return [written + "s"]
