"""Nearest neighbours among the vocabulary's vectors: embedded Chroma finds candidates, exact cosines decide."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from jobmate_agent.adapters import vector_store
from jobmate_agent.adapters.vector_store import FolderLock, IndexRefusedError, entry_key, indexed
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import Candidate, Embedder, Progress, Vectors, Vocabulary

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

COLLECTION = "skills"
LEAST_CANDIDATES = 50
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
    vectors = _embed(vocabulary, embedder, progress)
    keys = [entry_key(entry) for entry in indexed(vocabulary)]
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
        for start in range(0, len(keys), ADD_BATCH):
            part = slice(start, start + ADD_BATCH)
            collection.add(ids=keys[part], embeddings=cast("list[Sequence[float]]", vectors[part]))
    finally:
        client.close()
    vector_store.write_matrix(folder, vectors, keys, vocabulary, embedder.model_id)
    return folder


class ExactIndex:
    """The stored matrix alone: exact neighbours by looking at every row. Thread-safe, reads only."""

    def __init__(self, vectors: Vectors, keys: Sequence[str], vocabulary: Vocabulary) -> None:
        ids = {entry_key(entry): entry.id for entry in vocabulary.entries}
        self._vectors = vectors
        self._ids = np.array([ids[key] for key in keys], dtype=np.int64)
        self._row = {int(id_): row for row, id_ in enumerate(self._ids)}

    def nearest(self, vectors: Vectors, count: int) -> list[list[Candidate]]:
        """Every entry is a candidate; the best ``count`` of them, by falling similarity, then skill id."""
        rows = np.arange(len(self._ids))
        return [self._rescore(vector, rows)[:count] for vector in vectors]

    def vectors(self, skill_ids: Sequence[int]) -> Vectors:
        """The entries' own rows, in the order asked."""
        rows = [self._row[id_] for id_ in skill_ids]
        return np.asarray(self._vectors[rows], dtype=np.float32)

    def _rescore(self, vector: Vectors, rows: np.typing.NDArray[np.intp]) -> list[Candidate]:
        # Double precision, so that the fourth decimal does not depend on how many rows are multiplied at once.
        exact = self._vectors[rows].astype(np.float64) @ vector.astype(np.float64)
        rounded = np.round(np.minimum(exact, 1.0), SIMILARITY_DECIMALS)
        order = np.lexsort((self._ids[rows], -rounded))
        return [Candidate(int(self._ids[rows[n]]), float(rounded[n])) for n in order]


class ChromaIndex(ExactIndex):
    """Chroma proposes at least :data:`LEAST_CANDIDATES` neighbours, the stored matrix rescores them."""

    def __init__(
        self, client: Client, collection: Collection, vectors: Vectors, keys: Sequence[str], vocabulary: Vocabulary
    ) -> None:
        super().__init__(vectors, keys, vocabulary)
        self._collection = collection
        # Runs that began before another vocabulary was published go on with this index; the last of them closes it.
        weakref.finalize(self, client.close)
        self._key_row = {key: row for row, key in enumerate(keys)}

    def nearest(self, vectors: Vectors, count: int) -> list[list[Candidate]]:
        """At least ``count`` candidates a row (all entries where there are fewer)."""
        wanted = min(max(count, LEAST_CANDIDATES), len(self._ids))
        found = self._collection.query(
            query_embeddings=cast("list[Sequence[float]]", vectors), n_results=wanted, include=[]
        )
        return [
            self._rescore(vector, np.array([self._key_row[key] for key in keys], dtype=np.intp))
            for vector, keys in zip(vectors, found["ids"], strict=True)
        ]


def _open(folder: Path, vocabulary: Vocabulary, model_id: str, owned: bool) -> ChromaIndex | ExactIndex:
    meta, vectors = vector_store.read_matrix(folder, vocabulary, model_id)
    vector_store.mark_used(folder)
    if not owned:
        return ExactIndex(vectors, meta.keys, vocabulary)
    from chromadb.errors import ChromaError

    try:
        client = _client(folder)
        collection = client.get_collection(COLLECTION, embedding_function=None)
        recorded = collection.metadata or {}
        index = ChromaIndex(client, collection, vectors, meta.keys, vocabulary)
        # Chroma reads its graph at the first query; a damaged one should show now, while it can be rebuilt.
        whole = collection.count() == len(meta.keys) and bool(index.nearest(vectors[:1], 1))
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


def _embed(vocabulary: Vocabulary, embedder: Embedder, progress: Progress) -> Vectors:
    names = [entry.name for entry in indexed(vocabulary)]
    parts = []
    for start in range(0, len(names), EMBED_BATCH):
        parts.append(embedder.encode(names[start : start + EMBED_BATCH]))
        progress("index", min(100, 100 * (start + EMBED_BATCH) // len(names)))
    return np.concatenate(parts)
