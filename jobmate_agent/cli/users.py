"""Local accounts, as an operator manages them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from pydantic import ValidationError

from jobmate_agent.clock import utcnow
from jobmate_agent.container import Container
from jobmate_agent.errors import InvalidInputError, NotFoundError
from jobmate_agent.models import User
from jobmate_agent.schemas.accounts import Registration
from jobmate_agent.services.accounts import passwords, registration, sessions


def create(container: Container, email: str, name: str, password: str) -> str:
    """Make an account and return its id; the same rules, and errors, as registering over HTTP."""
    wanted = _checked(email, password, name)
    address, password_hash = registration.normalize_email(wanted.email), passwords.hash_password(wanted.password)
    with container.db.unit_of_work() as session:
        user = registration.register(
            session, container.keys, email=address, password_hash=password_hash, name=wanted.name
        )
        return user.id


def rows(container: Container) -> Iterator[tuple[str, str, str]]:
    """(id, e-mail or empty, time of creation) of every account, oldest first."""
    query = sa.select(User.id, User.email, User.created_at).order_by(User.created_at, User.id)
    with container.db.reading() as session:
        for user_id, email, created_at in session.execute(query.execution_options(yield_per=500)):
            yield user_id, email or "", created_at.isoformat(timespec="seconds")


def set_password(container: Container, email: str, password: str) -> None:
    """Set the password of an account and end all its sessions; ``user_not_found`` where there is none."""
    wanted = _checked(email, password)
    address, password_hash = registration.normalize_email(wanted.email), passwords.hash_password(wanted.password)
    with container.db.unit_of_work() as session:
        user = registration.find_by_email(session, container.keys, address)
        if user is None:
            raise NotFoundError("user_not_found", f"There is no account with the address {address}.")
        registration.store_hash(session, user.id, password_hash)
        sessions.revoke_all(session, user.id, utcnow())


def _checked(email: str, password: str, name: str = "") -> Registration:
    try:
        return Registration(email=email, password=password, name=name)
    except ValidationError as exc:
        # Never the input: it holds the password.
        details = [{"loc": list(map(str, error["loc"])), "msg": error["msg"]} for error in exc.errors()]
        raise InvalidInputError("validation_error", "The account cannot be like this.", details=details) from None
