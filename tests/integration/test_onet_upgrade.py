"""A load, its publication, the way back and old releases over HTTP, with readers hammering throughout.

Every answer is held against the files of the release that it names.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jobmate_agent.services.onet import publish
from tests.integration.test_occupation_profiles import only, some_codes
from tests.onet_files import CODE, REAL, ReleaseFiles, comparable, expected, number
from tests.onet_loading import TINY, Loaded, load_folder
from tests.web import Person, Web

READERS = 3
TURNS = 2
# Enough of both releases to pass a gate made for whole ones is not needed here: the files are a part of them.
LIMITS = TINY
VERSIONS = {"29.0": "29_0", "30.1": "30_1"}
Levels = tuple[float | None, float | None]
Check = Callable[[ReleaseFiles, dict[str, Any], str, str], list[str]]


@dataclass
class Releases:
    """The same occupations as each release has them in its files; only the older one is loaded, and served."""

    codes: list[str]
    files: dict[str, ReleaseFiles]
    older: Loaded


@dataclass
class Seen:
    """What readers were told: how many answers of each release, and what was wrong."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, version: str, wrong: list[str]) -> None:
        with self.lock:
            self.answers[version] += 1
            self.wrong += wrong


@pytest.fixture
def releases(web: Web, tmp_path: Path) -> Releases:
    """Some occupations of both real releases."""
    if not REAL.exists():
        pytest.skip(f"no O*NET release in {REAL}")
    codes = some_codes(ReleaseFiles(REAL / "30_1"))
    files = {
        version: ReleaseFiles(only(codes, REAL / name, tmp_path / name, version)) for version, name in VERSIONS.items()
    }
    older = _load(web, files["29.0"])
    publish.publish(web.container.db, older.release_id, lambda vocabulary: None)
    return Releases(codes, files, older)


def _load(web: Web, files: ReleaseFiles) -> Loaded:
    loaded = load_folder(web.container.db, files.folder, limits=LIMITS)
    assert loaded.report.passed, loaded.report.markdown()
    return loaded


def test_readers_hammer_while_releases_come_and_go(web: Web, releases: Releases) -> None:
    """Land, normalise and gate the newer release, publish it, go back, and again."""
    db, seen, stop = web.container.db, Seen(), threading.Event()
    people = [web.person() for _ in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(_hammer, person, releases, stop, seen, n) for n, person in enumerate(people)]

        def told(version: str) -> None:
            """Wait until each reader was told of this release, some time after now."""
            enough = seen.answers[version] + 2 * READERS
            _until(lambda: seen.answers[version] >= enough, readers)

        try:
            told("29.0")
            before = seen.answers["29.0"]
            newer = _load(web, releases.files["30.1"])
            # They read throughout, and what is loaded but not published is told to nobody.
            assert seen.answers["29.0"] > before
            assert set(seen.answers) == {"29.0"}
            assert people[0].get(f"/api/occupations/{releases.codes[0]}?as_of=30.1").status_code == 404
            for _ in range(TURNS):
                publish.publish(db, newer.release_id, lambda vocabulary: None)
                told("30.1")
                publish.rollback(db, lambda vocabulary: None)
                told("29.0")
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    assert seen.wrong == []
    assert set(seen.answers) == set(VERSIONS)
    for release in (releases.older, newer):
        publish.publish(db, release.release_id, lambda vocabulary: None)
        assert _old_releases(people[0], releases) == []


def test_the_files_have_gaps_of_every_sort() -> None:
    """Else the comparison above would be one of nothing."""
    if not REAL.exists():
        pytest.skip(f"no O*NET release in {REAL}")
    files = ReleaseFiles(REAL / "30_1")
    codes = some_codes(files)
    gaps = [_wanted_gap(files, *pair) for pair in pairwise(codes)]
    assert any(gap is None for gap in gaps)
    for sort in ("gap", "transferable", "unknown"):
        assert any(gap[sort] for gap in gaps if gap)


def _until(ready: Callable[[], bool], readers: list[Any]) -> None:
    """Wait for what the readers are told, or for one of them to fail."""
    while not ready() and not any(reader.done() for reader in readers):
        threading.Event().wait(0.02)


def _hammer(person: Person, releases: Releases, stop: threading.Event, seen: Seen, first: int) -> None:
    """Ask all kinds of questions in turn; each answer must be all of the release that it names."""
    turn = first
    while not stop.is_set():
        code, other = (releases.codes[(turn + step) % len(releases.codes)] for step in (0, 1))
        for question, check in _questions(releases, code, other):
            answer = person.get(question)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            version = body["release"]["version"]
            wrong = check(releases.files[version], body, code, other)
            seen.note(version, [f"{question} {version}: {line}" for line in wrong])
        turn += READERS


