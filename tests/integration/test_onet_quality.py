"""Rows in quarantine, and the gate between a release that was made and one that may be published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent import metrics
from jobmate_agent.clock import utcnow
from jobmate_agent.db import Database
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import OccupationSkill, ReleaseOccupation
from jobmate_agent.models.landing import OnetLoad, QuarantinedRow
from jobmate_agent.models.onet import BUILDING, PUBLISHED, READY, OnetRelease
from jobmate_agent.services.onet import land, normalise, quality, sources
from jobmate_agent.services.onet.gate_limits import GateLimits
from jobmate_agent.services.onet.gate_report import GateCheck, GateReport
from tests.mini_release import write_mini_release
from tests.mini_release_tables import Rows, mini_tables
from tests.onet_loading import TINY, load_mini
from tests.release_facts import assert_same_facts, facts_of_database, facts_of_files
from tests.split_release import split_tables

Change = Callable[[Rows], Rows]


def cell(column: int, value: str, *, row: int = 0) -> Change:
    """Put ``value`` into one cell of a row."""

    def change(rows: Rows) -> Rows:
        rows = [list(each) for each in rows]
        rows[row][column] = value
        return rows

    return change


def again(row: int = 0) -> Change:
    """Repeat a row at the end of the file."""
    return lambda rows: [*rows, list(rows[row])]


# File, what is done to it, rule, what the reason says; the damaged row is the first one, or the last where it repeats.
DAMAGES: list[tuple[str, Change, str, str]] = [
    ("Skills", cell(4, "n/a"), "required_field_empty", "Data Value is empty"),
    ("Skills", cell(4, ""), "required_field_empty", "Data Value is empty"),
    ("Skills", cell(4, "4,12"), "not_a_number", "Data Value “4,12” is not a number"),
    ("Skills", cell(4, "1e0"), "not_a_number", "Data Value “1e0” is not a number"),
    ("Skills", cell(4, "5.01"), "importance_out_of_range", "importance 5.01 is outside 1–5"),
    ("Skills", cell(4, "0.99"), "importance_out_of_range", "importance 0.99 is outside 1–5"),
    ("Skills", cell(4, "-1"), "importance_out_of_range", "importance -1 is outside 1–5"),
    ("Skills", cell(4, "7.5", row=1), "level_out_of_range", "level 7.5 is outside 0–7"),
    ("Skills", cell(9, "y"), "not_a_flag", "Recommend Suppress “y” is neither Y nor N"),
    ("Skills", cell(10, "maybe"), "not_a_flag", "Not Relevant “maybe” is neither Y nor N"),
    ("Skills", cell(0, "99-9999.99"), "unknown_occupation", "“99-9999.99” is not in Occupation Data"),
    ("Skills", cell(1, "2.A.9.z"), "unknown_element", "“2.A.9.z” is not in Content Model Reference"),
    ("Skills", cell(3, "ZZ"), "unknown_scale", "Scale ID “ZZ” is not in Scales Reference"),
    ("Skills", cell(3, "EX"), "unknown_scale", "Scale ID “EX” does not belong in Skills"),
    ("Skills", again(), "duplicate_key", "repeats the key of line 2"),
    ("Knowledge", cell(4, "6"), "importance_out_of_range", "importance 6 is outside 1–5"),
    ("Interests", cell(4, "7.01"), "out_of_range", "Data Value on scale OI 7.01 is outside 1–7"),
    ("Work Styles", cell(4, "11", row=1), "out_of_range", "is outside"),
    ("Occupation Data", again(), "duplicate_key", "repeats the key of line 2"),
    ("Occupation Data", cell(1, "", row=-1), "required_field_empty", "Title is empty"),
    ("Job Zones", cell(1, "6"), "out_of_range", "Job Zone 6 is outside 1–5"),
    ("Job Zones", cell(1, "2.5"), "not_a_number", "Job Zone “2.5” is not a whole number"),
    ("Task Statements", again(), "duplicate_key", "repeats the key of line 2"),
    ("Task Statements", cell(4, "many"), "not_a_number", "Incumbents Responding “many” is not a whole number"),
    (
        "Tasks to DWAs",
        cell(1, "123456789"),
        "unknown_task",
        "“123456789” is not in Task Statements for this occupation",
    ),
    ("Tasks to DWAs", cell(2, "4.A.9"), "unknown_activity", "DWA ID “4.A.9” is not in DWA Reference"),
    ("Technology Skills", cell(4, "X"), "not_a_flag", "Hot Technology “X” is neither Y nor N"),
    ("Related Occupations", cell(1, "99-9999.99"), "unknown_related_occupation", "is not in Occupation Data"),
    ("Related Occupations", again(), "duplicate_key", "repeats the key of line 2"),
    ("Alternate Titles", again(), "duplicate_key", "repeats the key of line 2"),
    ("Task Ratings", cell(1, "1"), "unknown_task", "Task ID “1” is not in Task Statements"),
]


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """SQLite, for what does not depend on the database."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.mark.parametrize(
    ("file", "change", "rule", "reason"),
    DAMAGES,
    ids=[f"{file}-{rule}-{n}" for n, (file, _, rule, _) in enumerate(DAMAGES)],
)
def test_a_damaged_row_is_quarantined(
    lite: Database, tmp_path: Path, file: str, change: Change, rule: str, reason: str
) -> None:
    folder = write_mini_release(tmp_path / "release", rows={file: change}, optional=True)
    load_id = land.land(lite, sources.open_source(folder))
    normalise.run_steps(lite, load_id, up_to=_last_check(lite, load_id))
    found = _quarantined(lite)
    ((line, text),) = [(n, text) for (name, n), (broken, text) in found.items() if (name, broken) == (file, rule)]
    assert reason in text
    before = mini_tables(optional=True)[file][1:]
    after = change(before)
    assert line == 2 + next(n for n, row in enumerate(after) if n >= len(before) or row != before[n])
    # Nothing else is but what refers to a row that is not there.
    assert all(rule.startswith("unknown_") for (name, _), (rule, _) in found.items() if name != file)


