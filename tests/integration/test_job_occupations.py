"""The occupation of a posting: stored for each version and release, used and shown by the gap report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobmate_agent.adapters.chroma import open_index
from jobmate_agent.agents.attempt import NoRun
from jobmate_agent.agents.extraction import ExtractionCache
from jobmate_agent.agents.gap_agent import GapContext, gap_graph
from jobmate_agent.container import Container
from jobmate_agent.db import Database
from jobmate_agent.models import (
    JobCollection,
    JobListing,
    JobOccupation,
    Occupation,
    OccupationSkill,
    OnetRelease,
    SkillGapReport,
)
from jobmate_agent.services.career_engine.career_engine import CareerEngine
from jobmate_agent.services.career_engine.engine_settings import EngineSettings
from jobmate_agent.services.career_engine.types import PostingOccupation
from jobmate_agent.services.gaps.keyed_locks import KeyedLocks
from jobmate_agent.services.onet.job_occupations import OccupationIndexes, Posting, of_posting
from jobmate_agent.services.onet.saved_occupations import classify_missing
from jobmate_agent.services.vocabulary import store
from tests.conftest import make_settings
from tests.engines import embedder
from tests.onet_loading import load_mini
from tests.people import add_resume, add_user
from tests.web import Person, Web

TITLE = "Senior Riddle Programmer (m/f/d)"
CODE, NAME = "15-9102.00", "Puzzle Software Makers"
TEXT = "Requirements:\n- Programming\n- Mathematics\n- Advanced Critical Thinking\n"
RESUME = "Jane Example\n\nSkills\n- Basic Programming\n- Mathematics\n- Critical Thinking\n"
AS_MAKER = f"Senior Puzzle Software Maker\n\n{RESUME}"


@pytest.fixture
def release_id(db: Database, tmp_path: Path) -> int:
    return publish(db, load_mini(db, tmp_path / "release").release_id)


def publish(db: Database, release_id: int) -> int:
    with db.unit_of_work() as session:
        store.switch(session, session.get_one(OnetRelease, release_id))
    return release_id


def add_job(db: Database, title: str = TITLE, owner_id: str | None = None, text: str = TEXT) -> int:
    with db.unit_of_work() as session:
        job = JobListing(title=title, company="Acme", description=text, owner_id=owner_id)
        session.add(job)
        session.flush()
        return job.id


def read(
    db: Database, release_id: int, job_id: int, *, version: int = 1, title: str = TITLE
) -> PostingOccupation | None:
    with db.reading() as session:
        vocabulary = session.get_one(OnetRelease, release_id).vocabulary_version
    return of_posting(db, OccupationIndexes(), vocabulary, Posting(job_id, version, title, TEXT))


def stored(db: Database) -> list[JobOccupation]:
    with db.reading() as session:
        return list(session.scalars(sa.select(JobOccupation).order_by(JobOccupation.release_id)))


def test_it_is_kept_for_each_version_and_release(db: Database, release_id: int, tmp_path: Path) -> None:
    job_id = add_job(db)
    found = read(db, release_id, job_id)
    assert found is not None
    assert found.profile is not None
    assert (found.profile.onet_code, found.profile.title, found.profile.release) == (CODE, NAME, "O*NET 30.1")
    assert 0.55 < found.score <= 1
    (row,) = stored(db)
    assert (row.job_version, row.release_id, row.evidence["matched_title"]) == (1, release_id, "riddle programmer")
    # The title that is asked about is not read again while the version is the same.
    assert read(db, release_id, job_id, title="Boat Vendor") == found
    changed = read(db, release_id, job_id, version=2, title="Boat Vendor")
    assert changed is not None
    assert changed.profile is not None
    assert changed.profile.title == "Floating Market Sellers"
    assert stored(db)[0].job_version == 2
    older = publish(db, load_mini(db, tmp_path / "older", version="29.0").release_id)
    assert read(db, older, job_id, version=2, title="Boat Vendor") is not None
    assert [row.release_id for row in stored(db)] == [release_id, older]


def test_none_is_kept_as_well(db: Database, release_id: int) -> None:
    job_id = add_job(db, "Manager")
    found = read(db, release_id, job_id, title="Manager")
    assert found is not None
    assert found.profile is None
    assert [row.occupation_id for row in stored(db)] == [None]


def test_values_that_must_not_be_used_are_left_out(db: Database, release_id: int) -> None:
    with db.unit_of_work() as session:
        rows = session.scalars(
            sa.select(OccupationSkill)
            .join(Occupation, Occupation.id == OccupationSkill.occupation_id)
            .where(OccupationSkill.release_id == release_id, Occupation.onet_code == CODE)
            .where(OccupationSkill.importance.is_not(None), OccupationSkill.onet_level > 0)
            .where(OccupationSkill.not_relevant.is_(False))
            .order_by(OccupationSkill.skill_id)
            .limit(4)
        ).all()
        irrelevant, unimportant, unlevelled, kept = (row.skill_id for row in rows)
        rows[0].not_relevant = True
        rows[1].importance_suppressed = True
        rows[2].level_suppressed = True
        rows[3].importance_suppressed = rows[3].level_suppressed = False
    found = read(db, release_id, add_job(db))
    assert found is not None
    assert found.profile is not None
    importance, levels = found.profile.importance, found.profile.levels
    assert irrelevant not in importance.keys() | levels.keys()
    assert unimportant not in importance
    assert unlevelled not in levels
    assert kept in importance.keys() & levels.keys()
    assert all(1 <= value <= 5 for value in importance.values())
    assert all(0 < value <= 7 for value in levels.values())


def test_without_a_release_there_is_nothing_to_read_it_as(db: Database) -> None:
    assert of_posting(db, OccupationIndexes(), "starter", Posting(1, 1, TITLE, TEXT)) is None
    assert stored(db) == []


def test_jobs_show_it_until_they_change(web: Web, person: Person, db: Database, tmp_path: Path) -> None:
    release_id = publish(db, load_mini(db, tmp_path / "release").release_id)
    job_id, vague = add_job(db, owner_id=person.id), add_job(db, "Manager")
    for saved in (job_id, vague):
        assert person.post(f"/api/job-collections/{saved}").status_code == 201
    before = person.get("/api/job-collections")
    read(db, release_id, job_id)
    read(db, release_id, vague, title="Manager")
    after = person.get("/api/job-collections")
    assert after.headers["ETag"] != before.headers["ETag"]
    shown = {job["id"]: job for job in after.json()["jobs"]}
    occupation = shown[job_id]["occupation"]
    assert (occupation["onet_code"], occupation["title"]) == (CODE, NAME)
    assert "occupation" not in shown[vague]
    assert person.get(f"/api/jobs/{job_id}").json()["occupation"] == occupation
    assert "occupation" not in person.get(f"/api/jobs/{vague}").json()
    person.put(f"/api/jobs/{job_id}", json={"title": "Boat Vendor"})
    assert "occupation" not in person.get(f"/api/jobs/{job_id}").json()


def save(db: Database, job_id: int) -> None:
    user_id = add_user(db)
    with db.unit_of_work() as session:
        session.add(JobCollection(user_id=user_id, job_listing_id=job_id))


def test_saved_jobs_get_theirs_without_a_run(db: Database, release_id: int, tmp_path: Path) -> None:
    saved, vague, other = add_job(db), add_job(db, "Manager"), add_job(db)
    for job_id in (saved, saved, vague):
        save(db, job_id)
    indexes = OccupationIndexes()
    assert classify_missing(db, indexes, seconds=0.0) == 1
    assert classify_missing(db, indexes, seconds=60.0) == 1
    assert classify_missing(db, indexes, seconds=60.0) == 0
    found = {row.job_listing_id: row for row in stored(db)}
    assert found.keys() == {saved, vague}
    assert other not in found
    assert found[saved].occupation_id is not None
    assert found[vague].occupation_id is None
    with db.unit_of_work() as session:
        changed = session.get_one(JobListing, saved)
        changed.title, changed.version = "Boat Vendor", 2
    assert classify_missing(db, indexes, seconds=60.0) == 1
    (row,) = (row for row in stored(db) if row.job_listing_id == saved)
    assert (row.job_version, row.evidence["matched_title"]) == (2, "boat vendor")
    newer = publish(db, load_mini(db, tmp_path / "newer", version="30.2").release_id)
    assert classify_missing(db, indexes, seconds=60.0) == 2
    assert {row.job_listing_id for row in stored(db) if row.release_id == newer} == {saved, vague}


def test_saved_jobs_have_none_without_a_release(db: Database) -> None:
    save(db, add_job(db))
    assert classify_missing(db, OccupationIndexes(), seconds=60.0) == 0


@pytest.fixture
def embedded(sqlite_url: str, tmp_path: Path) -> Iterator[Container]:
    made = Container(make_settings(sqlite_url, tmp_path))
    yield made
    made.db.dispose()


def run_gap(
    container: Container, folder: Path, title: str, resume: str = RESUME, posting: str = TEXT
) -> SkillGapReport:
    """A gap run with an engine of the release's vocabulary, cut down to what is needed so that its index is quick."""
    db = container.db
    with db.reading() as session:
        whole = store.load_published(session)
    assert whole is not None
    wanted = {"Programming", "Mathematics", "Critical Thinking"}
    cut = store.make_vocabulary(whole.version, whole.release, [one for one in whole.entries if one.name in wanted])
    engine = CareerEngine(cut, embedder(), open_index(folder, cut, embedder()), None, EngineSettings())
    context = GapContext(db, engine, ExtractionCache(db, engine, KeyedLocks()), NoRun(), container.occupation_indexes)
    user_id = add_user(db)
    add_resume(db, user_id, resume)
    final = gap_graph().invoke({"user_id": user_id, "job_id": add_job(db, title, text=posting)}, context=context)
    with db.reading() as session:
        report = session.get_one(SkillGapReport, final["result"]["analysis_id"])
        assert report.analysis
        assert report.report_md
        return report


