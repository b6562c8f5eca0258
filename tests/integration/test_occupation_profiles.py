"""Every field of a profile against the text files of its release."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobmate_agent.blueprints.occupation_answers import without_nulls
from jobmate_agent.db import Database
from jobmate_agent.models import OnetRelease
from jobmate_agent.services.onet import land, normalise, sources
from jobmate_agent.services.onet.imports import ImportIds
from jobmate_agent.services.onet.profile import profile
from jobmate_agent.services.onet.releases import ReleaseRef
from tests.mini_release import read_tables, split_release, write_mini_release, write_read_me, write_tables
from tests.onet_files import CODE, RATED, REAL, ReleaseFiles, comparable, expected, release_files

SAMPLE = 30


def load(db: Database, folder: Path) -> ReleaseRef:
    """Land and normalise; who reads by id needs no gate and no publication."""
    release_id = normalise.normalise(db, land.land(db, sources.open_source(folder)))
    with db.reading() as session:
        release = session.get_one(OnetRelease, release_id)
        return ReleaseRef(release.id, release.version, release.name, release.released_on, release.vocabulary_version)


def differences(db: Database, release: ReleaseRef, files: ReleaseFiles, codes: list[str]) -> list[str]:
    found = []
    with db.reading() as session:
        for code in codes:
            said = comparable(without_nulls(profile(session, release, ImportIds(), code)))
            wanted = expected(files, code)
            found += [
                f"{code} {name}: {said[name]!r:.500} instead of {wanted[name]!r:.500}"
                for name in wanted
                if said[name] != wanted[name]
            ]
    return found


OPTIONAL = {"abilities", "work_activities", "work_context", "task_ratings"}


def test_profiles_are_those_of_the_files(db: Database, tmp_path: Path) -> None:
    folder = write_mini_release(tmp_path / "mini", optional=True)
    files = ReleaseFiles(folder)
    release = load(db, folder)
    codes = [row[CODE] for row in files.all("Occupation Data")]
    assert differences(db, release, files, codes) == []
    with db.reading() as session:
        found = profile(session, release, ImportIds(), codes[0])
    assert not OPTIONAL & set(found["unavailable"])
    assert found["work_context"]
    assert found["abilities"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_profile_names_what_its_release_has_no_file_for(db: Database, tmp_path: Path) -> None:
    folder = write_mini_release(tmp_path / "mini", without=["Interests", "Tools Used"])
    files = ReleaseFiles(folder)
    release = load(db, folder)
    codes = [row[CODE] for row in files.all("Occupation Data")]
    assert differences(db, release, files, codes) == []
    with db.reading() as session:
        found = profile(session, release, ImportIds(), codes[0])
    assert set(found["unavailable"]) == {*OPTIONAL, "interests", "tools"}
    assert found["interests"] == {"high_points": [], "elements": []}
    assert (found["tools"], found["abilities"], found["work_context"]) == ([], [], [])


def test_real_profiles_are_those_of_the_files(db: Database, tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip(f"no O*NET release in {REAL}")
    codes = some_codes(release_files(REAL / "30_1"))
    folder = only(codes, REAL / "30_1", tmp_path / "some")
    files = ReleaseFiles(folder)
    assert len(codes) >= SAMPLE
    assert differences(db, load(db, folder), files, codes) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_layout_of_the_files_does_not_show(db: Database, tmp_path: Path) -> None:
    classic = write_mini_release(tmp_path / "classic")
    files = ReleaseFiles(classic)
    split = load(db, split_release(classic, tmp_path / "split"))
    codes = [row[CODE] for row in files.all("Occupation Data")]
    # Software Skills.txt has no commodities.
    wrong = differences(db, split, files, codes)
    assert [line for line in wrong if line.split(" ")[1] != "technologies:"] == []


def some_codes(files: ReleaseFiles) -> list[str]:
    """Occupations of all kinds: those with suppressed values, with nothing rated, and some of every family."""
    every = [row[CODE] for row in files.all("Occupation Data")]
    flagged = [
        code
        for code in every
        if any(row["Recommend Suppress"] == "Y" for file in RATED for row in files.of(file, code))
    ]
    unrated = [code for code in every if not files.of("Skills", code)]
    return sorted({*flagged[:8], *unrated[:6], *every[:: len(every) // 20]})


def only(codes: list[str], source: Path, target: Path, version: str = "30.1") -> Path:
    """The same release with these occupations alone, row for row."""
    tables = read_tables(source)
    columns = (CODE, "Related O*NET-SOC Code")
    for rows in tables.values():
        at = [rows[0].index(column) for column in columns if column in rows[0]]
        rows[1:] = [row for row in rows[1:] if all(row[number] in codes for number in at)]
    write_tables(target, tables)
    write_read_me(target, version)
    return target
