"""The occupations of saved postings, found beside the gap runs: a run may wait, and a release may be new."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import Database
from jobmate_agent.models import JobCollection, JobListing, JobOccupation
from jobmate_agent.services.onet.job_occupation import CLASSIFIER_VERSION, classify
from jobmate_agent.services.onet.job_occupations import OccupationIndexes, Posting, store
from jobmate_agent.services.onet.served import served_with_occupations

BATCH = 20


def classify_missing(db: Database, indexes: OccupationIndexes, *, seconds: float) -> int:
    """Find the occupations of up to ``BATCH`` saved postings that have none in the served release, or one by an older
    classifier; how many.

    None is begun after ``seconds``. Those saved last come first. Safe in several workers at once.
    """
    until = time.monotonic() + seconds
    with db.reading() as session:
        release_id = served_with_occupations(session)
        if release_id is None:
            return 0
        postings = _missing(session, release_id)
    done = 0
    for posting in postings:
        guess = classify(indexes.of(db, release_id), posting.title, posting.text)
        with db.unit_of_work() as session:
            # Locked, so that it cannot be deleted before its occupation is stored.
            here = sa.select(JobListing.id).where(JobListing.id == posting.job_id).with_for_update()
            if session.scalar(here) is not None:
                store(session, posting.job_id, posting.version, release_id, guess)
                done += 1
        if time.monotonic() > until:
            break
    return done


def _missing(session: Session, release_id: int) -> list[Posting]:
    known = sa.exists().where(
        JobOccupation.job_listing_id == JobListing.id,
        JobOccupation.release_id == release_id,
        JobOccupation.job_version >= JobListing.version,
        JobOccupation.classifier_version >= CLASSIFIER_VERSION,
    )
    last_saved = sa.func.max(JobCollection.id)
    wanted = (
        sa.select(JobCollection.job_listing_id)
        .join(JobListing, JobListing.id == JobCollection.job_listing_id)
        .where(~known)
        .group_by(JobCollection.job_listing_id)
        .order_by(last_saved.desc())
        .limit(BATCH)
    )
    ids = session.scalars(wanted).all()
    rows = session.execute(
        sa.select(
            JobListing.id, JobListing.version, JobListing.title, JobListing.description, JobListing.requirements
        ).where(JobListing.id.in_(ids))
    )
    found = {
        row.id: Posting(row.id, row.version, row.title, "\n\n".join(filter(None, (row.description, row.requirements))))
        for row in rows
    }
    return [found[job_id] for job_id in ids if job_id in found]
