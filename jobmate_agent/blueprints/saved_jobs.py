"""The list of saved jobs: recognised as unchanged by one query, written from parts that are already JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import orjson
from flask import Response, current_app, request

from jobmate_agent.blueprints.context import container
from jobmate_agent.blueprints.fragments import JobFragments, Key
from jobmate_agent.container import Container
from jobmate_agent.db import Lookup
from jobmate_agent.schemas.gap_routes import SavedJobsQuery
from jobmate_agent.services.gaps import saved
from jobmate_agent.services.gaps.saved import SavedRow
from jobmate_agent.services.jobs.collections import listings_by_id
from jobmate_agent.services.jobs.listings import job_to_wire

EXTENSION = "jobmate_saved_jobs"
NEWEST = 100
PER_PAGE = 20
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


@dataclass(frozen=True, slots=True)
class Window:
    """Positions ``after`` < n ≤ ``up_to`` of the list, newest first, and perhaps all that are generating."""

    after: int
    up_to: int
    all_generating: bool

    @classmethod
    def of(cls, query: SavedJobsQuery) -> Window:
        if query.page is None and query.per_page is None:
            return cls(0, NEWEST, all_generating=True)
        size = query.per_page or PER_PAGE
        start = ((query.page or 1) - 1) * size
        return cls(start, start + size, all_generating=False)


class SavedJobsList:
    """One an application: prepared statements and fragments."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._fragments = JobFragments()

    def respond(self, user_id: str, window: Window) -> Response:
        """304 when the client's copy is still right, else the list."""
        rows = self._saved.rows(
            user_id=user_id, after=window.after, up_to=window.up_to, all_generating=int(window.all_generating)
        )
        total = rows[0][2] if rows else self._count(user_id, window)
        etag = saved.etag(user_id, request.environ.get("QUERY_STRING", ""), total, rows)
        if etag in request.environ.get("HTTP_IF_NONE_MATCH", "") and request.if_none_match.contains_weak(etag):
            response = Response(status=304)
        else:
            body = self._body([SavedRow(*row) for row in rows], total)
            response = Response(body, content_type="application/json")
        response.headers["ETag"] = f'"{etag}"'
        response.headers.extend(HEADERS)
        return response

    def _body(self, rows: Sequence[SavedRow], total: int) -> bytes:
        by_key = {(row.job_id, row.job_version, row.job_updated_at, row.job_is_active): row for row in rows}
        written = self._fragments.get(list(by_key), self._write)
        # A job's object is left open in its fragment; the state of the report closes it.
        objects = [
            written[key] + b"," + orjson.dumps(saved.state_to_wire(row))[1:]
            for key, row in by_key.items()
            if key in written
        ]
        return b'{"jobs":[' + b",".join(objects) + b'],"total_count":' + str(total).encode() + b"}"

    def _write(self, keys: Sequence[Key]) -> Mapping[Key, bytes]:
        with self._container.db.reading() as session:
            jobs = listings_by_id(session, [key[0] for key in keys])
        return {key: orjson.dumps(job_to_wire(jobs[key[0]]))[:-1] for key in keys if key[0] in jobs}

    def _count(self, user_id: str, window: Window) -> int:
        """How many there are, for a page beyond the last."""
        row = self._counted(user_id=user_id) if window.after else None
        return cast(int, row[0]) if row else 0

    @cached_property
    def _saved(self) -> Lookup:
        return Lookup(self._container.db, saved.SAVED)

    @cached_property
    def _counted(self) -> Lookup:
        return Lookup(self._container.db, saved.COUNT)


def saved_jobs_list() -> SavedJobsList:
    """This application's list."""
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        found = current_app.extensions.setdefault(EXTENSION, SavedJobsList(container()))
    return cast(SavedJobsList, found)
