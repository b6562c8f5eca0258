"""The vector index on disk: whose it is, who may open it, and what a crash leaves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.chroma import ChromaIndex, ExactIndex, build_index, open_index
from jobmate_agent.adapters.vector_store import FolderLock, IndexMeta, IndexRefusedError
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.calibrations import calibration_of
from jobmate_agent.services.career_engine.entry_texts import Field, background_texts, entry_texts
from jobmate_agent.services.career_engine.types import Candidate, Embedder, VectorIndex, Vectors, Vocabulary
from tests.engines import embedder
from tests.unit.vocabularies import ROWS, vocabulary

WORDS = vocabulary()
NEXT_WORDS = replace(WORDS, version="next")
OTHER_WORDS = replace(vocabulary(ROWS[:20]), version="other")
RECORDED = "recorded.npz"
REPOSITORY = Path(__file__).parents[2]


class Recorded:
    """What the real model said about this test's texts, for child processes that should not load it again."""

    model_id = embedder().model_id

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self._vectors = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    @staticmethod
    def write(path: Path) -> None:
        texts = [*(text.text for text in entry_texts(WORDS)), *background_texts(WORDS), "Docker"]
        np.savez(path, texts=np.array(texts), vectors=embedder().encode(texts))

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vectors[text] for text in texts])


class Renamed:
    """The same vectors under another model's name."""

    model_id = "another-model@0000"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return embedder().encode(texts)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "index"
    yield folder
    FolderLock.release(folder)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a built index and the recorded vectors, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    Recorded.write(folder / RECORDED)
    open_index(folder / "index", WORDS, embedder())
    FolderLock.release(folder / "index")
    return folder


@pytest.fixture
def built(template: Path, tmp_path: Path) -> Path:
    """An index that this process has not opened: Chroma keeps what it has read in memory."""
    return Path(shutil.copytree(template, tmp_path / "copy")) / "index"


def _names(index: VectorIndex, text: str, words: Vocabulary = WORDS, model: Embedder | None = None) -> list[str]:
    vector = (model or embedder()).encode([text])
    return [words.by_id[near.skill_id].name for near in index.nearest(vector, 5)[0][:3]]


def test_a_vocabulary_without_skills_is_refused_in_words(root: Path) -> None:
    with pytest.raises(JobMateError, match="holds no skills; run: jobmate taxonomy load") as caught:
        open_index(root, vocabulary(()), embedder())
    assert (caught.value.code, caught.value.status) == ("empty_vocabulary", 503)
    assert not root.exists()


def test_it_is_built_once_with_progress_and_found_again(root: Path) -> None:
    heard: list[tuple[str, int]] = []
    first = open_index(root, WORDS, embedder(), lambda step, percent: heard.append((step, percent)))
    assert isinstance(first, ChromaIndex)
    assert _names(first, "containers")[0] in {"Docker", "Kubernetes"}
    assert heard[-1] == ("index", 100)
    folder = _stored(root)
    heard.clear()
    open_index(root, WORDS, embedder(), lambda step, percent: heard.append((step, percent)))
    assert (_stored(root), heard) == (folder, [])


def test_candidates_are_at_least_fifty_exact_rounded_and_in_order(root: Path) -> None:
    words = vocabulary(tuple((f"skill number {n}", "skill", "", "") for n in range(120)))
    index = open_index(root, words, embedder())
    query = embedder().encode(["skill number 7", "something else"])
    rows = index.nearest(query, 10)
    assert [len(row) >= 50 for row in rows] == [True, True]
    for vector, row in zip(query, rows, strict=True):
        assert row == sorted(row, key=lambda near: (-near.similarity, near.skill_id))
        for near in row:
            exact = float(index.vectors([near.skill_id])[0].astype(float) @ vector.astype(float))
            assert near.similarity == min(round(exact, 4), 1.0)
    assert (rows[0][0].skill_id, rows[0][0].similarity) == (8, 1.0)


def _by_hand(rows: Sequence[tuple[int, Field, tuple[float, float]]], background: tuple[float, float]) -> ExactIndex:
    """An index over the first four entries; a row is (id, field, vector)."""
    words = vocabulary(ROWS[:4])
    keyed = tuple((vector_store.entry_key(words.by_id[id_]), field) for id_, field, _ in rows)
    vectors = np.array([*(vector for *_, vector in rows), background], dtype=np.float32)
    meta = IndexMeta(vector_store.FORMAT, "by hand", words.version, words.release, "", keyed, calibration_of("by hand"))
    return ExactIndex(vectors, meta, words)


