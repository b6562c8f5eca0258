"""Generated requests against one operation at a time: what is drawn, what of it is real, what an answer must keep to.

Every example of an unsafe method begins with the same database, so that one example never explains another and
operations that delete, sign out or change passwords find something to do each time.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from jobmate_agent.app import create_app
from jobmate_agent.settings import Settings
from tests.contract.snapshots import Snapshot
from tests.contract.valid_requests import ASYNC, Valid, valid_requests
from tests.contract.world import World
from tests.web import PASSWORD

EXAMPLES = 200
STREAMS = {"GET /api/gap/by-job/{job_id}/events"}
ALIASES = ("/api", "/api", "", "/backend", "/api/backend")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SAMPLES = sorted((Path(__file__).parents[2] / "jobmate_agent" / "samples" / "resumes").glob("*.*"))
# Reading a page starts a process with heavy libraries in it; one example in this many may.
PAGES_ONE_IN = 8

_header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40).map(str.strip)
_header_values = {
    "Accept": st.sampled_from(["*/*", "application/json", "text/html", "image/png;q=0.1", "nonsense"]),
    "Accept-Encoding": st.sampled_from(["gzip", "identity;q=0", "br, *;q=0"]),
    "Cookie": st.sampled_from(["access_token_cookie=x", "session=; =", "a" * 300]),
    "If-Modified-Since": st.sampled_from(["Thu, 01 Jan 2026 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "soon"]),
    "If-None-Match": st.sampled_from(["*", '"x"', 'W/"x", "y', ""]) | _header_text,
    "Last-Event-ID": st.sampled_from(["1", "-1", "9" * 30, "x"]),
    "Origin": st.sampled_from(["https://app.example.com", "null"]),
    "Prefer": st.sampled_from(["return=minimal", "wait=1"]) | _header_text,
    "Range": st.sampled_from(
        ["bytes=0-3", "bytes=5-", "bytes=-2", "bytes=99999-", "bytes=3-1", "lines=1-2", "bytes=x"]
    ),
    "X-Forwarded-For": st.sampled_from(["10.0.0.1", "not an address"]),
    "X-Request-ID": _header_text,
}
_documents = st.tuples(
    st.sampled_from(
        ["cv.txt", "cv.md", "cv.pdf", "cv.docx", "CV.PDF", "cv.exe", "cv", "../cv.txt", "l\u00e9a.txt", ".md"]
    ),
    st.one_of(
        st.text(min_size=1, max_size=80).map(str.encode),
        st.binary(max_size=80),
        st.sampled_from(SAMPLES).map(Path.read_bytes),
        st.tuples(st.sampled_from(SAMPLES).map(Path.read_bytes), st.integers(1, 2000)).map(lambda it: it[0][: it[1]]),
    ),
)


@cache
def operations() -> tuple[str, ...]:
    """Labels of all operations in the OpenAPI document but the streams."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(_env_file=None, data_dir=Path(folder), log_level="error"))
        document = app.test_client().get("/openapi.json").get_json()
    labels = (f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods)
    return tuple(sorted(set(labels) - STREAMS))


def _says_nothing(case: Case) -> bool:
    """Whether a job is sent with ``""`` somewhere: a field left empty, whatever its type (see ``schemas.jobs``)."""
    return "/jobs" in case.operation.path and isinstance(case.body, dict) and "" in case.body.values()


