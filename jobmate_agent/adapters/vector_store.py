"""Vector indexes on disk: one folder each, complete before it is promoted, served by one process.

``root/index-<version>-<model>-<n>/`` holds Chroma's files, the same vectors as one matrix (``vectors.npy``) and,
written last, ``index.json``, which says what they are. ``root/current`` names the folder that is served and is replaced
atomically, so a crash at any moment leaves the index before or the one after. ``root/lock`` belongs to the process
that has Chroma open.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.types import Vectors, Vocabulary, VocabularyEntry

FORMAT = 1
POINTER = "current"
LOCK = "lock"
META = "index.json"
VECTORS = "vectors.npy"


class IndexRefusedError(JobMateError):
    """The stored index cannot be served: it belongs to another model or vocabulary, or is damaged."""

    def __init__(self, message: str) -> None:
        super().__init__("index_refused", message, status=503)


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """What an index was made from. ``keys`` are ``kind:key`` of the entries, in the order of the matrix's rows."""

    format: int
    embedding_model: str
    vocabulary_version: str
    release: str
    vectors_sha256: str
    keys: tuple[str, ...]


def entry_key(entry: VocabularyEntry) -> str:
    """An entry's name inside an index. Database ids are not used, so an index outlives the database it was made for."""
    return f"{entry.kind}:{entry.key}"


class FolderLock:
    """Held by the one process that may open Chroma below ``root``; the system frees it when the process ends."""

    _held: dict[Path, FolderLock] = {}  # noqa: RUF012 - one registry for the process, guarded below
    _guard = threading.Lock()

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, root: Path) -> bool:
        """Whether this process has the lock now."""
        root = root.resolve()
        with cls._guard:
            if root in cls._held:
                return True
            root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            cls._held[root] = cls(descriptor)
            return True

    @classmethod
    def release(cls, root: Path) -> None:
        """Give the lock back, if this process has it."""
        with cls._guard:
            held = cls._held.pop(root.resolve(), None)
            if held is not None:
                os.close(held._descriptor)

    @staticmethod
    def owner(root: Path) -> str:
        """The process id that the holder wrote down."""
        return (root / LOCK).read_text().strip() or "unknown"


def promoted(root: Path) -> Path | None:
    """The folder that is served, None where there is none."""
    try:
        name = (root / POINTER).read_text().strip()
    except FileNotFoundError:
        return None
    folder = root / name
    return folder if name and folder.parent == root and folder.is_dir() else None


def promote(root: Path, folder: Path) -> None:
    """Serve ``folder`` from now on. Older indexes go, except the one before, which others may still be reading."""
    before = promoted(root)
    draft = root / f"{POINTER}.{os.getpid()}"
    _write_durably(draft, folder.name.encode())
    draft.replace(root / POINTER)
    for other in root.glob("index-*"):
        if other not in (folder, before):
            shutil.rmtree(other)


def new_folder(root: Path, vocabulary: Vocabulary, model_id: str) -> Path:
    """A fresh, empty folder; remains of builds that never finished are removed."""
    root.mkdir(parents=True, exist_ok=True)
    for other in root.glob("index-*"):
        if not (other / META).exists():
            shutil.rmtree(other)
    slug = re.sub(r"[^\w.]+", "-", model_id)
    prefix = f"index-{vocabulary.version[:12]}-{slug}"
    number = next(n for n in range(1, 10_000) if not (root / f"{prefix}-{n}").exists())
    folder = root / f"{prefix}-{number}"
    folder.mkdir()
    return folder


def write_matrix(folder: Path, vectors: Vectors, keys: Sequence[str], vocabulary: Vocabulary, model_id: str) -> None:
    """Store the matrix, then the description that makes the folder complete."""
    with (folder / VECTORS).open("wb") as handle:
        np.save(handle, vectors)
        handle.flush()
        os.fsync(handle.fileno())
    meta = IndexMeta(FORMAT, model_id, vocabulary.version, vocabulary.release, _sha256(folder / VECTORS), tuple(keys))
    _write_durably(folder / META, json.dumps(asdict(meta), ensure_ascii=False).encode())


def read_matrix(folder: Path, vocabulary: Vocabulary, model_id: str) -> tuple[IndexMeta, Vectors]:
    """The stored matrix, if it was made by this model for this vocabulary; else :class:`IndexRefusedError`."""
    try:
        data = json.loads((folder / META).read_bytes())
        meta = IndexMeta(**{**data, "keys": tuple(data["keys"])})
        intact = meta.vectors_sha256 == _sha256(folder / VECTORS)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise IndexRefusedError(f"The index in {folder} cannot be read: {exc}") from exc
    wanted = {"format": FORMAT, "embedding_model": model_id, "vocabulary_version": vocabulary.version}
    for name, value in wanted.items():
        if getattr(meta, name) != value:
            raise IndexRefusedError(f"The index in {folder} is of {name} {getattr(meta, name)}, needed is {value}.")
    if not intact:
        raise IndexRefusedError(f"The vectors in {folder} are damaged.")
    if set(meta.keys) != {entry_key(entry) for entry in vocabulary.entries}:
        raise IndexRefusedError(f"The index in {folder} does not hold exactly the vocabulary's entries.")
    vectors: Vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    return meta, vectors


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
