"""The packaged span tagger: marks skills in sentences, on this machine, with the same marks for the same text always.

``jobmate_agent/tagger`` holds its weights, its calibration and its model card; ``make train-tagger`` makes them anew.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jobmate_agent.adapters.embeddings import LOADING, packaged_folder
from jobmate_agent.adapters.fixed_shapes import ROW_LENGTHS, batches
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import DocType, SpanLabel, TaggedSpan, TaggedText

FOLDER = Path(__file__).parent.parent / "tagger"
WEIGHTS, CALIBRATION = "weights.safetensors", "calibration.json"
CACHED_TEXTS = 4096
CONFIDENCE_DECIMALS = 4
# A window of a long text: two of the longest row's tokens are the marks around it.
WINDOW = ROW_LENGTHS[-2] - 2

LABELS: Mapping[DocType, Mapping[str, SpanLabel]] = {
    "job": {"skill": "skill", "knowledge": "knowledge", "soft": "soft"},
    "resume": {
        "resume_tool": "tool",
        "resume_job": "knowledge",
        "resume_soft": "soft",
        "knowledge": "knowledge",
        "skill": "skill",
    },
}
"""The heads that read each type of document, and what their spans are called. A resume's own heads come first."""
YIELDS: Mapping[DocType, frozenset[str]] = {"job": frozenset({"soft"}), "resume": frozenset({"knowledge", "skill"})}
"""Heads that were taught on other texts than these: their spans count where no other head's span overlaps."""
POSSIBLE = {"soft": 0.5}
"""The chance that the other heads must see, for a head that saw only snippets with a skill in each.

It sees one everywhere.
"""

Scores = npt.NDArray[np.float64]
"""Log-probabilities of one text: pieces × heads × tags."""


@dataclass(frozen=True, slots=True)
class HeadCalibration:
    """What makes a head's chances true.

    ``bias`` is taken from the log-probability of "no skill here"; slope and intercept turn the mean chance of a span's
    pieces, as log-odds, into the log-odds that the span is one.
    """

    bias: float
    slope: float
    intercept: float

    def confidence(self, chance: float) -> float:
        bounded = min(max(chance, 1e-6), 1 - 1e-6)
        odds = self.slope * math.log(bounded / (1 - bounded)) + self.intercept
        return round(1 / (1 + math.exp(-odds)), CONFIDENCE_DECIMALS)


