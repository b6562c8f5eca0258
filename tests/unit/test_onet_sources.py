"""Folders and zips that hold a release, and zips that hold something else."""

from __future__ import annotations

import stat
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest

from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.services.onet import sources
from jobmate_agent.services.onet.sources import ReleaseSource, open_source, release_name
from tests.mini_release import write_mini_release, zip_release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_mini_release(tmp_path / "db_30_1_text")


def read_all(source: ReleaseSource) -> dict[str, bytes]:
    contents = {}
    for name, file in source.files().items():
        with file.open() as stream:
            contents[name] = stream.read()
        assert len(contents[name]) == file.size
        assert file.name == f"{name}.txt"
    return contents


@pytest.mark.parametrize("top", ["", "db_30_1_text"])
def test_a_zip_reads_as_the_folder_that_it_was_made_of(folder: Path, tmp_path: Path, top: str) -> None:
    packed = open_source(zip_release(folder, tmp_path / "release.zip", top=top))
    plain = open_source(folder)
    assert read_all(packed) == read_all(plain)
    assert packed.read_me() == plain.read_me()
    assert "Read Me" not in plain.files()


def test_the_text_files_may_lie_in_one_subfolder(folder: Path) -> None:
    assert list(open_source(folder.parent).files()) == list(open_source(folder).files())


def test_other_files_are_left_alone(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.pdf").write_bytes(b"%PDF")
    (folder / "more").mkdir()
    packed = zip_release(folder, tmp_path / "release.zip")
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("__MACOSX/db_30_1_text/._Skills.txt", b"\0")
    assert set(open_source(packed).files()) == set(open_source(folder).files())
    assert "notes" not in open_source(folder).files()


def test_no_release(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="neither a folder nor a zip"):
        open_source(tmp_path / "absent")
    with pytest.raises(InvalidInputError, match="0 folders"):
        open_source(tmp_path)
    for name in ("a", "b"):
        write_mini_release(tmp_path / name)
    with pytest.raises(InvalidInputError, match="2 folders") as caught:
        open_source(tmp_path)
    assert caught.value.code == "no_release_files"


@pytest.mark.parametrize("name", ["30_1", "db_30_1_text", "onet-30.1", "O*NET 30.1"])
def test_the_name_tells_the_version_where_no_read_me_does(tmp_path: Path, name: str) -> None:
    source = open_source(write_mini_release(tmp_path / name, read_me=False))
    assert release_name(source) == sources.ReleaseName("30.1", None)


@pytest.mark.parametrize("name", ["release", "2025_12", "2025-12-01", "130_1", "30_12"])
def test_a_version_is_not_made_up(tmp_path: Path, name: str) -> None:
    source = open_source(write_mini_release(tmp_path / name, read_me=False))
    with pytest.raises(InvalidInputError, match="Give the version"):
        release_name(source)
    assert release_name(source, "29.0").version == "29.0"


def test_the_read_me_tells_version_and_month(tmp_path: Path) -> None:
    source = open_source(write_mini_release(tmp_path / "db_28_1_text", version="29.0"))
    assert release_name(source) == sources.ReleaseName("29.0", date(2024, 8, 1))
    assert release_name(source, "29.0") == sources.ReleaseName("29.0", date(2024, 8, 1))
    assert release_name(source, "29.3") == sources.ReleaseName("29.3", None)
    with pytest.raises(InvalidInputError, match="no O"):
        release_name(source, "latest")


def bad_zip(path: Path) -> str:
    """What is said of a zip that is refused when it is opened, or when it is read."""
    with pytest.raises(InvalidInputError) as caught:
        read_all(open_source(path))
    assert caught.value.code == "bad_release_zip"
    assert path.name in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    "name", ["../Skills.txt", "db/../../Skills.txt", "/etc/Skills.txt", "C:\\Skills.txt", "..\\a.txt"]
)
def test_zip_slip_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    path = zip_release(folder, tmp_path / "slip.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    assert "points out of the zip" in bad_zip(path)
    assert not (tmp_path / "Skills.txt").exists()


def test_links_are_refused(folder: Path, tmp_path: Path) -> None:
    path = zip_release(folder, tmp_path / "link.zip")
    entry = zipfile.ZipInfo("db_30_1_text/Abilities.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "is a link" in bad_zip(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubles_are_refused(folder: Path, tmp_path: Path) -> None:
    path = zip_release(folder, tmp_path / "double.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("db_30_1_text/SKILLS.txt", "x")
    assert "is there twice" in bad_zip(path)


def test_a_bomb_is_refused_before_it_is_read(folder: Path, tmp_path: Path) -> None:
    (folder / "Abilities.txt").write_bytes(bytes(40_000_000))
    assert "would unpack to" in bad_zip(zip_release(folder, tmp_path / "bomb.zip"))


def test_too_many_bytes_or_entries_are_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zip_release(folder, tmp_path / "large.zip")
    monkeypatch.setattr(sources, "MAX_BYTES", 10_000)
    assert "would unpack to" in bad_zip(path)
    monkeypatch.setattr(sources, "MAX_ENTRIES", 10)
    assert "more than 10" in bad_zip(path)


def test_a_header_that_lies_about_the_size_is_damage(folder: Path, tmp_path: Path) -> None:
    path = zip_release(folder, tmp_path / "liar.zip")
    data = bytearray(path.read_bytes())
    # The unpacked size stands before the data and in the directory; a tenth of it is told.
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = data.find(b"db_30_1_text/Skills.txt", data.find(signature)) - name_at
        while data[start : start + 4] != signature:
            start = data.find(b"db_30_1_text/Skills.txt", start + name_at + 1) - name_at
        (size,) = struct.unpack_from("<I", data, start + size_at)
        struct.pack_into("<I", data, start + size_at, size // 10)
    path.write_bytes(data)
    assert "Skills.txt is damaged (Bad CRC" in bad_zip(path)


@pytest.mark.parametrize("cut", [10, 3_000, -30])
def test_a_cut_off_zip_is_damaged(folder: Path, tmp_path: Path, cut: int) -> None:
    path = zip_release(folder, tmp_path / "cut.zip")
    path.write_bytes(path.read_bytes()[:cut])
    assert "download it again" in bad_zip(path)


def test_damage_inside_a_zip_is_found_and_named(folder: Path, tmp_path: Path) -> None:
    path = zip_release(folder, tmp_path / "damaged.zip")
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("db_30_1_text/Skills.txt").header_offset + 100
    data = bytearray(path.read_bytes())
    for offset in range(place, place + 20):
        data[offset] ^= 0xFF
    path.write_bytes(data)
    assert "Skills.txt" in bad_zip(path)


def test_encrypted_zips_and_odd_packing_are_refused(folder: Path, tmp_path: Path) -> None:
    path = zip_release(folder, tmp_path / "secret.zip")
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted" in bad_zip(path)
    with zipfile.ZipFile(tmp_path / "lzma.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("Skills.txt", "x")
    assert "packed by a method" in bad_zip(tmp_path / "lzma.zip")


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    (tmp_path / "db_30_1_text.zip").write_text("<html>not found</html>")
    assert "it is no zip" in bad_zip(tmp_path / "db_30_1_text.zip")
