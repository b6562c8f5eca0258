"""Releases of the O*NET database as zips of text files, from the official site (https://www.onetcenter.org/).

``database.html`` links to the newest release, ``db_releases.html`` to all; a zip is at
``dl_files/database/db_30_1_text.zip``. Only the folder given is written to.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

import httpx
import structlog

from jobmate_agent.adapters.partial_file import PartialFile
from jobmate_agent.adapters.retry_after import retry_after
from jobmate_agent.errors import JobMateError, NotFoundError, UnavailableError
from jobmate_agent.services.onet.release_site import Progress, is_version, version_key

log = structlog.get_logger(__name__)

PAGES = ("database.html", "db_releases.html")
TIMEOUT_SECONDS = 30.0
ATTEMPT_SECONDS = 600.0
TRIES = 5
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 120.0
LARGEST_PAGE = 4 * 1024 * 1024
LARGEST_ZIP = 1024**3
LARGEST_CONTENT = 8 * 1024**3

Result = TypeVar("Result")
_LINK = re.compile(r"dl_files/database/db_(\d{1,3})_(\d{1,2})_text\.zip")
# What zipfile raises of a damaged zip: a bad header, packed data, an unknown or encrypted packing, an early end.
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class _Passing(Exception):
    """A fault that may pass. ``retry_after``: seconds that the site asks to wait."""

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class OnetDownloads:
    """The site behind ``ReleaseSite``; downloads go to ``folder``, one process at a time."""

    def __init__(
        self,
        base_url: str,
        folder: Path,
        *,
        timeout: float = TIMEOUT_SECONDS,
        attempt_seconds: float = ATTEMPT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``timeout`` bounds a silence, ``attempt_seconds`` one attempt, after which the rest is asked for anew."""
        self._base = base_url.rstrip("/") + "/"
        self._folder = folder
        self._attempt_seconds = attempt_seconds
        self._sleep = sleep
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=True,
            trust_env=True,
            headers={"User-Agent": "jobmate", "Accept-Encoding": "identity"},
        )

    def latest_version(self) -> str:
        for page in PAGES:
            text = self._tried(partial(self._page, page))
            versions = [f"{major}.{minor}" for major, minor in _LINK.findall(text or "")]
            if versions:
                return max(versions, key=version_key)
        raise JobMateError(
            "onet_site_unreadable",
            f"{self._base} links to no release of the O*NET database; download one by hand and load the zip, or set "
            "JOBMATE_ONET_DOWNLOAD_URL.",
            status=502,
        )

    def download(self, version: str, *, progress: Progress | None = None, again: bool = False) -> Path:
        target = self.place(version)
        with _room(self._folder), self._alone():
            if target.exists() and not again and _fault(target) is None:
                return target
            self._fetch(f"dl_files/database/{target.name}", target, version, progress)
        return target

    def forget(self, versions: Iterable[str]) -> list[tuple[str, int]]:
        """Remove the zips of these versions, whole or in part; name and size in bytes of each that was here."""
        zips = [self.place(version) for version in versions if is_version(version)]
        with self._alone():
            found = [path for zip_ in zips for path in self._folder.glob(f"{zip_.name}*")]
            removed = [(path.name, path.stat().st_size) for path in found]
            for path in found:
                path.unlink()
        return removed

    def close(self) -> None:
        self._client.close()

    def place(self, version: str) -> Path:
        """Where the zip of a version is, or will be."""
        major, minor = version_key(version)
        return self._folder / f"db_{major}_{minor}_text.zip"

    def _fetch(self, path: str, target: Path, version: str, progress: Progress | None) -> None:
        part = PartialFile(target.with_name(f"{target.name}.part"))
        for whole_again in (True, False):
            self._tried(partial(self._attempt, path, part, version, progress))
            fault = _fault(part.path)
            if fault is None:
                part.become(target)
                return
            log.warning("onet_download_damaged", file=target.name, fault=fault)
            part.discard()
            if not whole_again:
                raise JobMateError(
                    "onet_download_damaged",
                    f"{target.name} arrived damaged twice ({fault}); nothing of it is kept.",
                    status=502,
                )

    def _attempt(self, path: str, part: PartialFile, version: str, progress: Progress | None) -> bool:
        """Ask for what is missing of the file. :class:`_Passing` where it is to be asked for again."""
        if part.is_complete:
            return True
        deadline = time.monotonic() + self._attempt_seconds
        with self._answered(path, part.headers()) as response:
            if response.status_code == 416:
                part.discard()
                raise _Passing("the part is not of this file")
            if response.status_code == 404:
                raise NotFoundError("onet_version_not_found", f"{self._base} has no release {version} as text files.")
            if part.begin(response) > LARGEST_ZIP:
                raise JobMateError("onet_download_too_large", f"{path} is larger than any O*NET release.", status=502)
            with part.open() as file:
                for chunk in response.iter_raw():
                    file.write(chunk)
                    part.report(file.tell(), progress)
                    if file.tell() > LARGEST_ZIP:
                        raise JobMateError(
                            "onet_download_too_large", f"{path} is larger than any O*NET release.", status=502
                        )
                    if time.monotonic() > deadline:
                        raise _Passing("the answer comes too slowly")
        part.ended()
        if not part.is_complete:
            part.discard_if_longer()
            raise _Passing("the answer was cut off")
        return True

    def _page(self, name: str) -> str | None:
        with self._answered(name, {}) as response:
            if response.status_code == 404:
                return None
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_PAGE:
                    return None
        return body.decode("utf-8", "replace")

    @contextlib.contextmanager
    def _answered(self, path: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """An answer that can be used, 404 and 416 included."""
        try:
            with self._client.stream("GET", urljoin(self._base, path), headers=headers) as response:
                _require_usable(response, self._base)
                yield response
        except httpx.TimeoutException as exc:
            raise _Passing("it does not answer in time") from exc
        except httpx.TransportError as exc:
            raise _Passing("the connection was lost") from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise JobMateError("onet_site_unreadable", f"{self._base} cannot be read: {exc}.", status=502) from exc

    def _tried(self, ask: Callable[[], Result]) -> Result:
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, TRIES + 1):
            try:
                return ask()
            except _Passing as exc:
                wait = exc.retry_after if exc.retry_after is not None else pause
                log.warning("onet_site_failed", attempt=attempt, fault=str(exc))
                if attempt == TRIES or wait > LONGEST_PAUSE_SECONDS:
                    raise UnavailableError(
                        "onet_site_unavailable",
                        f"{self._base} cannot be read now: {exc}. What has arrived is kept; run it again later.",
                        retry_after=max(1, round(wait)),
                    ) from exc
            self._sleep(wait)
            pause *= 2
        raise AssertionError("unreachable: the last attempt returns or raises")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "download.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as exc:
            raise UnavailableError("onet_download_running", "Another download is running; wait for it.") from exc
        finally:
            os.close(descriptor)


