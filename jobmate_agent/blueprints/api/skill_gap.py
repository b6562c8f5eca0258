"""What one occupation asks for that another does not."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_owner, machine_or_user
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.gap_answers import json_answer
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.blueprints.occupation_answers import RESPONSES, answers, pulled, without_nulls
from jobmate_agent.blueprints.run_answers import STARTED, started_or_done
from jobmate_agent.errors import JobMateError
from jobmate_agent.schemas.skill_gap import SkillGap, SkillGapAnalysed, SkillGapQuery
from jobmate_agent.services.gaps import extractions
from jobmate_agent.services.onet import cache, releases
from jobmate_agent.services.onet.gap_prompt import GapQuestion
from jobmate_agent.services.onet.gap_sides import require_side, side_from_anywhere
from jobmate_agent.services.onet.releases import ReleaseRef
from jobmate_agent.services.onet.skill_gap import Mode, Side, compare
from jobmate_agent.services.service_tokens import OCCUPATIONS_READ

blueprint = APIBlueprint("skill_gap", __name__, tag="Skill gaps")


@blueprint.get("/v1/skill-gap")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(SkillGapQuery, location="query")
@blueprint.output(SkillGap)
@blueprint.doc(responses=RESPONSES)
def skill_gap(query_data: SkillGapQuery) -> Response:
    """Skills that the second occupation needs (level above 0) and the first does not (level 0)."""
    return _answer("strict", query_data)


@blueprint.get("/v1/skill-gap-by-lvl")
@machine_or_user(OCCUPATIONS_READ)
@blueprint.input(SkillGapQuery, location="query")
@blueprint.output(SkillGap)
@blueprint.doc(responses=RESPONSES)
def skill_gap_by_level(query_data: SkillGapQuery) -> Response:
    """Skills that the second occupation needs at a higher level than the first, the largest difference first."""
    return _answer("by_level", query_data)


@blueprint.get("/v1/skill-gap-llm")
@machine_or_user(OCCUPATIONS_READ)
@limit("run")
@blueprint.input(SkillGapQuery, location="query")
@blueprint.output(SkillGapAnalysed)
@blueprint.doc(responses={**RESPONSES, **STARTED})
def skill_gap_llm(query_data: SkillGapQuery) -> Response:
    """The gap by level and a written analysis of it, waited for; 202 at once with ``Prefer: respond-async``."""
    gap = _from_anywhere("by_level", query_data)
    question = GapQuestion(gap["release"]["id"], query_data.from_occupation, query_data.to_occupation, query_data.kind)
    written = _written_before(question)
    if written is not None or not gap["comparable"]:
        return json_answer(without_nulls({**gap, **(written or {})}))
    with unit_of_work() as session:
        run = runs.start_run(
            session,
            current_owner(),
            kind=runs.SKILL_GAP,
            subject=question.subject,
            payload=question.to_payload(),
            dispatcher=container().dispatcher,
        )
    return started_or_done(run)


def _written_before(question: GapQuestion) -> dict[str, Any] | None:
    settings = container().settings
    if not settings.llm_configured:
        return None
    with reading() as session:
        return extractions.find(session, question.key(settings.llm_model))


def _answer(mode: Mode, query: SkillGapQuery) -> Response:
    codes, kind = (query.from_occupation, query.to_occupation), query.kind

    def make(session: Session, release: ReleaseRef) -> dict[str, Any]:
        held, asked = (require_side(session, release, code, kind) for code in codes)
        return compare(release, mode, kind, held, asked)

    try:
        return answers().respond(cache.SKILL_GAP, (mode, kind, *codes), make, as_of=query.as_of)
    except JobMateError as exc:
        if query.as_of is not None or exc.code != "occupation_not_found":
            raise
    return pulled(_from_anywhere(mode, query))


def _from_anywhere(mode: Mode, query: SkillGapQuery) -> dict[str, Any]:
    """As :func:`_answer`, with what Web Services say of occupations that the release lacks."""
    with reading() as session:
        release = releases.as_of(session, query.as_of) if query.as_of else releases.current(session)
    held, asked = (_side(release, code, query) for code in (query.from_occupation, query.to_occupation))
    return compare(release, mode, query.kind, held, asked)


def _side(release: ReleaseRef, code: str, query: SkillGapQuery) -> Side:
    """Of an older release that is asked for, Web Services know nothing."""
    if query.as_of is not None:
        with reading() as session:
            return require_side(session, release, code, query.kind)
    used = container()
    return side_from_anywhere(used.db, used.onet_lookup, release, code, query.kind)
