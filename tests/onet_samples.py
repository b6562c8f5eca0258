"""Occupations written straight into the tables, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.models import Occupation, OccupationTitle, OnetPublication, OnetRelease, ReleaseOccupation
from jobmate_agent.models.onet import PUBLISHED, READY
from jobmate_agent.services.onet.search_index import index_release

# code → title, description, alternate titles
About = tuple[str, str, Sequence[str]]


def add_occupations(
    session: Session,
    occupations: Mapping[str, About],
    *,
    version: str | None = "30.1",
    state: str = READY,
    published: bool = True,
) -> int:
    """A release with these occupations, indexed; its id."""
    release = OnetRelease(
        name=f"O*NET {version}",
        version=version,
        state=state,
        released_on=date(2025, 12, 1),
        vocabulary_version=(version or "starter").ljust(64, "0"),
        published_key=PUBLISHED if published else None,
    )
    session.add(release)
    session.flush()
    if published:
        session.add(OnetPublication(release_id=release.id, action="publish"))
    known = dict(session.execute(sa.select(Occupation.onet_code, Occupation.id)).all())
    new = [Occupation(onet_code=code, soc_code=code[:7]) for code in occupations if code not in known]
    session.add_all(new)
    session.flush()
    ids = known | {occupation.onet_code: occupation.id for occupation in new}
    rows = [
        {
            "release_id": release.id,
            "occupation_id": ids[code],
            "title": title,
            "description": description,
            "major_group": code[:2],
        }
        for code, (title, description, _) in occupations.items()
    ]
    titles = [
        {
            "release_id": release.id,
            "file": "Alternate Titles",
            "line": line,
            "occupation_id": ids[code],
            "kind": "alternate",
            "title": other,
            "lookup_title": other.lower(),
        }
        for line, (code, other) in enumerate(
            ((code, other) for code, (_, _, others) in occupations.items() for other in others), start=2
        )
    ]
    for table, values in ((ReleaseOccupation, rows), (OccupationTitle, titles)):
        if values:
            session.execute(sa.insert(table), values)
    index_release(session, release.id)
    return release.id
