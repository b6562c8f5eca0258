"""How much of what people marked as skills the offline engine finds, beside what a user could do instead.

Every system is a function from a text to spans of characters, and is measured on the same documents:

- SkillSpan dev, whole postings, both layers together: token F1, F1 of exact spans, F1 of overlapping spans.
- Decorte validation: the set of names that are labelled in a sentence against the set of names found there, all
  normalised as the engine does; a name is the text of a span.
- dotin: the resumes that no training sees. Recall by label: labelled spans that a found one overlaps. The labels are
  incomplete, so precision reads low for every system.
- Sayfullina dev: overlaps; one soft skill of a snippet is labelled, so precision reads low here, too.
- Our own postings: the share of found skills that are none (see :func:`_of_posting`) and of labelled skills that
  no found span overlaps.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.documents import ROOT
from benchmarks.evaluation import baselines, extraction_sets, scores
from benchmarks.evaluation.extraction_engine import EngineSpans
from benchmarks.evaluation.extraction_sets import Document, NamedSentence, Sets
from benchmarks.evaluation.measured import Measured
from benchmarks.evaluation.scores import Score, Span
from benchmarks.table import Aim, Row
from benchmarks.tagger.corpora import RESUME_JOB, RESUME_SOFT, RESUME_TOOL
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import DocType
from tests.evaluation import gold_sets

Finder = Callable[[str, DocType], Sequence[Span]]
"""From a text to the spans of the skills in it."""

F1, SHARE = "F1", "share"
AIMS: Mapping[str, Aim] = {
    "skillspan_token_f1": Aim("value", ">=", 0.72),
    "skillspan_strict_f1": Aim("value", ">=", 0.50),
    "skillspan_relaxed_f1": Aim("value", ">=", 0.75),
    "dotin_tools_recall": Aim("value", ">=", 0.85),
    "dotin_job_skills_recall": Aim("value", ">=", 0.75),
    "dotin_soft_recall": Aim("value", ">=", 0.60),
    "dotin_relaxed_f1": Aim("value", ">=", 0.50),
    "postings_false_share": Aim("value", "<=", 0.12),
    "postings_missed_share": Aim("value", "<=", 0.25),
    "postings_nontech_false_share": Aim("value", "<=", 0.12),
    "postings_nontech_missed_share": Aim("value", "<=", 0.25),
}
DOTIN = {RESUME_TOOL: "tools", RESUME_JOB: "job_skills", RESUME_SOFT: "soft"}


@dataclass(frozen=True, slots=True)
class System:
    """One way to find skills. ``name`` "" is the engine; ``floor_of`` are the units in which it can be the floor."""

    name: str
    find: Finder
    floor_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one system. ``f1`` is that of the same comparison: by it the best baseline is chosen.

    Shares are one side of a comparison. Marking every token misses nothing, so it is no floor of shares.
    """

    name: str
    value: float
    unit: str
    f1: float


def rows(subject: Measured) -> list[Row]:
    """A row for each figure of the engine, with its aim and the best baseline, followed by the other systems' rows."""
    sets = extraction_sets.read(subject.gold)
    if not sets.postings:
        print(f"There are no postings in {gold_sets.POSTINGS}; our own set is left out.", file=sys.stderr)
    measured = [(system, figures(system.find, sets)) for system in systems(subject, sets)]
    found: list[Row] = []
    for same in zip(*(figures for _, figures in measured), strict=True):
        by_system = list(zip((system for system, _ in measured), same, strict=True))
        simple = (figure for system, figure in by_system if figure.unit in system.floor_of)
        floor = max(simple, key=lambda figure: figure.f1).value
        for system, figure in by_system:
            name = f"engine.{figure.name}"
            if system.name:
                found.append(Row(f"{name}.{system.name}", figure.value, figure.unit))
            else:
                found.append(Row(name, figure.value, figure.unit, floor, AIMS.get(figure.name)))
    return found


def systems(subject: Measured, sets: Sets) -> list[System]:
    """The engine and the baselines, those with a threshold fitted on SkillSpan's training part.

    Vectors of a hundred thousand phrases take minutes, so their cosines are kept for the next run.
    """
    vocabulary, embedder = subject.vocabulary, subject.embedder
    kept = ROOT / "build" / f"evaluate-minilm-{baselines.digest(vocabulary, embedder)}.json"
    scorer = baselines.by_meaning(vocabulary, subject.container.vector_index, embedder)
    meaning = baselines.NearestName(scorer, kept)
    letters = baselines.NearestName(baselines.by_letters(vocabulary))
    for baseline in (meaning, letters):
        baseline.prepare(sets.texts)
        baseline.fit([(document.text, document.spans) for document in sets.train])
    return [
        System("", EngineSpans(subject.engine)),
        System("every_token", baselines.every_token, frozenset({F1})),
        System("exact_match", baselines.ExactMatch(vocabulary), frozenset({F1, SHARE})),
        System("minilm", meaning, frozenset({F1, SHARE})),
        System("tfidf", letters, frozenset({F1, SHARE})),
    ]


