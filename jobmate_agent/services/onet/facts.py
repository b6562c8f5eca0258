"""Interests, values, styles, education and context of an occupation, as a release rates them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import fetch
from jobmate_agent.models import Element, ElementCategory, OccupationFact

EDUCATION, EXPERIENCE, ON_SITE, ON_THE_JOB = "2.D.1", "3.A.1", "3.A.2", "3.A.3"
# High points name others by number: the first interest is 1.B.1.a, the first work value 1.B.2.a.
HIGH_POINTS = {"IH": "1.B.1", "VH": "1.B.2"}
Row = sa.Row[*tuple[Any, ...]]


def facts(session: Session, release_id: int, occupation_id: int) -> dict[str, Any]:
    """The profile's ``interests, work_values, work_styles, work_context, education, experience, training, credentials,
    suppressed``.

    A rated element is ``{element_id, name, description, scores}``, ``scores`` by scale id as published. ``interests``
    and ``work_values`` are ``{high_points: [name], elements}``. ``education``, ``experience`` and each of ``training``
    are ``{element_id, name, categories: [{category, description, percent}], most_common}``. Values that O*NET
    recommends to suppress stand in ``suppressed`` alone: ``{domain, element_id, name, scale_id, value, category}``.
    """
    by_domain: dict[str, list[Row]] = defaultdict(list)
    for row in fetch(session, _FACTS, release_id=release_id, occupation_id=occupation_id):
        by_domain["suppressed" if row.suppressed else row.domain].append(row)
    asked = [row for row in by_domain["education"] if row.category]
    surveyed = {element_id: _distribution(rows) for element_id, rows in _by_element(asked).items()}
    return {
        "interests": _with_high_points(by_domain["interest"]),
        "work_values": _with_high_points(by_domain["work_value"]),
        "work_styles": _elements(by_domain["work_style"]),
        "work_context": _elements(by_domain["work_context"]),
        "education": surveyed.get(EDUCATION),
        "experience": surveyed.get(EXPERIENCE),
        "training": [surveyed[element] for element in (ON_SITE, ON_THE_JOB) if element in surveyed],
        "credentials": _elements(row for row in by_domain["education"] if not row.category),
        "suppressed": [_suppressed(row) for row in by_domain["suppressed"]],
    }


def _by_element(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.element_id].append(row)
    return found


def _elements(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each element once; those with the highest scores first."""
    found = []
    for element_id, of_element in _by_element(rows).items():
        first = of_element[0]
        described = {"element_id": element_id, "name": first.name, "description": first.description}
        scores = {_scale(row): row.value for row in of_element}
        relevance = {"not_relevant": True} if any(row.not_relevant for row in of_element) else {}
        found.append({**described, "scores": scores, **relevance})
    return sorted(found, key=lambda element: (-_leading(element["scores"]), element["element_id"]))


def _scale(row: Row) -> str:
    return f"{row.scale_id}:{row.category}" if row.category else str(row.scale_id)


def _leading(scores: Mapping[str, float]) -> float:
    """The score on what is not a rank: 30.1 rates work styles by impact (WI) and ranks them (DR)."""
    return max((value for scale, value in scores.items() if scale != "DR"), default=0.0)


def _with_high_points(rows: Sequence[Row]) -> dict[str, Any]:
    elements = _elements(row for row in rows if row.scale_id not in HIGH_POINTS)
    names = {element["element_id"]: element["name"] for element in elements}
    points = [row for row in sorted(rows, key=lambda row: row.element_id) if row.scale_id in HIGH_POINTS]
    # The ranks of interests are the elements after the six: 1.B.1.g, h and i; 0 says that there is no such rank.
    wanted = [f"{HIGH_POINTS[row.scale_id]}.{chr(ord('a') + int(row.value) - 1)}" for row in points if row.value >= 1]
    return {"high_points": [names[element] for element in wanted if element in names], "elements": elements}


def _distribution(rows: Sequence[Row]) -> dict[str, Any]:
    categories = [
        {"category": row.category, "description": row.category_description, "percent": row.value}
        for row in sorted(rows, key=lambda row: row.category)
    ]
    most = max(categories, key=lambda category: (category["percent"], -category["category"]))
    found = {"element_id": rows[0].element_id, "name": rows[0].name, "categories": categories}
    return {**found, "most_common": most if most["percent"] > 0 else None}


def _suppressed(row: Row) -> dict[str, Any]:
    value = {"domain": row.domain, "element_id": row.element_id, "name": row.name, "scale_id": row.scale_id}
    return {**value, "value": row.value, "category": row.category or None}


_FACTS = (
    sa.select(
        *(OccupationFact.domain, OccupationFact.element_id, OccupationFact.scale_id, OccupationFact.category),
        *(OccupationFact.value, OccupationFact.suppressed, OccupationFact.not_relevant),
        *(Element.name, Element.description, ElementCategory.description.label("category_description")),
    )
    .join(
        Element,
        sa.and_(Element.release_id == OccupationFact.release_id, Element.element_id == OccupationFact.element_id),
    )
    .outerjoin(
        ElementCategory,
        sa.and_(
            ElementCategory.release_id == OccupationFact.release_id,
            ElementCategory.element_id == OccupationFact.element_id,
            ElementCategory.scale_id == OccupationFact.scale_id,
            ElementCategory.category == OccupationFact.category,
        ),
    )
    .where(
        OccupationFact.release_id == sa.bindparam("release_id"),
        OccupationFact.occupation_id == sa.bindparam("occupation_id"),
    )
    .order_by(OccupationFact.element_id, OccupationFact.scale_id, OccupationFact.category)
)
