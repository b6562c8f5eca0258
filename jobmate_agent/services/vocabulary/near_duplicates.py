"""Which names of technologies and tools are the same thing: among themselves, and beside the starter's entries.

Precision comes first: what is not surely the same stays apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobmate_agent.services.vocabulary.everyday_words import EverydayWords
from jobmate_agent.services.vocabulary.product_names import (
    ProductName,
    normal,
    signature,
    singular,
    take_apart,
    without_maker,
)
from jobmate_agent.services.vocabulary.release_content import Product
from jobmate_agent.services.vocabulary.starter import TaxonomyEntry

# How surely a group is a starter's entry; a higher one has the entry to itself.
EXACT, LIKE, PLURAL, BARE, ALIAS = 5, 4, 3, 2, 1
# Acronyms of three letters mean several things each.
_SHORTEST = 4
_WORD = re.compile(r"[\w+#]+")
_CLASS_WORDS = frozenset({"software", "system", "systems", "tool", "tools", "program", "programs", "application"})


@dataclass(frozen=True, slots=True)
class Group:
    """Products that are one thing, the one whose name it carries first."""

    products: tuple[Product, ...]

    @property
    def head(self) -> Product:
        return self.products[0]

    @property
    def kind(self) -> str:
        return self.head.kind


@dataclass(frozen=True, slots=True)
class Match:
    """A starter's entry that a group is. ``strength`` is one of EXACT … ALIAS (BARE: but for the word "software").

    ``label`` is the entry's name or alias that was met.
    """

    entry: TaxonomyEntry
    strength: int
    label: str


def tail_counts(name: ProductName, everyday: EverydayWords) -> bool:
    """Whether "software" at the end says something: "Spectroscopy software" is none of "Shopify software"'s kind."""
    return bool(name.tail) and not name.acronym and everyday.ordinary(" ".join(name.words))


def thing(name: str, everyday: EverydayWords, kind: str = "technology") -> str:
    """The signature by which names are compared."""
    return signature(name, tail=not tail_counts(take_apart(name), everyday), common=kind == "tool")


def groups(products: Iterable[Product], everyday: EverydayWords) -> list[Group]:
    """The products put together, each group led by its most used name; in the order of kind and name."""
    alike: defaultdict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in products:
        alike[product.kind, thing(product.name, everyday, product.kind)].append(product)
    found = [Group(tuple(part)) for same in alike.values() for part in _of_one_class(same)]
    return sorted(found, key=lambda group: (group.kind, normal(group.head.name), group.head.name))


def _of_one_class(products: Sequence[Product]) -> Iterator[list[Product]]:
    """Tools of no common class that differ in a space are two things: audio meters, audiometers."""
    if len(products) == 1:
        yield list(products)
        return
    ordered = sorted(products, key=lambda p: (-p.occupations, len(p.name), p.name))
    parts: list[list[Product]] = []
    for product in ordered:
        name = normal(product.name)
        for part in parts:
            if product.kind != "tool" or any(
                name == normal(other.name) or product.groups & other.groups for other in part
            ):
                part.append(product)
                break
        else:
            parts.append([product])
    yield from parts


class StarterIndex:
    """The starter's technologies by everything that they are called."""

    def __init__(self, entries: Iterable[TaxonomyEntry], everyday: EverydayWords) -> None:
        self._everyday = everyday
        self._names: dict[str, TaxonomyEntry] = {}
        self._exact: dict[str, Match] = {}
        self._plural: dict[str, TaxonomyEntry] = {}
        self._acronyms: dict[str, TaxonomyEntry] = {}
        self._aliases: dict[str, Match] = {}
        technologies = [entry for entry in entries if entry.kind == "technology"]
        for entry in technologies:
            self._exact.setdefault(normal(entry.name), Match(entry, EXACT, entry.name))
            self._plural.setdefault(signature(entry.name.lower(), tail=False), entry)
            for form in (entry.name, entry.name.lower()):
                self._names.setdefault(thing(form, everyday), entry)
            self._acronyms.setdefault(entry.name, entry)
            if sum(char.isupper() for char in entry.name) > 1:
                self._acronyms.setdefault(entry.name.upper(), entry)
        for entry in technologies:
            for alias in entry.aliases:
                self._exact.setdefault(normal(alias), Match(entry, ALIAS, alias))
                for form in (alias, alias.lower()):
                    self._aliases.setdefault(thing(form, everyday), Match(entry, ALIAS, alias))

    def match(self, group: Group) -> Match | None:
        """The entry that the group is, None where it is none of them."""
        found = [match for product in group.products if (match := self._match(product)) is not None]
        return max(found, key=lambda match: (match.strength, match.entry.key), default=None)

    def _match(self, product: Product) -> Match | None:
        exact = self._exact.get(normal(product.name))
        if exact is not None and exact.strength == EXACT:
            return exact
        entry = self._plural.get(signature(product.name, tail=False, common=product.kind == "tool"))
        if entry is not None:
            return Match(entry, PLURAL if product.kind == "tool" else LIKE, entry.name)
        if product.kind == "tool":
            return exact
        entry = self._like(product.name)
        if entry is not None:
            return Match(entry, BARE if take_apart(product.name).tail else LIKE, entry.name)
        return exact or self._aliases.get(thing(product.name, self._everyday))

    def _like(self, name: str) -> TaxonomyEntry | None:
        bare = without_maker(name)
        apart = take_apart(name)
        return (
            self._names.get(thing(name, self._everyday))
            or (self._names.get(thing(bare, self._everyday)) if bare else None)
            or (self._acronyms.get(apart.acronym) if apart.acronym and apart.whole else None)
        )


