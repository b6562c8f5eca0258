"""``python -m benchmarks.titles.train ONET ASKED OUT``: teach vectors of words which titles mean the same work.

A word's vector is what the packaged sentence encoder says about the word alone, mapped linearly to fewer dimensions,
plus, for words of O*NET's titles and tasks, something learned for the word itself. A title is the sum of its words.
Each title is asked for in turn, and its occupation has to win against all others, by the other titles' and the
description's cosines; so is each task. Of the words asked for, one in four counts as never seen, so that the linear map
learns to serve those too. The titles of :mod:`.split` are learned from in no way.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag, normalize

from benchmarks.titles import release_files
from benchmarks.titles.split import evaluated, split
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder, packaged_folder
from jobmate_agent.services.onet import word_table
from jobmate_agent.services.onet.job_titles import name_of, words
from jobmate_agent.services.onet.occupation_index import OccupationText
from jobmate_agent.services.onet.term_index import TermIndex
from jobmate_agent.services.onet.title_words import TitleWords

WORD = re.compile(r"[a-z0-9+#]+")
PLAIN_WORD = re.compile(r"[a-z]{2,}")
ENCODED_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Teaching:
    """How it is taught. ``unseen``: the share of asked words that count as never seen; ``targets``: of all titles, the

    share that a batch is compared with; ``pull``: how strongly what is learned for single words is kept small;
    ``task_weight``: what a task counts beside a title.
    """

    dimensions: int = 160
    epochs: int = 3
    batch: int = 384
    task_weight: float = 0.3
    unseen: float = 0.25
    targets: float = 0.35
    pull: float = 2e-5
    word_rate: float = 3e-3
    map_rate: float = 1e-3
    scale_rate: float = 5e-3
    unseen_rarity: float = 9.0


def vocabulary(occupations: Sequence[OccupationText]) -> dict[str, str]:
    """The table's words (of titles, of other texts, of the encoder's list), each with the form that is encoded."""
    titles = [title for each in occupations for title in each.titles]
    names = [name_of(title).split() for title in titles]
    joined = TitleWords(names).joined
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for title in titles:
        for form in WORD.findall(title.lower()):
            forms["".join(words(form))][form] += 1000
    for name in names:
        for word in joined(name):
            forms[word][word] += 1
    texts = (f"{each.description} {each.text}".lower() for each in occupations)
    told = Counter(form for text in texts for form in set(WORD.findall(text)))
    everyday = filter(PLAIN_WORD.fullmatch, (packaged_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    others = [(form, count) for form, count in told.items() if count > 1] + [(form, 1) for form in everyday]
    for form, count in others:
        forms["".join(words(form))][form] += count
    return {word: max(found.items(), key=lambda item: (item[1], item[0]))[0] for word, found in sorted(forms.items())}


def taught(
    occupations: Sequence[OccupationText],
    tasks: Sequence[tuple[str, str]],
    forms: Mapping[str, str],
    encoded: np.ndarray,
    how: Teaching = Teaching(),
) -> np.ndarray:
    """(words, dimensions) for the words of ``forms``; ``encoded`` are the encoder's vectors of their forms."""
    torch.manual_seed(0)
    place = {word: number for number, word in enumerate(forms)}
    lessons = _lessons(occupations, tasks, place, how)
    network = _Words(encoded, lessons.rarity, how)
    optimiser = torch.optim.Adam(
        [
            {"params": [network.own], "lr": how.word_rate},
            {"params": [network.map], "lr": how.map_rate},
            {"params": [network.length, network.length_unseen, *network.scales], "lr": how.scale_rate},
        ]
    )
    rates = [group["lr"] for group in optimiser.param_groups]
    batches = len(lessons.right) // how.batch
    for step in range(how.epochs * batches):
        if step % batches == 0:
            order = torch.randperm(len(lessons.right))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * (1 - step / (how.epochs * batches))
        at = step % batches * how.batch
        loss = network.loss(lessons, order[at : at + how.batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 49:
            print(f"step {step + 1} of {how.epochs * batches}: {loss.item():.3f}", flush=True)
    with torch.no_grad():
        seen, unseen = network.tables()
        found: np.ndarray = torch.where(torch.tensor(lessons.rarity > 0)[:, None], seen, unseen).numpy()
    return found


@dataclass(frozen=True, slots=True)
class _Bags:
    """Texts as numbers of words, end to end; ``starts`` has one entry more than there are texts."""

    words: Tensor
    starts: Tensor
    weights: Tensor

    @classmethod
    def of(cls, texts: Sequence[Mapping[int, float]]) -> _Bags:
        flat = [(word, weight) for text in texts for word, weight in text.items()]
        starts = np.cumsum([0, *(len(text) for text in texts)])
        words, weights = zip(*flat, strict=True)
        return cls(torch.tensor(words), torch.tensor(starts), torch.tensor(weights, dtype=torch.float32))

    def chosen(self, texts: Tensor) -> _Bags:
        counts = (self.starts[1:] - self.starts[:-1])[texts]
        starts = torch.cat([torch.zeros(1, dtype=torch.long), counts.cumsum(0)])
        at = torch.repeat_interleave(self.starts[texts] - starts[:-1], counts) + torch.arange(int(starts[-1]))
        return _Bags(self.words[at], starts, self.weights[at])

    def directions(self, table: Tensor) -> Tensor:
        summed = embedding_bag(
            self.words, table, self.starts[:-1], mode="sum", per_sample_weights=self.weights, include_last_offset=False
        )
        return normalize(summed, dim=1)


@dataclass(frozen=True, slots=True)
class _Lessons:
    """Texts to ask for, titles before tasks, and whose they are: ``right`` (texts, occupations), ``weights`` (texts,).

    ``title_of_pair``, ``owner_of_pair``: the (title, occupation) pairs there are. ``rarity``, (words,), is 0 for words
    that no text to ask for has.
    """

    bags: _Bags
    weights: Tensor
    descriptions: _Bags
    title_of_pair: Tensor
    owner_of_pair: Tensor
    right: Tensor
    rarity: np.ndarray


def _lessons(
    occupations: Sequence[OccupationText], tasks: Sequence[tuple[str, str]], place: Mapping[str, int], how: Teaching
) -> _Lessons:
    split_titles = [[name_of(title).split() for title in each.titles] for each in occupations]
    title_words = TitleWords(name for own in split_titles for name in own)
    named = [sorted({" ".join(title_words.joined(name)) for name in own} - {""}) for own in split_titles]
    titles = sorted({name for own in named for name in own})
    number = {name: at for at, name in enumerate(titles)}
    pairs = [(number[name], owner) for owner, own in enumerate(named) for name in own]
    texts = TermIndex([Counter(words(f"{each.description} {each.text}")) for each in occupations])
    bags = [dict.fromkeys((place[word] for word in name.split()), 1.0) for name in titles]
    told = [texts.weighted(Counter(words(task))) for task, _ in tasks]
    owner_of_code = {each.onet_code: owner for owner, each in enumerate(occupations)}
    bags += [{place[word]: weight for word, weight in each.items() if word in place} for each in told]
    right = torch.zeros(len(bags), len(occupations), dtype=torch.bool)
    title_of_pair, owner_of_pair = torch.tensor(pairs).T
    right[title_of_pair, owner_of_pair] = True
    right[torch.arange(len(titles), len(bags)), torch.tensor([owner_of_code[code] for _, code in tasks])] = True
    described = [texts.weighted(Counter(words(f"{each.titles[0]} {each.description}"))) for each in occupations]
    return _Lessons(
        _Bags.of(bags),
        torch.tensor([1.0] * len(titles) + [how.task_weight] * len(tasks)),
        _Bags.of([{place[word]: weight for word, weight in each.items() if word in place} for each in described]),
        title_of_pair,
        owner_of_pair,
        right,
        _rarity(titles, told, place, how),
    )


def _rarity(
    titles: Sequence[str], told: Sequence[Mapping[str, float]], place: Mapping[str, int], how: Teaching
) -> np.ndarray:
    rarity = np.zeros(len(place), np.float32)
    for task in told:
        rarity[[place[word] for word in task if word in place]] = how.unseen_rarity
    frequency = Counter(word for name in titles for word in set(name.split()))
    for word, count in frequency.items():
        rarity[place[word]] = np.log((1 + len(titles)) / (1 + count)) + 1
    return rarity


class _Words(torch.nn.Module):
    def __init__(self, encoded: np.ndarray, rarity: np.ndarray, how: Teaching) -> None:
        super().__init__()
        self.how = how
        centred = encoded - encoded.mean(axis=0)
        length = np.sqrt(np.where(rarity > 0, rarity, how.unseen_rarity)).astype(np.float32)
        # Begin with the main directions of titles' words.
        main = np.linalg.svd(centred * np.sqrt(rarity)[:, None], full_matrices=False)[2][: how.dimensions].T
        scale = np.linalg.norm((centred @ main) * length[:, None], axis=1).mean()
        self.encoded = torch.tensor(centred)
        self.map = torch.nn.Parameter(torch.tensor(main / scale))
        self.own = torch.nn.Parameter(torch.zeros(len(encoded), how.dimensions))
        self.length = torch.nn.Parameter(torch.tensor(length))
        self.length_unseen = torch.nn.Parameter(torch.tensor(how.unseen_rarity**0.5))
        self.scales = torch.nn.ParameterList([torch.tensor(2.7), torch.tensor(1.2), torch.tensor(4.0)])

    def tables(self) -> tuple[Tensor, Tensor]:
        """Vectors of all words, as words of titles and as words that no title has."""
        mapped = self.encoded @ self.map
        return mapped * self.length[:, None] + self.own, mapped * self.length_unseen

    def loss(self, lessons: _Lessons, asked: Tensor) -> Tensor:
        """How surprising the occupations of the asked titles are."""
        seen, unseen = self.tables()
        sharpness, by_titles, by_description = self.scales
        pairs = torch.where(torch.rand(len(lessons.title_of_pair)) < self.how.targets)[0]
        others, other_of_pair = torch.unique(lessons.title_of_pair[pairs], return_inverse=True)
        targets = lessons.bags.chosen(others).directions(seen)[other_of_pair]
        query = self._asked(lessons.bags.chosen(asked), seen, unseen)
        near = torch.exp(sharpness.exp() * (query @ targets.T - 1))
        near = near * (lessons.title_of_pair[pairs][None] != asked[:, None])
        together = torch.zeros(len(asked), lessons.right.shape[1]).index_add(1, lessons.owner_of_pair[pairs], near)
        described = query @ lessons.descriptions.directions(seen).T
        totals = by_titles * torch.log(together + 1e-6) + by_description * described
        chances = torch.log_softmax(totals, 1).masked_fill(~lessons.right[asked], -1e9)
        surprise = -torch.logsumexp(chances, 1) * lessons.weights[asked]
        return surprise.sum() / lessons.weights[asked].sum() + self.how.pull * (self.own**2).sum()

    def _asked(self, titles: _Bags, seen: Tensor, unseen: Tensor) -> Tensor:
        forgotten = (torch.rand(len(titles.words), 1) < self.how.unseen).float()
        vectors = seen[titles.words] * (1 - forgotten) + unseen[titles.words] * forgotten
        counts = titles.starts[1:] - titles.starts[:-1]
        owner = torch.repeat_interleave(torch.arange(len(counts)), counts)
        return normalize(torch.zeros(len(counts), vectors.shape[1]).index_add(0, owner, vectors), dim=1)


def encode(forms: Sequence[str]) -> np.ndarray:
    """The packaged encoder's vectors, (forms, 384)."""
    embedder = SentenceEmbedder(PACKAGED_MODEL)
    parts = [embedder.encode(forms[at : at + ENCODED_AT_ONCE]) for at in range(0, len(forms), ENCODED_AT_ONCE)]
    return np.concatenate(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onet", type=Path, help="a folder of O*NET's text files")
    parser.add_argument("asked", type=Path, help="a table of titles that are asked for elsewhere, not to learn from")
    parser.add_argument("out", type=Path, help="where words.npz goes")
    options = parser.parse_args()
    began = time.perf_counter()
    learned = split(release_files.occupations(options.onet), evaluated(options.asked)).rest
    forms = vocabulary(learned)
    print(f"{len(forms)} words", flush=True)
    encoded = encode(list(forms.values()))
    vectors = taught(learned, release_files.tasks(options.onet), forms, encoded)
    word_table.write(options.out / "words.npz", list(forms), vectors)
    print(f"{time.perf_counter() - began:.0f} seconds")


if __name__ == "__main__":
    main()
