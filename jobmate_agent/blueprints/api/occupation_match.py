"""Which occupations fit somebody's skills."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from jobmate_agent.background import runs
from jobmate_agent.blueprints.auth import current_owner, machine_or_user
from jobmate_agent.blueprints.context import container, reading, unit_of_work
from jobmate_agent.blueprints.gap_answers import json_answer
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.blueprints.occupation_answers import without_nulls
from jobmate_agent.blueprints.run_answers import STARTED, started_or_done
from jobmate_agent.errors import NotFoundError
from jobmate_agent.models import Resume
from jobmate_agent.schemas.occupation_match import MatchRequest, OccupationMatch
from jobmate_agent.services.onet import releases
from jobmate_agent.services.onet.match_answer import NamedSkill, Page, match_names
from jobmate_agent.services.ownership import owned
from jobmate_agent.services.service_tokens import OCCUPATIONS_READ

blueprint = APIBlueprint("occupation_match", __name__, tag="Occupations")

RESPONSES = {**STARTED, 404: "There is no such resume, or it is not yours", 503: "No O*NET release is loaded"}


@blueprint.post("/occupations/match")
@machine_or_user(OCCUPATIONS_READ)
@limit("run")
@blueprint.input(MatchRequest, location="json")
@blueprint.output(OccupationMatch)
@blueprint.doc(responses=RESPONSES)
def match_occupations(json_data: MatchRequest) -> Response:
    """Occupations by how well skills fit them; a resume's are read by a run, which is waited for."""
    if json_data.resume_id is not None:
        return _of_resume(json_data, json_data.resume_id)
    named = [NamedSkill(skill.name, skill.level, skill.years) for skill in json_data.skills or ()]
    with reading() as session:
        release, page = releases.current(session), Page(json_data.page, json_data.per_page)
        answer = match_names(session, release, named, json_data.years_experience, page)
    return json_answer(without_nulls(answer))


def _of_resume(wanted: MatchRequest, resume_id: int) -> Response:
    owner = current_owner()
    if owner.user_id is None:
        raise NotFoundError("resume_not_found", "Machine clients have no resumes; send skills instead.")
    with unit_of_work() as session:
        release = releases.current(session)
        owned(session, Resume, resume_id, owner, code="resume_not_found")
        run = runs.start_run(
            session,
            owner,
            kind=runs.MATCH,
            subject=runs.resume_subject(resume_id),
            asked=f"{release.id}:{wanted.page}:{wanted.per_page}:{wanted.years_experience}",
            payload={
                "resume_id": resume_id,
                "release_id": release.id,
                "page": wanted.page,
                "per_page": wanted.per_page,
                "years_experience": wanted.years_experience,
            },
            dispatcher=container().dispatcher,
        )
    return started_or_done(run)
