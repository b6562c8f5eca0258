"""The vocabulary: skills found by name, and shown with who needs them."""

from __future__ import annotations

from math import ceil
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.blueprints.auth import machine_or_user
from jobmate_agent.blueprints.occupation_answers import RESPONSES, answers
from jobmate_agent.schemas.occupations import AsOf
from jobmate_agent.schemas.skills import SkillDetails, SkillQuery, SkillSearchResult
from jobmate_agent.services.onet import cache
from jobmate_agent.services.onet.skill_details import skill
from jobmate_agent.services.onet.skills_catalog import PAGE, find_skills
from jobmate_agent.services.service_tokens import OCCUPATIONS_READ

blueprint = APIBlueprint("skills", __name__, tag="Skills")


@blueprint.get("/skills")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(SkillQuery, location="query")
@blueprint.output(SkillSearchResult)
@blueprint.doc(responses=RESPONSES)
def search_skills(query_data: SkillQuery) -> Response:
    """Skills by name, alias, or part of either; a slip of the pen does no harm."""
    query, kind, page = query_data.q, query_data.kind, query_data.page

    def make(session: Any, release: Any) -> dict[str, Any]:
        found, total = find_skills(session, release.id, query, kind, page)
        return {"skills": found, "total": total, "page": page, "pages": ceil(total / PAGE), "query": query}

    return answers().respond(cache.SKILL_SEARCH, (query, kind, page), make, as_of=query_data.as_of, occupations=False)


@blueprint.get("/skills/<int:skill_id>")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(AsOf, location="query")
@blueprint.output(SkillDetails)
@blueprint.doc(responses=RESPONSES)
def get_skill(skill_id: int, query_data: AsOf) -> Response:
    """A skill, what it was merged with and why, skills like it, and the occupations that need it most."""
    return answers().respond(
        cache.SKILL,
        (skill_id,),
        lambda session, release: skill(session, release.id, release.name, skill_id),
        as_of=query_data.as_of,
        occupations=False,
    )