@dataclass(frozen=True, slots=True)
class Head:
    """``row`` of the network's scores, for one type of document."""

    row: int
    calibration: HeadCalibration
    label: SpanLabel
    yields: bool
    possible: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text in word pieces: their numbers in the vocabulary, and the characters of each."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class PackagedSpanTagger:
    """Thread-safe; the network is loaded at the first text."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        for name in (WEIGHTS, CALIBRATION):
            if not (folder / name).is_file():
                raise JobMateError(
                    "span_tagger_missing",
                    f"There is no {name} in {folder}; install jobmate-agent anew, or make it with: make train-tagger",
                    status=500,
                )
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, DocType], TaggedText] = OrderedDict()
        self._heads: dict[str, HeadCalibration] = {
            head: HeadCalibration(**values) for head, values in json.loads(self._calibration)["heads"].items()
        }

    @cached_property
    def model_id(self) -> str:
        """Digest of weights and calibration."""
        digest = hashlib.sha256((self._folder / WEIGHTS).read_bytes() + self._calibration)
        return f"jobmate-tagger@{digest.hexdigest()[:12]}"

    def tag(self, texts: Sequence[str], doc_type: DocType) -> list[TaggedText]:
        """See :class:`SpanTagger`."""
        with self._lock:
            wanted = list(dict.fromkeys(texts))
            found = {text: self._cache[text, doc_type] for text in wanted if (text, doc_type) in self._cache}
            absent = [text for text in wanted if text not in found]
            if absent:
                found |= self._tag(absent, doc_type)
            for text in wanted:
                self._cache[text, doc_type] = found[text]
                self._cache.move_to_end((text, doc_type))
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return [found[text] for text in texts]

    @cached_property
    def _calibration(self) -> bytes:
        return (self._folder / CALIBRATION).read_bytes()

    @cached_property
    def _network(self) -> Any:
        import torch

        from jobmate_agent.adapters.tagger_network import load

        os.environ["HF_HUB_OFFLINE"] = "1"
        torch.set_num_threads(1)
        return load(packaged_folder(), self._folder / WEIGHTS)

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(packaged_folder(), local_files_only=True)

    def _tag(self, texts: Sequence[str], doc_type: DocType) -> dict[str, TaggedText]:
        with LOADING:
            from jobmate_agent.adapters.tagger_network import HEADS

            network, tokenizer = self._network, self._tokenizer
        pieces = [split(tokenizer, text) for text in texts]
        scored = score(network, tokenizer, pieces)
        heads = [
            Head(HEADS.index(head), self._heads[head], label, head in YIELDS[doc_type], POSSIBLE.get(head, 0.0))
            for head, label in LABELS[doc_type].items()
        ]
        return {
            text: _tagged(text, each, scores, heads) for text, each, scores in zip(texts, pieces, scored, strict=True)
        }


def split(tokenizer: Any, text: str) -> Pieces:
    """``text`` in word pieces, however long."""
    found = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, verbose=False)
    return Pieces(found["input_ids"], found["offset_mapping"])


def score(network: Any, tokenizer: Any, texts: Sequence[Pieces]) -> Iterator[Scores]:
    """The log-probabilities of each text, in order; long texts are read in windows."""
    import torch

    windows = [
        (number, start, text.ids[start : start + WINDOW])
        for number, text in enumerate(texts)
        for start in range(0, len(text.ids), WINDOW)
    ]
    parts: list[list[Scores]] = [[] for _ in texts]
    found: dict[int, Scores] = {}
    for length, rows, places in batches([len(ids) + 2 for _, _, ids in windows]):
        ids = np.full((rows, length), tokenizer.pad_token_id, dtype=np.int64)
        mask = np.zeros((rows, length), dtype=np.int64)
        mask[:, 0] = 1  # a row without any token would have nothing to attend to
        for row, place in enumerate(places):
            marked = [tokenizer.cls_token_id, *windows[place][2], tokenizer.sep_token_id]
            ids[row, : len(marked)] = marked
            mask[row, : len(marked)] = 1
        with torch.inference_mode():
            scores = network(torch.from_numpy(ids), torch.from_numpy(mask)).log_softmax(-1).double().numpy()
        for row, place in enumerate(places):
            found[place] = scores[row, 1 : 1 + len(windows[place][2])]
    for place, (number, _, _) in enumerate(windows):
        parts[number].append(found[place])
    empty = np.zeros((0, 0, 0))
    for text_parts in parts:
        yield np.concatenate(text_parts) if text_parts else empty


def spans_of(scores: Scores, head: int, bias: float) -> list[tuple[int, int, float]]:
    """The spans of one head as (first piece, end, mean chance of its pieces), by the best run of tags."""
    from jobmate_agent.adapters.tagger_network import OUT, decode

    if not len(scores):
        return []
    own = scores[:, head].copy()
    chances = 1 - np.exp(own[:, OUT])
    own[:, OUT] -= bias
    if (own.argmax(axis=1) == OUT).all():
        return []  # the run of nothing but "out" is the best of all
    return [(first, end, float(chances[first:end].mean())) for first, end in decode(own.tolist())]


_JOINING_BEFORE = re.compile(r"(?:(?:and|or|the|an?|of|to|with|in|for)\s+)+", re.IGNORECASE)
_JOINING_AFTER = re.compile(r"(?:\s+(?:and|or|the|an?|of|with|in|for|on|by|as))+$", re.IGNORECASE)


def in_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span to whole words, without punctuation and joining words around it."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while start < end and not (text[start].isalnum() or text[start] in ".(#"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")+#%"):
        end -= 1
    if before := _JOINING_BEFORE.match(text, start, end):
        start = before.end()
    if after := _JOINING_AFTER.search(text[start:end]):
        end = start + after.start()
    return _without_stray_brackets(text, start, end)


def _without_stray_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    if text[start:end].startswith("(") and ")" not in text[start:end]:
        start += 1
    if text[start:end].endswith(")") and "(" not in text[start:end]:
        end -= 1
    return start, end


def _tagged(text: str, pieces: Pieces, scores: Scores, heads: Sequence[Head]) -> TaggedText:
    if not len(scores):
        return TaggedText((), ())
    best: dict[tuple[int, int], TaggedSpan] = {}
    own = _chances(scores, [head for head in heads if not head.yields])
    for head in sorted(heads, key=lambda each: each.yields):
        others = list(best)
        for first, end, chance in spans_of(scores, head.row, head.calibration.bias):
            place = in_words(text, pieces.offsets[first][0], pieces.offsets[end - 1][1])
            if head.yields and (
                own[first:end].mean() < head.possible or any(place[0] < b and a < place[1] for a, b in others)
            ):
                continue
            found = TaggedSpan(*place, head.label, head.calibration.confidence(chance))
            held = best.get(place)
            if place[0] < place[1] and (held is None or held.confidence < found.confidence):
                best[place] = found
    chances = tuple(
        (start, end, round(chance, CONFIDENCE_DECIMALS))
        for (start, end), chance in zip(pieces.offsets, own.tolist(), strict=True)
    )
    return TaggedText(tuple(best[place] for place in sorted(best)), chances)


def _chances(scores: Scores, heads: Sequence[Head]) -> npt.NDArray[np.float64]:
    """The chance that each piece is part of a skill, by the head that sees it most clearly."""
    chances: npt.NDArray[np.float64] = 1 - np.exp(np.min([scores[:, head.row, 0] for head in heads], axis=0))
    return chances
