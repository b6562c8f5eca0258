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
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
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
OCCUPATION_GUESS = record({"onet_code": TEXT, "title": TEXT, "score": UNIT})
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
    "occupation": OCCUPATION_GUESS,
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
FEEDBACK = record({"id": ID, "subject": TEXT, "kind": TEXT, "note": STRING, "created_at": MOMENT})
RUN_GOES_ON = record({"run_id": ID, "kind": TEXT, "status_url": TEXT})
RUN_STARTED = record({"run_id": ID, "gap_state": GAP_STATE, "status_url": TEXT})

LEVEL = record(
    {
        "label": one_of("none", "basic", "working", "proficient", "advanced"),
        "score": {"type": "number", "minimum": 0, "maximum": 4},
        "years": or_null({"type": "number", "minimum": 0}),
        "confidence": UNIT,
        "cues": array(STRING),
    },
    {"source": one_of("posting", "occupation")},
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
CORRECTION_KIND = one_of("have_it", "not_a_skill", "wrong_skill", "level_is")
ENTRY_REFERENCE: Schema = {"anyOf": [ID, {"type": "string", "pattern": "^custom:."}]}
CORRECTION_VALUE: Schema = {"anyOf": [BOOLEAN, COUNT]}
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
    },
    {
        "corrections": array(
            record(
                {
                    "entry": ENTRY_REFERENCE,
                    "name": TEXT,
                    "kind": CORRECTION_KIND,
                    "value": CORRECTION_VALUE,
                    "origin": one_of("resume", "job"),
                }
            )
        )
    },
)
ANALYSIS = record(
    {
        "version": TEXT,
        "analysis_id": ID,
        "context": record(
            {"resume_id": ID, "job_id": ID, "onet_release": TEXT, "embedding_model": TEXT, "engine_version": TEXT},
            # Without a model, or outside a run, there is nothing to name.
            {"run_id": ID, "llm_model": TEXT, "prompt_version": TEXT, "occupation": OCCUPATION_GUESS},
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
CORRECTIONS = record(
    {
        "corrections": array(
            record(
                {
                    "id": ID,
                    "entry": ENTRY_REFERENCE,
                    "name": TEXT,
                    "kind": CORRECTION_KIND,
                    "value": CORRECTION_VALUE,
                    "in_force": BOOLEAN,
                    "created_at": MOMENT,
                },
                {"value_name": TEXT, "origin": one_of("resume", "job")},
            )
        )
    }
)
STANDING = record(
    {
        "status": one_of("meets_or_exceeds", "underqualified", "missing"),
        "credit": UNIT,
        "weight": {"type": "number", "minimum": 0},
    }
)
CORRECTED = record(
    {
        "report": REPORT,
        "overall_match_before": or_null(TEN),
        "moved": array(
            record(
                {"entry": ENTRY_REFERENCE, "name": TEXT, "why": TEXT},
                {"before": STANDING, "after": STANDING, "points": NUMBER},
            )
        ),
    }
)

RELEASE = record({"id": ID, "name": TEXT}, {"version": TEXT, "released_on": DAY})
SOURCED = {"attribution": TEXT, "release": RELEASE}
ONET_CODE: Schema = {"type": "string", "pattern": r"^[0-9]{2}-[0-9]{4}\.[0-9]{2}$"}
IMPORTANCE: Schema = {"type": "number", "minimum": 1, "maximum": 5}
ONET_LEVEL: Schema = {"type": "number", "minimum": 0, "maximum": 7}
SKILL_KIND = one_of("skill", "knowledge", "ability", "work_activity", "technology", "tool", "custom")
OCCUPATIONS = record(
    {
        "occupations": array(
            record(
                {"onet_code": ONET_CODE, "title": TEXT, "score": UNIT, "description": TEXT},
                {"matched_title": TEXT, "job_zone": ID},
            )
        ),
        "total": COUNT,
        "page": ID,
        "pages": COUNT,
        "query": STRING,
        **SOURCED,
    }
)
RATING_OPTIONAL = {"skill_id": ID, "importance": IMPORTANCE, "onet_level": ONET_LEVEL}
RATING_REQUIRED = {"element_id": TEXT, "name": TEXT, "not_relevant": BOOLEAN}
RATING = record(RATING_REQUIRED, RATING_OPTIONAL)
KINDED_RATING = record({"kind": SKILL_KIND, **RATING_REQUIRED}, RATING_OPTIONAL)
SUPPRESSED = record({**dict.fromkeys(("domain", "element_id", "name", "scale_id"), TEXT), "value": NUMBER})
MEAN = record(
    {"skill_id": ID, "element_id": TEXT, "name": TEXT, "occupations": ID},
    {"importance": IMPORTANCE, "onet_level": ONET_LEVEL},
)
FAMILIES = record({"families": array(record({"code": TEXT, "name": TEXT, "occupations": ID})), **SOURCED})
FAMILY = record(
    {
        "code": TEXT,
        "name": TEXT,
        "occupations": array(record({"onet_code": ONET_CODE, "title": TEXT, "has_skills": BOOLEAN}, {"job_zone": ID})),
        "averages": record(dict.fromkeys(("skills", "knowledge", "abilities", "work_activities"), array(MEAN))),
        **SOURCED,
    }
)
SCORED = record({"element_id": TEXT, "name": TEXT, "description": TEXT, "scores": FREE})
HIGH_POINTS = record({"high_points": array(TEXT), "elements": array(SCORED)})
CATEGORY = record({"category": ID, "percent": PERCENT}, {"description": TEXT})
SURVEY = record({"element_id": TEXT, "name": TEXT, "categories": array(CATEGORY)}, {"most_common": CATEGORY})
USED = record({"name": TEXT}, {"skill_id": ID, **dict.fromkeys(("example", "commodity_code", "commodity_title"), TEXT)})
OCCUPATION = record(
    {
        "onet_code": ONET_CODE,
        "soc_code": TEXT,
        "major_group": TEXT,
        "title": TEXT,
        "description": TEXT,
        "has_skills": BOOLEAN,
        "source": one_of("release", "web_services"),
        "attribution": TEXT,
        **dict.fromkeys(("alternate_titles", "reported_titles"), array(record({"title": TEXT}, {"short_title": TEXT}))),
        "tasks": array(
            record(
                {"text": TEXT, "activities": array(record({"skill_id": ID, "activity_id": TEXT, "name": TEXT}))},
                {
                    "task_id": ID,
                    "task_type": TEXT,
                    "incumbents": COUNT,
                    "original_task_id": ID,
                    "importance": IMPORTANCE,
                    "relevance": PERCENT,
                },
            )
        ),
        **dict.fromkeys(("skills", "knowledge", "abilities", "work_activities"), array(RATING)),
        "suppressed": array(SUPPRESSED),
        "technologies": array(
            record(
                {"name": TEXT, "hot_technology": BOOLEAN, "in_demand": BOOLEAN},
                {name: schema for name, schema in USED["properties"].items() if name != "name"},
            )
        ),
        "tools": array(USED),
        **dict.fromkeys(("interests", "work_values"), HIGH_POINTS),
        **dict.fromkeys(("work_styles", "work_context", "credentials"), array(SCORED)),
        "training": array(SURVEY),
        "related": array(record({"onet_code": ONET_CODE, "title": TEXT, "position": ID}, {"tier": TEXT})),
        "unavailable": array(TEXT),
    },
    {
        "release": RELEASE,
        "fetched_at": MOMENT,
        "education": SURVEY,
        "experience": SURVEY,
        "job_zone": record(
            {
                "zone": ID,
                **dict.fromkeys(("name", "experience", "education", "job_training", "examples", "svp_range"), TEXT),
            }
        ),
        "wages": record({"soc_code": TEXT, "currency": TEXT, "source": TEXT, "attribution": TEXT}),
        "outlook": record({"soc_code": TEXT, "source": TEXT, "attribution": TEXT}),
        "summary": record(
            {
                "job_summary": TEXT,
                "derived": BOOLEAN,
                "source": TEXT,
                **dict.fromkeys(("key_responsibilities", "essential_skills"), array(TEXT)),
                "related_occupations": array(record({"onet_code": ONET_CODE, "title": TEXT})),
            },
            dict.fromkeys(("typical_education", "growth_outlook", "derived_from", "licence"), TEXT),
        ),
    },
)
OCCUPATION_SKILLS = record(
    {
        "onet_code": ONET_CODE,
        "title": TEXT,
        "has_skills": BOOLEAN,
        "source": one_of("release", "web_services"),
        "attribution": TEXT,
        "skills": array(KINDED_RATING),
        "suppressed": array(SUPPRESSED),
    },
    {"release": RELEASE, "fetched_at": MOMENT},
)
SKILL_REQUIRED = {
    "id": ID,
    "kind": SKILL_KIND,
    "name": TEXT,
    "description": STRING,
    **dict.fromkeys(("hot_technology", "in_demand", "transferable"), BOOLEAN),
}
SKILL_OPTIONAL = {"difficulty": {"type": "integer", "minimum": 1, "maximum": 5}, "cluster": TEXT}
SKILLS = record(
    {
        "skills": array(record(SKILL_REQUIRED, {**SKILL_OPTIONAL, "match": TEXT})),
        "total": COUNT,
        "page": ID,
        "pages": COUNT,
        "query": STRING,
        **SOURCED,
    }
)
MERGE = {"id": ID, "rule": TEXT, "reason": TEXT}
SKILL = record(
    {
        **SKILL_REQUIRED,
        **SOURCED,
        "framework": TEXT,
        "aliases": array(TEXT),
        "occupation_count": COUNT,
        "related": array(record({"id": ID, "kind": SKILL_KIND, "name": TEXT, "strength": UNIT, "reason": TEXT})),
        "merged_from": array(record({**MERGE, "kind": SKILL_KIND, "name": TEXT})),
        "occupations": array(
            record(
                {"onet_code": ONET_CODE, "title": TEXT},
                {"importance": IMPORTANCE, "onet_level": ONET_LEVEL, "in_demand": BOOLEAN, "tasks": ID},
            )
        ),
    },
    {**SKILL_OPTIONAL, "external_id": TEXT, "merged_into": record(MERGE)},
)

GAP_ELEMENT = {"element_id": TEXT, "name": TEXT, "kind": one_of("skill", "knowledge", "ability")}
ONET_LEVEL: Schema = {"type": "number", "minimum": 0, "maximum": 7}
IMPORTANCE: Schema = {"type": "number", "minimum": 1, "maximum": 5}
GAP_SKILL = record(
    {**GAP_ELEMENT, "from_level": ONET_LEVEL, "to_level": ONET_LEVEL, "difference": NUMBER},
    {"skill_id": ID, "importance": IMPORTANCE},
)
GAP_UNKNOWN = record(
    {**GAP_ELEMENT, "unknown_for": array(one_of("from", "to"))},
    {"skill_id": ID, "from_level": ONET_LEVEL, "to_level": ONET_LEVEL},
)
OCCUPATION_SIDE = record({"onet_code": TEXT, "title": TEXT, "source": one_of("release", "web_services")})
SKILL_GAP_REQUIRED = {
    "mode": one_of("strict", "by_level"),
    "kind": one_of("skill", "knowledge", "ability", "all"),
    "from": OCCUPATION_SIDE,
    "to": OCCUPATION_SIDE,
    "release": record({"id": ID, "name": TEXT}, {"version": TEXT, "released_on": TEXT}),
    "attribution": TEXT,
    "comparable": BOOLEAN,
}
SKILL_GAP_OPTIONAL = {
    "gap": array(GAP_SKILL),
    "transferable": array(GAP_SKILL),
    "unknown": array(GAP_UNKNOWN),
    **dict.fromkeys(("compared", "held", "not_required"), COUNT),
    "reason": one_of("not_rated"),
    "message": TEXT,
    "not_rated": array(TEXT),
}
SKILL_GAP = record(SKILL_GAP_REQUIRED, SKILL_GAP_OPTIONAL)
NAMED_SKILL = {"element_id": TEXT, "skill": TEXT}
WRITTEN = record(
    {
        "summary": TEXT,
        "priorities": array(
            record(
                {**NAMED_SKILL, "why": TEXT, "how_to_learn": TEXT, "effort": one_of("low", "medium", "high")},
                {"skill_id": ID},
            )
        ),
        "transferable": array(record({**NAMED_SKILL, "how_it_helps": TEXT}, {"skill_id": ID})),
        "plan": array(record({"step": TEXT, "skills": array(TEXT), "outcome": TEXT})),
    }
)
SKILL_GAP_ANALYSED = record(
    SKILL_GAP_REQUIRED,
    {
        **SKILL_GAP_OPTIONAL,
        "analysis": WRITTEN,
        "written_by": one_of("llm", "rule"),
        "degraded": BOOLEAN,
        "degraded_reason": TEXT,
        "model": TEXT,
        "prompt_version": TEXT,
    },
)
ENTRY = {"skill_id": ID, "name": TEXT, "kind": TEXT}
REQUIRED_SKILL = {**ENTRY, "critical": BOOLEAN, "weight": UNIT}
OCCUPATION_FIT = record(
    {
        "onet_code": TEXT,
        "title": TEXT,
        **dict.fromkeys(("match_score", "adjusted_match_score", "importance_score"), PERCENT),
        **dict.fromkeys(("alignment", "experience_weight"), UNIT),
        **dict.fromkeys(("required_count", "matched_count", "missing_count"), COUNT),
        "matched": array(
            record(
                {**REQUIRED_SKILL, "alignment": UNIT},
                {"importance": IMPORTANCE, "level_held": LEVEL_SCORE, "level_asked": LEVEL_SCORE},
            )
        ),
        "missing_critical": array(
            record(
                {
                    **REQUIRED_SKILL,
                    "learning": record(
                        dict.fromkeys(("activities", "tasks", "tools"), array(TEXT)),
                        {
                            "level_to_reach": LEVEL_SCORE,
                            "level_label": TEXT,
                            "onet_level": ONET_LEVEL,
                            "category": TEXT,
                            "suggestion": TEXT,
                        },
                    ),
                },
                {"importance": IMPORTANCE},
            )
        ),
        "transferable": array(record({**ENTRY, "asked_by": ID})),
    },
    {"job_zone": {"type": "integer", "minimum": 1, "maximum": 5}},
)
MATCHED_OCCUPATIONS = record(
    {
        "occupations": array(OCCUPATION_FIT),
        **dict.fromkeys(("total", "pages", "not_rated"), COUNT),
        "page": ID,
        "not_asked_for": array(ID),
        "resolved": array(record({"name": TEXT, "method": TEXT, "skills": array(record(ENTRY))})),
        "unresolved": array(TEXT),
        "release": SKILL_GAP_REQUIRED["release"],
        "attribution": TEXT,
    },
    {"resume_id": ID, "degraded": BOOLEAN, "degraded_reason": TEXT},
)

# Where null may stand, whatever is around it.
NULLABLE = {
    *("requirements", "salary_min", "salary_max", "company_website", "date_expires", "saved_at"),
    *("score", "overall_match", "overall_percent", "overall_match_before"),
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
