"""What a user could do instead of extracting skills: mark everything, look names up, or look for near names."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from pathlib import Path

import ahocorasick
import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

from benchmarks.evaluation import scores
from benchmarks.evaluation.scores import Span
from jobmate_agent.services.career_engine.types import NAMED_KINDS, DocType, Embedder, VectorIndex, Vocabulary

Similarities = npt.NDArray[np.float64]
Scorer = Callable[[Sequence[str]], Similarities]
"""For each phrase the cosine of the nearest name, (n,)."""

LONGEST = 4
BATCH = 2048
THRESHOLDS = tuple(round(0.40 + 0.02 * step, 2) for step in range(31))
# A word may hold what names hold (C++, C#, R&D, node.js, add-on) and ends in a letter, a digit or one of their signs.
_WORD = re.compile(r"[^\W_](?:[\w.+#&/'’-]*[\w+#])?")
_LETTER = re.compile(r"[^\W\d_]")
_FUNCTION_WORD_LIST = (
    "a about across all also an and any are as at be been being both but by can could do does each either etc every "
    "for from had has have he her his how i if in into is it its may me more most must my no not of on or other our "
    "own per she should so some such than that the their them then there these they this those to too up us via was "
    "we were what when where which while who will with within would you your"
)
_FUNCTION_WORDS = frozenset(_FUNCTION_WORD_LIST.split())
_LINKS = frozenset({"and", "of"})
_BLANKS = " \t\u00a0"


def every_token(text: str, doc_type: DocType) -> list[Span]:
    """The floor: each run of characters without white space is a skill."""
    return scores.tokens(text)


class ExactMatch:
    """The longest names of the vocabulary that stand in the text, in any case, on word boundaries. No aliases."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._automaton = ahocorasick.Automaton()
        for name in _names(vocabulary):
            self._automaton.add_word(_lower(name), len(name))
        self._automaton.make_automaton()

    def __call__(self, text: str, doc_type: DocType) -> list[Span]:
        lower = _lower(text)
        places = [(last + 1 - length, last + 1) for last, length in self._automaton.iter(lower)]
        whole = [place for place in places if not _cuts_word(lower, place[0]) and not _cuts_word(lower, place[1])]
        return _apart(sorted(whole, key=lambda span: (span[0] - span[1], span[0])))


class NearestName:
    """Phrases of up to four words that are near a name of the vocabulary, the nearest first, without overlaps.

    A phrase stands in one line and holds no punctuation. Its first and its last word have a letter and are no function
    words; between them only "and" and "of" may be such. ``threshold`` is the least cosine; None until it is fitted.
    """

    def __init__(self, scorer: Scorer, kept: Path | None = None) -> None:
        """``kept`` is a file of cosines from earlier runs, which must have had the same scorer; made by `prepare`."""
        self._scorer = scorer
        self._kept = kept
        self._known: dict[str, float] = {}
        if kept is not None and kept.is_file():
            self._known = json.loads(kept.read_text(encoding="utf-8"))
        self.threshold: float | None = None

    def prepare(self, texts: Iterable[str]) -> None:
        """Score all phrases of many texts together, which is faster than text by text and gives the same."""
        if self._score({_folded(text[slice(*span)]) for text in texts for span in _phrases(text)}) and self._kept:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            partial = self._kept.with_suffix(".part")
            partial.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
            partial.replace(self._kept)

    def fit(self, labelled: Sequence[tuple[str, Sequence[Span]]]) -> None:
        """Take the threshold with the best token F1 on labelled texts."""
        ranked = [(scores.tokens(text), self._ranked(text, THRESHOLDS[0]), spans) for text, spans in labelled]

        def f1(threshold: float) -> float:
            return scores.total(
                scores.of_tokens(
                    scores.in_tokens((span for span, near in found if near >= threshold), places),
                    scores.in_tokens(spans, places),
                )
                for places, found, spans in ranked
            ).f1

        self.threshold = max(THRESHOLDS, key=f1)

    def __call__(self, text: str, doc_type: DocType) -> list[Span]:
        if self.threshold is None:
            raise ValueError("The threshold was not fitted.")
        return sorted(span for span, _ in self._ranked(text, self.threshold))

    def _ranked(self, text: str, least: float) -> list[tuple[Span, float]]:
        """Phrases that do not overlap, with their cosines, by falling cosine; then the longer and earlier first.

        Those with a higher ``least`` are the first ones of those with a lower.
        """
        phrases = {span: _folded(text[slice(*span)]) for span in _phrases(text)}
        self._score(set(phrases.values()))
        near = {span: cosine for span, phrase in phrases.items() if (cosine := self._known[phrase]) >= least}
        order = sorted(near, key=lambda span: (-near[span], span[0] - span[1], span[0]))
        return [(span, near[span]) for span in _apart(order, in_order=False)]

    def _score(self, phrases: Set[str]) -> int:
        """Have the cosine of each phrase; the number of those that were not known."""
        unknown = sorted(phrases - self._known.keys())
        for start in range(0, len(unknown), BATCH):
            part = unknown[start : start + BATCH]
            self._known.update(zip(part, (round(float(near), 4) for near in self._scorer(part)), strict=True))
        return len(unknown)