def test_a_report_rests_on_the_occupation_and_says_so(embedded: Container, tmp_path: Path) -> None:
    publish(embedded.db, load_mini(embedded.db, tmp_path / "release").release_id)
    report = run_gap(embedded, tmp_path / "index", TITLE, AS_MAKER)
    occupation = report.analysis["context"]["occupation"]
    assert (occupation["onet_code"], occupation["title"]) == (CODE, NAME)
    entries = {
        entry["name"]: entry for entry in (*report.analysis["matched_skills"], *report.analysis["missing_skills"])
    }
    with embedded.db.reading() as session:
        importance = dict(
            session.execute(
                sa.select(OccupationSkill.skill_id, OccupationSkill.importance)
                .join(Occupation, Occupation.id == OccupationSkill.occupation_id)
                .where(Occupation.onet_code == CODE, OccupationSkill.importance_suppressed.is_(False))
                .where(OccupationSkill.not_relevant.is_(False))
            ).all()
        )
    weighed = [entry for entry in entries.values() if entry["descriptor"]["skill_id"] in importance]
    assert weighed
    for entry in weighed:
        assert entry["weight"] == pytest.approx(0.6 + 0.1 * importance[entry["descriptor"]["skill_id"]], abs=1e-6)
    assert entries["Critical Thinking"]["required_level"]["source"] == "posting"
    assert entries["Critical Thinking"]["required_level"]["label"] == "advanced"
    filled = [entry for entry in entries.values() if (entry["required_level"] or {}).get("source") == "occupation"]
    assert filled
    for entry in filled:
        assert entry["required_level"]["score"] <= 2
        assert entry["required_level"]["cues"][0].startswith(f"typical for {NAME} (O*NET 30.1): ")
    assert entries["Mathematics"]["status"] == "meets_or_exceeds"
    assert f"The job read as: **{NAME}** ({CODE})" in report.report_md
    assert "## What the occupation adds" in report.report_md
    assert "the posting gives no level; typical for" in report.report_md
    assert "required, typically" in report.report_md
    assert "CC BY 4.0" in report.report_md
    work = report.analysis["extras"]["line_of_work"]
    assert work["credit"] > 0
    assert (len(work["resume_reads_as"]), work["resume_reads_as"][0]) == (3, NAME)
    assert f"Your resume reads most like: {work['resume_reads_as'][0]}" in report.report_md
    again = run_gap(embedded, tmp_path / "index", TITLE, AS_MAKER)
    assert (again.report_md, again.score) == (report.report_md, report.score)


