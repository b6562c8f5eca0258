"""A release's vocabulary put together from its files and the starter taxonomy, before it has database ids.

Every name and alias means one entry. Elements and activities keep O*NET's names; then come the starter's own labels,
then technologies and tools. What is the same thing becomes one entry: the others are merged into it, with the reason,
and their names lead there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jobmate_agent.services.onet.families import MAJOR_GROUPS
from jobmate_agent.services.vocabulary import difficulty
from jobmate_agent.services.vocabulary.everyday_words import EverydayWords
from jobmate_agent.services.vocabulary.near_duplicates import (
    ALIAS,
    Group,
    Match,
    StarterIndex,
    difference,
    groups,
    settled,
    short_forms,
)
from jobmate_agent.services.vocabulary.product_names import forget, normal
from jobmate_agent.services.vocabulary.release_content import Content, NamedElement, Product, Zones
from jobmate_agent.services.vocabulary.starter import FRAMEWORK_ONET, TaxonomyEntry

Key = tuple[str, str]

SAME_NAME = "same_normalised_name"
ALIAS_RULE = "alias"
NEAR_DUPLICATE = "near_duplicate"
KEY_LIMIT = 150
MARKET_TAGS = frozenset({"hot", "in_demand"})
_QUALIFIERS = {"technology": "software", "tool": "tool", "work_activity": "activity"}


@dataclass(frozen=True, slots=True)
class Merge:
    """``key`` is the same as ``into``. ``rule`` as in ``skill_merges``, ``reason`` is a sentence."""

    key: Key
    into: Key
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assembly:
    """The vocabulary. ``sources`` says what each name of the files became: (kind, cell) → (kind, key) of an entry."""

    entries: tuple[TaxonomyEntry, ...]
    merges: tuple[Merge, ...]
    sources: Mapping[Key, Key]


@dataclass(slots=True)
class _Labels:
    """Who has which name."""

    owners: dict[str, Key] = field(default_factory=dict)

    def claim(self, label: str, key: Key) -> bool:
        """Whether ``label`` means ``key`` from now on, or did already."""
        form = normal(label)
        return bool(form) and self.owners.setdefault(form, key) == key


def assemble(starter: Sequence[TaxonomyEntry], content: Content, everyday: EverydayWords) -> Assembly:
    """The vocabulary of ``content`` and ``starter``. ``everyday`` knows ordinary words."""
    try:
        return _Assembler(starter, content, everyday).assemble()
    finally:
        forget()


class _Assembler:
    def __init__(self, starter: Sequence[TaxonomyEntry], content: Content, everyday: EverydayWords) -> None:
        self._starter = {(entry.kind, entry.key): entry for entry in starter}
        self._content = content
        self._everyday = everyday
        self._labels = _Labels()
        self._entries: dict[Key, TaxonomyEntry] = {}
        self._merges: dict[Key, Merge] = {}
        self._sources: dict[Key, Key] = {}

    def assemble(self) -> Assembly:
        self._add_elements()
        self._add_starter()
        self._add_products()
        entries = tuple(self._entries[key] for key in sorted(self._entries))
        merges = tuple(self._merges[key] for key in sorted(self._merges))
        return Assembly(entries, merges, {cell: self._sources[cell] for cell in sorted(self._sources)})

    def _add_elements(self) -> None:
        titles: dict[str, NamedElement] = {}
        for element in self._content.elements:
            key = (element.kind, element.key)
            form = normal(element.name)
            first = titles.setdefault(form, element) if element.kind == "work_activity" else element
            self._sources[element.kind, element.key] = (first.kind, first.key)
            if first is not element:
                # O*NET has some activities twice: as a detailed one and as the one above it.
                reason = f"O*NET's activities {first.key} and {element.key} have the same title, “{element.name}”."
                self._merges[key] = Merge(key, (first.kind, first.key), SAME_NAME, reason)
                continue
            self._labels.claim(element.name, key)
            self._entries[key] = self._element(element)

    def _element(self, element: NamedElement) -> TaxonomyEntry:
        known = self._starter.get((element.kind, element.key))
        return TaxonomyEntry(
            kind=element.kind,
            key=element.key,
            name=element.name,
            aliases=known.aliases if known else (),
            tags=known.tags if known else frozenset(),
            description=element.description,
            framework=FRAMEWORK_ONET,
            external_id=element.key,
            major_group=None,
            difficulty=difficulty.of_element(element),
            cluster=element.parent,
        )

    def _add_starter(self) -> None:
        """The starter's entries beside the elements; one whose name an element has is that element."""
        homes: dict[Key, Key] = {}
        for key, entry in self._starter.items():
            homes[key] = key
            if key in self._entries:
                continue
            if self._labels.claim(entry.name, key) or entry.external_id:  # O*NET itself has Mathematics twice
                # What is hot is for the release to say, also of what it does not name.
                tags = entry.tags - MARKET_TAGS
                self._entries[key] = replace(entry, tags=tags, cluster=MAJOR_GROUPS.get(entry.major_group or ""))
                continue
            homes[key] = self._labels.owners[normal(entry.name)]
            reason = f"“{entry.name}” is the name of an element of O*NET."
            self._merges[key] = Merge(key, homes[key], SAME_NAME, reason)
        for key, home in homes.items():
            entry = self._entries[home]
            known = [*entry.aliases, *self._starter[key].aliases]
            self._entries[home] = replace(entry, aliases=self._claimed(home, entry.name, known))

    def _claimed(self, key: Key, name: str, aliases: Iterable[str]) -> tuple[str, ...]:
        """Those of ``aliases`` that nobody else has, without repetitions and without the name itself."""
        mine: dict[str, str] = {}
        for alias in aliases:
            form = normal(alias)
            if form != normal(name) and self._labels.claim(alias, key):
                mine.setdefault(form, alias)
        return tuple(mine.values())

    def _add_products(self) -> None:
        found = groups(self._content.products, self._everyday)
        index = StarterIndex((e for key, e in self._starter.items() if key in self._entries), self._everyday)
        matches = {place: match for place, group in enumerate(found) if (match := index.match(group)) is not None}
        merged = settled(matches, found, self._everyday)
        heads = {place: self._head(group, merged.get(place)) for place, group in enumerate(found)}
        for place, group in enumerate(found):
            self._add_group(heads[place], group, merged.get(place))
        short = [list(dict.fromkeys(short_forms(group, self._everyday))) for group in found]
        offered = Counter(label for labels in short for label in labels)
        for place, group in enumerate(found):
            forms = [form for form in short[place] if offered[form] == 1]
            if place in merged:
                # The starter says where its entry's labels need context; none that does is added to it.
                forms = [form for form in forms if not self._everyday.ambiguous(form)]
            self._add_aliases(heads[place], [*(product.name for product in group.products), *forms])

    def _head(self, group: Group, match: Match | None) -> Key:
        """The key of the entry that a group becomes; a label of the starter that is a name now is taken from it."""
        if match is not None:
            return match.entry.kind, match.entry.key
        key = (group.kind, normal(group.head.name)[:KEY_LIMIT])
        owner = self._labels.owners.get(normal(group.head.name))
        if owner is not None and owner != key and owner[0] == group.kind:
            self._take(group.head.name, owner)
        return key

    def _take(self, label: str, owner: Key) -> None:
        form = normal(label)
        entry = self._entries[owner]
        if normal(entry.name) == form:
            return
        del self._labels.owners[form]
        aliases = tuple(alias for alias in entry.aliases if normal(alias) != form)
        self._entries[owner] = replace(entry, aliases=aliases)

    def _add_group(self, head: Key, group: Group, match: Match | None) -> None:
        if match is not None:
            self._entries[head] = self._with_flags(self._entries[head], group)
        else:
            self._entries[head] = self._product(head, group)
        for product in group.products:
            key = (product.kind, normal(product.name)[:KEY_LIMIT])
            if key in self._starter and key in self._entries:
                self._sources[product.kind, product.name] = key
                continue
            self._sources[product.kind, product.name] = head
            if key != head:
                self._merges.setdefault(key, self._merge(key, product, head, match))

    def _merge(self, key: Key, product: Product, head: Key, match: Match | None) -> Merge:
        name = self._entries[head].name
        if match is not None and match.strength == ALIAS:
            return Merge(key, head, ALIAS_RULE, f"“{product.name}” is listed as another name of {name}.")
        if key[0] != head[0] and normal(product.name) == normal(name):
            return Merge(key, head, SAME_NAME, f"“{product.name}” is the name of {name}, of another kind.")
        return Merge(
            key, head, NEAR_DUPLICATE, f"“{product.name}” and “{name}” differ only in {difference(product.name, name)}."
        )

    def _with_flags(self, entry: TaxonomyEntry, group: Group) -> TaxonomyEntry:
        """A starter's entry with what the release says of it."""
        zones, tags = _together(group)
        known = entry.tags - {"hot", "in_demand"} if group.kind == "technology" else entry.tags
        return replace(
            entry,
            tags=known | tags,
            difficulty=difficulty.of_zones(zones),
            cluster=group.head.group or entry.cluster,
        )

    def _add_aliases(self, key: Key, labels: Iterable[str]) -> None:
        entry = self._entries[key]
        aliases = self._claimed(key, entry.name, [*entry.aliases, *labels])
        tags = entry.tags
        if key not in self._starter and any(map(self._everyday.ambiguous, (entry.name, *aliases))):
            tags |= {"context"}
        self._entries[key] = replace(entry, aliases=aliases, tags=tags)

    def _product(self, key: Key, group: Group) -> TaxonomyEntry:
        first = group.head
        zones, tags = _together(group)
        name = first.name
        if not self._labels.claim(name, key):
            # A skill, or an entry of another kind, is called that: forklifts in a text mean the skill.
            name = f"{name} ({_QUALIFIERS[first.kind]})"
            self._labels.claim(name, key)
        return TaxonomyEntry(
            kind=key[0],
            key=key[1],
            name=name,
            aliases=(),
            tags=frozenset(tags),
            description=first.group or "",
            framework=FRAMEWORK_ONET,
            external_id=None,
            major_group=None,
            difficulty=difficulty.of_zones(zones),
            cluster=first.group,
        )


def _together(group: Group) -> tuple[Zones, set[str]]:
    """The job zones of all of a group's products, and the flags that any of them has."""
    zones = Zones()
    for product in group.products:
        zones.add(product.zones)
    hot = {"hot"} if any(product.hot for product in group.products) else set()
    return zones, hot | ({"in_demand"} if any(product.in_demand for product in group.products) else set())