def _questions(releases: Releases, code: str, other: str, as_of: str = "30.1") -> list[tuple[str, Check]]:
    title = releases.files[as_of].of("Occupation Data", code)[0]["Title"]
    return [
        (f"/api/occupations/{code}", _profile),
        (f"/api/v1/skill-gap-by-lvl?from_occupation={code}&to_occupation={other}", _gap),
        (f"/api/occupations?q={quote(title)}", _search),
        (f"/api/occupations/families/{code[:2]}-0000", _family),
    ]


def _old_releases(person: Person, releases: Releases) -> list[str]:
    """Whichever release is served, each answers by its version as it always did."""
    wrong = []
    for code, other in zip(releases.codes[::3], releases.codes[1::3], strict=False):
        for version, files in releases.files.items():
            for question, check in _questions(releases, code, other, version):
                body = person.get(f"{question}{'&' if '?' in question else '?'}as_of={version}").json()
                wrong += [] if body["release"]["version"] == version else [f"{question}: not {version}"]
                wrong += check(files, body, code, other)
    return wrong


def _profile(files: ReleaseFiles, body: dict[str, Any], code: str, _: str) -> list[str]:
    said, wanted = comparable(body), expected(files, code)
    return [f"{name}: {said[name]!r:.300} not {wanted[name]!r:.300}" for name in wanted if said[name] != wanted[name]]


def _search(files: ReleaseFiles, body: dict[str, Any], code: str, _: str) -> list[str]:
    """Every title found is the release's; one that is asked for in full is found first."""
    wrong = [f"{found}" for found in body["occupations"] if not _is_of(files, found)]
    first = files.of("Occupation Data", code)[0]["Title"]
    if first == body["query"] and [found["title"] for found in body["occupations"][:1]] != [first]:
        wrong.append(f"{first} is not the first of {body['total']}")
    return wrong


def _is_of(files: ReleaseFiles, found: dict[str, Any]) -> bool:
    code, matched = found["onet_code"], found.get("matched_title")
    others = {row[name] for row in files.of("Alternate Titles", code) for name in ("Alternate Title", "Short Title")}
    others |= {row["Reported Job Title"] for row in files.of("Sample of Reported Titles", code)}
    titles = [row["Title"] for row in files.of("Occupation Data", code)]
    return [found["title"]] == titles and (matched is None or matched in others)


def _family(files: ReleaseFiles, body: dict[str, Any], code: str, _: str) -> list[str]:
    """The occupations of the family, all of them."""
    rows = sorted((row[CODE], row["Title"]) for row in files.all("Occupation Data") if row[CODE][:2] == code[:2])
    said = [(found["onet_code"], found["title"]) for found in body["occupations"]]
    return [] if said == rows else [f"{said} not {rows}"]


def _gap(files: ReleaseFiles, body: dict[str, Any], code: str, other: str) -> list[str]:
    """Every skill of Skills.txt where it belongs, with both its levels."""
    wanted = _wanted_gap(files, code, other)
    if wanted is None or not body["comparable"]:
        return [] if wanted is None and not body["comparable"] else [f"comparable is {body['comparable']}"]
    said = {
        sort: {entry["name"]: (entry.get("from_level"), entry.get("to_level")) for entry in body[sort]}
        for sort in wanted
    }
    return [f"{sort}: {said[sort]} not {wanted[sort]}" for sort in wanted if said[sort] != wanted[sort]]


def _wanted_gap(files: ReleaseFiles, code: str, other: str) -> dict[str, dict[str, Levels]] | None:
    """By level, {gap, transferable, unknown} of {name: both levels}; None where one of the two is not rated."""
    held, asked = _levels(files, code), _levels(files, other)
    if not held or not asked:
        return None
    wanted: dict[str, dict[str, Levels]] = {"gap": {}, "transferable": {}, "unknown": {}}
    for name in held | asked:
        have, need = held.get(name), asked.get(name)
        if have is None or need is None:
            wanted["unknown"][name] = have, need
        elif need > have:
            wanted["gap"][name] = have, need
        elif need > 0:
            wanted["transferable"][name] = have, need
    return wanted


def _levels(files: ReleaseFiles, code: str) -> dict[str, float | None]:
    """By name; 0 where a skill is not relevant, None where its level is not to be used."""
    found: dict[str, float | None] = {}
    for row in files.of("Skills", code):
        if row["Scale ID"] == "LV":
            level = 0.0 if row["Not Relevant"] == "Y" else number(row["Data Value"])
            found[row["Element Name"]] = None if row["Recommend Suppress"] == "Y" else level
    return found