def figures(find: Finder, sets: Sets) -> list[Figure]:
    """Everything that is measured of one system, in the order of the table."""
    return [
        *_skillspan(find, sets.skillspan),
        *_decorte(find, sets.decorte),
        *_dotin(find, sets.dotin),
        *_sayfullina(find, sets.sayfullina),
        *_postings(find, sets.postings),
    ]


def _skillspan(find: Finder, documents: Iterable[Document]) -> list[Figure]:
    counted: defaultdict[tuple[str, str], Score] = defaultdict(Score)
    for document in documents:
        found, labelled = _in_tokens(find, document)
        for group in ("", f"{document.group}_"):
            counted[group, "token"] += scores.of_tokens(found, labelled)
            counted[group, "strict"] += scores.of_sets(found, labelled)
            counted[group, "relaxed"] += scores.of_overlaps(found, labelled)
    return [
        Figure(f"skillspan_{group}{kind}_f1", counted[group, kind].f1, F1, counted[group, kind].f1)
        for group in ("", "tech_", "house_")
        for kind in ("token", "strict", "relaxed")
    ]


def _decorte(find: Finder, sentences: Iterable[NamedSentence]) -> list[Figure]:
    score = scores.total(
        scores.of_sets(
            {normalize_name(sentence.text[start:end]) for start, end in find(sentence.text, "job")}, sentence.names
        )
        for sentence in sentences
    )
    return [
        Figure("decorte_precision", score.precision, SHARE, score.f1),
        Figure("decorte_recall", score.recall, SHARE, score.f1),
        Figure("decorte_f1", score.f1, F1, score.f1),
    ]


def _dotin(find: Finder, documents: Iterable[Document]) -> list[Figure]:
    score = Score()
    by_label: defaultdict[str, Score] = defaultdict(Score)
    for document in documents:
        found = find(document.text, document.doc_type)
        score += scores.of_overlaps(found, document.spans)
        for label, spans in document.labels.items():
            by_label[label] += scores.of_overlaps(found, spans)
    return [
        *(Figure(f"dotin_{name}_recall", by_label[label].recall, SHARE, score.f1) for label, name in DOTIN.items()),
        Figure("dotin_relaxed_precision", score.precision, SHARE, score.f1),
        Figure("dotin_relaxed_f1", score.f1, F1, score.f1),
    ]


def _sayfullina(find: Finder, documents: Iterable[Document]) -> list[Figure]:
    score = scores.total(scores.of_overlaps(*_in_tokens(find, document)) for document in documents)
    return [
        Figure("sayfullina_recall", score.recall, SHARE, score.f1),
        Figure("sayfullina_relaxed_f1", score.f1, F1, score.f1),
    ]


def _postings(find: Finder, documents: Sequence[Document]) -> list[Figure]:
    """No figures where the postings are not there."""
    counted: defaultdict[str, Score] = defaultdict(Score)
    for document in documents:
        score = _of_posting(document, find(document.text, document.doc_type))
        counted[""] += score
        counted[f"{document.group}_"] += score
    return [
        figure
        for group, score in ((group, counted[group]) for group in ("", f"{extraction_sets.NONTECH}_"))
        if documents
        for figure in (
            Figure(f"postings_{group}false_share", 1 - score.precision, SHARE, score.f1),
            Figure(f"postings_{group}missed_share", 1 - score.recall, SHARE, score.f1),
        )
    ]


def _of_posting(document: Document, found: Sequence[Span]) -> Score:
    """Overlaps, where what is found counts once for each wording.

    A wording is right if one of its places overlaps a labelled span, or if a labelled span has the same words: what a
    posting asks for twice in the same words is labelled only where it stands first.
    """

    def wording(span: Span) -> str:
        return normalize_name(document.text[slice(*span)])

    right = {wording(span) for span in scores.overlapping(found, document.spans)}
    said = {wording(span) for span in document.spans}
    wordings = {wording(span) for span in found}
    return Score(
        found=len(wordings),
        right=len(wordings & (right | said)),
        labelled=len(document.spans),
        met=len(scores.overlapping(document.spans, found)),
    )


def _in_tokens(find: Finder, document: Document) -> tuple[list[Span], list[Span]]:
    """What is found and what is labelled, as spans of the document's tokens."""
    places = scores.tokens(document.text)
    return (
        scores.in_tokens(find(document.text, document.doc_type), places),
        scores.in_tokens(document.spans, places),
    )
