"""The occupations of postings as they are stored: one for each posting and release, made again when either changes."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database, insert_if_absent
from jobmate_agent.models import (
    JobOccupation,
    Occupation,
    OccupationSkill,
    OccupationTask,
    OccupationTechnology,
    OccupationTitle,
    OnetRelease,
    ReleaseOccupation,
)
from jobmate_agent.services.career_engine.types import LineOfWork, OccupationProfile, PostingOccupation
from jobmate_agent.services.onet import line_of_work as work
from jobmate_agent.services.onet import word_table
from jobmate_agent.services.onet.job_occupation import CLASSIFIER_VERSION, JobOccupationGuess, classify
from jobmate_agent.services.onet.occupation_index import OccupationIndex, OccupationText


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting at one version."""

    job_id: int
    version: int
    title: str
    text: str


class OccupationIndexes:
    """The index of the release that was asked for last, made once. Shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[int, OccupationIndex] | None = None

    def of(self, db: Database, release_id: int) -> OccupationIndex:
        """The index of a release; reading a full one takes seconds."""
        with self._lock:
            if self._made is None or self._made[0] != release_id:
                with db.reading() as session:
                    self._made = (release_id, read_index(session, release_id))
            return self._made[1]


def of_posting(
    db: Database, indexes: OccupationIndexes, vocabulary_version: str, posting: Posting
) -> PostingOccupation | None:
    """The occupation of a posting in the release that has this vocabulary; None where it has no occupations.

    What was found for this version of the posting before is used again, what is found now is kept.
    """
    with db.reading() as session:
        release_id = _release_with_occupations(session, vocabulary_version)
        if release_id is None:
            return None
        known = _stored(session, posting, release_id)
        if known is not None:
            return _with_profile(session, release_id, known.score, known.occupation_id)
    guess = classify(indexes.of(db, release_id), posting.title, posting.text)
    with db.unit_of_work() as session:
        store(session, posting.job_id, posting.version, release_id, guess)
    with db.reading() as session:
        return _with_profile(session, release_id, guess.score, guess.occupation_id)


def line_of_work(
    db: Database,
    indexes: OccupationIndexes,
    vocabulary_version: str,
    posting: Posting,
    resume_titles: Sequence[str],
    resume_text: str,
) -> LineOfWork | None:
    """How alike the work of a resume and of a posting is, by the release that has this vocabulary; None: no telling."""
    with db.reading() as session:
        release_id = _release_with_occupations(session, vocabulary_version)
    if release_id is None:
        return None
    index = indexes.of(db, release_id)
    held = work.of_resume(index, resume_titles, resume_text)
    return work.compare(index, held, work.of_posting(index, posting.title, posting.text))


def store(session: Session, job_id: int, job_version: int, release_id: int, guess: JobOccupationGuess) -> None:
    """Keep what a version of a posting was taken for; an older version's entry gives way, a newer one's stays."""
    values = {
        "job_version": job_version,
        "occupation_id": guess.occupation_id,
        "score": guess.score,
        "evidence": guess.evidence,
        "classifier_version": CLASSIFIER_VERSION,
    }
    key = {"job_listing_id": job_id, "release_id": release_id}
    insert_if_absent(session, JobOccupation, {**key, **values})
    session.execute(
        sa.update(JobOccupation)
        .where(JobOccupation.job_listing_id == job_id, JobOccupation.release_id == release_id)
        .where(JobOccupation.job_version <= job_version)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def read_index(session: Session, release_id: int) -> OccupationIndex:
    """All occupations of a release with their titles, tasks and technologies."""
    titles = _lists(session, OccupationTitle, OccupationTitle.title, release_id)
    tasks = _lists(session, OccupationTask, OccupationTask.text, release_id)
    is_technology = OccupationTechnology.kind == "technology"
    technologies = _lists(session, OccupationTechnology, OccupationTechnology.example, release_id, is_technology)
    rows = session.execute(
        sa.select(Occupation.id, Occupation.onet_code, ReleaseOccupation.title, ReleaseOccupation.description)
        .join(Occupation, Occupation.id == ReleaseOccupation.occupation_id)
        .where(ReleaseOccupation.release_id == release_id)
        .order_by(Occupation.onet_code)
    )
    occupations = [
        OccupationText(
            row.id,
            row.onet_code,
            (row.title, *titles[row.id]),
            row.description,
            " ".join((*tasks[row.id], *dict.fromkeys(technologies[row.id]))),
        )
        for row in rows
    ]
    return OccupationIndex(occupations, word_table.packaged())


def profile(session: Session, release_id: int, occupation_id: int) -> OccupationProfile:
    """What a release says that an occupation needs."""
    head = session.execute(
        sa.select(Occupation.onet_code, ReleaseOccupation.title, OnetRelease.name)
        .select_from(ReleaseOccupation)
        .join(Occupation, Occupation.id == ReleaseOccupation.occupation_id)
        .join(OnetRelease, OnetRelease.id == ReleaseOccupation.release_id)
        .where(ReleaseOccupation.release_id == release_id, ReleaseOccupation.occupation_id == occupation_id)
    ).one()
    rows = session.scalars(
        sa.select(OccupationSkill)
        .where(OccupationSkill.release_id == release_id, OccupationSkill.occupation_id == occupation_id)
        .where(OccupationSkill.not_relevant.is_(False))
        .order_by(OccupationSkill.skill_id)
    ).all()
    return OccupationProfile(
        onet_code=head.onet_code,
        title=head.title,
        release=head.name,
        importance={
            row.skill_id: row.importance for row in rows if row.importance is not None and not row.importance_suppressed
        },
        levels={row.skill_id: row.onet_level for row in rows if row.onet_level and not row.level_suppressed},
    )


def _release_with_occupations(session: Session, vocabulary_version: str) -> int | None:
    has_some = sa.exists().where(ReleaseOccupation.release_id == OnetRelease.id)
    return session.scalar(
        sa.select(OnetRelease.id).where(OnetRelease.vocabulary_version == vocabulary_version, has_some)
    )


def _stored(session: Session, posting: Posting, release_id: int) -> JobOccupation | None:
    found = session.get(JobOccupation, (posting.job_id, release_id))
    made_for = None if found is None else (found.job_version, found.classifier_version)
    return found if made_for == (posting.version, CLASSIFIER_VERSION) else None


def _with_profile(session: Session, release_id: int, score: float, occupation_id: int | None) -> PostingOccupation:
    found = None if occupation_id is None else profile(session, release_id, occupation_id)
    return PostingOccupation(score, found)


def _lists(
    session: Session,
    table: type[OccupationTitle | OccupationTask | OccupationTechnology],
    text: sa.orm.InstrumentedAttribute[str],
    release_id: int,
    *conditions: sa.ColumnElement[bool],
) -> dict[int, list[str]]:
    rows = session.execute(
        sa.select(table.occupation_id, text)
        .where(table.release_id == release_id, *conditions)
        .order_by(table.file, table.line)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1])
    return found
