"""Feedback: tell the operators what is wrong."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from jobmate_agent.blueprints.auth import current_owner, machine_or_user
from jobmate_agent.blueprints.context import unit_of_work
from jobmate_agent.blueprints.limits import limit
from jobmate_agent.schemas.feedback import FeedbackRequest, FeedbackTaken
from jobmate_agent.services import feedback
from jobmate_agent.services.service_tokens import FEEDBACK_WRITE

blueprint = APIBlueprint("feedback", __name__, tag="Feedback")


@blueprint.post("/feedback")
@machine_or_user(FEEDBACK_WRITE)
@limit("save")
@blueprint.input(FeedbackRequest, location="json")
@blueprint.output(FeedbackTaken, status_code=201)
@blueprint.doc(responses={404: "What it is about is not there, or not yours"})
def give_feedback(json_data: FeedbackRequest) -> dict[str, Any]:
    """Say what is wrong with an occupation, a skill, a report or a recommendation."""
    new = feedback.NewFeedback(json_data.subject, json_data.kind, json_data.note)
    with unit_of_work() as session:
        row = feedback.add(session, current_owner(), new)
    return {
        "id": row.id,
        "subject": row.subject,
        "kind": row.kind,
        "note": row.note,
        "created_at": row.created_at.isoformat(),
    }
