"""Do these keys belong to this database? Noticed at start, not at the first resume that cannot be read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobmate_agent.crypto import KeyRing
from jobmate_agent.db import Database, insert_if_absent
from jobmate_agent.errors import JobMateError
from jobmate_agent.models import InstanceFact

FINGERPRINT = "key_fingerprint"
CANARY = "key_canary"


def has_keys(database: Database) -> bool:
    """Whether the database was ever written with keys; new ones would be of no use to it. Needs none itself."""
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table(InstanceFact.__tablename__):
            return False
        known = sa.select(InstanceFact.name).where(InstanceFact.name == FINGERPRINT)
        return connection.execute(known).first() is not None


def verify_keys(session: Session, ring: KeyRing) -> None:
    """Remember the keys of a new database; raise ``wrong_keys`` when another's are configured.

    The fingerprint is that of the blind index key, which never changes. The canary is a value encrypted with the
    newest key, so that encryption keys can be rotated and old ones dropped.
    """
    insert_if_absent(session, InstanceFact, {"name": FINGERPRINT, "value": ring.fingerprint})
    insert_if_absent(session, InstanceFact, {"name": CANARY, "value": ring.encrypt(CANARY.encode()).decode()})
    rows = session.execute(sa.select(InstanceFact.name, InstanceFact.value))
    facts = {name: value for name, value in rows}  # noqa: C416 - rows are no pairs to the type checker
    if facts[FINGERPRINT] != ring.fingerprint or not ring.can_decrypt(facts[CANARY].encode()):
        raise JobMateError(
            "wrong_keys",
            "The configured keys are not those that this database was written with; restore its key file "
            "(keys.json in the data folder) or JOBMATE_KEYS.",
            status=503,
        )
    session.execute(
        sa.update(InstanceFact).where(InstanceFact.name == CANARY).values(value=ring.encrypt(CANARY.encode()).decode())
    )
