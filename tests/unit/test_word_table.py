"""Vectors of words: kept in a file and read back, added up into directions of texts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jobmate_agent.services.onet import word_table
from jobmate_agent.services.onet.word_table import STEPS, WordTable, cosines

TABLE = WordTable(["kite", "toy", "nil"], np.array([[3, 0], [0, 1], [0, 0]], np.float32))


def test_a_text_points_where_the_sum_of_its_words_does() -> None:
    found = TABLE.directions([{"kite": 1.0}, {"kite": 1.0, "toy": 3.0, "unheard": 9.0}, {"unheard": 1.0}, {"nil": 1.0}])
    half = round(STEPS / 2**0.5)
    assert found.tolist() == [[STEPS, 0], [half, half], [0, 0], [0, 0]]
    assert TABLE.directions([]).shape == (0, 2)


def test_the_order_of_words_does_not_matter() -> None:
    table = word_table.packaged()
    words = {"orchard": 1.0, "tractor": 0.7, "clerk": 0.3, "nurse": 2.0}
    one, other = table.directions([words, dict(reversed(words.items()))])
    assert one.tolist() == other.tolist()


def test_cosines_of_directions() -> None:
    directions = TABLE.directions([{"kite": 1.0}, {"toy": 1.0}, {"unheard": 1.0}])
    assert cosines(directions, directions[0]).tolist() == pytest.approx([1, 0, 0])


def test_a_table_is_kept_within_half_a_step(tmp_path: Path) -> None:
    words = ["kite", "tøy", "nil"]
    vectors = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    vectors[2] = 0
    word_table.write(tmp_path / "words.npz", words, vectors)
    found = word_table.read(tmp_path / "words.npz")
    assert all(word in found for word in words)
    assert found.dimensions == 8
    steps = np.abs(vectors).max(axis=1, keepdims=True) / STEPS
    assert (np.abs(found.vectors - vectors) <= 0.6 * steps).all()


def test_the_packaged_table_brings_the_like_together() -> None:
    table = word_table.packaged()
    surgeon, doctor, driver = table.directions([{"surgeon": 1.0}, {"physician": 1.0}, {"truck": 1.0, "driver": 1.0}])
    assert cosines(doctor[None], surgeon)[0] > cosines(driver[None], surgeon)[0] + 0.2


def test_the_table_needs_no_model() -> None:
    code = (
        "import sys; from jobmate_agent.services.onet import word_table; word_table.packaged();"
        "print(sorted({'torch', 'sentence_transformers', 'chromadb'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
