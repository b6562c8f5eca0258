"""The network that marks skills: the packaged encoder with layers of its own, and one small head for each kind of span.

Training and use share this module. Only what differs from the packaged encoder is stored: its layers as 8-bit integers
with one scale for each row, and the heads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel

# Kinds of span, and where each was learned: postings (SkillSpan, Sayfullina) and resumes (dotin).
HEADS = ("skill", "knowledge", "soft", "resume_tool", "resume_job", "resume_soft")
OUT, BEGIN, INSIDE = 0, 1, 2
TAGS = (OUT, BEGIN, INSIDE)
SCALE = ".scale"
LARGEST = 127


class TaggerNetwork(torch.nn.Module):
    """Scores (texts × tokens × heads × tags) of word pieces."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False)
        self.dropout = torch.nn.Dropout(0.1)
        self.heads = torch.nn.Linear(self.encoder.config.hidden_size, len(TAGS) * len(HEADS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        scores: torch.Tensor = self.heads(self.dropout(states))
        return scores.view(*ids.shape, len(HEADS), len(TAGS))


def save(network: TaggerNetwork, path: Path) -> None:
    """Store what was learned: matrices as int8 with a scale for each row, the rest as it is."""
    stored: dict[str, torch.Tensor] = {}
    for name, value in _learned(network).items():
        if value.ndim == 2:
            scale = value.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / LARGEST
            stored[name] = (value / scale).round().to(torch.int8)
            stored[name + SCALE] = scale.to(torch.float32)
        else:
            stored[name] = value.contiguous()
    save_file(stored, path)


def load(base: Path, path: Path) -> TaggerNetwork:
    """The network as :func:`save` stored it, ready for use. Raises ``KeyError`` where the file is of another shape."""
    network = TaggerNetwork(base)
    stored = load_file(path)
    values = {
        name: value.to(torch.float32) * stored[name + SCALE] if name + SCALE in stored else value
        for name, value in stored.items()
        if not name.endswith(SCALE)
    }
    if set(values) != set(_learned(network)):
        raise KeyError("the stored tagger does not fit the packaged encoder")
    network.load_state_dict(values, strict=False)
    return network.eval()


def _learned(network: TaggerNetwork) -> Mapping[str, torch.Tensor]:
    """Everything above the word embeddings, which stay as they are packaged."""
    return {name: value for name, value in network.state_dict().items() if not name.startswith("encoder.embeddings.")}


def decode(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The best run of tags of one head (tokens × log-probabilities), as spans of tokens; no inside without a begin."""
    if not scores:
        return []
    state = [scores[0][OUT], scores[0][BEGIN], -math.inf]
    back: list[list[int]] = []
    for row in scores[1:]:
        started = max((BEGIN, INSIDE), key=lambda tag: state[tag])
        best = max(TAGS, key=lambda tag: state[tag])
        back.append([best, best, started])
        state = [state[best] + row[OUT], state[best] + row[BEGIN], state[started] + row[INSIDE]]
    tag = max(TAGS, key=lambda each: state[each])
    tags = [tag]
    for before in reversed(back):
        tag = before[tag]
        tags.append(tag)
    spans: list[tuple[int, int]] = []
    for number, tag in enumerate(reversed(tags)):
        if tag == BEGIN:
            spans.append((number, number + 1))
        elif tag == INSIDE:
            spans[-1] = (spans[-1][0], number + 1)
    return spans
