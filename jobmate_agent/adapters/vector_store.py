"""Vector indexes on disk: one folder for each vocabulary and model, side by side, each complete or not there at all.

``root/index-<version>-<model>-<n>/`` holds Chroma's files, the same vectors as one matrix (``vectors.npy``) and,
written last, ``index.json``, which says what they are and how they are to be judged: without it a folder is the remains
of a build that never finished. Which index is served follows from the vocabulary that the database has published.
``root/lock`` belongs to the process that has Chroma open, ``root/build.lock`` to the one that is building beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from jobmate_agent.errors import JobMateError
from jobmate_agent.services.career_engine.calibrations import calibration_of
from jobmate_agent.services.career_engine.entry_texts import EntryText, Field
from jobmate_agent.services.career_engine.types import (
    NAMED_KINDS,
    Calibration,
    Vectors,
    Vocabulary,
    VocabularyEntry,
)

FORMAT = 3
LOCK = "lock"
BUILD_LOCK = "build.lock"
META = "index.json"
VECTORS = "vectors.npy"
KEPT_OTHERS = 2


class IndexRefusedError(JobMateError):
    """The stored index cannot be served: it belongs to another model or vocabulary, or is damaged."""

    def __init__(self, message: str) -> None:
        super().__init__("index_refused", message, status=503)


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """What an index was made from.

    ``rows`` are (``kind:key`` of the entry, which of its texts) in the order of the matrix's rows; one more row, the
    last, is the mean of the background's vectors. ``calibration`` tells how the cosines are to be judged.
    """

    format: int
    embedding_model: str
    vocabulary_version: str
    release: str
    vectors_sha256: str
    rows: tuple[tuple[str, Field], ...]
    calibration: Calibration


def entry_key(entry: VocabularyEntry) -> str:
    """An entry's name inside an index. Database ids are not used, so an index outlives the database it was made for."""
    return f"{entry.kind}:{entry.key}"


def indexed(vocabulary: Vocabulary) -> tuple[VocabularyEntry, ...]:
    """The entries that are found by meaning: those of the kinds that documents are searched for."""
    return tuple(entry for entry in vocabulary.entries if entry.kind in NAMED_KINDS)


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


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Only one process at a time builds below ``root``; the others wait here, and then look again."""
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / BUILD_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def stored(root: Path, vocabulary: Vocabulary, model_id: str) -> Path | None:
    """The newest complete folder of this vocabulary and model, None where there is none."""
    prefix = _prefix(vocabulary, model_id)
    numbers = [
        folder.name.removeprefix(f"{prefix}-") for folder in root.glob(f"{prefix}-*") if (folder / META).exists()
    ]
    return root / f"{prefix}-{max(numbers, key=int)}" if numbers else None


def new_folder(root: Path, vocabulary: Vocabulary, model_id: str) -> Path:
    """A fresh, empty folder; remains of builds that never finished are removed. The caller is :func:`building`."""
    for other in root.glob("index-*"):
        if not (other / META).exists():
            shutil.rmtree(other)
    prefix = _prefix(vocabulary, model_id)
    numbers = [int(folder.name.removeprefix(f"{prefix}-")) for folder in root.glob(f"{prefix}-*")]
    folder = root / f"{prefix}-{max(numbers, default=0) + 1}"
    folder.mkdir()
    return folder


def tidy(root: Path, keep: Path, served: str | None = None) -> None:
    """Remove all but ``keep``, those of the vocabulary version ``served``, and the few that were used last."""
    others = [folder for folder in root.glob("index-*") if folder != keep and (folder / META).exists()]
    if served is not None:
        others = [folder for folder in others if not folder.name.startswith(_version_prefix(served))]
    for folder in sorted(others, key=lambda folder: (folder / META).stat().st_mtime_ns, reverse=True)[KEPT_OTHERS:]:
        shutil.rmtree(folder)


def mark_used(folder: Path) -> None:
    """Note that an index was opened just now."""
    os.utime(folder / META)


def _prefix(vocabulary: Vocabulary, model_id: str) -> str:
    slug = re.sub(r"[^\w.]+", "-", model_id)
    return f"{_version_prefix(vocabulary.version)}{slug}"


def _version_prefix(version: str) -> str:
    return f"index-{version[:12]}-"


def write_matrix(
    folder: Path, vectors: Vectors, texts: Sequence[EntryText], vocabulary: Vocabulary, model_id: str
) -> None:
    """Store the matrix (a row for each text, then the background's), then the description that completes the folder."""
    with (folder / VECTORS).open("wb") as handle:
        np.save(handle, vectors)
        handle.flush()
        os.fsync(handle.fileno())
    rows = tuple((entry_key(text.entry), text.field) for text in texts)
    digest = _sha256(folder / VECTORS)
    meta = IndexMeta(FORMAT, model_id, vocabulary.version, vocabulary.release, digest, rows, calibration_of(model_id))
    _write_durably(folder / META, json.dumps(asdict(meta), ensure_ascii=False).encode())


def read_matrix(folder: Path, vocabulary: Vocabulary, model_id: str) -> tuple[IndexMeta, Vectors]:
    """The stored matrix, if it was made by this model for this vocabulary; else :class:`IndexRefusedError`."""
    try:
        data = json.loads((folder / META).read_bytes())
        wanted = {"format": FORMAT, "embedding_model": model_id, "vocabulary_version": vocabulary.version}
        for name, value in wanted.items():
            if data[name] != value:
                raise IndexRefusedError(f"The index in {folder} is of {name} {data[name]}, needed is {value}.")
        rows = tuple((key, field) for key, field in data["rows"])
        meta = IndexMeta(**{**data, "rows": rows, "calibration": Calibration(**data["calibration"])})
        intact = meta.vectors_sha256 == _sha256(folder / VECTORS)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise IndexRefusedError(f"The index in {folder} cannot be read: {exc}") from exc
    if not intact:
        raise IndexRefusedError(f"The vectors in {folder} are damaged.")
    if {key for key, _ in rows} != {entry_key(entry) for entry in indexed(vocabulary)}:
        raise IndexRefusedError(f"The index in {folder} does not hold exactly the vocabulary's entries.")
    if meta.calibration != calibration_of(model_id):
        raise IndexRefusedError(f"The index in {folder} is judged otherwise than this version of JobMate judges.")
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
