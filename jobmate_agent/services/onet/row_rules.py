"""What a row of each file layout must be like before a fact is made of it.

Columns are those of the landing tables. The order of the rules is the order in which a row is held to them: the first
one that it breaks is the reason that people read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RowRules:
    """The checks on the rows of a layout.

    ``required`` cells are not empty; ``limits`` gives the most characters that a cell may have; ``numbers``,
    ``integers`` and ``flags`` say what a cell must read as where it is not empty; ``scales`` are the only ones that the
    file may use (empty: any known one), and ``data_value`` is held to the bounds of its scale where ``rated`` is set.
    ``references`` names, by column, what must have a row of its own; two rows may not share a ``key``.
    """

    required: tuple[str, ...]
    key: tuple[str, ...]
    limits: Mapping[str, int] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    rated: bool = False
    scales: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    occupation_code: bool = False
    job_zone: bool = False


CODE = "onet_soc_code"
_OCCUPATION = {CODE: "occupation"}
_ELEMENT = {**_OCCUPATION, "element_id": "element"}
_RATED = (CODE, "element_id", "scale_id")

RULES: Mapping[str, RowRules] = {
    "occupation": RowRules((CODE, "title", "description"), (CODE,), occupation_code=True),
    "element": RowRules(("element_id", "element_name", "description"), ("element_id",), {"element_id": 20}),
    "scale": RowRules(
        ("scale_id", "scale_name", "minimum", "maximum"),
        ("scale_id",),
        {"scale_id": 3, "scale_name": 100},
        numbers=("minimum", "maximum"),
    ),
    "job_zone_reference": RowRules(
        ("job_zone", "name", "experience", "education", "job_training", "examples", "svp_range"),
        ("job_zone",),
        {"svp_range": 100},
        integers=("job_zone",),
        job_zone=True,
    ),
    "element_category": RowRules(
        ("element_id", "scale_id", "category", "category_description"),
        ("element_id", "scale_id", "category"),
        integers=("category",),
        references={"element_id": "element", "scale_id": "scale"},
    ),
    "task_category": RowRules(
        ("scale_id", "category", "category_description"),
        ("scale_id", "category"),
        integers=("category",),
        references={"scale_id": "scale"},
    ),
    "detailed_activity": RowRules(
        ("element_id", "iwa_id", "dwa_id", "dwa_title"), ("dwa_id",), references={"element_id": "element"}
    ),
    "job_zone": RowRules((CODE, "job_zone"), (CODE,), integers=("job_zone",), references=_OCCUPATION, job_zone=True),
    "element_rating": RowRules(
        (*_RATED, "data_value"),
        _RATED,
        numbers=("data_value",),
        flags=("recommend_suppress", "not_relevant"),
        rated=True,
        scales=("IM", "LV"),
        references=_ELEMENT,
    ),
    "context_rating": RowRules(
        (*_RATED, "data_value"),
        (*_RATED, "category"),
        numbers=("data_value",),
        integers=("category",),
        flags=("recommend_suppress", "not_relevant"),
        rated=True,
        references=_ELEMENT,
    ),
    "category_rating": RowRules(
        (*_RATED, "data_value"),
        (*_RATED, "category"),
        numbers=("data_value",),
        integers=("category",),
        flags=("recommend_suppress",),
        rated=True,
        references=_ELEMENT,
    ),
    "survey_rating": RowRules(
        (*_RATED, "data_value"),
        _RATED,
        numbers=("data_value",),
        flags=("recommend_suppress",),
        rated=True,
        references=_ELEMENT,
    ),
    "plain_rating": RowRules((*_RATED, "data_value"), _RATED, numbers=("data_value",), rated=True, references=_ELEMENT),
    "task": RowRules(
        (CODE, "task_id", "task"),
        (CODE, "task_id"),
        {"task_type": 20},
        integers=("task_id", "incumbents_responding"),
        references=_OCCUPATION,
    ),
    "emerging_task": RowRules(
        (CODE, "task", "category"),
        (CODE, "task"),
        {"category": 20},
        integers=("original_task_id",),
        references=_OCCUPATION,
    ),
    "task_rating": RowRules(
        (CODE, "task_id", "scale_id", "data_value"),
        (CODE, "task_id", "scale_id", "category"),
        numbers=("data_value",),
        integers=("task_id", "category"),
        flags=("recommend_suppress",),
        rated=True,
        references={**_OCCUPATION, "task_id": "task"},
    ),
    "task_activity": RowRules(
        (CODE, "task_id", "dwa_id"),
        (CODE, "task_id", "dwa_id"),
        integers=("task_id",),
        references={**_OCCUPATION, "task_id": "task", "dwa_id": "detailed_activity"},
    ),
    "technology": RowRules(
        (CODE, "example"),
        (CODE, "example", "commodity_code"),
        {"commodity_code": 8},
        flags=("hot_technology", "in_demand"),
        references=_OCCUPATION,
    ),
    "software": RowRules(
        (CODE, "workplace_example"),
        (CODE, "workplace_example"),
        flags=("hot_technology", "in_demand"),
        references=_OCCUPATION,
    ),
    "tool": RowRules(
        (CODE, "example"), (CODE, "example", "commodity_code"), {"commodity_code": 8}, references=_OCCUPATION
    ),
    "alternate_title": RowRules(
        (CODE, "alternate_title"), (CODE, "alternate_title", "short_title", "source_s"), references=_OCCUPATION
    ),
    "job_title": RowRules((CODE, "job_title"), (CODE, "job_title", "short_title", "source_s"), references=_OCCUPATION),
    "reported_title": RowRules(
        (CODE, "reported_job_title"),
        (CODE, "reported_job_title"),
        flags=("shown_in_my_next_move",),
        references=_OCCUPATION,
    ),
    "related_occupation": RowRules(
        (CODE, "related_onet_soc_code", "relatedness_tier", "index"),
        (CODE, "related_onet_soc_code"),
        {"relatedness_tier": 30},
        integers=("index",),
        references={**_OCCUPATION, "related_onet_soc_code": "occupation"},
    ),
}


@dataclass(frozen=True)
class SharedKey:
    """Files of these ``layouts`` fill one table: whatever ``columns`` say, only one of the files may say.

    One of ``columns`` is ``element_id``; a number that a file has no column for is 0 in the table.
    """

    layouts: tuple[str, ...]
    columns: tuple[str, ...]


SHARED_KEYS = (
    # The scales of a skill become one row.
    SharedKey(("element_rating",), (CODE, "element_id")),
    SharedKey(("context_rating", "category_rating", "survey_rating", "plain_rating"), (*_RATED, "category")),
    SharedKey(("element_category",), ("element_id", "scale_id", "category")),
)

# A layout is checked after the layouts that its rows refer to.
ORDER: tuple[str, ...] = tuple(RULES)
# What comes before the scales that ratings are held to are known.
UNSCALED = ("occupation", "element", "scale")
