"""A full disk, told as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from jobmate_agent.db import out_of_space
from jobmate_agent.errors import JobMateError


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Turn "no room left", of the database, of an index or of temporary files, into ``disk_full`` (507).

    Put it around whole units of work: what they were about has then been rolled back, and can be repeated.
    """
    try:
        yield
    except (sa.exc.DBAPIError, OSError) as exc:
        if not out_of_space(exc):
            raise
        raise JobMateError(
            "disk_full",
            "No room is left on the disk of the database, of indexes or of temporary files. Make room and run this "
            "again: it goes on with the step that did not fit.",
            status=507,
        ) from exc
