"""The packaged model: checked, offline, and the same bits for the same text in any company."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from jobmate_agent.adapters import embeddings
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, PACKAGED_SHA256, SentenceEmbedder
from jobmate_agent.errors import JobMateError
from tests.engines import embedder

TEXTS = [f"{verb} {thing} {'really ' * (number % 30)}well" for number, (verb, thing) in enumerate(
    (verb, thing) for verb in ("cook", "weld", "sell", "audit") for thing in ("fish", "pipes", "houses", "banks", "SQL")
)]  # fmt: skip


def test_vectors_have_length_one_and_say_what_is_near() -> None:
    vectors = embedder().encode(["registered nurse", "nursing license", "diesel engine repair"])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]
    assert embedder().encode([]).shape == (0, 384)


def test_a_text_has_the_same_bits_whatever_it_is_encoded_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "CACHED_VECTORS", 0)
    alone = {text: embedder().encode([text])[0] for text in TEXTS}
    for seed in range(8):
        some = random.Random(seed).sample(TEXTS, 3 + seed)
        for text, vector in zip(some, embedder().encode(some), strict=True):
            assert np.array_equal(vector, alone[text]), text


def test_it_agrees_with_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = embedder().encode(TEXTS)
    theirs = embedder()._loaded().encode(TEXTS, normalize_embeddings=True)
    assert np.abs(ours - theirs).max() < 1e-5


def test_threads_share_it() -> None:
    expected = embedder().encode(TEXTS)
    wrong: list[int] = []

    def work(seed: int) -> None:
        order = random.Random(seed).sample(range(len(TEXTS)), len(TEXTS))
        vectors = embedder().encode([TEXTS[n] for n in order])
        wrong.extend(n for n, vector in zip(order, vectors, strict=True) if not np.array_equal(vector, expected[n]))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_model_is_named_by_its_weights() -> None:
    assert embedder().model_id == f"all-MiniLM-L6-v2@{PACKAGED_SHA256[:12]}"


def test_weights_that_are_not_the_packaged_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(embeddings.packaged_folder(), tmp_path / "model"))
    with (folder / "model.safetensors").open("r+b") as handle:
        handle.seek(1_000_000)
        handle.write(b"\x00\x01\x02\x03")
    monkeypatch.setattr(embeddings, "packaged_folder", lambda: folder)
    with pytest.raises(JobMateError) as caught:
        SentenceEmbedder(PACKAGED_MODEL).encode(["text"])
    assert caught.value.code == "embedding_model_corrupt"


def test_another_model_is_one_setting_and_has_another_id(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(embeddings.packaged_folder(), tmp_path / "mine"))
    other = SentenceEmbedder(str(folder))
    assert other.model_id.startswith("mine@")
    assert np.array_equal(other.encode(["weld pipes"]), embedder().encode(["weld pipes"]))


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(JobMateError) as caught:
        SentenceEmbedder(str(tmp_path))
    assert caught.value.code == "embedding_model_missing"
    assert str(tmp_path) in caught.value.message