def same_product(name: str, match: Match, everyday: EverydayWords) -> bool:
    """Whether a name that the starter lists as an alias is the entry itself, rather than something close to it.

    It is where both share a word that is no ordinary one ("Splunk Enterprise", Splunk), or differ only in words such
    as "system" and "software".
    """
    left, right = _words(name), _words(match.entry.name)
    if any(not everyday.ordinary(word) and not word.isdecimal() for word in left & right):
        return True
    acronyms = {apart.acronym for apart in (take_apart(name), take_apart(match.entry.name)) if apart.acronym}
    if acronyms & set(match.entry.name.split()):
        return True
    left, right = left - _CLASS_WORDS, right - _CLASS_WORDS
    return left == right or (len(left & right) > 1 and (left <= right or right <= left))


def _words(name: str) -> set[str]:
    return {singular(word) for word in _WORD.findall(normal(name))}


def settled(matches: Mapping[int, Match], found: Sequence[Group], everyday: EverydayWords) -> dict[int, Match]:
    """Those of ``matches`` (by the group's place) that are merges.

    An entry goes to the surest of the groups that claim it, so that what O*NET lists as different things stays so:
    where it has the entry's own name, or two of its aliases, no alias is merged; nor is a tool with a technology.
    """
    claims: defaultdict[str, list[int]] = defaultdict(list)
    for place in matches:
        claims[matches[place].entry.key].append(place)
    kept: dict[int, Match] = {}
    for places in claims.values():
        best = max(matches[place].strength for place in places)
        if best == ALIAS:
            same = [p for p in places if same_product(found[p].head.name, matches[p], everyday)]
            chosen = same if len(places) == 1 and found[places[0]].kind != "tool" else []
        else:
            chosen = [place for place in places if matches[place].strength > ALIAS]
            surest = {found[place].kind for place in chosen if matches[place].strength == best}
            chosen = [place for place in chosen if found[place].kind == min(surest)]
        kept |= {place: matches[place] for place in chosen}
    return kept


def short_forms(group: Group, everyday: EverydayWords) -> Iterator[str]:
    """Shorter names by which a technology goes: its acronym, without its maker, without "software".

    None of them is made of ordinary words, and none has less than four letters.
    """
    if group.kind != "technology":
        return
    for product in group.products:
        apart = take_apart(product.name)
        bare = without_maker(product.name)
        untailed = product.name.split()[: -len(apart.tail)] if apart.tail and not apart.acronym else []
        forms = [
            *([apart.acronym] if apart.acronym and apart.whole and len(apart.acronym) >= _SHORTEST else []),
            *([bare] if bare else []),
            # A name of its own is written large in every word: "Cisco Webex", not "Organic synthesis planning".
            *([" ".join(untailed)] if untailed and all(word[:1].isupper() for word in untailed) else []),
        ]
        yield from (form for form in forms if len(normal(form)) >= _SHORTEST and not everyday.ordinary(form))


def difference(left: str, right: str) -> str:
    """In words, how two names of the same thing differ."""
    one, other = take_apart(left), take_apart(right)
    told = []
    if one.acronym != other.acronym and (one.acronym or other.acronym):
        told.append("an acronym")
    if (without_maker(left) is None) != (without_maker(right) is None):
        told.append("the maker's name")
    if one.tail != other.tail:
        told.append("the word “software”" if "software" in (*one.tail, *other.tail) else "the word “programming”")
    return ", ".join(told) or "spelling or number"
