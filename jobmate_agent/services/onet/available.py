"""Which parts of a profile a release has no file for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import OnetLoadFile, OnetRelease
from jobmate_agent.services.onet.file_contracts import CONTRACTS

# The files (by their names up to release 30.2) that each part is made of.
SUBJECTS = {
    "alternate_titles": "Alternate Titles",
    "reported_titles": "Sample of Reported Titles",
    "tasks": "Task Statements",
    "task_ratings": "Task Ratings",
    "task_activities": "Tasks to DWAs",
    "skills": "Skills",
    "knowledge": "Knowledge",
    "abilities": "Abilities",
    "work_activities": "Work Activities",
    "work_context": "Work Context",
    "work_styles": "Work Styles",
    "work_values": "Work Values",
    "interests": "Interests",
    "education": "Education, Training, and Experience",
    "technologies": "Technology Skills",
    "tools": "Tools Used",
    "related": "Related Occupations",
    "job_zone": "Job Zones",
}


def unavailable(session: Session, release_id: int) -> list[str]:
    """Names of the parts that no file of the release is about, by the ledger of its load; none where it has no load."""
    names = [row[0] for row in fetch(session, _FILES, release_id=release_id)]
    if not names:
        return []
    present = {CONTRACTS[name].subject for name in map(_bare, names) if name in CONTRACTS}
    return [part for part, subject in SUBJECTS.items() if subject not in present]


def _bare(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".txt")


_FILES = (
    sa.select(OnetLoadFile.name)
    .join(OnetRelease, OnetRelease.load_id == OnetLoadFile.load_id)
    .where(OnetRelease.id == sa.bindparam("release_id"))
)
