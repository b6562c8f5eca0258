"""The release that is served, if it has occupations. Light enough for every process."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import OnetRelease, ReleaseOccupation
from jobmate_agent.models.onet import PUBLISHED


def served_with_occupations(session: Session) -> int | None:
    """The id of the published release, None where there is none or only a vocabulary of skills is served."""
    has_some = sa.exists().where(ReleaseOccupation.release_id == OnetRelease.id)
    return session.scalar(sa.select(OnetRelease.id).where(OnetRelease.published_key == PUBLISHED, has_some))
