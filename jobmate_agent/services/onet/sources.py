"""Where the files of a release come from: a folder, or a zip as onetcenter.org offers it.

Nothing is unpacked to disk; what a zip says about itself is checked before anything is read, and again while reading.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, TypeVar, cast

from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.services.onet.file_contracts import READ_ME

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# The official text edition is 100 MB in 45 files, packed 8 : 1.
MAX_BYTES = 1 << 30
MAX_ENTRIES = 500
MAX_RATIO = 100
_READ_ME_BYTES = 64 << 10
_TEXT = ".txt"
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

T = TypeVar("T", Path, PurePosixPath)


class SourceFile(Protocol):
    """One file. ``name`` is with ``.txt``, ``size`` in bytes."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Its bytes. Raises 422: ``release_unreadable``; ``bad_release_zip``, also while a damaged one is read."""


class ReleaseSource(Protocol):
    """The files of one release."""

    @property
    def label(self) -> str:
        """Where it is, for people."""

    @property
    def names(self) -> Sequence[str]:
        """Names of the folder or zip that may hold the version, nearest first."""

    def files(self) -> Mapping[str, SourceFile]:
        """The data files by name without ``.txt``, Read Me.txt not among them."""

    def read_me(self) -> str | None:
        """The text of Read Me.txt."""


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """``version`` as O*NET writes it (30.1); ``released_on`` is the first of the month, None where not known."""

    version: str
    released_on: date | None


def open_source(path: Path) -> ReleaseSource:
    """The release in a folder or zip, or in the one subfolder there that has text files.

    Raises 404 ``release_not_found``; 422 ``no_release_files``, ``bad_release_zip``.
    """
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise NotFoundError("release_not_found", f"{path} is neither a folder nor a zip file.")
    with _PathFile(path).open() as file:
        is_zip = zipfile.is_zipfile(file)
    if not is_zip:
        raise _bad_zip(path.name, "it is no zip, or its end is missing")
    return ZipSource(path)


def release_name(source: ReleaseSource, version: str | None = None) -> ReleaseName:
    """What release it is: ``version`` if given, else as Read Me.txt says, else by the name of folder or zip.

    Raises ``unknown_release_version`` (422).
    """
    text = source.read_me() or ""
    said = re.search(r"O\*NET\D{0,3}\s(\d{1,2}\.\d{1,2}) Database", text)
    month = re.search(rf"\b({'|'.join(_MONTHS)})\s+(\d{{4}})\s+Release", text, re.I)
    released_on = date(int(month[2]), _MONTHS.index(month[1].lower()) + 1, 1) if month else None
    if version is not None:
        if not re.fullmatch(r"\d{1,2}\.\d{1,2}", version):
            raise InvalidInputError("unknown_release_version", f"'{version}' is no O*NET version; give one like 30.1.")
        return ReleaseName(version, released_on if said is None or said[1] == version else None)
    if said:
        return ReleaseName(said[1], released_on)
    for name in source.names:
        if match := re.search(r"(?<!\d)(?<!\d[._])(\d{2})[._](\d)(?![._]?\d)", name):
            return ReleaseName(f"{match[1]}.{match[2]}", released_on)
    raise InvalidInputError(
        "unknown_release_version",
        f"{source.label}: which release it is stands neither in a Read Me.txt ('O*NET 30.1 Database') nor in the name "
        "of the folder or zip (db_30_1_text). Give the version: --version 30.1",
    )


@dataclass(frozen=True, slots=True)
class _PathFile:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> AbstractContextManager[BinaryIO]:
        try:
            return self.path.open("rb")
        except OSError as exc:
            raise InvalidInputError(
                "release_unreadable",
                f"{self.path}: {exc.strerror}. See to it that the file can be read, and load again.",
            ) from exc


class FolderSource:
    """Text files in a folder; files of other kinds are left alone."""

    def __init__(self, path: Path) -> None:
        self.label = str(path)
        folder = _only_folder({each for each in (path, *_folders(path)) if _text_files(each)}, path)
        self.names = tuple(dict.fromkeys((folder.name, path.resolve().name)))
        self._files = {file.stem: _PathFile(file) for file in _text_files(folder)}

    def files(self) -> Mapping[str, SourceFile]:
        return {name: file for name, file in self._files.items() if name != READ_ME}

    def read_me(self) -> str | None:
        return _read_me(self._files.get(READ_ME))


