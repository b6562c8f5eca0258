"""For every operation, requests that must succeed in :class:`World`; whoever adds an operation adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.sample_analysis import JOB_TEXT, RESUME_TEXT
from tests.contract.sample_gap import PROGRAMMER
from tests.contract.sample_release import BARE, FULL
from tests.contract.world import POSTING, World
from tests.web import PASSWORD

ASYNC = {"Prefer": "respond-async"}
# About the entries of the sample analysis.
CORRECTIONS: tuple[dict[str, Any], ...] = (
    {"entry": 4, "kind": "have_it"},
    {"entry": 2, "kind": "level_is", "value": 3},
    {"entry": "custom:bee keeping", "kind": "not_a_skill"},
    {"entry": "custom:Quilting", "kind": "wrong_skill", "value": 6, "origin": "resume"},
    {"entry": 6, "kind": "have_it", "value": False},
)
PAGE = """<html><head><title>Cook</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "JobPosting", "title": "Cook", "description": "<p>You cook soups.</p>",
 "hiringOrganization": {"@type": "Organization", "name": "Example Kitchen"}, "datePosted": "2026-01-05"}
</script></head><body><h1>Cook</h1><p>You cook soups.</p></body></html>"""


@dataclass(frozen=True)
class Valid:
    """One request and the status that answers it. ``files``: (name, content) by field of a multipart form."""

    status: int = 200
    path: Mapping[str, int | str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    json: Any = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def valid_requests(world: World) -> dict[str, list[Valid]]:
    """By operation, e.g. ``PUT /api/jobs/{job_id}``."""
    owner, job, resume = world.owner, {"job_id": world.job}, {"resume_id": world.resume}
    occupation = {"onet_code": world.reference["onet_code"][0]}
    codes = [(PROGRAMMER, FULL), (FULL, BARE), (FULL, FULL)]
    pairs = [{"from_occupation": held, "to_occupation": asked} for held, asked in codes]
    credentials = {"email": owner.email, "password": PASSWORD}
    refresh = {"refresh_token": owner.refresh}
    upload = {"file": ("resume.txt", RESUME_TEXT.encode())}
    passwords = {"current_password": PASSWORD, "new_password": "another horse 8"}
    contact = {"name": "Kim", "email": "kim2@example.com", "phone_number": "555 0100", "location": "Springfield"}
    preferences = {"llm_consent": True, "timezone": "Europe/Berlin", "locale": "de-AT"}
    return {
        "GET /health": [Valid()],
        "GET /ready": [Valid()],
        "GET /metrics": [Valid()],
        "GET /openapi.json": [Valid()],
        "GET /docs": [Valid()],
        "GET /docs/start.js": [Valid()],
        "GET /docs/assets/{name}": [Valid(path={"name": "swagger-ui.css"})],
        "POST /api/auth/register": [Valid(201, json={**credentials, "email": "new@example.com", "name": "New"})],
        "POST /api/auth/login": [Valid(json=credentials)],
        "POST /api/auth/refresh": [Valid(json=refresh)],
        "POST /api/auth/logout": [Valid(json=refresh)],
        "POST /api/auth/change-password": [Valid(json=passwords)],
        "GET /api/contact-info": [Valid()],
        "PUT /api/contact-info": [Valid(json=contact), Valid(json={})],
        "GET /api/preferences": [Valid()],
        "PUT /api/preferences": [Valid(json=preferences), Valid(json={})],
        "POST /api/resume/upload": [Valid(201, files=upload)],
        "GET /api/resumes": [Valid()],
        "GET /api/resumes/default": [Valid()],
        "POST /api/resumes/{resume_id}/set-default": [
            Valid(path=resume),
            Valid(path={"resume_id": world.other_resume}),
        ],
        "DELETE /api/resumes/{resume_id}": [Valid(path=resume), Valid(path={"resume_id": world.other_resume})],
        "GET /api/resume/{resume_id}/download-url": [Valid(path=resume)],
        "GET /api/resume/download": [Valid(query={"token": token}) for token in world.download_tokens],
        "GET /api/jobs": [Valid(), Valid(query={"page": 2, "limit": 1, "location": "spring", "job_type": "Full_Time"})],
        "GET /api/jobs/search": [Valid(), Valid(query={"q": "data example", "page": 1})],
        "POST /api/jobs": [Valid(201, json=POSTING)],
        "POST /api/jobs/import": [
            Valid(201, json={"text": f"Bee keeper\n\n{JOB_TEXT}"}),
            Valid(201, json={"html": PAGE}),
        ],
        "GET /api/jobs/{job_id}": [Valid(path=job), Valid(path={"job_id": world.public_job})],
        "PUT /api/jobs/{job_id}": [Valid(path=job, json={"title": "Baker", "salary_min": None})],
        "DELETE /api/jobs/{job_id}": [Valid(path=job)],
        "GET /api/job-collections": [Valid(), Valid(query={"page": 1, "per_page": 2}), Valid(query={"page": 9})],
        "POST /api/job-collections/{job_id}": [Valid(path=job), Valid(201, path={"job_id": world.public_job})],
        "DELETE /api/job-collections/{job_id}": [Valid(path={"job_id": world.busy_job}), Valid(path=job)],
        "GET /api/job-collections/{job_id}/status": [Valid(path=job), Valid(path={"job_id": world.public_job})],
        "POST /api/gap/run": [Valid(202, json={"job_id": world.fresh_job}, headers=ASYNC)],
        "GET /api/gap/summary": [Valid()],
        "GET /api/gap/by-job/{job_id}": [Valid(path={"job_id": found}) for found in world.owned["job_id"]],
        "GET /api/gap/by-job/{job_id}/history": [Valid(path={"job_id": found}) for found in world.owned["job_id"]],
        "GET /api/gap/by-job/{job_id}/events": [Valid(path=job), Valid(path={"job_id": world.busy_job})],
        "GET /api/gap/by-job/{job_id}/report.md": [Valid(path=job), Valid(path={"job_id": world.empty_job})],
        "GET /api/gap/by-job/{job_id}/report.html": [Valid(path=job), Valid(path={"job_id": world.empty_job})],
        "GET /api/gap/by-job/{job_id}/report.pdf": [Valid(path=job), Valid(path={"job_id": world.empty_job})],
        "DELETE /api/gap/by-job/{job_id}": [Valid(path=job), Valid(path={"job_id": world.busy_job})],
        "GET /api/gap/by-job/{job_id}/corrections": [Valid(path={"job_id": found}) for found in world.owned["job_id"]],
        "POST /api/gap/by-job/{job_id}/corrections": [
            *(Valid(path=job, json=said) for said in CORRECTIONS),
            Valid(path={"job_id": world.empty_job}, json={"entry": 2, "kind": "not_a_skill"}),
        ],
        "POST /api/feedback": [
            Valid(201, json={"subject": "match", "kind": "bad_recommendation", "note": "I cook."}),
            Valid(201, json={"subject": f"job:{world.job}", "kind": "wrong_skill"}),
        ],
        "GET /api/occupations": [
            Valid(),
            *(Valid(query={"q": words}) for words in world.reference["q"]),
            Valid(query={"q": "developer", "page": 2, "as_of": "30.1"}),
        ],
        "GET /api/occupations/families": [Valid()],
        "GET /api/occupations/families/{family}": [Valid(path={"family": code}) for code in world.reference["family"]],
        "GET /api/occupations/{onet_code}": [
            *(Valid(path={"onet_code": code}) for code in world.reference["onet_code"]),
            *(Valid(path=occupation, query={"as_of": moment}) for moment in world.reference["as_of"]),
        ],
        "GET /api/occupations/{onet_code}/skills": [
            *(Valid(path={"onet_code": code}) for code in world.reference["onet_code"]),
            Valid(path=occupation, query={"kind": "knowledge"}),
        ],
        "GET /api/skills": [Valid(), Valid(query={"q": "pyton"}), Valid(query={"q": "py", "kind": "technology"})],
        "GET /api/skills/{skill_id}": [Valid(path={"skill_id": found}) for found in world.reference["skill_id"]],
        "POST /api/occupations/match": [
            Valid(json={"skills": ["Py", "no such skill", {"name": "Computers and Electronics", "level": 1}]}),
            Valid(json={"skills": ["python"], "years_experience": 2.5, "page": 2, "per_page": 1}),
            Valid(202, json={"resume_id": world.resume}, headers=ASYNC),
        ],
        "GET /api/v1/skill-gap": [Valid(query=pair) for pair in pairs],
        "GET /api/v1/skill-gap-by-lvl": [Valid(query={**pair, "as_of": "30.1", "kind": "all"}) for pair in pairs],
        "GET /api/v1/skill-gap-llm": [Valid(202, query=pairs[0], headers=ASYNC), Valid(query=pairs[1])],
        "GET /api/runs/{run_id}/result": [Valid(path={"run_id": found}) for found in world.results],
        "GET /api/runs/{run_id}": [Valid(path={"run_id": found}) for found in world.owned["run_id"]],
    }
