"""Nearest neighbours among the vocabulary's vectors: embedded Chroma finds candidates, exact cosines decide.

An entry has several rows: its name, aliases and description, each a vector of its own (:mod:`entry_texts`).
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.vector_store import FolderLock, IndexMeta, IndexRefusedError, entry_key, indexed
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.entry_texts import background_texts, entry_texts
from jobmate_agent.services.career_engine.types import (
    Calibration,
    Candidate,
    Embedder,
    Progress,
    Vectors,
    Vocabulary,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

COLLECTION = "skills"
LEAST_CANDIDATES = 50
ROWS_PER_CANDIDATE = 3
SEARCH_WIDTH = 200
ADD_BATCH = 2000
EMBED_BATCH = 1024
SIMILARITY_DECIMALS = 4


def open_index(
    root: Path, vocabulary: Vocabulary, embedder: Embedder, progress: Progress | None = None
) -> ChromaIndex | ExactIndex:
    """The index of this vocabulary and model, built (with progress) where there is none, or a damaged one.

    Only the process that holds the folder's lock opens Chroma. Any other one reads the stored matrix, which gives the
    same exact cosines. A vocabulary without skills, which has nothing to index, is refused as ``empty_vocabulary``.
    """
    if not indexed(vocabulary):
        raise JobMateError(
            "empty_vocabulary",
            f"The published skill vocabulary ({vocabulary.release}) holds no skills; run: jobmate taxonomy load",
            status=503,
        )
    owned = FolderLock.take(root)
    try:
        return _open(build_index(root, vocabulary, embedder, progress), vocabulary, embedder.model_id, owned)
    except IndexRefusedError:
        folder = build_index(root, vocabulary, embedder, progress, anew=True)
        return _open(folder, vocabulary, embedder.model_id, owned)


def build_index(
    root: Path,
    vocabulary: Vocabulary,
    embedder: Embedder,
    progress: Progress | None = None,
    *,
    anew: bool = False,
    served: str | None = None,
) -> Path:
    """The folder of this vocabulary's index, made beside the others where there is none yet, or ``anew`` in any case.

    ``served`` is the version of the vocabulary that is served meanwhile, whose index stays in any case. Nobody has a
    folder open before it is complete, so any process may build, whichever one serves; who finds what it wants does not
    wait for another's building.
    """
    if not anew and (there := vector_store.stored(root, vocabulary, embedder.model_id)):
        return there
    with vector_store.building(root):
        folder = None if anew else vector_store.stored(root, vocabulary, embedder.model_id)
        if folder is None:
            folder = _build(root, vocabulary, embedder, progress or (lambda step, percent: None))
            vector_store.tidy(root, folder, served)
        return folder


def _build(root: Path, vocabulary: Vocabulary, embedder: Embedder, progress: Progress) -> Path:
    folder = vector_store.new_folder(root, vocabulary, embedder.model_id)
    texts = list(entry_texts(vocabulary))
    vectors = _embed([text.text for text in texts], embedder, progress)
    background = embedder.encode(background_texts(vocabulary)).mean(axis=0, keepdims=True)
    client = _client(folder)
    try:
        collection = client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH, "num_threads": 1}},
            embedding_function=None,
            metadata={
                "embedding_model": embedder.model_id,
                "vocabulary_version": vocabulary.version,
                "release": vocabulary.release,
            },
        )
        for start in range(0, len(texts), ADD_BATCH):
            rows = range(start, min(start + ADD_BATCH, len(texts)))
            part = cast("list[Sequence[float]]", vectors[rows.start : rows.stop])
            collection.add(ids=[str(row) for row in rows], embeddings=part)
    finally:
        client.close()
    vector_store.write_matrix(folder, np.concatenate([vectors, background]), texts, vocabulary, embedder.model_id)
    return folder


class ExactIndex:
    """The stored matrix alone: exact neighbours by looking at every row. Thread-safe, reads only."""

    def __init__(self, vectors: Vectors, meta: IndexMeta, vocabulary: Vocabulary) -> None:
        """``vectors`` has a row for each of ``meta.rows``, those of one entry together, and the background's."""
        ids = {entry_key(entry): entry.id for entry in vocabulary.entries}
        self.calibration: Calibration = meta.calibration
        self._vectors = vectors
        keys = [key for key, _ in meta.rows]
        first = [row for row, key in enumerate(keys) if row == 0 or keys[row - 1] != key]
        fields = [field for _, field in meta.rows]
        self._first = np.array(first, dtype=np.intp)
        ends = np.array([*first[1:], len(keys)], dtype=np.intp)
        described = np.array([fields[end - 1] == "description" for end in ends], dtype=bool)
        self._words = ends - self._first - described
        self._meaning = np.where(described, ends - 1, self._first)
        self._ids = np.array([ids[keys[row]] for row in first], dtype=np.int64)
        self._place = {int(id_): place for place, id_ in enumerate(self._ids)}
        self._owner = np.repeat(np.arange(len(first)), ends - self._first)
        common = vectors[self._meaning].astype(np.float64) @ vectors[-1].astype(np.float64)
        self._commonness = np.round(common, SIMILARITY_DECIMALS)

    def nearest(self, vectors: Vectors, count: int, meanings: Vectors | None = None) -> list[list[Candidate]]:
        """At least ``count`` candidates a row and never fewer than :data:`LEAST_CANDIDATES`, or all entries."""
        wanted = min(max(count, LEAST_CANDIDATES), len(self._ids))
        rows = min(wanted * ROWS_PER_CANDIDATE, len(self._owner))
        while True:
            found = [np.unique(self._owner[near]) for near in self._near(vectors, rows)]
            if rows == len(self._owner) or all(len(places) >= wanted for places in found):
                break
            rows = min(2 * rows, len(self._owner))
        asked = vectors if meanings is None else meanings
        return [
            self._candidates(vector, meaning, near) for vector, meaning, near in zip(vectors, asked, found, strict=True)
        ]

    def vectors(self, skill_ids: Sequence[int]) -> Vectors:
        """The rows of the entries' own names, in the order asked."""
        places = np.array([self._place[id_] for id_ in skill_ids], dtype=np.intp)
        return np.asarray(self._vectors[self._first[places]], dtype=np.float32)

    def _near(self, vectors: Vectors, rows: int) -> list[npt.NDArray[np.intp]]:
        """The ``rows`` rows nearest to each query, in any order."""
        products = vectors @ self._vectors[: len(self._owner)].T
        if rows == len(self._owner):
            return [np.arange(rows)] * len(vectors)
        return list(np.argpartition(-products, rows - 1, axis=1)[:, :rows])

    def _candidates(self, vector: Vectors, meaning: Vectors, places: npt.NDArray[np.intp]) -> list[Candidate]:
        counts = self._words[places]
        starts = np.cumsum(counts) - counts
        rows = np.repeat(self._first[places] - starts, counts) + np.arange(counts.sum())
        similarity = np.maximum.reduceat(self._cosines(rows, vector), starts)
        means = self._cosines(self._meaning[places], meaning)
        ids, common = self._ids[places], self._commonness[places]
        order = np.lexsort((ids, -similarity))
        return [Candidate(int(ids[n]), float(similarity[n]), float(means[n]), float(common[n])) for n in order]

    def _cosines(self, rows: npt.NDArray[np.intp], vector: Vectors) -> npt.NDArray[np.float64]:
        # Double precision, so that the fourth decimal does not depend on how many rows are multiplied at once.
        exact = self._vectors[rows].astype(np.float64) @ vector.astype(np.float64)
        return cast("npt.NDArray[np.float64]", np.round(np.minimum(exact, 1.0), SIMILARITY_DECIMALS))


