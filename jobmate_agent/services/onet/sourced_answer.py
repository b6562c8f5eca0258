"""What is stored of, and told about, an occupation from another source than a loaded release."""

from __future__ import annotations

from typing import Any

from jobmate_agent.services.onet.occupation_source import SourcedElement, SourcedOccupation

SOURCE = "web_services"
ATTRIBUTION = (
    "This page includes information from O*NET Web Services by the U.S. Department of Labor, Employment and Training "
    "Administration (USDOL/ETA). O*NET® is a trademark of USDOL/ETA."
)
# Parts of a release's profile that the source is not asked for.
_NEVER = (
    *("alternate_titles", "tools", "interests", "work_values", "work_styles", "work_context"),
    *("education", "job_zone"),
)


def answer_of(occupation: SourcedOccupation) -> dict[str, Any]:
    """A JSON document of an occupation: the lists of a release's profile, each row with the same keys.

    Keys: ``onet_code, soc_code, title, description, major_group, has_skills, reported_titles, tasks, skills,
    knowledge, abilities, work_activities, technologies, related``; ``unavailable``: the names of the parts of a profile
    that are not there; ``source`` (``web_services``) and ``attribution`` in place of a release. Skills have no
    ``skill_id``. What the source does not give is None.
    """
    return {
        "onet_code": occupation.onet_code,
        "soc_code": occupation.onet_code[:7],
        "title": occupation.title,
        "description": occupation.description,
        "major_group": occupation.onet_code[:2],
        "has_skills": bool(occupation.skills),
        "reported_titles": [{"title": title, "short_title": None} for title in occupation.titles],
        "tasks": _tasks(occupation),
        "skills": _rated(occupation.skills),
        "knowledge": _rated(occupation.knowledge),
        "abilities": _rated(occupation.abilities),
        "work_activities": _rated(occupation.work_activities),
        "technologies": _technologies(occupation),
        "related": [
            {"onet_code": code, "title": title, "tier": None, "position": position}
            for position, (code, title) in enumerate(occupation.related, start=1)
        ],
        "unavailable": sorted({*_lacking(occupation), *_NEVER}),
        "source": SOURCE,
        "attribution": ATTRIBUTION,
    }


def _lacking(occupation: SourcedOccupation) -> list[str]:
    return ["reported_titles" if part == "titles" else part for part in occupation.unavailable]


def _tasks(occupation: SourcedOccupation) -> list[dict[str, Any]]:
    """Core tasks first, then by importance."""
    unknown: dict[str, Any] = {"incumbents": None, "relevance": None, "original_task_id": None, "activities": []}
    ranked = sorted(occupation.tasks, key=lambda task: (task.task_type != "Core", -(task.importance or 0.0)))
    return [
        {
            "task_id": task.task_id,
            "text": task.text,
            "task_type": task.task_type,
            "importance": task.importance,
            **unknown,
        }
        for task in ranked
    ]


def _rated(elements: tuple[SourcedElement, ...]) -> list[dict[str, Any]]:
    """By importance, the highest first."""
    ranked = sorted(elements, key=lambda element: (-(element.importance or 0.0), element.element_id))
    return [
        {
            "skill_id": None,
            "element_id": element.element_id,
            "name": element.name,
            "importance": element.importance,
            "onet_level": element.onet_level,
            "not_relevant": False,
        }
        for element in ranked
    ]


def _technologies(occupation: SourcedOccupation) -> list[dict[str, Any]]:
    """In demand first, then hot ones."""
    ranked = sorted(occupation.technologies, key=lambda used: (not used.in_demand, not used.hot_technology, used.name))
    return [
        {
            "skill_id": None,
            "name": used.name,
            "example": used.name,
            "commodity_code": None,
            "commodity_title": used.category or None,
            "hot_technology": used.hot_technology,
            "in_demand": used.in_demand,
        }
        for used in ranked
    ]
