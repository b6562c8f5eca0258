"""The labelled documents that extraction is measured on, each as the text that an extractor would be given."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.evaluation.scores import Span
from benchmarks.tagger import corpora
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import DocType
from tests.evaluation import gold_sets

# The postings of computing work among our own sixty, by their titles: groups do not tell (one is "Other", one "").
COMPUTING = frozenset({"109", "146", "250", "291", "295", "344", "388", "468"})
# One posting in five of SkillSpan's training part is enough to choose one number for each baseline.
FITTED_ON = 5
TECH, NONTECH = "tech", "nontech"


@dataclass(frozen=True)
class Document:
    """A text and its labelled spans of characters, by label. ``group`` is the part of the set that it belongs to."""

    text: str
    doc_type: DocType
    group: str
    labels: Mapping[str, Sequence[Span]]

    @cached_property
    def spans(self) -> list[Span]:
        """The spans of all labels, each once, in order."""
        return sorted({span for spans in self.labels.values() for span in spans})


@dataclass(frozen=True, slots=True)
class NamedSentence:
    """A sentence of a posting and the normalised names of the skills in it."""

    text: str
    group: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sets:
    """Everything that is measured on, and ``train``, on which baselines choose their thresholds.

    ``postings`` is empty where the shared postings are not there.
    """

    train: Sequence[Document]
    skillspan: Sequence[Document]
    decorte: Sequence[NamedSentence]
    dotin: Sequence[Document]
    sayfullina: Sequence[Document]
    postings: Sequence[Document]

    @property
    def texts(self) -> list[str]:
        documents = (*self.train, *self.skillspan, *self.dotin, *self.sayfullina, *self.postings)
        return [document.text for document in documents] + [sentence.text for sentence in self.decorte]


def read(gold: Path) -> Sets:
    """The sets in the folder of labelled data, and our own."""
    return Sets(
        train=skillspan(gold / "skillspan" / "train.json")[::FITTED_ON],
        skillspan=skillspan(gold / "skillspan" / "dev.json"),
        decorte=decorte(gold / "decorte_esco"),
        dotin=dotin(gold / "dotin_resumes" / "train"),
        sayfullina=sayfullina(gold / "sayfullina" / "sayfullina_dev.conll"),
        postings=postings(),
    )


def skillspan(path: Path) -> list[Document]:
    """The postings of a SkillSpan file: sentences of one ``source`` and ``idx``, one a line. Groups: tech, house."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    postings: defaultdict[tuple[str, int], list[corpora.Labelled]] = defaultdict(list)
    for row, sentence in zip(rows, corpora.skillspan(path), strict=True):
        postings[row["source"], row["idx"]].append(sentence)
    return [_joined(lines, "job", source) for (source, _), lines in postings.items()]


def sayfullina(path: Path) -> list[Document]:
    """Snippets of postings, each a document of its own. One soft skill of each is labelled, others in it are not."""
    return [Document(snippet.text, "job", "", snippet.spans) for snippet in corpora.sayfullina(path)]


def dotin(folder: Path) -> list[Document]:
    """The resumes that no training may see. A labelled span that runs over several lines counts once for each."""
    return [_joined(lines, "resume", "") for lines in corpora.dotin(folder, held_out=True)]


def postings() -> list[Document]:
    """Our own sixty postings with all their skills; empty where the shared postings are not there."""
    texts = gold_sets.posting_texts()
    if not texts:
        return []
    return [
        Document(
            texts[row["source"], row["id"]],
            "job",
            TECH if row["source"] == "emscad" and row["id"] in COMPUTING else NONTECH,
            {"skill": [(span["start"], span["end"]) for span in row["spans"]]},
        )
        for row in gold_sets.read("postings")
    ]


def decorte(folder: Path) -> list[NamedSentence]:
    """The sentences of the validation parts, with the set of names that are labelled in each.

    A row names its skill by ``sub_span`` where that stands in the sentence word for word, else by ``span``: many
    sub-spans were put together from words that stand apart, which no extractor of spans can return. Rows without an
    ESCO label count like the others, since a skill that ESCO lacks is a skill. Sentences without any are not in the
    files.
    """
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for group in ("tech", "house"):
        with (folder / f"{group}_validation_annotations.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                sub_span = row["sub_span"]
                name = sub_span if sub_span and sub_span in row["sentence"] else row["span"]
                found[group, row["sentence"]].add(normalize_name(name))
    return [NamedSentence(text, group, frozenset(names)) for (group, text), names in found.items()]


def _joined(lines: Sequence[corpora.Labelled], doc_type: DocType, group: str) -> Document:
    """Lines as one text, joined by line feeds, with the spans moved along."""
    labels: defaultdict[str, list[Span]] = defaultdict(list)
    at = 0
    for line in lines:
        for label, spans in line.spans.items():
            labels[label] += [(at + start, at + end) for start, end in spans]
        at += len(line.text) + 1
    return Document("\n".join(line.text for line in lines), doc_type, group, dict(labels))
