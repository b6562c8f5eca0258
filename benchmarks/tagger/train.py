"""``python -m benchmarks.tagger.train GOLD OUT``: teach the packaged encoder to mark skills.

All heads share the encoder. A text teaches only the heads of its own scheme. The word embeddings stay as they are
packaged, so that only the layers above them have to be shipped.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from benchmarks.tagger import corpora
from benchmarks.tagger.corpora import Labelled
from jobmate_agent.adapters.embeddings import packaged_folder
from jobmate_agent.adapters.span_tagger import WEIGHTS
from jobmate_agent.adapters.tagger_network import BEGIN, HEADS, INSIDE, OUT, TaggerNetwork, save

IGNORED = -100
TOKENS = 128
TOKENS_PER_BATCH = 1024
# Of the lines of resumes without any label, one in so many is learned from.
PLAIN = 5


@dataclass(frozen=True, slots=True)
class Encoded:
    """Word pieces of a text and, by head, their tags; ``IGNORED`` where a scheme says nothing."""

    ids: list[int]
    tags: list[list[int]]


def encode(tokenizer: PreTrainedTokenizerFast, text: Labelled) -> Iterator[Encoded]:
    """The text in windows of at most ``TOKENS`` word pieces."""
    found = tokenizer(text.text, return_offsets_mapping=True, add_special_tokens=False, verbose=False)
    ids, offsets = found["input_ids"], found["offset_mapping"]
    tags = [[OUT if head in text.spans else IGNORED] * len(ids) for head in HEADS]
    for row, head in enumerate(HEADS):
        for start, end in text.spans.get(head, ()):
            inside = [n for n, (a, b) in enumerate(offsets) if a < end and b > start]
            for n in inside:
                tags[row][n] = INSIDE
            if inside:
                tags[row][inside[0]] = BEGIN
    width = TOKENS - 2
    for start in range(0, len(ids), width):
        part = slice(start, start + width)
        yield Encoded(
            [tokenizer.cls_token_id, *ids[part], tokenizer.sep_token_id],
            [[IGNORED, *row[part], IGNORED] for row in tags],
        )


def batches(items: Sequence[Encoded], chooser: random.Random) -> Iterator[list[Encoded]]:
    """All items once, in batches of like length and about ``TOKENS_PER_BATCH`` tokens, in random order."""
    order = sorted(items, key=lambda item: (len(item.ids) // 8, chooser.random()))
    found, batch = [], list[Encoded]()
    for item in order:
        if batch and (len(batch) + 1) * max(len(item.ids), len(batch[-1].ids)) > TOKENS_PER_BATCH:
            found.append(batch)
            batch = []
        batch.append(item)
    found.append(batch)
    chooser.shuffle(found)
    yield from found


def tensors(batch: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(item.ids) for item in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    mask = torch.zeros(len(batch), width, dtype=torch.long)
    tags = torch.full((len(batch), width, len(HEADS)), IGNORED, dtype=torch.long)
    for row, item in enumerate(batch):
        size = len(item.ids)
        ids[row, :size] = torch.tensor(item.ids)
        mask[row, :size] = 1
        tags[row, :size] = torch.tensor(item.tags).T
    return ids, mask, tags


def train(network: TaggerNetwork, items: Sequence[Encoded], epochs: int, rate: float, seed: int) -> Iterator[float]:
    """After each epoch, the mean loss."""
    chooser = random.Random(seed)
    torch.manual_seed(seed)
    network.encoder.embeddings.requires_grad_(False)
    own = list(network.encoder.encoder.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": own, "lr": rate}, {"params": network.heads.parameters(), "lr": 10 * rate}], weight_decay=0.01
    )
    plan = [list(batches(items, chooser)) for _ in range(epochs)]
    steps = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (0.1 * steps), max(0.0, (steps - step) / (0.9 * steps)))
    )
    loss_of = torch.nn.CrossEntropyLoss(ignore_index=IGNORED)
    for epoch in plan:
        network.train()
        total, began = 0.0, time.perf_counter()
        for number, batch in enumerate(epoch):
            ids, mask, tags = tensors(batch)
            loss = loss_of(network(ids, mask).flatten(0, 2), tags.flatten())
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
            if number % 20 == 0:
                print(
                    f"  {number}/{len(epoch)} {total / (number + 1):.4f} {time.perf_counter() - began:.0f} s",
                    flush=True,
                )
        yield total / len(epoch)


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("gold", type=Path)
    reader.add_argument("out", type=Path)
    reader.add_argument("--epochs", type=int, default=5)
    reader.add_argument("--rate", type=float, default=2e-4)
    reader.add_argument("--seed", type=int, default=1)
    wanted = reader.parse_args()
    folder = packaged_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    gold = wanted.gold
    texts = [
        *corpora.skillspan(gold / "skillspan" / "train.json"),
        *corpora.sayfullina(gold / "sayfullina" / "sayfullina_train.conll"),
        *_telling(corpora.dotin(gold / "dotin_resumes" / "train", held_out=False), wanted.seed),
    ]
    texts = [text for text in texts if not text.kept_back]
    items = [item for text in texts for item in encode(tokenizer, text)]
    print(f"{len(texts)} texts, {sum(len(item.ids) for item in items)} tokens")
    torch.manual_seed(wanted.seed)
    network = TaggerNetwork(folder)
    wanted.out.mkdir(parents=True, exist_ok=True)
    for number, loss in enumerate(train(network, items, wanted.epochs, wanted.rate, wanted.seed), start=1):
        print(f"epoch {number}: loss {loss:.4f}", flush=True)
    save(network, wanted.out / WEIGHTS)


def _telling(resumes: Sequence[Sequence[Labelled]], seed: int) -> Iterator[Labelled]:
    """The lines that have a label, and one in ``PLAIN`` of the others: most of a resume is plain text."""
    chooser = random.Random(seed)
    for resume in resumes:
        for line in resume:
            if any(line.spans.values()) or chooser.randrange(PLAIN) == 0:
                yield line


if __name__ == "__main__":
    main()