def test_what_an_earlier_file_of_the_same_table_says_is_quarantined(db: Database, tmp_path: Path) -> None:
    """30.3 has two files of skills, and several of facts and of categories."""
    tables = split_tables(mini_tables("30.3", optional=True), renamed=True)

    def foreign(name: str, *rows: int) -> Change:
        return lambda own: [*own, *(list(tables[name][row]) for row in rows)]

    rows = {
        # Importance and level of one element, the level also a second time; both become one row of skills.
        "Transferable Skills": foreign("Essential Skills", 2, 2),
        "Work Styles": foreign("Career Interest Types", 1),
        # The same number, written in another way.
        "Training and Experience": lambda own: [*own, _with_category(tables["Education"], "0")],
        "Training and Experience Categories": foreign("Education Categories", 1),
        "Education Categories": lambda own: [*own, _with_category([[], *own], "0")],
    }
    assert tables["Work Styles"][0] == tables["Career Interest Types"][0]
    lines = {name: len(tables[name]) for name in rows}
    loaded = load_mini(db, tmp_path / "release", version="30.3", layout="renamed", optional=True, rows=rows)
    found = _quarantined(db)
    assert found == {
        ("Transferable Skills", lines["Transferable Skills"] + 1): _repeats("2 of Essential Skills"),
        ("Transferable Skills", lines["Transferable Skills"] + 2): _repeats("2 of Essential Skills"),
        ("Work Styles", lines["Work Styles"] + 1): _repeats("2 of Career Interest Types"),
        ("Training and Experience", lines["Training and Experience"] + 1): _repeats("2 of Education"),
        ("Training and Experience Categories", lines["Training and Experience Categories"] + 1): _repeats(
            "2 of Education Categories"
        ),
        ("Education Categories", lines["Education Categories"] + 1): _repeats("2"),
    }
    # Facts are those of the release before it was damaged.
    whole = load_mini(db, tmp_path / "whole", version="30.3", layout="renamed", optional=True)
    assert_same_facts(facts_of_database(db, loaded.release_id), facts_of_database(db, whole.release_id))


def _repeats(line: str) -> tuple[str, str]:
    return "duplicate_key", f"repeats the key of line {line}"


def _with_category(table: Rows, prefix: str) -> list[str]:
    """The first row again, zeros before its category."""
    header = table[0] or ["Element ID", "Element Name", "Scale ID", "Category"]
    row = list(table[1])
    row[header.index("Category")] = prefix + row[header.index("Category")]
    return row


