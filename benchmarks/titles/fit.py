"""``python -m benchmarks.titles.fit ONET ASKED``: weights of the classifier of postings by titles kept back.

The titles are those of :mod:`.split`: neither the packaged vectors were taught with them, nor does the evaluation ask
for them, and here they are looked up among the occupations' other titles. The weights make their occupations as likely
as they can be among all (conditional logit with a little ridge, each kind of evidence in units of its own spread);
half of the titles then tells how often the first place is right at which chance, by logistic regression.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit, log_softmax, logsumexp, softmax  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from benchmarks.titles import release_files
from benchmarks.titles.split import Split, evaluated, split
from jobmate_agent.services.onet import title_evidence, word_table
from jobmate_agent.services.onet.job_titles import parse
from jobmate_agent.services.onet.occupation_index import OccupationIndex

Numbers = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# Not to be fitted on titles that no occupation has in this wording; see ClassifierSettings.
CHOSEN = ("exact", "residual")
RIDGE = 1e-4
SURE = (0.5, 0.55, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Examples:
    """Titles: ``values`` (titles, kinds, occupations), ``right`` (titles, occupations)."""

    kinds: list[str]
    values: Numbers
    right: Flags

    def part(self, which: slice) -> Examples:
        return Examples(self.kinds, self.values[which], self.right[which])


def examples(index: OccupationIndex, asked: Split) -> Examples:
    """Of the titles kept back those that some occupation has which is not what is left of a group."""
    right = np.array([[each.onet_code in codes for each in index.occupations] for codes in asked.right])
    right &= ~index.is_residual.astype(bool)
    parsed = [parse(title) for title in asked.asked]
    chosen = [number for number, title in enumerate(parsed) if title.core and right[number].any()]
    found = [title_evidence.of_title(index, parsed[number]) for number in chosen]
    kinds = [kind for kind in found[0].values if kind not in CHOSEN]
    open_to = ~index.is_residual.astype(bool)
    values = np.array([[each.values[kind][open_to] for kind in kinds] for each in found], np.float32)
    # In random order, so that halves are alike.
    order = np.random.default_rng(0).permutation(len(chosen))
    return Examples(kinds, values[order], right[chosen][:, open_to][order])


def weights(titles: Examples) -> npt.NDArray[np.float64]:
    """(kinds,): those that make the right occupations likeliest."""
    spread = titles.values.std(axis=(0, 2), dtype=np.float64)
    scaled = titles.values / spread.astype(np.float32)[None, :, None]

    def loss(found: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        totals = np.einsum("tko,k->to", scaled, found.astype(np.float32)).astype(np.float64)
        only_right = np.where(titles.right, totals, -np.inf)
        surprise = logsumexp(totals, axis=1) - logsumexp(only_right, axis=1)
        residue = (softmax(totals, axis=1) - softmax(only_right, axis=1)).astype(np.float32)
        slope = np.einsum("tko,to->k", scaled, residue) / len(totals) + 2 * RIDGE * found
        return float(surprise.mean() + RIDGE * found @ found), slope.astype(np.float64)

    best = minimize(loss, np.zeros(len(titles.kinds)), jac=True, method="L-BFGS-B").x
    return np.asarray(best / spread, np.float64)


def odds(titles: Examples, found: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], Flags, Flags]:
    """For each title: log odds of the first place, whether it is right, whether one of the first five is."""
    totals = np.einsum("tko,k->to", titles.values, found)
    order = np.argsort(-totals, axis=1, kind="stable")[:, :5]
    hits = np.take_along_axis(titles.right, order, axis=1)
    chance = np.take_along_axis(log_softmax(totals, axis=1), order[:, :1], axis=1)[:, 0]
    return chance - np.log(-np.expm1(np.minimum(chance, -1e-12))), hits[:, 0], hits.any(axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onet", type=Path, help="a folder of O*NET's text files")
    parser.add_argument("asked", type=Path, help="a table of titles that are asked for elsewhere, left out here")
    options = parser.parse_args()
    asked = split(release_files.occupations(options.onet), evaluated(options.asked))
    titles = examples(OccupationIndex(asked.rest, word_table.packaged()), asked)
    half = len(titles.right) // 2
    first, second = titles.part(slice(half)), titles.part(slice(half, None))
    told, right, among = odds(second, weights(first))
    print(f"{len(titles.right)} titles; of the half that weights were not fitted on, right first {right.mean():.3f},")
    print(f"among the first five {among.mean():.3f}.")
    found = LogisticRegression(C=100).fit(told[:, None], right)
    of_chance, bias = float(found.coef_[0, 0]), float(found.intercept_[0])
    _print_sure(expit(bias + of_chance * told), right)
    print("ClassifierSettings:")
    for kind, weight in zip(titles.kinds, weights(titles).tolist(), strict=True):
        print(f"    {kind}: float = {weight:.2f}")
    print(f"    bias: float = {bias:.2f}\n    of_chance: float = {of_chance:.2f}")


def _print_sure(chances: npt.NDArray[np.float64], right: Flags) -> None:
    for least in SURE:
        sure = chances >= least
        print(f"  sure from {least:.2f}: {sure.mean():.3f} answered, {right[sure].mean():.3f} of them right")


if __name__ == "__main__":
    main()
