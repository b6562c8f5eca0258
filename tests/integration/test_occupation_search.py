"""Search over occupations: the same on every database, whatever is asked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jobmate_agent.db import Database
from jobmate_agent.models import OccupationSearch
from jobmate_agent.services.onet.search import Found, search
from jobmate_agent.services.onet.search_index import index_release
from tests.onet_files import CODE, REAL, release_files
from tests.onet_samples import About, add_occupations

SOME: dict[str, About] = {
    "11-3121.00": ("Human Resources Managers", "Plan the work of HR.", ["HR Manager", "HR Director"]),
    "15-1232.00": ("Computer User Support Specialists", "Help users of computers.", ["IT Support", "Help Desk"]),
    "15-1251.00": ("Computer Programmers", "Write code.", ["C++ Programmer", "Coder"]),
    "15-1252.00": ("Software Developers", "Design software. Work with nurses on request.", ["Developer"]),
    "15-1299.00": ("Computer Occupations, All Other", "All computer occupations not listed.", ["Developer"]),
    "29-1141.00": ("Registered Nurses", "Care for patients.", ["RN", "R.N. Supervisor", "OR Nurse", "Nurse"]),
    "29-1151.00": ("Nurse Anesthetists", "Give anesthesia.", ["Certified Registered Nurse Anesthetist"]),
    "35-3023.01": ("Baristas", "Make coffee.", ["Café Attendant"]),
    "53-3032.00": ("Heavy Truck Drivers", "Drive trucks.", ["Truck Driver", "Driver NEAR Me"]),
}


def codes(found: Found) -> list[str]:
    return [row["onet_code"] for row in found.occupations]


@pytest.fixture
def release(db: Database) -> int:
    with db.unit_of_work() as session:
        return add_occupations(session, SOME)


def find(db: Database, release: int, query: str, page: int = 1, per_page: int = 20) -> Found:
    with db.reading() as session:
        return search(session, release, query, page, per_page)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql", "mariadb"], indirect=True)
def test_words_find_what_they_mean(db: Database, release: int) -> None:
    expected = {
        "registered nurse": ["29-1141.00", "29-1151.00"],
        "nurse": ["29-1141.00", "29-1151.00", "15-1252.00"],
        "RN": ["29-1141.00"],
        "r.n.": ["29-1141.00"],
        "HR": ["11-3121.00"],
        "IT": ["15-1232.00"],
        "c++ programmer": ["15-1251.00"],
        "truck drivers": ["53-3032.00"],
        "software develop": ["15-1252.00"],
        # An exact other title; what is left over comes last.
        "developer": ["15-1252.00", "15-1299.00"],
        "cafe attendant": ["35-3023.01"],
        "CAFÉ": ["35-3023.01"],
        # The last word is still being typed.
        "regis": ["29-1141.00", "29-1151.00"],
        "human resou": ["11-3121.00"],
        # Not all in one: any.
        "anesthesia nurse zeppelin": ["29-1151.00", "29-1141.00"],
        # By code.
        "29-1141.00": ["29-1141.00"],
        "29-1141": ["29-1141.00"],
        " 15-12": ["15-1232.00", "15-1251.00", "15-1252.00", "15-1299.00"],
        "99-": [],
    }
    found = {query: codes(find(db, release, query)) for query in expected}
    assert {query: rows[: len(expected[query])] for query, rows in found.items()} == expected


def test_a_hit_says_what_matched(db: Database, release: int) -> None:
    first = find(db, release, "HR manager").occupations[0]
    assert first["matched_title"] == "HR Manager"
    assert {**first, "score": 0} == {
        "onet_code": "11-3121.00",
        "title": "Human Resources Managers",
        "score": 0,
        "matched_title": "HR Manager",
        "description": "Plan the work of HR.",
        "job_zone": None,
    }
    assert 0 < first["score"] <= 1
    assert find(db, release, "registered nurses").occupations[0]["matched_title"] is None
    assert find(db, release, "rn supervisor").occupations[0]["matched_title"] == "R.N. Supervisor"


NOTHING = [
    "***",
    "the of and",
    '"',
    "' -- ",
    "()",
    "中文",
    '+-><~*"@',
    "\U0001f600",
    "zzyzx",
    "a" * 5000,
    ":*",
    "\\",
    "%",
]
OPERATORS = [
    *('nurse" OR "x', "nurse*", "nurse NEAR(anesthetist, 2)", "-nurse", "+nurse", "nurse AND", "NOT nurse", "(nurse"),
    *("title_terms : nurse", "nurse & !x", "nurse:*A", "nurse <-> registered", "^nurse", "nurse\\", "~nurse", "@nurse"),
    *("nurse'); DROP TABLE occupation_search; --", "nurse % _", "{nurse}", "nurse\x01", "nurse|", "nurse@8"),
]


def test_a_query_is_text_and_never_an_expression(db: Database, release: int) -> None:
    for query in NOTHING:
        assert find(db, release, query) == Found([], 0), query
    for query in OPERATORS:
        assert "29-1141.00" in codes(find(db, release, query)), query
    assert codes(find(db, release, "driver near")) == ["53-3032.00"]
    assert codes(find(db, release, "anesthetist NOT nurse"))[0] == "29-1151.00"


def test_pages(db: Database, release: int) -> None:
    everything = find(db, release, "")
    assert (codes(everything), everything.total) == (sorted(SOME), len(SOME))
    pages = [find(db, release, "", page, 4) for page in (1, 2, 3, 4)]
    assert [code for page in pages for code in codes(page)] == sorted(SOME)
    assert {page.total for page in pages} == {len(SOME)}
    whole = find(db, release, "nurse driver barista programmer")
    parts = [find(db, release, "nurse driver barista programmer", page, 2) for page in range(1, 6)]
    assert [row for part in parts for row in part.occupations] == whole.occupations
    assert {part.total for part in parts} == {whole.total}
    assert whole.total >= 5


def test_releases_are_searched_apart(db: Database, release: int) -> None:
    older = {"15-1252.00": ("Applications Developers", "As it was called.", [])}
    with db.unit_of_work() as session:
        old = add_occupations(session, older, version="29.0", published=False)
    assert codes(find(db, old, "applications")) == ["15-1252.00"]
    assert codes(find(db, release, "applications")) == []
    assert codes(find(db, old, "nurse")) == []


def test_indexing_again_changes_nothing(db: Database, release: int) -> None:
    before = find(db, release, "nurse")
    with db.unit_of_work() as session:
        assert index_release(session, release) == len(SOME)
    assert find(db, release, "nurse") == before
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OccupationSearch)) == len(SOME)


REAL_QUERIES = {
    "registered nurse": "29-1141.00",
    "RN": "29-1141.00",
    "LPN": "29-2061.00",
    "EMT": "29-2042.00",
    "HR manager": "11-3121.00",
    "HR": "11-3121.00",
    "CEO": "11-1011.00",
    "VP of sales": "11-2022.00",
    "software developer": "15-1252.00",
    "data scientist": "15-2051.00",
    "devops": "15-1252.00",
    "python developer": "15-1252.00",
    "c++ programmer": "15-1251.00",
    "help desk": "15-1232.00",
    "truck driver": "53-3032.00",
    "barista": "35-3023.01",
    "chef": "35-1011.00",
    "electrician": "47-2111.00",
    "accountant": "13-2011.00",
    "bookkeeper": "43-3031.00",
    "security guard": "33-9032.00",
    "OR nurse": "29-1141.00",
    "mechanical engineer": "17-2141.00",
    "project manager": "13-1082.00",
    "high school math teacher": "25-2031.00",
    "dental hygienist": "29-1292.00",
    "plumber": "47-2152.00",
}


def test_a_real_release_is_found_alike_on_every_database(db: Database) -> None:
    if not REAL.exists():
        pytest.skip(f"no O*NET release in {REAL}")
    files = release_files(REAL / "30_1")
    occupations: dict[str, About] = {}
    for row in files.all("Occupation Data"):
        others = [
            name
            for other in files.of("Alternate Titles", row[CODE])
            for name in (other["Alternate Title"], other["Short Title"])
            if name != "n/a"
        ]
        others += [other["Reported Job Title"] for other in files.of("Sample of Reported Titles", row[CODE])]
        occupations[row[CODE]] = (row["Title"], row["Description"], others)
    with db.unit_of_work() as session:
        release = add_occupations(session, occupations)
    first = {query: codes(find(db, release, query))[0] for query in REAL_QUERIES}
    assert first == REAL_QUERIES
