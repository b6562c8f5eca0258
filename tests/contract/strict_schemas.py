"""The HTTP contract's payloads as a client with strict schemas checks them.

Written from the contract, not from the code. A field that the contract names without saying that it may be absent is
required; null is nowhere allowed but where :data:`NULL` stands. Fields beyond these are welcome, but not null either:
see :func:`nulls`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$"
NULL: Schema = {"type": "null"}
STRING: Schema = {"type": "string"}
TEXT: Schema = {"type": "string", "minLength": 1}
INTEGER: Schema = {"type": "integer"}
ID: Schema = {"type": "integer", "minimum": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "pattern": TIME}
LINK: Schema = {"type": "string", "pattern": r"^https?://\S+$"}
UNIT: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TEN: Schema = {"type": "number", "minimum": 0, "maximum": 10}
PERCENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}
LEVEL_SCORE: Schema = {"type": "integer", "minimum": 0, "maximum": 4}
FREE: Schema = {"type": "object"}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, NULL]}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def record(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {"type": "object", "required": sorted(required), "properties": {**required, **(optional or {})}}


MESSAGE = record({"message": TEXT})
USER = record({"id": TEXT, "email": STRING, "name": STRING})
TOKENS = record({"access_token": TEXT, "refresh_token": TEXT})
SIGNED_IN = record({"access_token": TEXT, "refresh_token": TEXT, "user": USER})
CONTACT_INFO = record(dict.fromkeys(("name", "email", "phone_number", "location"), STRING))
PREFERENCES = record({"llm_consent": BOOLEAN, "timezone": TEXT, "locale": TEXT})
PROBLEM = record(
    {
        "type": TEXT,
        "title": TEXT,
        "status": INTEGER,
        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
        "message": TEXT,
        "details": array(record({"loc": array(STRING), "msg": TEXT})),
        "request_id": TEXT,
    }
)

UPLOADED = record({"resume_id": ID, "message": TEXT})
RESUME = record({"id": ID, "original_filename": TEXT, "is_default": BOOLEAN, "created_at": MOMENT})
RESUMES = record({"resumes": array(RESUME)})
DOWNLOAD_URL = record(
    {"download_url": LINK, "filename": TEXT, "file_size": COUNT, "content_type": TEXT, "expires_in": ID}
)

GAP_STATE = one_of("none", "generating", "ready")
JOB_REQUIRED = {
    "id": ID,
    "title": TEXT,
    "company": TEXT,
    "required_skills": array(STRING),
    "preferred_skills": array(STRING),
}
JOB_OPTIONAL = {
    "location": STRING,
    "job_type": STRING,
    "description": STRING,
    "requirements": or_null(STRING),
    "salary_min": or_null(NUMBER),
    "salary_max": or_null(NUMBER),
    "salary_currency": STRING,
    "external_url": LINK,
    "external_id": STRING,
    "source": STRING,
    "company_logo_url": LINK,
    "company_website": or_null(LINK),
    "is_active": BOOLEAN,
    "is_remote": BOOLEAN,
    "date_posted": MOMENT,
    "date_expires": or_null(MOMENT),
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
OF_CALLER = {"gap_state": GAP_STATE, "has_gap": BOOLEAN}
JOB = record({**JOB_REQUIRED, **OF_CALLER}, JOB_OPTIONAL)
JOBS = record(
    {
        "jobs": array(JOB),
        "pagination": record(
            {
                "total": COUNT,
                "current_page": ID,
                "total_pages": COUNT,
                "has_next": BOOLEAN,
                "has_prev": BOOLEAN,
                "per_page": ID,
            }
        ),
    }
)
JOB_SEARCH = record({"jobs": array(JOB), "total": COUNT, "page": ID, "pages": COUNT, "query": STRING})

SAVED = record({"message": TEXT, "saved": {"const": True}, "saved_at": MOMENT})
UNSAVED = record({"message": TEXT, "saved": {"const": False}})
SAVED_STATUS = record({"job_id": ID, "saved": BOOLEAN, "saved_at": or_null(MOMENT)})
SAVED_JOB = record(
    {
        **JOB_REQUIRED,
        **OF_CALLER,
        "saved_at": MOMENT,
        "bookmarked": {"const": True},
        "gap_progress": {"type": "integer", "minimum": 0, "maximum": 100},
        "gap_stale": BOOLEAN,
    },
    {**JOB_OPTIONAL, "gap_step": TEXT, "gap_error": TEXT},
)
SAVED_JOBS = record({"jobs": array(SAVED_JOB), "total_count": COUNT})

RUN = record(
    {"id": ID, "kind": TEXT, "state": TEXT, "progress": PERCENT},
    {"step": TEXT, "error_code": TEXT, "result_url": TEXT},
)
RUN_STARTED = record({"run_id": ID, "gap_state": GAP_STATE, "status_url": TEXT})

LEVEL = record(
    {
        "label": one_of("none", "basic", "working", "proficient", "advanced"),
        "score": {"type": "number", "minimum": 0, "maximum": 4},
        "years": or_null({"type": "number", "minimum": 0}),
        "confidence": UNIT,
        "cues": array(STRING),
    }
)
EVIDENCE = array(record({"quote": TEXT, "start": COUNT, "end": ID}))
ALIAS = record(
    {"label": TEXT, "source_framework": TEXT, "relation_type": TEXT}, {"alias_id": ID, "similarity_score": NUMBER}
)
DESCRIPTOR = record(
    {
        "name": TEXT,
        "skill_type": one_of("skill", "knowledge", "ability", "work_activity", "technology", "custom"),
        "framework": TEXT,
        "aliases": array(ALIAS),
    },
    # A custom skill is in no vocabulary, and only some entries have a code elsewhere.
    {"skill_id": ID, "external_id": TEXT, "soc_code": TEXT, "commodity_title": TEXT},
)
MATCH = record(
    {
        "name": TEXT,
        "method": one_of("exact", "alias", "vector", "custom"),
        "similarity": UNIT,
        "hot_technology": BOOLEAN,
        "in_demand": BOOLEAN,
    },
    {"skill_id": ID},
)
SKILL_ENTRY = record(
    {
        "name": TEXT,
        "source_token": TEXT,
        "origin": one_of("resume", "job"),
        "status": one_of("meets_or_exceeds", "underqualified", "missing", "resume_only"),
        "is_required": BOOLEAN,
        "descriptor": DESCRIPTOR,
        "match": MATCH,
        "candidate_level": or_null(LEVEL),
        "required_level": or_null(LEVEL),
        "level_delta": or_null(NUMBER),
        "job_score": or_null(NUMBER),
        "resume_score": or_null(NUMBER),
        "weight": NUMBER,
        "credit": UNIT,
        "tags": record(dict.fromkeys(("hot_technology", "in_demand", "transferable"), BOOLEAN)),
        "resume_evidence": EVIDENCE,
        "job_evidence": EVIDENCE,
        "related": array(record({"name": TEXT, "similarity": UNIT})),
    }
)
ANALYSIS = record(
    {
        "version": TEXT,
        "analysis_id": ID,
        "context": record(
            {"resume_id": ID, "job_id": ID, "onet_release": TEXT, "embedding_model": TEXT, "engine_version": TEXT},
            # Without a model, or outside a run, there is nothing to name.
            {"run_id": ID, "llm_model": TEXT, "prompt_version": TEXT},
        ),
        "metrics": record(
            {
                "overall_percent": or_null(PERCENT),
                "matched_skill_count": COUNT,
                "missing_skill_count": COUNT,
                "underqualified_skill_count": COUNT,
                "resume_skill_count": COUNT,
                "job_skill_count": COUNT,
                "match_score": PERCENT,
                "adjusted_match_score": PERCENT,
            },
            {"overall_score": TEN},
        ),
        "matched_skills": array(SKILL_ENTRY),
        "missing_skills": array(SKILL_ENTRY),
        "resume_skills": array(SKILL_ENTRY),
        "report_markdown": TEXT,
        "diagnostics": FREE,
        "extras": FREE,
    }
)
REPORT = record(
    {
        "exists": {"const": True},
        "id": ID,
        "score": or_null(UNIT),
        "overall_match": or_null(TEN),
        "created_at": MOMENT,
        "degraded": BOOLEAN,
        "stale": BOOLEAN,
        "matched_skills": array(SKILL_ENTRY),
        "weak_skills": array(SKILL_ENTRY),
        "missing_skills": array(SKILL_ENTRY),
        "report_md": TEXT,
        "analysis": ANALYSIS,
    },
    {"degraded_reason": TEXT},
)
NO_REPORT: Schema = {"const": {"exists": False}}
RUN_DONE = record({"gap_report_id": ID, "score": or_null(UNIT), "report_md": TEXT, "analysis": ANALYSIS})
HISTORY = record({"reports": array(record({"id": ID, "score": or_null(UNIT), "created_at": MOMENT, "resume_id": ID}))})
DELETED = record({"deleted": COUNT})

# Where null may stand, whatever is around it.
NULLABLE = {
    *("requirements", "salary_min", "salary_max", "company_website", "date_expires", "saved_at"),
    *("score", "overall_match", "overall_percent"),
    *("candidate_level", "required_level", "years", "level_delta", "job_score", "resume_score"),
}


def complaints(document: Any, schema: Schema) -> list[str]:
    """Where a document is not as the contract says; empty when it is."""
    found = [
        f"{error.json_path}: {error.message[:300]}" for error in Draft202012Validator(schema).iter_errors(document)
    ]
    return found + [f"{path}: null" for path in nulls(document) if re.split(r"[.\[]", path)[-1] not in NULLABLE]


def nulls(document: Any, path: str = "$") -> Iterator[str]:
    """The paths of all nulls, also in fields that no schema names."""
    if document is None:
        yield path
    elif isinstance(document, dict):
        for name, value in document.items():
            yield from nulls(value, f"{path}.{name}")
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from nulls(value, f"{path}[{number}]")