class ZipSource:
    """Text files in a zip, read where they are."""

    def __init__(self, path: Path) -> None:
        self.label = str(path)
        with _damage(path), zipfile.ZipFile(path) as archive:
            entries = _checked(path.name, archive.infolist())
        texts = [entry for entry in entries if entry.filename.endswith(_TEXT)]
        folder = _only_folder({PurePosixPath(entry.filename).parent for entry in texts}, path)
        self.names = tuple(name for name in (folder.name, path.stem) if name)
        self._files = {PurePosixPath(e.filename).stem: _ZippedFile(path, e.filename, e.file_size) for e in texts}

    def files(self) -> Mapping[str, SourceFile]:
        return {name: file for name, file in sorted(self._files.items()) if name != READ_ME}

    def read_me(self) -> str | None:
        return _read_me(self._files.get(READ_ME))


@dataclass(frozen=True, slots=True)
class _ZippedFile:
    archive: Path
    entry: str
    size: int

    @property
    def name(self) -> str:
        return PurePosixPath(self.entry).name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with _damage(self.archive):
            archive = zipfile.ZipFile(self.archive)
        with closing(archive):
            with _damage(self.archive, self.entry):
                member = archive.open(self.entry)
            with member:
                yield cast(BinaryIO, io.BufferedReader(_Unpacked(self, member), 1 << 16))


class _Unpacked(io.RawIOBase):
    """The bytes of a zipped file; damage is told in our words.

    ``zipfile`` stops at the size that the zip says and then checks the sum, so a lying header is damage, too.
    """

    def __init__(self, file: _ZippedFile, member: IO[bytes]) -> None:
        self._file = file
        self._member = member

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        with _damage(self._file.archive, self._file.entry):
            data = self._member.read(len(view))
        view[: len(data)] = data
        return len(data)


@contextmanager
def _damage(path: Path, entry: str = "") -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        raise _bad_zip(
            path.name, f"{entry or 'the list of its files'} is damaged ({exc or type(exc).__name__})"
        ) from exc


def _checked(archive: str, entries: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The entries, once nothing about them is dangerous."""
    seen: set[str] = set()
    if len(entries) > MAX_ENTRIES:
        raise _bad_zip(archive, f"it has {len(entries)} entries, more than {MAX_ENTRIES}")
    for entry in entries:
        problem = _problem(entry) or ("is there twice" if entry.filename.lower() in seen else None)
        if problem:
            raise _bad_zip(archive, f"{entry.orig_filename!r} {problem}")
        seen.add(entry.filename.lower())
    size, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if size > MAX_BYTES or size > MAX_RATIO * max(packed, 1):
        raise _bad_zip(archive, f"it would unpack to {size:,} bytes from {packed:,}, which no release does")
    return [entry for entry in entries if not entry.filename.startswith("__MACOSX/")]


def _problem(entry: zipfile.ZipInfo) -> str | None:
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in PurePosixPath(name).parts:
        return "points out of the zip"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device, no file"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in _PLAIN_METHODS:
        return "is packed by a method that releases do not use"
    return None


def _only_folder(folders: set[T], path: Path) -> T:
    if len(folders) == 1:
        return folders.pop()
    where = f" ({', '.join(sorted(str(folder) for folder in folders))})" if folders else ""
    raise InvalidInputError(
        "no_release_files",
        f"{path} has text files in {len(folders)} folders{where}; a release has all of them in one. "
        "Give the folder or zip of the official text edition.",
    )


def _folders(path: Path) -> list[Path]:
    """Subfolders that count: none where the text files lie in the folder itself."""
    return [] if _text_files(path) else sorted(child for child in path.iterdir() if child.is_dir())


def _text_files(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if child.suffix == _TEXT and child.is_file())


def _read_me(file: SourceFile | None) -> str | None:
    if file is None:
        return None
    with file.open() as stream:
        return stream.read(_READ_ME_BYTES).decode("utf-8", "replace")


def _bad_zip(archive: str, problem: str) -> InvalidInputError:
    return InvalidInputError(
        "bad_release_zip", f"{archive}: {problem}. Give the zip of the official text edition; download it again."
    )
