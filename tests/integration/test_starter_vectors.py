"""The vectors that ship with the code are those that the packaged model gives the starter vocabulary's texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.starter_vectors import starter_texts
from jobmate_agent.adapters.chroma import build_index
from jobmate_agent.adapters.embeddings import PACKAGED_MODEL, SentenceEmbedder
from jobmate_agent.adapters.starter_vectors import STARTER_VECTORS, StarterVectors, write
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import Vectors
from jobmate_agent.services.vocabulary.starter import read_starter
from jobmate_agent.services.vocabulary.store import vocabulary_of
from tests.engines import embedder

MODEL = embedder().model_id


def test_every_text_of_the_starter_has_one() -> None:
    shipped = StarterVectors.read(MODEL).known(starter_texts())
    assert list(shipped) == starter_texts(), "run: make starter-vectors"
    assert np.allclose(np.linalg.norm(list(shipped.values()), axis=1), 1, atol=1e-6)


def test_they_are_what_the_packaged_model_says() -> None:
    texts = starter_texts()[::8]
    shipped = StarterVectors.read(MODEL).known(texts)
    made = SentenceEmbedder(PACKAGED_MODEL, StarterVectors({})).encode(texts)
    # Another machine's own vectors differ by rounding, which the four decimals of a cosine do not show.
    assert np.abs(np.stack([shipped[text] for text in texts]) - made).max() < 1e-5, "run: make starter-vectors"


def test_the_file_holds_no_other_texts(tmp_path: Path) -> None:
    again = tmp_path / "again.safetensors"
    write(again, MODEL, StarterVectors.read(MODEL).known(starter_texts()))
    assert again.read_bytes() == STARTER_VECTORS.read_bytes()


def test_an_index_of_the_starter_needs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = SentenceEmbedder(PACKAGED_MODEL)
    monkeypatch.setattr(model, "_loaded", lambda: pytest.fail("the model was loaded"))
    assert build_index(tmp_path, vocabulary_of(read_starter()), model).is_dir()


def test_a_text_has_its_shipped_vector_in_any_company() -> None:
    known, other = starter_texts()[0], "a text that no vocabulary has"
    shipped = StarterVectors.read(MODEL).known([known])[known]
    assert np.array_equal(embedder().encode([other, known])[1], shipped)
    assert np.array_equal(embedder().encode([known])[0], shipped)


def test_texts_and_models_that_the_file_does_not_know_are_encoded(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    vectors: dict[str, Vectors] = {"welding": np.eye(2, dtype=np.float32)[1], "sewing": np.eye(2, dtype=np.float32)[0]}
    write(path, MODEL, vectors)
    known = StarterVectors.read(MODEL, path).known(["sewing", "baking", "welding"])
    assert {text: vector.tolist() for text, vector in known.items()} == {"sewing": [1, 0], "welding": [0, 1]}
    assert StarterVectors.read("another-model@0000", path).known(["sewing"]) == {}
    assert StarterVectors.read(MODEL, tmp_path / "nothing").known(["sewing"]) == {}


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(STARTER_VECTORS.read_bytes()[:-100])
    with pytest.raises(JobMateError, match="install jobmate-agent anew") as caught:
        StarterVectors.read(MODEL, path)
    assert caught.value.code == "starter_vectors_damaged"