def test_what_is_copied_from_the_posting_is_no_line_of_work(embedded: Container, tmp_path: Path) -> None:
    publish(embedded.db, load_mini(embedded.db, tmp_path / "release").release_id)
    posting = f"{TEXT}Senior puzzle software maker who writes code for riddles and puzzles and keeps the software well."
    own = f"Clerk\n\nExperience\nKept puzzle software in order.\n\n{RESUME}"
    plain = run_gap(embedded, tmp_path / "index", TITLE, own, posting)
    pasted = run_gap(embedded, tmp_path / "index", TITLE, f"{posting}\n\n{own}", posting)
    assert pasted.analysis["extras"]["line_of_work"] == plain.analysis["extras"]["line_of_work"]


def test_a_report_without_a_clear_occupation_says_that(embedded: Container, tmp_path: Path) -> None:
    publish(embedded.db, load_mini(embedded.db, tmp_path / "release").release_id)
    report = run_gap(embedded, tmp_path / "index", "Manager")
    assert "occupation" not in report.analysis["context"]
    assert "The job read as: no single occupation fits clearly, so nothing is added" in report.report_md
    assert "line_of_work" not in report.analysis["extras"]
    assert "Your resume reads most like" not in report.report_md
    assert "## What the occupation adds" not in report.report_md
    for entry in (*report.analysis["matched_skills"], *report.analysis["missing_skills"]):
        assert entry["weight"] == 1.0
        assert (entry["required_level"] or {"source": "posting"})["source"] == "posting"
