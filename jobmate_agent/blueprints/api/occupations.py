"""Occupations: found by words, by family, and shown whole."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.blueprints.auth import machine_or_user
from jobmate_agent.blueprints.context import container
from jobmate_agent.blueprints.occupation_answers import RESPONSES, answers, pulled
from jobmate_agent.errors import JobMateError
from jobmate_agent.schemas.occupations import (
    AsOf,
    Families,
    FamilyDetails,
    OccupationProfile,
    OccupationQuery,
    OccupationSearchResult,
    OccupationSkills,
    OccupationSkillsQuery,
)
from jobmate_agent.services.onet import cache, families, search
from jobmate_agent.services.onet.occupation_skills import occupation_skills
from jobmate_agent.services.onet.profile import check_code, profile
from jobmate_agent.services.onet.pulled import skills_of, whole_profile
from jobmate_agent.services.service_tokens import OCCUPATIONS_READ

blueprint = APIBlueprint("occupations", __name__, tag="Occupations")

# Where a loaded release would have answered, O*NET Web Services may.
ASK_ELSEWHERE = frozenset({"occupation_not_found", "no_occupation_data", "no_release"})


@blueprint.get("/occupations")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(OccupationQuery, location="query")
@blueprint.output(OccupationSearchResult)
@blueprint.doc(responses=RESPONSES)
def search_occupations(query_data: OccupationQuery) -> Response:
    """Occupations whose titles, other titles or descriptions say what is asked for, best first, at most 200."""
    query, page = query_data.q, query_data.page

    def make(session: Any, release: Any) -> dict[str, Any]:
        found = search.search(session, release.id, query, page)
        shown = {"page": page, "pages": ceil(found.total / search.PAGE), "query": query}
        return {"occupations": found.occupations, "total": found.total, **shown}

    return answers().respond(cache.SEARCH, (query, page), make, as_of=query_data.as_of)


@blueprint.get("/occupations/families")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(AsOf, location="query")
@blueprint.output(Families)
@blueprint.doc(responses=RESPONSES)
def list_families(query_data: AsOf) -> Response:
    """The major groups of occupations (SOC 2018), and how many occupations each has."""
    return answers().respond(
        cache.HIERARCHY,
        ("families",),
        lambda session, release: {"families": families.families(session, release)},
        as_of=query_data.as_of,
    )


@blueprint.get("/occupations/families/<family>")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(AsOf, location="query")
@blueprint.output(FamilyDetails)
@blueprint.doc(responses=RESPONSES)
def get_family(family: str, query_data: AsOf) -> Response:
    """A major group by its code (``15-0000`` or ``15``): its occupations, and the averages of their ratings."""
    group = families.major_group(family)
    return answers().respond(
        cache.HIERARCHY,
        ("family", group),
        lambda session, release: families.family(session, release, group),
        as_of=query_data.as_of,
    )


@blueprint.get("/occupations/<onet_code>")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(AsOf, location="query")
@blueprint.output(OccupationProfile)
@blueprint.doc(responses=RESPONSES)
def get_occupation(onet_code: str, query_data: AsOf) -> Response:
    """All that a release says about an occupation, with the wages, outlook and summary that were imported."""
    code = check_code(onet_code)
    return _or_elsewhere(
        code,
        query_data.as_of,
        lambda: answers().respond_with_imports(
            cache.OCCUPATION,
            (code,),
            lambda session, release, imported: {**profile(session, release, imported, code), "source": "release"},
            as_of=query_data.as_of,
        ),
        whole_profile,
    )


@blueprint.get("/occupations/<onet_code>/skills")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(OccupationSkillsQuery, location="query")
@blueprint.output(OccupationSkills)
@blueprint.doc(responses=RESPONSES)
def get_occupation_skills(onet_code: str, query_data: OccupationSkillsQuery) -> Response:
    """What an occupation asks for, the most important first; values that are not to be used apart."""
    code, kind = check_code(onet_code), query_data.kind
    return _or_elsewhere(
        code,
        query_data.as_of,
        lambda: answers().respond(
            cache.SKILLS_OF_OCCUPATION,
            (code, kind),
            lambda session, release: {**occupation_skills(session, release, code, kind), "source": "release"},
            as_of=query_data.as_of,
        ),
        lambda answer: skills_of(answer, kind),
    )


def _or_elsewhere(
    code: str, as_of: str | None, loaded: Callable[[], Response], shape: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """``loaded()``, or what Web Services says of a code that the served release does not have."""
    try:
        return loaded()
    except JobMateError as exc:
        if as_of is not None or exc.code not in ASK_ELSEWHERE:
            raise
        answer = container().onet_lookup.lookup(code)
        if answer is None:
            raise
    return pulled(shape(answer))
