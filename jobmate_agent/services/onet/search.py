"""Occupations by words (all, then the last one unfinished, then any of them), or by the beginning of their code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import Occupation, OccupationSearch, OccupationTitle, ReleaseOccupation
from jobmate_agent.services.onet import search_index, search_ranking
from jobmate_agent.services.onet.search_ranking import Group, Hit
from jobmate_agent.services.onet.search_terms import last_word, query_terms

PAGE = 20
# What the database's index proposes, which is also all that a query finds.
CANDIDATES = 200
EXACT = 20
SNIPPET = 240
_CODE = re.compile(r"[0-9]{2}-([0-9]{0,3}|[0-9]{4}(\.[0-9]{0,2})?)")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of ``{onet_code, title, score, matched_title, description, job_zone}`` and how many there are in all.

    ``score`` is 0–1. ``matched_title`` is the other title that matched better than the title; else it is None.
    """

    occupations: list[dict[str, Any]]
    total: int


def search(session: Session, release_id: int, query: str, page: int = 1, per_page: int = PAGE) -> Found:
    """Occupations of a release that ``query`` means, best first, at most 200; all, by code, for an empty query.

    A query like ``15-12`` finds the occupations whose codes begin so. One without any telling word finds nothing.
    Whatever it contains is text, never an operator.
    """
    if not query.strip():
        return _all(session, release_id, page, per_page)
    if _CODE.fullmatch(query.strip()):
        hits = _coded(session, release_id, query.strip())
    else:
        hits = _hits(session, release_id, query)
    chosen = hits[(page - 1) * per_page : page * per_page]
    return Found(_wire(session, release_id, chosen), len(hits))


def _hits(session: Session, release_id: int, query: str) -> list[Hit]:
    exact = _named_exactly(session, release_id, query)
    for asked, groups in _stages(query):
        found = search_index.find(session, release_id, asked, CANDIDATES)
        if found or exact:
            known = {candidate.occupation_id for candidate in found}
            missed = search_index.read(session, release_id, [number for number in exact if number not in known])
            return search_ranking.rank([*found, *missed], groups)[:CANDIDATES]
    return []


def _coded(session: Session, release_id: int, beginning: str) -> list[Hit]:
    """The occupations whose codes begin so, in the order of codes."""
    rows = fetch(session, _CODED, release_id=release_id, pattern=f"{beginning}%")
    return [Hit(number, code, title, 1.0, None) for number, code, title in rows]


def _stages(query: str) -> Iterator[tuple[Sequence[Group], Sequence[Group]]]:
    """What to ask the index for, until something is found, and by which terms to rank that."""
    wanted = query_terms(query)
    if not wanted:
        return
    whole: list[Group] = [(term,) for term in wanted]
    yield whole, whole
    beginning = last_word(query)
    begun = [*whole[:-1], (wanted[-1], f"{beginning}*")] if beginning and beginning.isalnum() else whole
    if begun is not whole:
        yield begun, begun
    if len(begun) > 1:
        yield [[form for group in begun for form in group]], begun


def _named_exactly(session: Session, release_id: int, query: str) -> list[int]:
    """Occupations with just this title, which the index may rank low where the title is a frequent word."""
    lookup = " ".join(query.lower().split())[:200]
    return [row[0] for row in fetch(session, _NAMED, release_id=release_id, lookup=lookup)]


def _all(session: Session, release_id: int, page: int, per_page: int) -> Found:
    ((total,),) = fetch(session, _COUNT, release_id=release_id)
    rows = fetch(session, _PAGE, release_id=release_id, skipped=(page - 1) * per_page, wanted=per_page)
    return Found(
        _wire(session, release_id, [Hit(number, code, title, 1.0, None) for number, code, title in rows]), total
    )


def _wire(session: Session, release_id: int, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    chosen = [hit.occupation_id for hit in hits]
    if not chosen:
        return []
    rows = {row.occupation_id: row for row in fetch(session, _SHOWN, release_id=release_id, chosen=chosen)}
    return [_hit_to_wire(hit, rows[hit.occupation_id]) for hit in hits]


def _hit_to_wire(hit: Hit, row: sa.Row[*tuple[Any, ...]]) -> dict[str, Any]:
    matched = None if hit.line is None else row.alternate_titles.split(search_index.TITLE_LINES)[hit.line]
    return {
        "onet_code": hit.onet_code,
        "title": hit.title,
        "score": hit.score,
        "matched_title": matched,
        "description": _snippet(row.description),
        "job_zone": row.job_zone,
    }


def _snippet(text: str) -> str:
    if len(text) <= SNIPPET:
        return text
    return text[:SNIPPET].rpartition(" ")[0].rstrip(" ,;:") + "…"


_OF_RELEASE = ReleaseOccupation.release_id == sa.bindparam("release_id")
_NAMED = (
    sa.select(OccupationTitle.occupation_id)
    .distinct()
    .where(
        OccupationTitle.release_id == sa.bindparam("release_id"),
        OccupationTitle.lookup_title == sa.bindparam("lookup"),
    )
    .order_by(OccupationTitle.occupation_id)
    .limit(EXACT)
)
_COUNT = sa.select(sa.func.count()).select_from(ReleaseOccupation).where(_OF_RELEASE)
_PAGE = (
    sa.select(Occupation.id, Occupation.onet_code, ReleaseOccupation.title)
    .join(Occupation, Occupation.id == ReleaseOccupation.occupation_id)
    .where(_OF_RELEASE)
    .order_by(Occupation.onet_code)
    .offset(sa.bindparam("skipped"))
    .limit(sa.bindparam("wanted"))
)
_CODED = (
    sa.select(Occupation.id, Occupation.onet_code, ReleaseOccupation.title)
    .join(Occupation, Occupation.id == ReleaseOccupation.occupation_id)
    .where(_OF_RELEASE, Occupation.onet_code.like(sa.bindparam("pattern")))
    .order_by(Occupation.onet_code)
    .limit(CANDIDATES)
)
_SHOWN = (
    sa.select(
        *(ReleaseOccupation.occupation_id, ReleaseOccupation.description, ReleaseOccupation.job_zone),
        OccupationSearch.alternate_titles,
    )
    .outerjoin(
        OccupationSearch,
        sa.and_(
            OccupationSearch.release_id == ReleaseOccupation.release_id,
            OccupationSearch.occupation_id == ReleaseOccupation.occupation_id,
        ),
    )
    .where(_OF_RELEASE, ReleaseOccupation.occupation_id.in_(sa.bindparam("chosen", expanding=True)))
)