def test_equal_similarities_are_settled_by_skill_id() -> None:
    index = _by_hand([(1, "name", (0, 1)), *((id_, "name", (1, 0)) for id_ in (4, 2, 3))], (0, 1))
    (row,) = index.nearest(np.array([[1, 0]], dtype=np.float32), 4)
    assert [near.skill_id for near in row] == [2, 3, 4, 1]


def test_an_entry_is_as_near_as_its_nearest_name_and_means_what_its_description_says() -> None:
    index = _by_hand(
        [
            (1, "name", (0, 1)),
            (1, "alias", (0.6, 0.8)),
            (1, "alias", (0.8, 0.6)),
            (1, "description", (-1, 0)),
            (2, "name", (0.6, 0.8)),
        ],
        (0.5, 0.0),
    )
    vectors, meanings = np.array([[1, 0], [0, 1]], dtype=np.float32), np.array([[0, 1], [-1, 0]], dtype=np.float32)
    assert index.nearest(vectors, 2, meanings) == [
        [Candidate(1, 0.8, 0.0, -0.5), Candidate(2, 0.6, 0.8, 0.3)],
        [Candidate(1, 1.0, 1.0, -0.5), Candidate(2, 0.8, -0.6, 0.3)],
    ]
    assert index.vectors([2, 1]).tolist() == np.array([[0.6, 0.8], [0, 1]], dtype=np.float32).tolist()


def test_texts_of_an_entry_are_rows_of_their_own(root: Path) -> None:
    entry = replace(
        WORDS.entries[24],
        framework="onet",
        aliases=("exploring figures", "analysis of data", "EDA"),
        description="Counting.",
    )
    words = replace(WORDS, entries=(entry,), by_id={entry.id: entry}, version="one")
    meta, vectors = vector_store.read_matrix(build_index(root, words, embedder()), words, embedder().model_id)
    key = vector_store.entry_key(entry)
    assert meta.rows == ((key, "name"), (key, "alias"), (key, "description"))
    texts = ["Data Analysis", "exploring figures", "Data Analysis. Counting."]
    assert np.array_equal(vectors[:-1], embedder().encode(texts))
    assert meta.calibration == calibration_of(embedder().model_id)


def test_what_an_entry_is_described_as_is_embedded_whoever_wrote_it() -> None:
    entry = replace(WORDS.entries[24], framework="jobmate", aliases=("exploring figures",), description="Counting.")
    tool = replace(WORDS.entries[0], kind="technology", framework="jobmate", description="A tool.")
    words = replace(WORDS, entries=(tool, entry), by_id={each.id: each for each in (tool, entry)})
    texts = [(text.field, text.text) for text in entry_texts(words)]
    assert texts == [("name", "Data Analysis"), ("description", "Data Analysis. Counting."), ("name", tool.name)]


def test_an_index_that_is_judged_otherwise_is_refused(built: Path) -> None:
    folder = _stored(built)
    said = json.loads((folder / "index.json").read_text())
    said["calibration"]["thresholds"]["skill"] += 0.01
    (folder / "index.json").write_text(json.dumps(said))
    with pytest.raises(IndexRefusedError, match="judged otherwise"):
        vector_store.read_matrix(folder, WORDS, Recorded.model_id)


def test_another_models_or_vocabularys_vectors_are_refused(root: Path) -> None:
    folder = build_index(root, WORDS, embedder())
    with pytest.raises(IndexRefusedError, match="of embedding_model all-MiniLM-L6-v2"):
        vector_store.read_matrix(folder, WORDS, Renamed.model_id)
    with pytest.raises(IndexRefusedError, match="vocabulary_version test, needed is other"):
        vector_store.read_matrix(folder, OTHER_WORDS, embedder().model_id)
    same_version = replace(OTHER_WORDS, version=WORDS.version)
    with pytest.raises(IndexRefusedError, match="exactly the vocabulary"):
        vector_store.read_matrix(folder, same_version, embedder().model_id)


def test_indexes_lie_side_by_side_and_the_way_back_needs_no_build(root: Path) -> None:
    first = open_index(root, WORDS, embedder())
    second = open_index(root, OTHER_WORDS, embedder())
    assert _names(second, "containers", OTHER_WORDS)
    assert _names(first, "containers")[0] in {"Docker", "Kubernetes"}
    heard: list[tuple[str, int]] = []
    again = open_index(root, WORDS, embedder(), lambda step, percent: heard.append((step, percent)))
    assert (_names(again, "containers")[0] in {"Docker", "Kubernetes"}, heard) == (True, [])
    mine = open_index(root, OTHER_WORDS, Renamed())
    assert isinstance(mine, ChromaIndex)
    meta = json.loads((_stored(root, OTHER_WORDS, Renamed.model_id) / "index.json").read_text())
    assert (meta["embedding_model"], meta["vocabulary_version"], meta["release"]) == (Renamed.model_id, "other", "test")