class Fuzzed:
    """One application whose operations are tried out one after the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._snapshot = Snapshot(world.container.db)
        config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
        self._schema = schemathesis.openapi.from_wsgi("/openapi.json", world.web.app, config=config)
        self._known = self._known_values()

    def close(self) -> None:
        self._snapshot.close()

    def run(self, label: str) -> Counter[int]:
        """Try one operation out; how often which status came back."""
        operation = self._schema.find_operation_by_label(label)
        assert operation is not None
        self._snapshot.restore()
        statuses: Counter[int] = Counter()
        for valid in valid_requests(self.world)[label]:
            status = self._call(self._valid_case(operation, valid), dict(valid.headers), valid.files)
            assert status == valid.status, f"{label}: {status} instead of {valid.status}"
            statuses[status] += 1
        # Examples that were only replayed to shrink a failure do not matter: the test has failed by then.
        for status in self._explore(operation):
            statuses[status] += 1
        return statuses

    def _explore(self, operation: APIOperation) -> list[int]:
        takes_something = operation.body or list(operation.iter_parameters())
        modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something else [])]
        cases = st.one_of([operation.as_strategy(generation_mode=mode, feedback=NO_FEEDBACK) for mode in modes])
        answered: list[int] = []

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases, self._knowing(operation), _envelopes(), st.none() | _documents, st.integers(1, PAGES_ONE_IN))
        def explore(
            case: Case,
            known: Mapping[str, Any],
            envelope: tuple[str, dict[str, str], dict[str, str]],
            document: tuple[str, bytes] | None,
            lot: int,
        ) -> None:
            alias, headers, extra = envelope
            case.path = case.path.replace("/api", alias, 1)
            case.query = {**extra, **case.query}
            kept = not _use(case, known) and not _says_nothing(case)
            if operation.label == "POST /api/jobs/import" and lot > 1:
                _spare_the_parser(case)
            is_upload = operation.label == "POST /api/resume/upload" and document is not None
            files = {"file": document} if is_upload and document else None
            # Whatever is drawn for a body of plain text is text once it is sent.
            is_text = (case.media_type or "").startswith("text/")
            answered.append(self._call(case, headers, files, as_drawn=kept and files is None and not is_text))

        explore()
        return answered

    def _call(
        self,
        case: Case,
        headers: dict[str, str],
        files: Mapping[str, tuple[str, bytes]] | None = None,
        *,
        as_drawn: bool = False,
    ) -> int:
        """Send it and check the answer; ``as_drawn``: what the case says of itself, valid or not, still holds."""
        if case.method != "GET":
            self._snapshot.restore()
        headers = {**headers, "Authorization": f"Bearer {self.world.owner.access}"}
        if case.operation.label == "POST /api/gap/run":
            # Waiting runs have tests of their own.
            headers |= ASYNC
        options: dict[str, Any] = {}
        if files is not None:
            headers["Content-Type"], options["data"] = _multipart(files)
        response = case.call(headers=headers, **options)
        case.validate_response(response, checks=[*CHECKS, negative_data_rejection] if as_drawn else CHECKS)
        documented = case.operation.responses.status_codes
        assert str(response.status_code) in documented, (
            f"{case.operation.label} answered {response.status_code}, of which the document says nothing: {case!r}"
        )
        return response.status_code

    def _valid_case(self, operation: APIOperation, valid: Valid) -> Case:
        given: dict[str, Any] = {"path_parameters": dict(valid.path), "query": dict(valid.query)}
        if valid.json is not None:
            given |= {"body": valid.json, "media_type": "application/json"}
        return operation.Case(**given)

    def _known_values(self) -> dict[str, list[Any]]:
        """Values of existing objects by the names that parameters and fields have."""
        owner, world = self.world.owner, self.world
        etag = owner.get("/api/job-collections").headers["ETag"]
        return {
            **{name: list(ids) for name, ids in {**world.reference, **world.owned}.items()},
            "token": list(world.download_tokens),
            "refresh_token": [owner.refresh],
            "email": [owner.email],
            "password": [PASSWORD],
            "current_password": [PASSWORD],
            "If-None-Match": [etag],
        } | {"job_id": [*world.owned["job_id"], world.public_job]}

    def _knowing(self, operation: APIOperation) -> st.SearchStrategy[dict[str, Any]]:
        """For each thing that the operation takes and that exists: mostly an existing value, sometimes none."""
        names = {parameter.name for parameter in operation.iter_parameters()}
        for body in operation.body:
            names |= set(_properties(body.definition, self._schema.raw_schema))
        if operation.label == "GET /api/job-collections":
            names.add("If-None-Match")
        real = {name: self._known[name] for name in names & set(self._known)}
        return st.fixed_dictionaries(
            {name: st.sampled_from([None, *values, *values]) for name, values in sorted(real.items())}
        )


def _properties(body: Any, document: Any) -> list[str]:
    schema = body.get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(name, schema).get("properties", {}))


def _envelopes() -> st.SearchStrategy[tuple[str, dict[str, str], dict[str, str]]]:
    """What any request may carry: one of the address prefixes, headers, query parameters that nobody declared."""
    headers = st.fixed_dictionaries({}, optional=_header_values)
    extra = st.dictionaries(st.text(max_size=5), st.text(max_size=10), max_size=1)
    return st.tuples(st.sampled_from(ALIASES), headers, extra)


def _use(case: Case, known: Mapping[str, Any]) -> bool:
    """Put existing values where the operation takes them; whether what is sent is not what was drawn any more."""
    changed = False
    for name, value in known.items():
        if value is None:
            continue
        if name in case.path_parameters:
            case.path_parameters[name], changed = value, True
        elif name == "If-None-Match":
            case.headers[name] = value
        elif name in case.query:
            case.query[name], changed = value, True
        elif isinstance(case.body, dict) and name in case.body:
            case.body[name], changed = value, True
    return changed


def _spare_the_parser(case: Case) -> None:
    """Send as text what was to be read as a page."""
    if case.media_type == "text/html":
        case.media_type = "text/plain"
    elif isinstance(case.body, dict) and isinstance(case.body.get("html"), str) and case.body.get("text") is None:
        case.body["text"] = case.body.pop("html")


def _multipart(files: Mapping[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    boundary, body = encode_multipart(
        {name: FileStorage(BytesIO(data), filename) for name, (filename, data) in files.items()}
    )
    return f'multipart/form-data; boundary="{boundary}"', body
