"""People who come from an external identity provider."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.db import insert_if_absent
from jobmate_agent.models import User, UserIdentity

# The user that (issuer, subject) stands for.
KNOWN_USER = sa.select(UserIdentity.user_id).where(
    UserIdentity.issuer == sa.bindparam("issuer"), UserIdentity.subject == sa.bindparam("subject")
)


def user_of_identity(session: Session, issuer: str, subject: str) -> str:
    """The user that (issuer, subject) stands for, made on the first visit.

    The same subject of two issuers is two users, and e-mail claims join nobody to an account. Two first visits
    at once make one user: whoever loses the race removes their own.
    """
    draft = User(id=str(uuid.uuid4()))
    session.add(draft)
    session.flush()
    insert_if_absent(session, UserIdentity, {"issuer": issuer, "subject": subject, "user_id": draft.id})
    winner = session.execute(KNOWN_USER, {"issuer": issuer, "subject": subject}).scalar_one()
    if winner != draft.id:
        session.delete(draft)
        session.flush()
    return winner