class ChromaIndex(ExactIndex):
    """Chroma proposes the nearest rows, the stored matrix compares their entries."""

    def __init__(
        self, client: Client, collection: Collection, vectors: Vectors, meta: IndexMeta, vocabulary: Vocabulary
    ) -> None:
        super().__init__(vectors, meta, vocabulary)
        self._collection = collection
        # Runs that began before another vocabulary was published go on with this index; the last of them closes it.
        weakref.finalize(self, client.close)

    def _near(self, vectors: Vectors, rows: int) -> list[npt.NDArray[np.intp]]:
        queries = cast("list[Sequence[float]]", vectors)
        found = self._collection.query(query_embeddings=queries, n_results=rows, include=[])
        return [np.array([int(id_) for id_ in ids], dtype=np.intp) for ids in found["ids"]]


def _open(folder: Path, vocabulary: Vocabulary, model_id: str, owned: bool) -> ChromaIndex | ExactIndex:
    meta, vectors = vector_store.read_matrix(folder, vocabulary, model_id)
    vector_store.mark_used(folder)
    if not owned:
        return ExactIndex(vectors, meta, vocabulary)
    from chromadb.errors import ChromaError

    try:
        client = _client(folder)
        collection = client.get_collection(COLLECTION, embedding_function=None)
        recorded = collection.metadata or {}
        index = ChromaIndex(client, collection, vectors, meta, vocabulary)
        # Chroma reads its graph at the first query; a damaged one should show now, while it can be rebuilt.
        whole = collection.count() == len(meta.rows) and bool(index.nearest(vectors[:1], 1))
    except (ChromaError, ValueError, KeyError, OSError, RuntimeError) as exc:
        raise IndexRefusedError(f"Chroma cannot open the index in {folder}: {exc}") from exc
    if (recorded.get("embedding_model"), recorded.get("vocabulary_version")) != (model_id, vocabulary.version):
        raise IndexRefusedError(f"The collection in {folder} was made by another model or for another vocabulary.")
    if not whole:
        raise IndexRefusedError(f"The collection in {folder} is incomplete.")
    return index


def _client(folder: Path) -> Client:
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    return cast("Client", client)


def _embed(texts: Sequence[str], embedder: Embedder, progress: Progress) -> Vectors:
    parts = []
    for start in range(0, len(texts), EMBED_BATCH):
        parts.append(embedder.encode(texts[start : start + EMBED_BATCH]))
        progress("index", min(100, 100 * (start + EMBED_BATCH) // len(texts)))
    return np.concatenate(parts)
