"""The full-text index over occupations: FTS5 on SQLite, tsvector on PostgreSQL, FULLTEXT on MySQL and MariaDB.

It proposes candidates; which of them come first is decided in ``search_ranking``, alike on every database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import Occupation, OccupationSearch, OccupationTitle, ReleaseOccupation
from jobmate_agent.services.onet.search_terms import terms

# Title, alternate titles, description.
WEIGHTS = (10.0, 4.0, 1.0)
TITLE_LINES = "\n"


class Candidate(NamedTuple):
    """An occupation that the index found. ``alternates`` are the terms of each alternate title, a line each."""

    occupation_id: int
    onet_code: str
    title: str
    title_terms: str
    alternates: str
    description_terms: str


def index_release(session: Session, release_id: int) -> int:
    """Make the occupations of a release findable; the number of them. Doing it again changes nothing.

    Not for a release that others already search: its rows are written anew.
    """
    forget_release(session, release_id)
    rows = session.execute(
        sa.select(ReleaseOccupation.occupation_id, ReleaseOccupation.title, ReleaseOccupation.description)
        .where(ReleaseOccupation.release_id == release_id)
        .order_by(ReleaseOccupation.occupation_id)
    ).all()
    # By their terms, how they are written first.
    alternates: dict[int, dict[str, str]] = {row.occupation_id: {} for row in rows}
    titles = (
        sa.select(OccupationTitle.occupation_id, OccupationTitle.title, OccupationTitle.short_title)
        .where(OccupationTitle.release_id == release_id)
        .order_by(OccupationTitle.file, OccupationTitle.line)
    )
    for occupation_id, *names in session.execute(titles):
        for name in filter(None, names):
            if line := " ".join(terms(name)):
                alternates[occupation_id].setdefault(line, " ".join(name.split()))
    documents = [
        {
            "release_id": release_id,
            "occupation_id": row.occupation_id,
            "title_terms": " ".join(terms(row.title)),
            "alternate_terms": TITLE_LINES.join(alternates[row.occupation_id]),
            "alternate_titles": TITLE_LINES.join(alternates[row.occupation_id].values()),
            "description_terms": " ".join(terms(row.description)),
        }
        for row in rows
    ]
    if documents:
        session.execute(sa.insert(OccupationSearch), documents)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_FILL_FTS5, {"release_id": release_id})
    return len(documents)


def forget_release(session: Session, release_id: int) -> None:
    """Take the occupations of a release out of the index."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_CLEAR_FTS5, {"release_id": release_id})
    session.execute(sa.delete(OccupationSearch).where(OccupationSearch.release_id == release_id))


_FTS5_COLUMNS = "title_terms, alternate_terms, description_terms"
_FILL_FTS5 = sa.text(
    f"INSERT INTO occupation_search_fts (rowid, {_FTS5_COLUMNS}) "  # noqa: S608
    f"SELECT id, {_FTS5_COLUMNS} FROM occupation_search WHERE release_id = :release_id"
)
# How rows leave an FTS5 table whose content is elsewhere: https://sqlite.org/fts5.html, "The 'delete' command".
_CLEAR_FTS5 = sa.text(
    f"INSERT INTO occupation_search_fts (occupation_search_fts, rowid, {_FTS5_COLUMNS}) "  # noqa: S608
    f"SELECT 'delete', id, {_FTS5_COLUMNS} FROM occupation_search WHERE release_id = :release_id"
)


def find(session: Session, release_id: int, groups: Sequence[Sequence[str]], limit: int) -> list[Candidate]:
    """The best ``limit`` occupations that have a term of every group; a term that ends in ``*`` is a beginning.

    Terms must come from ``search_terms``: nothing else is safe to put into a full-text expression.
    """
    backend = session.get_bind().dialect.name
    statement, expression = {"sqlite": (_FTS5, _fts5), "postgresql": (_TSVECTOR, _tsquery)}.get(
        backend, (_FULLTEXT, _boolean)
    )
    return [
        *map(Candidate._make, fetch(session, statement, query=expression(groups), release_id=release_id, limit=limit))
    ]


def read(session: Session, release_id: int, occupation_ids: Sequence[int]) -> list[Candidate]:
    """The same for occupations that are known already."""
    if not occupation_ids:
        return []
    return [*map(Candidate._make, fetch(session, _KNOWN, release_id=release_id, occupation_ids=occupation_ids))]


_CANDIDATES = (
    sa.select(
        OccupationSearch.occupation_id,
        Occupation.onet_code,
        ReleaseOccupation.title,
        OccupationSearch.title_terms,
        OccupationSearch.alternate_terms,
        OccupationSearch.description_terms,
    )
    .join(Occupation, Occupation.id == OccupationSearch.occupation_id)
    .join(
        ReleaseOccupation,
        sa.and_(
            ReleaseOccupation.release_id == OccupationSearch.release_id,
            ReleaseOccupation.occupation_id == OccupationSearch.occupation_id,
        ),
    )
)
_KNOWN = _CANDIDATES.where(
    OccupationSearch.release_id == sa.bindparam("release_id"),
    OccupationSearch.occupation_id.in_(sa.bindparam("occupation_ids", expanding=True)),
)


def _ranked(condition: str, rank: str) -> sa.Select[int, str, str, str, str, str]:
    of_release = OccupationSearch.release_id == sa.bindparam("release_id")
    best = _CANDIDATES.where(of_release, sa.text(condition)).order_by(sa.text(f"{rank} DESC"), Occupation.onet_code)
    return best.limit(sa.bindparam("limit"))


_FTS5 = _CANDIDATES.join(
    sa.table("occupation_search_fts", sa.column("rowid")),
    sa.text("occupation_search_fts.rowid = occupation_search.id"),
)
_FTS5 = (
    _FTS5.where(
        OccupationSearch.release_id == sa.bindparam("release_id"), sa.text("occupation_search_fts MATCH :query")
    )
    # bm25 is smaller where the match is better.
    .order_by(sa.text(f"bm25(occupation_search_fts, {WEIGHTS[0]}, {WEIGHTS[1]}, {WEIGHTS[2]})"), Occupation.onet_code)
    .limit(sa.bindparam("limit"))
)

# ts_rank takes its weights in the order D, C, B, A; the columns are A, B and D.
_TSVECTOR = _ranked(
    "occupation_search.document @@ CAST(:query AS tsquery)",
    f"ts_rank('{{{WEIGHTS[2] / WEIGHTS[0]}, 0, {WEIGHTS[1] / WEIGHTS[0]}, 1.0}}', "
    "occupation_search.document, CAST(:query AS tsquery))",
)

_AGAINST = "AGAINST (:query IN BOOLEAN MODE)"
_FULLTEXT = _ranked(
    f"MATCH (title_terms, alternate_terms, description_terms) {_AGAINST}",
    f"(MATCH (title_terms) {_AGAINST} * {WEIGHTS[0]} + MATCH (alternate_terms) {_AGAINST} * {WEIGHTS[1]} "
    f"+ MATCH (description_terms) {_AGAINST} * {WEIGHTS[2]})",
)


def _fts5(groups: Sequence[Sequence[str]]) -> str:
    return " AND ".join(f"({' OR '.join(map(_fts5_term, group))})" for group in groups)


def _fts5_term(term: str) -> str:
    return f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"'


def _tsquery(groups: Sequence[Sequence[str]]) -> str:
    return " & ".join(f"({' | '.join(term.replace('*', ':*') for term in group)})" for group in groups)


def _boolean(groups: Sequence[Sequence[str]]) -> str:
    return " ".join(f"+({' '.join(group)})" for group in groups)
