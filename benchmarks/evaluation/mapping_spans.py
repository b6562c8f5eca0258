"""Own labelled spans: does the mapper answer with the entry that a reader gave, with another, or not at all?

A span is *right* where the answer is the label (or what may stand for it), or where nothing means the same and the
mapper gave no answer; *wrong* where it answered anything else; *abstained* where it gave no answer and there is one.
The three add up to 1. Thresholds may be chosen on half of the spans; the rows without ``all`` are of the other half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evaluation.mapping_baselines import Likeness, beside, best_by_owner, by_meaning, by_spelling, ranked
from benchmarks.evaluation.measured import Measured
from benchmarks.table import Aim, Row
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.onet_mapper import entry_identity
from jobmate_agent.services.career_engine.quotes import quote_around
from jobmate_agent.services.career_engine.types import (
    DocType,
    Evidence,
    ExtractedSkill,
    Extraction,
    VocabularyEntry,
)
from jobmate_agent.services.career_engine.word_lookup import KIND_ORDER
from jobmate_agent.services.documents.pdf import read_pdf
from tests.evaluation.gold_sets import posting_texts, read

NONE = "none"
OUTCOMES = ("wrong", "abstained", "right")
AIMS = {"wrong": Aim("value", "<=", 0.10), "abstained": Aim("value", "<=", 0.25)}


@dataclass(frozen=True, slots=True)
class Span:
    """A phrase of a document. ``accepted`` are identities of entries, or :data:`NONE` alone."""

    quote: str
    evidence: Evidence
    doc_type: DocType
    accepted: frozenset[str]
    held: bool
    hard: bool

    def outcome(self, answer: str) -> str:
        if answer in self.accepted:
            return "right"
        return "abstained" if answer == NONE else "wrong"


def rows(subject: Measured) -> list[Row]:
    """Shares of the held half, of all, and of the hard ones of each."""
    spans = read_spans(subject.gold.parent / "resumes")
    quotes = [span.quote for span in spans]
    entries = sorted(
        (entry for entry in subject.vocabulary.entries if entry.kind in KIND_ORDER),
        key=lambda entry: (KIND_ORDER.index(entry.kind), entry.id),
    )
    listed = [(name, place) for place, entry in enumerate(entries) for name in (entry.name, *entry.aliases)]
    names, owners = [name for name, _ in listed], [place for _, place in listed]

    def nearest(likeness: Likeness) -> list[str]:
        best = ranked(best_by_owner(likeness, quotes, owners))[:, 0]
        return [entry_identity(entries[place]) for place in best]

    baselines = {
        "exact": _exact(quotes, entries),
        "minilm": nearest(by_meaning(subject.embedder, names)),
        "char_tfidf": nearest(by_spelling(names)),
    }
    own = [_answer(subject, span) for span in spans]
    subsets: dict[str, tuple[Callable[[Span], bool], bool]] = {
        "engine.spans": (lambda span: span.held, True),
        "engine.spans_hard": (lambda span: span.held and span.hard, False),
        "engine.spans_all": (lambda span: True, True),
        "engine.spans_all_hard": (lambda span: span.hard, False),
    }
    found: list[Row] = []
    for name, (chosen, aimed) in subsets.items():
        places = [place for place, span in enumerate(spans) if chosen(span)]
        for outcome in OUTCOMES:

            def share(answers: Sequence[str], places: Sequence[int] = places, outcome: str = outcome) -> float:
                return sum(spans[place].outcome(answers[place]) == outcome for place in places) / len(places)

            # Only the exact match ever gives no answer.
            others = {
                key: share(answers) for key, answers in baselines.items() if outcome != "abstained" or key == "exact"
            }
            aim = AIMS.get(outcome) if aimed else None
            found += beside(f"{name}_{outcome}", share(own), others, aim=aim, least_is_best=outcome != "right")
    return found


def read_spans(resumes: Path) -> list[Span]:
    """The gold set, each span with the line that it stands in. ``resumes`` is the folder of PDF files."""
    texts: dict[tuple[str, str], str] = dict(posting_texts())
    spans = []
    for item in read("spans"):
        key = (item["source"], item["id"])
        is_resume = item["source"] == "resumes"
        if is_resume and key not in texts:
            texts[key] = read_pdf((resumes / item["id"]).read_bytes()).text
        spans.append(
            Span(
                quote=item["quote"],
                evidence=_evidence(texts[key], item["quote"], item["nth"]),
                doc_type="resume" if is_resume else "job",
                accepted=frozenset({item["label"], *item["also"]}),
                held=item["split"] == "held",
                hard=item["hard"],
            )
        )
    return spans


def _evidence(text: str, quote: str, nth: int) -> Evidence:
    """The line of the ``nth`` place (from 1) where ``quote`` stands, as the extractor would show it."""
    start = -1
    for _ in range(nth):
        start = text.index(quote, start + 1)
    end = start + len(quote)
    line_end = text.find("\n", end)
    return quote_around(text, text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end, start, end)


def _answer(subject: Measured, span: Span) -> str:
    """What the engine's mapper makes of a skill that was extracted under the span's own words."""
    skill = ExtractedSkill(name=span.quote, token=span.quote, evidence=(span.evidence,))
    sides: dict[DocType, Extraction] = {side: Extraction(side, (), "keyword", "") for side in ("resume", "job")}
    sides[span.doc_type] = Extraction(span.doc_type, (skill,), "keyword", "")
    mapped = subject.engine.map(sides["resume"], sides["job"])
    (found,) = (*mapped.resume, *mapped.job)
    return NONE if found.entry is None else entry_identity(found.entry)


def _exact(quotes: Sequence[str], entries: Sequence[VocabularyEntry]) -> list[str]:
    """The entry that has the phrase as its name, else as an alias, but for case, hyphens and blanks."""
    known: dict[str, VocabularyEntry] = {}
    for named in ([(entry.name, entry) for entry in entries], [(a, entry) for entry in entries for a in entry.aliases]):
        for name, entry in named:
            known.setdefault(normalize_name(name), entry)
    found = (known.get(normalize_name(quote)) for quote in quotes)
    return [NONE if entry is None else entry_identity(entry) for entry in found]
