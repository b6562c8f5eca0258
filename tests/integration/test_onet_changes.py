"""What changes from one release to another, told before a publication and kept with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.services.onet import changes
from tests.mini_release_tables import NEW_IN_30, NEW_TECHNOLOGY, Rows
from tests.onet_loading import load_mini

FIRST = "15-9101.00"


def _edited(rows: Rows, change: dict[int, str], row: int = 0) -> Rows:
    rows = [list(each) for each in rows]
    for column, value in change.items():
        rows[row][column] = value
    return rows


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """SQLite, for what does not depend on the database."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


def test_two_releases(db: Database, tmp_path: Path) -> None:
    older = load_mini(db, tmp_path / "older", version="29.0")
    newer = load_mini(
        db,
        tmp_path / "newer",
        rows={
            "Occupation Data": lambda rows: _edited(_edited(rows, {1: "Greenhouse data keepers"}), {2: "New."}, row=1),
            "Job Zones": lambda rows: _edited(rows, {1: "1"}),
            "Skills": lambda rows: _edited(_edited(rows, {4: "1.00"}), {4: "7.00"}, row=1),
            "Technology Skills": lambda rows: [
                [*row[:4], "Y", "Y"] if row[1] == "Tidewater SQL" else row for row in rows
            ],
            "Alternate Titles": lambda rows: [*rows, [FIRST, "Orchid Byte Counter", "n/a", "08"]],
        },
    )
    with db.reading() as session:
        found = changes.compare(session, older.release_id, newer.release_id)
    assert (found["from"]["version"], found["to"]["version"]) == ("29.0", "30.1")
    occupations = found["occupations"]
    assert [item["onet_code"] for item in occupations["added"]["items"]] == [NEW_IN_30]
    assert occupations["removed"] == {"count": 0, "items": []}
    assert occupations["retitled"]["items"] == [
        {"onet_code": FIRST, "from": "Greenhouse Data Keepers", "to": "Greenhouse data keepers"}
    ]
    assert [item["onet_code"] for item in occupations["redescribed"]["items"]] == ["15-9101.01"]
    assert [(item["onet_code"], item["from"], item["to"]) for item in occupations["job_zone_changed"]["items"]] == [
        (FIRST, 4, 1)
    ]
    vocabulary = found["vocabulary"]
    assert NEW_TECHNOLOGY in {item["name"] for item in vocabulary["added"]["items"]}
    assert [item["name"] for item in vocabulary["newly_in_demand"]["items"]] == ["Tidewater SQL"]
    ratings = found["ratings"]
    assert ratings["changed"] == 1
    assert ratings["added"] > 0
    assert ratings["removed"] == 0
    (importance,), (level,) = ratings["largest_importance_changes"], ratings["largest_level_changes"]
    assert (importance["onet_code"], importance["skill"], importance["to"]) == (FIRST, "Reading Comprehension", 1.0)
    assert (level["onet_code"], level["to"]) == (FIRST, 7.0)
    # The new occupation brings one title of its own, and one was added.
    assert found["titles"]["added"] - found["titles"]["removed"] == found["titles"]["after"] - found["titles"]["before"]
    assert found["titles"]["added"] >= 2
    assert json.loads(json.dumps(found)) == found


def test_the_way_back(lite: Database, tmp_path: Path) -> None:
    """What one direction adds, the other removes."""
    older = load_mini(lite, tmp_path / "older", version="29.0")
    newer = load_mini(lite, tmp_path / "newer", version="30.1")
    with lite.reading() as session:
        up = changes.compare(session, older.release_id, newer.release_id)
        down = changes.compare(session, newer.release_id, older.release_id)
        same = changes.compare(session, newer.release_id, newer.release_id)
    for name in ("titles", "tasks", "technologies", "facts", "task_activities", "related", "ratings"):
        assert (up[name]["added"], up[name]["removed"]) == (down[name]["removed"], down[name]["added"])
        assert (same[name]["added"], same[name]["removed"]) == (0, 0)
    assert up["occupations"]["added"] == down["occupations"]["removed"]
    assert all(listing["count"] == 0 for part in ("occupations", "vocabulary") for listing in same[part].values())
    assert "No change." in changes.markdown(same)


def test_names_of_a_release_are_shown_and_do_nothing() -> None:
    name = "<script>alert(1)</script> [a](http://b) | c"
    listing = {"count": 1, "items": [{"onet_code": FIRST, "title": name, "from": name, "to": None}]}
    row = {"onet_code": FIRST, "occupation": name, "skill": name, "from": 1.0, "to": 2.0}
    counted = dict.fromkeys(("before", "after", "added", "removed"), 0)
    parts = ("titles", "tasks", "technologies", "facts", "task_activities", "related")
    text = changes.markdown(
        {
            "from": None,
            "to": {"name": "O*NET 30.1"},
            "occupations": {"retitled": listing},
            "vocabulary": {
                "merged": {"count": 1, "items": [{"key": name, "into": name, "kind": "tool", "reason": name}]}
            },
            "ratings": {
                "added": 0,
                "removed": 0,
                "changed": 1,
                "largest_importance_changes": [row],
                "largest_level_changes": [],
            },
            **dict.fromkeys(parts, counted),
        }
    )
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; \\[a\\](http\\://b) \\| c"
    assert f"{FIRST} {shown}: {shown} → –" in text
    assert f"  - {shown} → {shown} (tool): {shown}" in text
    assert f"| {FIRST} {shown} | {shown} | 1 | 2 |" in text
    assert "<script>" not in text


def test_the_first_release(lite: Database, tmp_path: Path) -> None:
    loaded = load_mini(lite, tmp_path / "release")
    with lite.reading() as session:
        found = changes.compare(session, None, loaded.release_id)
        with pytest.raises(JobMateError) as unknown:
            changes.compare(session, None, loaded.release_id + 1)
    assert unknown.value.code == "release_not_found"
    assert found["from"] is None
    assert found["occupations"]["added"]["count"] == 10
    assert found["tasks"]["before"] == 0
    assert found["tasks"]["added"] == found["tasks"]["after"]
    text = changes.markdown(found)
    assert text.startswith("# O*NET 30.1: what changes\n")
    assert "- **Added: 10**" in text
    assert f"  - {FIRST} Greenhouse Data Keepers" in text