def by_meaning(vocabulary: Vocabulary, index: VectorIndex, embedder: Embedder) -> Scorer:
    """Cosines of sentence vectors with the vectors of names in the index."""
    ids = [entry.id for entry in vocabulary.entries if entry.kind in NAMED_KINDS]
    names = index.vectors(ids).T

    def score(phrases: Sequence[str]) -> Similarities:
        return np.asarray((embedder.encode(phrases) @ names).max(axis=1), dtype=np.float64)

    return score


def digest(vocabulary: Vocabulary, embedder: Embedder) -> str:
    """Twelve hex digits of all that :func:`by_meaning` depends on: the model and the names."""
    content = "\n".join([embedder.model_id, *_names(vocabulary)])
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def by_letters(vocabulary: Vocabulary) -> Scorer:
    """Cosines of TF-IDF vectors of three and four characters within words, weighted by the names."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4))
    names = vectorizer.fit_transform(_names(vocabulary)).T.tocsr()

    def score(phrases: Sequence[str]) -> Similarities:
        products = vectorizer.transform(phrases) @ names
        return np.asarray(products.max(axis=1).todense(), dtype=np.float64).ravel()

    return score


def _names(vocabulary: Vocabulary) -> list[str]:
    return sorted({entry.name for entry in vocabulary.entries if entry.kind in NAMED_KINDS})


def _phrases(text: str) -> Iterator[Span]:
    words = list(_WORD.finditer(text))
    function = [word.group().lower() in _FUNCTION_WORDS for word in words]
    edge = [_LETTER.search(word.group()) and not bare for word, bare in zip(words, function, strict=True)]
    for first, word in enumerate(words):
        if not edge[first]:
            continue
        for last in range(first, min(first + LONGEST, len(words))):
            if last > first and text[words[last - 1].end() : words[last].start()].strip(_BLANKS):
                break
            if edge[last]:
                yield word.start(), words[last].end()
            if function[last] and words[last].group().lower() not in _LINKS:
                break


def _apart(spans: Sequence[Span], *, in_order: bool = True) -> list[Span]:
    """The spans that overlap none before them in the sequence; in the order of the text, or else in theirs."""
    taken: list[Span] = []
    used: set[int] = set()
    for start, end in spans:
        if used.isdisjoint(range(start, end)):
            used.update(range(start, end))
            taken.append((start, end))
    return sorted(taken) if in_order else taken


def _lower(text: str) -> str:
    """Lower case, character by character, so that places hold."""
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _folded(phrase: str) -> str:
    return " ".join(phrase.lower().split())


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
