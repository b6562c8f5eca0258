"""Downloading releases from a site that behaves well and badly."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobmate_agent.adapters import onet_download, partial_file
from jobmate_agent.adapters.onet_download import OnetDownloads
from jobmate_agent.errors import JobMateError
from tests.scripted_onet import ScriptedOnet, Step


def a_zip(text: str = "occupations", size: int = 300_000) -> bytes:
    """A zip that does not compress, so that parts of it mean something."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("db_30_1_text/Occupation Data.txt", random.Random(text).randbytes(size))
    return buffer.getvalue()


@pytest.fixture
def onet() -> Iterator[ScriptedOnet]:
    with ScriptedOnet() as made:
        made.releases = {"29.0": a_zip("old"), "30.1": a_zip(), "9.2": a_zip("older")}
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def site(onet: ScriptedOnet, tmp_path: Path, waits: list[float]) -> Iterator[OnetDownloads]:
    made = OnetDownloads(onet.base_url, tmp_path / "onet", timeout=0.5, sleep=waits.append)
    yield made
    made.close()


def refused(code: str, do: Callable[[], object]) -> JobMateError:
    with pytest.raises(JobMateError) as caught:
        do()
    assert caught.value.code == code, caught.value.message
    return caught.value


def left_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "onet").iterdir()} - {"download.lock"}


def test_the_newest_version_is_found_without_downloading(site: OnetDownloads, onet: ScriptedOnet) -> None:
    assert site.latest_version() == "30.1"
    assert [call.path for call in onet.calls()] == ["/database.html"]


def test_the_archive_page_stands_in_for_a_page_without_links(site: OnetDownloads, onet: ScriptedOnet) -> None:
    onet.script("page", ["html", "good"])
    assert site.latest_version() == "30.1"
    assert [call.path for call in onet.calls()] == ["/database.html", "/db_releases.html"]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (["html", "not_found"], "onet_site_unreadable"),
        (["forbidden"], "onet_site_refuses"),
        (["huge", "huge"], "onet_site_unreadable"),
        (["server_error"] * 5, "onet_site_unavailable"),
        (["silent"] * 5, "onet_site_unavailable"),
        ([Step("rate_limited", "4000")], "onet_site_unavailable"),
    ],
)
def test_a_site_that_cannot_be_read_is_named(
    site: OnetDownloads, onet: ScriptedOnet, steps: list[str | Step], code: str
) -> None:
    onet.script("page", steps)
    assert onet.base_url in refused(code, site.latest_version).message


def test_a_release_arrives_whole_and_is_not_fetched_twice(
    site: OnetDownloads, onet: ScriptedOnet, tmp_path: Path
) -> None:
    seen: list[int] = []
    path = site.download("30.1", progress=lambda step, percent: seen.append(percent))
    assert path == tmp_path / "onet" / "db_30_1_text.zip"
    assert path.read_bytes() == onet.releases["30.1"]
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert site.download("30.1") == path
    assert onet.count("download") == 1
    site.download("30.1", again=True)
    assert onet.count("download") == 2
    assert left_in(tmp_path) == {"db_30_1_text.zip"}


def test_a_cut_download_goes_on_where_it_stopped(
    site: OnetDownloads, onet: ScriptedOnet, tmp_path: Path, waits: list[float]
) -> None:
    onet.script("download", ["truncated", "truncated", "good"])
    assert site.download("30.1").read_bytes() == onet.releases["30.1"]
    half = len(onet.releases["30.1"]) // 2
    ranges = [call.headers.get("range") for call in onet.calls("download")]
    assert ranges[:2] == [None, f"bytes={half}-"]
    assert ranges[2] is not None
    assert all(call.headers.get("if-range") for call in onet.calls("download")[1:])
    assert waits == [1.0, 2.0]


def test_another_process_goes_on_with_what_a_killed_one_left(
    site: OnetDownloads, onet: ScriptedOnet, tmp_path: Path
) -> None:
    onet.script("download", ["truncated", *["server_error"] * 4])
    refused("onet_site_unavailable", lambda: site.download("30.1"))
    assert "db_30_1_text.zip.part" in left_in(tmp_path)
    again = OnetDownloads(onet.base_url, tmp_path / "onet", sleep=lambda _: None)
    assert again.download("30.1").read_bytes() == onet.releases["30.1"]
    assert onet.calls("download")[-1].headers["range"].startswith("bytes=")
    again.close()


