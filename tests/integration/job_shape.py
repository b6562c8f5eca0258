"""The contract's Job, checked as strictly as clients do: null is a value of the five fields that may be null, alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

REQUIRED = {"id", "title", "company"}
NULLABLE = {"requirements", "salary_min", "salary_max", "company_website", "date_expires"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "id": int,
    **dict.fromkeys(("title", "company", "location", "job_type", "description", "requirements"), str),
    **dict.fromkeys(("salary_min", "salary_max"), (int, float)),
    **dict.fromkeys(("salary_currency", "external_url", "external_id", "source"), str),
    **dict.fromkeys(("company_logo_url", "company_website"), str),
    **dict.fromkeys(("required_skills", "preferred_skills"), list),
    **dict.fromkeys(("is_active", "is_remote", "has_gap"), bool),
    **dict.fromkeys(("date_posted", "date_expires", "created_at", "updated_at", "gap_state"), str),
}
URLS = ("external_url", "company_logo_url", "company_website")
TIMES = ("date_posted", "date_expires", "created_at", "updated_at")
ALWAYS_TOLD = {"required_skills", "preferred_skills", "is_active", "created_at", "updated_at", "gap_state", "has_gap"}


def checked(job: dict[str, Any]) -> dict[str, Any]:
    """``job`` itself, once everything about its shape has been asserted."""
    assert job.keys() >= REQUIRED | NULLABLE | ALWAYS_TOLD, job.keys()
    assert job.keys() <= TYPES.keys(), job.keys() - TYPES.keys()
    for name, value in job.items():
        if value is None:
            assert name in NULLABLE, name
        else:
            kinds = TYPES[name]
            assert isinstance(value, kinds), (name, value)
            assert isinstance(value, bool) == (kinds is bool), (name, value)
    for name in ("required_skills", "preferred_skills"):
        assert all(isinstance(skill, str) for skill in job[name])
    for name in URLS:
        assert (job.get(name) or "https://").startswith(("http://", "https://"))
    for name in TIMES:
        assert job.get(name) is None or datetime.fromisoformat(job[name]).utcoffset() is not None
    assert job["gap_state"] in {"none", "generating", "ready"}
    return job