def _require_usable(response: httpx.Response, base: str) -> None:
    status = response.status_code
    if status in (401, 403):
        raise JobMateError(
            "onet_site_refuses",
            f"{base} refuses to serve us (HTTP {status}); download the zip with a browser and load that.",
            status=502,
        )
    if status == 429 or status >= 500:
        raise _Passing(f"it answers with HTTP {status}", retry_after(response.headers))
    if status not in (200, 206, 404, 416):
        raise JobMateError("onet_site_unreadable", f"{base} answers with HTTP {status}.", status=502)


def _fault(path: Path) -> str | None:
    """Why a file is not a whole zip, None where it is: every entry is read and its checksum compared."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_CONTENT:
                return "it unpacks to more than any release"
            damaged = archive.testzip()
    except _BROKEN_ZIP as exc:
        return f"{type(exc).__name__}: {exc}"
    except OSError as exc:
        # An offset that points before the file; what the disk has against reading is another matter.
        if exc.errno != errno.EINVAL:
            raise
        return str(exc)
    return f"{damaged} does not match its checksum" if damaged else None


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Says clearly that the disk is full."""
    try:
        yield
    except OSError as exc:
        if exc.errno not in _NO_ROOM:
            raise
        free = shutil.disk_usage(folder).free // 2**20 if folder.exists() else 0
        raise JobMateError(
            "disk_full",
            f"There is no room in {folder} ({free} MiB are free); make some, or set JOBMATE_DATA_DIR. What has arrived "
            "is kept, and the next run goes on from there.",
            status=507,
        ) from exc