def test_a_file_that_was_replaced_meanwhile_is_fetched_from_the_start(onet: ScriptedOnet, tmp_path: Path) -> None:
    def replace(_: float) -> None:
        onet.releases["30.1"] = a_zip("corrected", 200_000)

    site = OnetDownloads(onet.base_url, tmp_path / "onet", sleep=replace)
    onet.script("download", ["truncated"])
    assert site.download("30.1").read_bytes() == a_zip("corrected", 200_000)
    site.close()


@pytest.mark.parametrize(
    "steps",
    [
        ["truncated", "range_ignored"],
        ["truncated", "wrong_part"],
        ["too_long"],
        ["too_short"],
        ["corrupt"],
        ["unknown_length"],
        ["drips"],
        ["silent"],
        ["server_error", Step("rate_limited", "3")],
        ["html"],
    ],
    ids=str,
)
def test_every_fault_that_passes_ends_in_the_right_file(
    onet: ScriptedOnet, tmp_path: Path, steps: list[str | Step], waits: list[float]
) -> None:
    onet.script("download", steps)
    site = OnetDownloads(onet.base_url, tmp_path / "onet", timeout=0.3, attempt_seconds=0.5, sleep=waits.append)
    assert site.download("30.1").read_bytes() == onet.releases["30.1"]
    assert left_in(tmp_path) == {"db_30_1_text.zip"}
    site.close()


def test_a_site_that_asks_for_patience_is_obeyed(site: OnetDownloads, onet: ScriptedOnet, waits: list[float]) -> None:
    onet.script("download", [Step("rate_limited", "7"), "good"])
    site.download("30.1")
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (["forbidden"], "onet_site_refuses"),
        (["not_found"], "onet_version_not_found"),
        (["corrupt", "corrupt"], "onet_download_damaged"),
        (["silent"] * 5, "onet_site_unavailable"),
        ([Step("rate_limited", "9999")], "onet_site_unavailable"),
    ],
    ids=str,
)
def test_a_fault_that_stays_leaves_nothing_that_looks_like_a_release(
    site: OnetDownloads, onet: ScriptedOnet, tmp_path: Path, steps: list[str | Step], code: str
) -> None:
    onet.script("download", steps)
    refused(code, lambda: site.download("30.1"))
    assert "db_30_1_text.zip" not in left_in(tmp_path)


def test_a_download_without_end_is_given_up(
    onet: ScriptedOnet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onet_download, "LARGEST_ZIP", 500_000)
    onet.script("download", ["huge"])
    site = OnetDownloads(onet.base_url, tmp_path / "onet")
    refused("onet_download_too_large", lambda: site.download("30.1"))
    assert "db_30_1_text.zip" not in left_in(tmp_path)
    site.close()


def test_a_full_disk_is_said_before_anything_is_written(
    site: OnetDownloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = os.statvfs(tmp_path)
    assert usage
    monkeypatch.setattr(partial_file.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    error = refused("disk_full", lambda: site.download("30.1"))
    assert str(tmp_path / "onet") in error.message
    assert "db_30_1_text.zip" not in left_in(tmp_path)


def test_a_disk_that_fills_up_meanwhile_keeps_what_arrived(onet: ScriptedOnet, tmp_path: Path) -> None:
    """A file size limit of the process stands in for the disk: the system refuses the write all the same."""
    import errno
    import resource
    import signal

    old, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    site = OnetDownloads(onet.base_url, tmp_path / "onet")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, old[1]))
        with pytest.raises(OSError) as caught:
            site.download("30.1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.errno == errno.EFBIG
    assert (tmp_path / "onet" / "db_30_1_text.zip.part").stat().st_size <= 150_000
    assert site.download("30.1").read_bytes() == onet.releases["30.1"]
    site.close()


def test_two_downloads_at_once_do_not_mix(site: OnetDownloads, onet: ScriptedOnet, tmp_path: Path) -> None:
    other = OnetDownloads(onet.base_url, tmp_path / "onet")
    seen: list[str] = []

    def meanwhile(step: str, percent: int) -> None:
        if not seen:
            seen.append(refused("onet_download_running", lambda: other.download("30.1")).code)

    assert site.download("30.1", progress=meanwhile).read_bytes() == onet.releases["30.1"]
    assert seen
    other.close()


def test_nothing_is_written_outside_the_folder(site: OnetDownloads, tmp_path: Path) -> None:
    refused("bad_version", lambda: site.download("../../30.1"))
    site.download("29.0")
    assert {path.name for path in tmp_path.iterdir()} == {"onet"}
