"""Which postings are of a resume's field."""

from __future__ import annotations

from collections.abc import Mapping

Group = tuple[str, str]

LEAST_POSTINGS = 5
"""Fields with fewer postings are left out."""

FIELD_GROUPS: Mapping[str, tuple[Group, ...]] = {
    "AGRICULTURE": (
        ("usajobs_2016", "Biological Sciences; Soil Conservation"),
        ("usajobs_2016", "Biological Sciences; Soil Science"),
        ("usajobs_2016", "Engineering And Architect; Agricultural Engineering"),
    ),
    "BUSINESS-DEVELOPMENT": (("emscad", "Business Development"), ("emscad", "Sales")),
    "DIGITAL-MEDIA": (("emscad", "Advertising"), ("emscad", "Marketing")),
    "ENGINEERING": (("emscad", "Engineering"), ("usajobs_2016", "Engineering And Architect")),
    "HEALTHCARE": (("emscad", "Health Care Provider"), ("usajobs_2016", "Medical, Dental, And Public Health")),
    "INFORMATION-TECHNOLOGY": (("emscad", "Information Technology"), ("usajobs_2016", "Information Technology")),
    "PUBLIC-RELATIONS": (("emscad", "Advertising"), ("emscad", "Marketing"), ("emscad", "Public Relations")),
    "SALES": (("emscad", "Sales"),),
}
"""Resume field → (source, beginning of the group) of the postings of the same line of work.

Chosen from the names of fields and groups and the postings' titles, before anything was scored. Not mapped: fields with
fewer than five postings of their line of work (accounting, banking and finance 3 together, consulting 3, design 3,
arts 2, human resources 2, teaching 2, none or one of the others); BPO, which is a way to organise work of several
lines; AVIATION, whose resumes are of operations while the postings of aerospace engineers are of design. Postings
without a group, or of several groups that begin with another one, belong to no field.
"""


def fields_of(source: str, group: str) -> frozenset[str]:
    """The fields that a posting belongs to; two where fields share a line of work."""
    return frozenset(
        field
        for field, groups in FIELD_GROUPS.items()
        for of_source, beginning in groups
        if of_source == source and (group == beginning or group.startswith(f"{beginning};"))
    )