def test_damage_in_many_files_leaves_the_rest_intact(db: Database, tmp_path: Path) -> None:
    """One damage a file, alike on every database; a row that refers to a damaged one is left out with it."""
    chosen = {file: (change, rule) for file, change, rule, _ in DAMAGES if file != "Occupation Data"}
    rows = {file: change for file, (change, _) in chosen.items()}
    loaded = load_mini(db, tmp_path / "release", rows=rows, optional=True)
    found = _quarantined(db)
    assert {file for file, _ in found} == set(chosen)
    assert_same_facts(facts_of_database(db, loaded.release_id), facts_of_files(loaded.folder, set(found)))
    listed = _check(loaded.report, "quarantined_rows").details
    assert {(row["file"], row["line"]) for row in listed} == set(found)


def test_rows_of_a_damaged_occupation_go_with_it(lite: Database, tmp_path: Path) -> None:
    loaded = load_mini(lite, tmp_path / "release", rows={"Occupation Data": cell(1, "")}, optional=True)
    found = _quarantined(lite)
    assert found["Occupation Data", 2] == ("required_field_empty", "Title is empty")
    assert {rule for (file, _), (rule, _) in found.items() if file != "Occupation Data"} <= {
        "unknown_occupation",
        "unknown_related_occupation",
    }
    assert_same_facts(facts_of_database(lite, loaded.release_id), facts_of_files(loaded.folder, set(found)))


def test_every_rule_on_every_database(db: Database, tmp_path: Path) -> None:
    """All the damages of one file, each in a row of its own."""
    damages = [damage for damage in DAMAGES if damage[0] == "Skills" and damage[2] != "duplicate_key"]

    def change(rows: Rows) -> Rows:
        for number, (_, damage, _, _) in enumerate(damages):
            # Pairs of rows are importance and level of one element, as the damages expect them.
            start = 2 * number
            rows = [*rows[:start], *damage(rows[start : start + 2]), *rows[start + 2 :]]
        return rows

    loaded = load_mini(db, tmp_path / "release", rows={"Skills": change})
    found = _quarantined(db)
    assert sorted(rule for rule, _ in found.values()) == sorted(rule for _, _, rule, _ in damages)
    assert_same_facts(facts_of_database(db, loaded.release_id), facts_of_files(loaded.folder, set(found)))


def _last_check(db: Database, load_id: int) -> str:
    return [name for name in normalise.step_names(db, load_id) if name.startswith(normalise.CHECK)][-1]


def _quarantined(db: Database) -> dict[tuple[str, int], tuple[str, str]]:
    with db.reading() as session:
        return {(row.file, row.line): (row.rule, row.reason) for row in session.scalars(sa.select(QuarantinedRow))}


def test_a_release_that_passes_is_ready(db: Database, tmp_path: Path) -> None:
    loaded = load_mini(db, tmp_path / "release")
    assert loaded.report.passed
    check = _check(loaded.report, "occupations_without_skills")
    assert check.details == [{"onet_code": "41-9399.00", "title": "Stall Keepers, All Other"}]
    assert check.severity == "note"
    with db.reading() as session:
        load = session.get_one(OnetLoad, loaded.load_id)
        assert (load.state, load.error) == ("normalised", None)
        assert session.get_one(OnetRelease, loaded.release_id).state == READY
        assert load.gate is not None
        assert GateReport.from_wire(json.loads(json.dumps(load.gate))).to_wire() == load.gate
    # A release that is ready is not looked at again.
    assert quality.run_gate(db, loaded.load_id, loaded.release_id, limits=GateLimits()).passed


def test_a_release_that_is_too_small_is_refused(db: Database, tmp_path: Path) -> None:
    before = metrics.onet_gate_failures._value.get()
    loaded = load_mini(db, tmp_path / "release", limits=GateLimits())
    assert [check.name for check in loaded.report.failures] == ["row_counts"]
    assert metrics.onet_gate_failures._value.get() == before + 1
    with db.reading() as session:
        load = session.get_one(OnetLoad, loaded.load_id)
        assert load.state == "refused"
        assert load.error is not None
        assert "Too few rows of Alternate Titles" in load.error
        assert load.gate == loaded.report.to_wire()
        assert session.get_one(OnetRelease, loaded.release_id).state == BUILDING
    # Held to other limits, it may pass.
    assert quality.run_gate(db, loaded.load_id, loaded.release_id, limits=TINY).passed
    with db.reading() as session:
        assert session.get_one(OnetRelease, loaded.release_id).state == READY


