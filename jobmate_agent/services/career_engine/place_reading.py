"""What a document's own words say of a skill at each place where it stands: whether it is asked for, and how well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jobmate_agent.services.career_engine.alternatives import alternatives, degree_fields
from jobmate_agent.services.career_engine.document import Document, Sentence
from jobmate_agent.services.career_engine.level_cues import LevelReader
from jobmate_agent.services.career_engine.places import Spanned
from jobmate_agent.services.career_engine.requirement_cues import Demand, demands
from jobmate_agent.services.career_engine.types import Level, VocabularyEntry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stand:
    """A skill stands at ``text[start:end]``; ``entry`` where the vocabulary knows it."""

    start: int
    end: int
    entry: VocabularyEntry | None = None


class PlaceReader:
    """Reads cues at any place of one document. ``stands`` are all skills in it: they share its words out.

    Levels are read by ``levels``; None: they are not asked for.
    """

    def __init__(self, document: Document, stands: Iterable[Spanned], levels: LevelReader | None = None) -> None:
        self._document = document
        self._level_reader = levels
        self._by_sentence: dict[Sentence, list[Spanned]] = defaultdict(list)
        self._demands: dict[Sentence, list[Demand]] = {}
        self._levels: dict[Sentence, list[Level | None]] = {}
        for stand in _shortest_first(stands):
            sentence = document.at(stand.start)
            if sentence is not None:
                self._by_sentence[sentence].append(stand)

    @property
    def text(self) -> str:
        return self._document.text

    def sentence(self, stand: Spanned) -> Sentence | None:
        """The sentence that holds all of ``stand``; None: it stands in a heading or across two sentences."""
        sentence = self._document.at(stand.start)
        return sentence if sentence is not None and stand.end <= sentence.end else None

    def demand(self, stand: Spanned) -> Demand | None:
        """Whether the skill is asked for there; None: no sentence says so."""
        sentence = self.sentence(stand)
        if sentence is None:
            return None
        return self._once(self._demands, sentence, stand, self._read_demands)

    def level(self, stand: Spanned) -> Level | None:
        """The level that the sentence states for the skill; None: it states none."""
        sentence = self.sentence(stand)
        levels = self._level_reader
        if sentence is None or levels is None:
            return None
        if self._document.doc_type == "job" and any(
            start <= stand.start < end for start, end, _ in degree_fields(self.text, sentence)
        ):
            return None

        def read(sentence: Sentence, matches: Sequence[Spanned]) -> list[Level | None]:
            return levels.of(self.text, sentence, matches, self._document.doc_type)

        return self._once(self._levels, sentence, stand, read)

    def _read_demands(self, sentence: Sentence, matches: Sequence[Spanned]) -> list[Demand]:
        said = demands(self.text, sentence, matches, self._document.doc_type)
        if self._document.doc_type == "resume":
            return said
        either = alternatives(self.text, sentence, matches)
        return [
            Demand.NICE if place in either and demand is not Demand.NEGATED else demand
            for place, demand in enumerate(said)
        ]

    def _once(
        self,
        known: dict[Sentence, list[T]],
        sentence: Sentence,
        stand: Spanned,
        read: Callable[[Sentence, Sequence[Spanned]], list[T]],
    ) -> T:
        """What ``read`` makes of ``stand`` beside the others; the sentence of the usual ones is read once."""
        usual = self._by_sentence[sentence]
        place = next((at for at, one in enumerate(usual) if (one.start, one.end) == (stand.start, stand.end)), None)
        if place is None:
            matches = self._beside(sentence, stand)
            return read(sentence, matches)[matches.index(stand)]
        if sentence not in known:
            known[sentence] = read(sentence, usual)
        return known[sentence][place]

    def others(self, stand: Spanned) -> list[Spanned]:
        """The other skills of its sentence, in text order."""
        sentence = self._document.at(stand.start)
        return [other for other in self._beside(sentence, stand) if other is not stand] if sentence else []

    def _beside(self, sentence: Sentence, stand: Spanned) -> list[Spanned]:
        """The skills of ``sentence`` with ``stand`` in the place of whatever it overlaps, in text order."""
        others = [one for one in self._by_sentence[sentence] if one.end <= stand.start or one.start >= stand.end]
        return sorted([*others, stand], key=lambda one: one.start)


def explicit(said: Sequence[Demand]) -> bool | None:
    """Whether a skill of which this is ``said`` is required, by explicit words; None: there are none."""
    if Demand.REQUIRED in said:
        return True
    return False if Demand.NICE in said else None


def _shortest_first(stands: Iterable[Spanned]) -> list[Spanned]:
    """Not overlapping, in text order: shorter ones win, then the one further left. Cues are read between names."""
    taken: list[Spanned] = []
    ordered = sorted(stands, key=lambda one: (one.end - one.start, one.start))
    used: set[int] = set()
    for stand in ordered:
        place = range(stand.start, stand.end)
        if not used.intersection(place):
            used.update(place)
            taken.append(stand)
    return sorted(taken, key=lambda one: one.start)