def test_only_the_indexes_that_were_used_last_are_kept(root: Path) -> None:
    for number in range(5):
        open_index(root, replace(WORDS, version=f"version {number}"), embedder())
        open_index(root, replace(WORDS, version="version 0"), embedder())
    left = {json.loads((folder / "index.json").read_text())["vocabulary_version"] for folder in root.glob("index-*")}
    assert left == {"version 0", "version 3", "version 4"}


@pytest.mark.parametrize("damage", ["vectors.npy", "index.json", "chroma.sqlite3", "everything", "hnsw"])
def test_a_damaged_or_missing_index_is_built_again(built: Path, damage: str) -> None:
    folder = _stored(built)
    if damage == "everything":
        for path in folder.rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
    elif damage == "hnsw":
        for path in folder.rglob("*.bin"):
            path.write_bytes(b"\x07" * 10)
    else:
        path = folder / damage
        path.write_bytes(path.read_bytes()[:100] + b"\xff" * 400)
    assert _run("open", built).stdout.split() == ["ChromaIndex", "Docker"]
    vector_store.read_matrix(_stored(built), WORDS, embedder().model_id)


@pytest.mark.parametrize("moment", ["embed", "add", "matrix"])
def test_a_crash_while_building_leaves_the_index_before(built: Path, moment: str) -> None:
    before = _stored(built)
    crashed = _run("crash", built, moment, check=False)
    assert crashed.returncode == -signal.SIGKILL
    assert vector_store.stored(built, NEXT_WORDS, Recorded.model_id) is None
    vector_store.read_matrix(before, WORDS, embedder().model_id)
    assert _run("open", built).stdout.split() == ["ChromaIndex", "Docker"]
    assert _stored(built) == before
    assert len(list(built.glob("index-*"))) == 2
    open_index(built, NEXT_WORDS, embedder())
    assert all((folder / "index.json").exists() for folder in built.glob("index-*"))


def test_a_second_process_reads_the_same_neighbours_without_opening_chroma(built: Path) -> None:
    mine = open_index(built, WORDS, embedder())
    assert isinstance(mine, ChromaIndex)
    assert _run("open", built).stdout.split() == ["ExactIndex", "Docker"]
    FolderLock.release(built)
    query = embedder().encode(["build pipelines", "counting money"])
    meta, vectors = vector_store.read_matrix(_stored(built), WORDS, embedder().model_id)
    exact = ExactIndex(vectors, meta, WORDS)
    assert [row[:10] for row in exact.nearest(query, 50)] == [row[:10] for row in mine.nearest(query, 50)]


def test_a_second_process_builds_beside_the_one_that_serves(template: Path, tmp_path: Path) -> None:
    root = tmp_path / "index"
    shutil.copy(template / RECORDED, tmp_path / RECORDED)
    serving = open_index(root, OTHER_WORDS, embedder())
    assert _run("open", root).stdout.split() == ["ExactIndex", "Docker"]
    assert _names(serving, "containers", OTHER_WORDS)
    FolderLock.release(root)
    assert _run("open", root).stdout.split() == ["ChromaIndex", "Docker"]


def test_who_finds_an_index_does_not_wait_for_anothers_building(built: Path) -> None:
    with vector_store.building(built):
        assert open_index(built, WORDS, embedder()).nearest(embedder().encode(["Docker"]), 1)


def test_two_processes_that_need_the_same_index_build_it_once(template: Path, tmp_path: Path) -> None:
    shutil.copy(template / RECORDED, tmp_path / RECORDED)
    command = [sys.executable, "-m", "tests.integration.test_vector_index", "open", str(tmp_path / "index")]
    children = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(child.communicate()[0].split()[0] for child in children)
    assert said == ["ChromaIndex", "ExactIndex"]
    assert len(list((tmp_path / "index").glob("index-*"))) == 1


def _stored(root: Path, words: Vocabulary = WORDS, model_id: str = Recorded.model_id) -> Path:
    folder = vector_store.stored(root, words, model_id)
    assert folder is not None
    return folder


def _run(what: str, root: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.integration.test_vector_index", what, str(root), *arguments],
        cwd=REPOSITORY, env={**os.environ, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True, check=check,
    )  # fmt: skip


def _child(what: str, root: Path, moment: str = "") -> int:
    model = Recorded(root.parent / RECORDED)
    if what == "crash":
        place = {
            "embed": (model, "encode"),
            "add": (vector_store, "write_matrix"),
            "matrix": (vector_store, "_write_durably"),
        }[moment]
        setattr(*place, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        build_index(root, NEXT_WORDS, model)
        return 0
    index = open_index(root, WORDS, model)
    print(type(index).__name__, _names(index, "Docker", model=model)[0])
    return 0


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
