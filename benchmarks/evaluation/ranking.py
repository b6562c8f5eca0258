"""Ranking: do the postings of a resume's own field score above those of other fields?

The AUC is the chance that a pair of a resume and a posting of its field has a higher score than a pair of a resume
and a posting of another field, ties counting half, over all pairs of :data:`~.ranking_fields.FIELD_GROUPS`. For
each field :data:`POSTINGS_A_FIELD` postings are chosen at even distances, in order of source and number, or all where
it has no more, so that the largest fields do not decide alone. Resumes without a text layer are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluation import ranking_baselines
from benchmarks.evaluation.mapping_baselines import beside
from benchmarks.evaluation.mapping_titles import occupation_index, release_id
from benchmarks.evaluation.measured import Measured
from benchmarks.evaluation.ranking_fields import FIELD_GROUPS, LEAST_POSTINGS, fields_of
from benchmarks.table import Aim, Row
from jobmate_agent.services.career_engine.types import PostingOccupation
from jobmate_agent.services.career_engine.work_titles import work_titles
from jobmate_agent.services.documents.pdf import read_pdf
from jobmate_agent.services.onet import line_of_work
from jobmate_agent.services.onet.job_occupation import classify
from jobmate_agent.services.onet.job_occupations import profile

if TYPE_CHECKING:
    import numpy.typing as npt

    Scores = npt.NDArray[np.float64]

POSTINGS_A_FIELD = 15
AIM = Aim("value", ">=", 0.90)
NOT_SCORED = -1.0


@dataclass(frozen=True, slots=True)
class Resume:
    """The text of a resume of ``field``."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldPosting:
    """A posting that belongs to ``fields``."""

    fields: frozenset[str]
    title: str
    text: str


def rows(subject: Measured) -> list[Row]:
    """AUC over all pairs and, as a mean, over the pairs of each resume; the share of pairs that got no score."""
    data = subject.gold.parent
    postings = sampled(read_postings(data / "postings" / "postings.jsonl"), POSTINGS_A_FIELD)
    counts = {field: sum(field in posting.fields for posting in postings) for field in FIELD_GROUPS}
    assert min(counts.values()) >= LEAST_POSTINGS, counts
    resumes = read_resumes(data / "resumes")
    own_field = np.array([[resume.field in posting.fields for posting in postings] for resume in resumes])
    asked, held = [posting.text for posting in postings], [resume.text for resume in resumes]
    baselines = {
        "char_tfidf": ranking_baselines.by_spelling(held, asked),
        "word_tfidf": ranking_baselines.by_words(held, asked),
        "minilm": ranking_baselines.by_meaning(subject.embedder, held, asked),
    }
    own = _overall_matches(subject, resumes, postings)
    return [
        *_rows("engine.ranking_auc", own, baselines, own_field, AIM),
        *_rows_by_resume("engine.ranking_auc_by_resume", own, baselines, own_field),
        Row("engine.ranking_not_scored", float(np.mean(own == NOT_SCORED)), "share of pairs"),
        Row("engine.ranking_pairs", float(own.size), "pairs"),
    ]


def read_resumes(folder: Path) -> list[Resume]:
    """The resumes of mapped fields that have a text layer."""
    paths = [path for field in sorted(FIELD_GROUPS) for path in sorted((folder / field).glob("*.pdf"))]
    read = [Resume(path.parent.name, read_pdf(path.read_bytes()).text) for path in paths]
    return [resume for resume in read if resume.text.strip()]


def read_postings(path: Path) -> list[FieldPosting]:
    """The postings of mapped fields, in order of source and number."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items.sort(key=lambda item: (item["source"], int(item["id"])))
    read = [FieldPosting(fields_of(item["source"], item["group"]), item["title"], item["text"]) for item in items]
    return [posting for posting in read if posting.fields]


def sampled(postings: Sequence[FieldPosting], count: int) -> list[FieldPosting]:
    """Of each field ``count`` postings at even distances, or all where it has no more."""
    chosen: set[int] = set()
    for field in FIELD_GROUPS:
        places = [place for place, posting in enumerate(postings) if field in posting.fields]
        chosen.update(places[len(places) * number // count] for number in range(count) if len(places) > count)
        chosen.update(places if len(places) <= count else ())
    return [postings[place] for place in sorted(chosen)]


def auc(scores: Scores, own: npt.NDArray[np.bool_]) -> float:
    """The chance that a score of ``own`` is above one of the others; ties count half."""
    above, below = scores[own], np.sort(scores[~own])
    lower = np.searchsorted(below, above, side="left")
    not_higher = np.searchsorted(below, above, side="right")
    return float((lower + not_higher).sum() / 2 / (len(above) * len(below)))


def _rows(
    name: str, own: Scores, baselines: Mapping[str, Scores], own_field: npt.NDArray[np.bool_], aim: Aim
) -> list[Row]:
    others = {key: auc(scores, own_field) for key, scores in baselines.items()}
    return beside(name, auc(own, own_field), others, aim=aim, unit="AUC")


def _rows_by_resume(
    name: str, own: Scores, baselines: Mapping[str, Scores], own_field: npt.NDArray[np.bool_]
) -> list[Row]:
    def mean(scores: Scores) -> float:
        return float(np.mean([auc(*each) for each in zip(scores, own_field, strict=True)]))

    others = {key: mean(scores) for key, scores in baselines.items()}
    return beside(name, mean(own), others, unit="mean AUC")


def _overall_matches(subject: Measured, resumes: Sequence[Resume], postings: Sequence[FieldPosting]) -> Scores:
    """(resumes, postings), 0–10; :data:`NOT_SCORED` where the engine gives no score. Each document is read once."""
    engine, index = subject.engine, occupation_index(subject)
    asked = [engine.extract(posting.text, "job", use_llm=False)[0] for posting in postings]
    occupations = [_occupation(subject, posting) for posting in postings]
    works = [line_of_work.of_posting(index, posting.title, posting.text) for posting in postings]
    scores = np.full((len(resumes), len(postings)), NOT_SCORED)
    for row, resume in enumerate(resumes):
        held = engine.extract(resume.text, "resume", use_llm=False)[0]
        work = line_of_work.of_resume(index, work_titles(resume.text), resume.text)
        for column, wanted in enumerate(asked):
            alike = line_of_work.compare(index, work, works[column])
            occupation = replace(occupations[column], line_of_work=alike)
            match = engine.analyze(engine.map(held, wanted), occupation).overall_match
            if match is not None:
                scores[row, column] = match
    return scores


def _occupation(subject: Measured, posting: FieldPosting) -> PostingOccupation:
    """What the product takes the posting for."""
    guess = classify(occupation_index(subject), posting.title, posting.text)
    if guess.occupation_id is None:
        return PostingOccupation(guess.score, None)
    with subject.container.db.reading() as session:
        return PostingOccupation(guess.score, profile(session, release_id(subject), guess.occupation_id))