def test_much_less_than_the_published_release_is_refused(lite: Database, tmp_path: Path) -> None:
    older = load_mini(lite, tmp_path / "older", version="29.0")
    _publish(lite, older.release_id)
    newer = load_mini(
        lite, tmp_path / "newer", rows={"Technology Skills": lambda rows: rows[:9]}, without={"Work Values"}
    )
    assert [check.name for check in newer.report.failures] == ["rows_of_published_release"]
    assert "Technology Skills" in newer.report.summary()
    gone = _check(newer.report, "subjects_of_published_release")
    assert (gone.passed, gone.severity) == (False, "warning")
    assert "Work Values" in gone.message


def test_an_older_release_is_not_compared_with_a_newer_one(lite: Database, tmp_path: Path) -> None:
    newer = load_mini(lite, tmp_path / "newer")
    _publish(lite, newer.release_id)
    older = load_mini(lite, tmp_path / "older", version="29.0", without={"Work Values"})
    assert older.report.passed
    assert "rows_of_published_release" not in {check.name for check in older.report.checks}


def test_too_much_in_quarantine_is_refused(lite: Database, tmp_path: Path) -> None:
    limits = GateLimits(minimum_rows={}, quarantined_share=0.001)
    loaded = load_mini(lite, tmp_path / "release", rows={"Skills": cell(4, "8")}, limits=limits)
    assert [check.name for check in loaded.report.failures] == ["quarantined_rows"]
    assert "Skills (1 of 144)" in loaded.report.failures[0].message


def test_two_occupations_of_one_title_are_refused(lite: Database, tmp_path: Path) -> None:
    loaded = load_mini(lite, tmp_path / "release", rows={"Occupation Data": cell(1, "Puzzle Software Makers")})
    assert [check.name for check in loaded.report.failures] == ["duplicate_occupations"]
    assert loaded.report.failures[0].details == [{"title": "Puzzle Software Makers", "occupations": 2}]


def test_damage_done_while_facts_were_made_is_noticed(db: Database, tmp_path: Path) -> None:
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(db, sources.open_source(folder))
    release_id = normalise.normalise(db, load_id)
    with db.unit_of_work() as session:
        own = ReleaseOccupation
        one = session.scalars(sa.select(own).where(own.release_id == release_id).limit(1)).one()
        session.delete(one)
        session.execute(
            sa.update(OccupationSkill).where(OccupationSkill.occupation_id != one.occupation_id).values(importance=6.0)
        )
    report = quality.run_gate(db, load_id, release_id, limits=TINY)
    assert {check.name for check in report.failures} == {"nothing_lost", "referential_integrity", "value_ranges"}


def test_an_old_release_is_passed_with_a_warning(lite: Database, tmp_path: Path) -> None:
    limits = GateLimits(minimum_rows={}, stale_days=30)
    with lite.reading() as session:
        assert not session.scalars(sa.select(OnetLoad)).all()
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(lite, sources.open_source(folder))
    release_id = normalise.normalise(lite, load_id)
    with lite.unit_of_work() as session:
        session.get_one(OnetLoad, load_id).released_on = utcnow().date() - timedelta(days=31)
    report = quality.run_gate(lite, load_id, release_id, limits=limits)
    check = _check(report, "staleness")
    assert report.passed
    assert report.warnings == [check]
    assert "31 days ago, more than 30" in check.message


def test_the_gate_waits_for_all_steps(lite: Database, tmp_path: Path) -> None:
    folder = write_mini_release(tmp_path / "release")
    load_id = land.land(lite, sources.open_source(folder))
    normalise.run_steps(lite, load_id, up_to="facts")
    with lite.reading() as session:
        release_id = session.scalars(sa.select(OnetRelease.id)).one()
    with pytest.raises(JobMateError) as refused:
        quality.run_gate(lite, load_id, release_id, limits=TINY)
    assert refused.value.code == "load_not_normalised"


def test_the_report_reads_well() -> None:
    check = GateCheck("quarantined_rows", False, "error", "Too many.", [{"file": "A|B", "line": 1234, "reason": None}])
    report = GateReport(1, 2, "O*NET 30.1", "/data/30_1", "2026-01-02T03:04:05+00:00", [check])
    text = report.markdown()
    assert "**Refused.** O*NET 30.1 was refused by 1 of 1 checks: Too many." in text
    assert "| Quarantined rows | **failed** | Too many. |" in text
    assert "| A\\|B | 1,234 | – |" in text


def _check(report: GateReport, name: str) -> GateCheck:
    return next(check for check in report.checks if check.name == name)


def _publish(db: Database, release_id: int) -> None:
    with db.unit_of_work() as session:
        session.get_one(OnetRelease, release_id).published_key = PUBLISHED
