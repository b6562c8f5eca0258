"""``python -m benchmarks.tagger.calibrate GOLD FOLDER``: how readily each head marks, and what its marks are worth.

Works on the documents that training kept back, and writes ``calibration.json`` beside the weights: for each head a bias
against "no skill here", and two numbers that turn the mean chance of a span's pieces into the chance that the span is
right. A span counts as right where it overlaps a labelled one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from transformers import AutoTokenizer

from benchmarks.evaluation import scores
from benchmarks.evaluation.scores import Score
from benchmarks.tagger import corpora
from benchmarks.tagger.corpora import Labelled
from jobmate_agent.adapters.embeddings import packaged_folder
from jobmate_agent.adapters.span_tagger import (
    CALIBRATION,
    WEIGHTS,
    HeadCalibration,
    Pieces,
    Scores,
    in_words,
    spans_of,
    split,
)
from jobmate_agent.adapters.span_tagger import score as score_texts
from jobmate_agent.adapters.tagger_network import HEADS, load

BIASES = tuple(np.round(np.arange(-1.0, 3.01, 0.25), 2).tolist())
# Labels of resumes are incomplete: what is found beside them is often right, so recall counts for more there.
RECALL_WEIGHT = {head: 2.0 if head.startswith("resume_") else 1.0 for head in HEADS}


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled text and what the network says of it."""

    labelled: Labelled
    pieces: Pieces
    scores: Scores

    def found(self, head: str, bias: float) -> list[tuple[int, int, float]]:
        """Spans of characters with the mean chance of their pieces."""
        said = spans_of(self.scores, HEADS.index(head), bias)
        offsets = self.pieces.offsets
        return [(*in_words(self.labelled.text, offsets[a][0], offsets[b - 1][1]), chance) for a, b, chance in said]


def kept_back(gold: Path) -> list[Labelled]:
    """The texts of all schemes that training does not see and that may be calibrated on."""
    texts = [
        *corpora.skillspan(gold / "skillspan" / "train.json"),
        *corpora.sayfullina(gold / "sayfullina" / "sayfullina_train.conll"),
        *(line for resume in corpora.dotin(gold / "dotin_resumes" / "train", held_out=False) for line in resume),
    ]
    return [text for text in texts if text.kept_back]


def calibrated(head: str, read: Sequence[Read]) -> HeadCalibration:
    """The bias with the best mean of exact and overlapping F, then the chance of being right by logistic regression."""
    own = [each for each in read if head in each.labelled.spans]
    bias = max(BIASES, key=lambda bias: (round(quality(head, bias, own), 4), -bias))
    chances, right = [], []
    for each in own:
        for start, end, chance in each.found(head, bias):
            chances.append(np.log(np.clip(chance, 1e-6, 1 - 1e-6) / (1 - np.clip(chance, 1e-6, 1 - 1e-6))))
            right.append(any(a < end and b > start for a, b in each.labelled.spans[head]))
    model = LogisticRegression(C=10.0).fit(np.array(chances)[:, None], right)
    return HeadCalibration(bias, round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0]), 4))


def quality(head: str, bias: float, read: Iterable[Read]) -> float:
    """Mean of the F scores of exact and of overlapping spans, in words."""
    strict, relaxed = Score(), Score()
    for each in read:
        places = scores.tokens(each.labelled.text)
        ours = scores.in_tokens([(start, end) for start, end, _ in each.found(head, bias)], places)
        theirs = scores.in_tokens(each.labelled.spans[head], places)
        strict += scores.of_sets(ours, theirs)
        relaxed += scores.of_overlaps(ours, theirs)
    return (_f(strict, RECALL_WEIGHT[head]) + _f(relaxed, RECALL_WEIGHT[head])) / 2


def _f(score: Score, recall_weight: float) -> float:
    square = recall_weight**2
    below = square * score.precision + score.recall
    return (1 + square) * score.precision * score.recall / below if below else 0.0


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("gold", type=Path)
    reader.add_argument("folder", type=Path)
    wanted = reader.parse_args()
    base = packaged_folder()
    tokenizer, network = AutoTokenizer.from_pretrained(base), load(base, wanted.folder / WEIGHTS)
    texts = kept_back(wanted.gold)
    pieces = [split(tokenizer, text.text) for text in texts]
    read = [Read(*each) for each in zip(texts, pieces, score_texts(network, tokenizer, pieces), strict=True)]
    heads = {}
    for head in HEADS:
        heads[head] = calibrated(head, read)
        own = [each for each in read if head in each.labelled.spans]
        print(f"{head}: {heads[head]}, {quality(head, heads[head].bias, own):.4f}", flush=True)
    written = {"heads": {head: asdict(values) for head, values in heads.items()}}
    (wanted.folder / CALIBRATION).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
