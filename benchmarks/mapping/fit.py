"""``python -m benchmarks.mapping.fit``: the weights and thresholds of the mapper for the embedding model in use.

1. The weights of the score make the right entries of both kinds of examples (:mod:`examples`) as likely as they can be
   among their candidates (conditional logit); short phrases count for 0.6, long ones for 0.4.
2. The chance that the best entry is right is a logistic regression of its score and its lead over the next, on half of
   the kept-back aliases and of the names whose entry was taken away; the other half tells what it is worth.
3. For each threshold it prints what the mapper would make of the ``dev`` half of the labelled spans. What is chosen is
   the least threshold from which answers to the phrases of SkillSpan's training part read right four times out of five:
   many more of them than of the spans mean no entry at all. Of 134 answers to 1,500 of these phrases that were read,
   about half were right at a chance of 0.3 to 0.4, two thirds to 0.5, four fifths to 0.6, and seven of eight above.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from benchmarks.evaluate import GOLD
from benchmarks.evaluation.mapping_spans import NONE, Span, read_spans
from benchmarks.evaluation.measured import Measured, measured
from benchmarks.mapping.examples import CLOSE_FROM, FEATURES, Example, of_activities, of_aliases
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.entry_ranker import EntryRanker
from jobmate_agent.services.career_engine.entry_texts import asked_as
from jobmate_agent.services.career_engine.lexical_guard import may_mean_entry
from jobmate_agent.services.career_engine.normalize import normalize_name
from jobmate_agent.services.career_engine.types import Calibration, ExtractedSkill
from jobmate_agent.services.career_engine.word_lookup import WordLookup

SHARE_OF_LONG = 0.4
THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
WRONG_RATES = (0.01, 0.02, 0.03, 0.05, 0.08)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="jobmate-fit-") as name, measured(Path(name), GOLD) as subject:
        aliases = of_aliases(subject.vocabulary, subject.embedder)
        activities = of_activities(subject.vocabulary, subject.embedder)
        half = len(aliases) // 2
        weights = score_weights([each for each in aliases[:half] if each.right is not None], activities)
        print("score:", dict(zip(FEATURES, weights.round(2).tolist(), strict=True)), "close from", CLOSE_FROM)
        print(f"right first: {_first(aliases[half:], weights):.3f} of kept-back aliases")
        accepting = LogisticRegression(C=100, max_iter=5000).fit(*_leads(aliases[:half], weights))
        (score, lead), (intercept,) = accepting.coef_[0].tolist(), accepting.intercept_.tolist()
        print(f"chance: score {score:.3f}, lead {lead:.3f}, intercept {intercept:.3f}")
        _print_recall(aliases[half:], weights, np.array([score, lead]))
        meaning, commonness, closeness, overlap = weights.tolist()
        calibration = Calibration(
            meaning, -commonness, closeness, CLOSE_FROM, overlap, score, lead, intercept, thresholds={}
        )
        _print_dev(subject, calibration)
    return 0


def score_weights(short: Sequence[Example], long: Sequence[Example]) -> np.ndarray:
    """(features,) weights that make the right candidates likeliest, by conditional logit."""
    groups = ((short, 1 - SHARE_OF_LONG), (long, SHARE_OF_LONG))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.0, np.zeros(len(FEATURES))
        for examples, share in groups:
            for each in examples:
                scores = each.features @ weights
                likely = np.exp(scores - scores.max())
                likely /= likely.sum()
                part = share * each.weight / len(examples)
                value -= part * float(np.log(likely[each.right]))
                slope += part * (likely @ each.features - each.features[each.right])
        return value, slope

    found: np.ndarray = minimize(loss, np.ones(len(FEATURES)), jac=True, method="L-BFGS-B").x
    return found


def _leads(examples: Sequence[Example], weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, 2) score of the best candidate and its lead over the next, and (n,) whether it is right."""
    rows, right = [], []
    for each in examples:
        scores = each.features @ weights
        order = np.argsort(-scores, kind="stable")
        rows.append((scores[order[0]], scores[order[0]] - scores[order[1]]))
        right.append(order[0] == each.right)
    return np.array(rows), np.array(right)


def _first(examples: Sequence[Example], weights: np.ndarray) -> float:
    return float(_leads([each for each in examples if each.right is not None], weights)[1].mean())


def _print_recall(examples: Sequence[Example], weights: np.ndarray, accepting: np.ndarray) -> None:
    rows, right = _leads(examples, weights)
    order = np.argsort(-(rows @ accepting), kind="stable")
    found = np.cumsum(right[order]) / sum(each.right is not None for each in examples)
    wrong = np.cumsum(~right[order]) / len(examples)
    for rate in WRONG_RATES:
        print(f"  wrong {rate:.0%} of all: right {found[wrong <= rate].max():.1%} of those whose entry is there")


def _print_dev(subject: Measured, calibration: Calibration) -> None:
    """Right and wrong answers on the spans that may be used for fitting, by kind, as the threshold rises."""
    lookup = WordLookup(subject.vocabulary)
    spans = [span for span in read_spans(subject.gold.parent / "resumes") if not span.held]
    unnamed = [span for span in spans if lookup.find(ExtractedSkill(span.quote, span.quote, (span.evidence,))) is None]
    answers = _answers(subject, calibration, unnamed)
    print(f"{len(unnamed)} of {len(spans)} spans have no name in the vocabulary; right/wrong answers by threshold:")
    for kind in ("skill", "knowledge", "ability"):
        told = [(chance, right) for chance, answered, right in answers if answered == kind]
        shares = (
            f"{least:g}: {sum(right for chance, right in told if chance >= least)}"
            f"/{sum(not right for chance, right in told if chance >= least)}"
            for least in THRESHOLDS
        )
        print(f"  {kind:10}", "  ".join(shares))


def _answers(subject: Measured, calibration: Calibration, spans: Sequence[Span]) -> list[tuple[float, str, bool]]:
    """For each span that the words allow an entry for: its chance, its kind, whether it is right."""
    ranker = EntryRanker(subject.vocabulary, calibration)
    names = [normalize_name(span.quote) for span in spans]
    encode = subject.embedder.encode
    rows = subject.container.vector_index.nearest(
        encode(names), EngineSettings().candidates, encode([asked_as(name) for name in names])
    )
    answers = []
    for span, name, candidates in zip(spans, names, rows, strict=True):
        ranked = ranker.rank(name, candidates)
        entry = ranked[0].entry
        if may_mean_entry(name, entry, ranked[0].texts):
            right = span.outcome(f"{entry.kind}:{entry.key}") == "right" and span.accepted != {NONE}
            answers.append((ranker.chance(ranked), entry.kind, right))
    return answers


if __name__ == "__main__":
    sys.exit(main())
