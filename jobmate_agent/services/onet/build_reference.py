"""Steps that make the reference of a release: content model, scales, categories, job zones."""

from __future__ import annotations

import sqlalchemy as sa

from jobmate_agent.models import Element, ElementCategory, JobZone, Scale
from jobmate_agent.services.onet.build import Build, Step


def elements(build: Build) -> int:
    return sum(
        build.insert(
            Element,
            {"element_id": file.c.element_id, "name": file.c.element_name, "description": file.c.description},
            file.rows,
        )
        for file in build.load.having("element")
    )


def scales(build: Build) -> int:
    return sum(
        build.insert(
            Scale,
            {
                "scale_id": file.c.scale_id,
                "name": file.c.scale_name,
                "minimum": file.number("minimum"),
                "maximum": file.number("maximum"),
            },
            file.rows,
        )
        for file in build.load.having("scale")
    )


def categories(build: Build) -> int:
    """Categories of elements, and those of tasks under an empty element id."""
    return sum(
        build.insert(
            ElementCategory,
            {
                "element_id": file.c.element_id if file.layout == "element_category" else sa.literal(""),
                "scale_id": file.c.scale_id,
                "category": file.integer("category"),
                "description": file.c.category_description,
            },
            file.rows,
        )
        for file in build.load.having("element_category", "task_category")
    )


def job_zones(build: Build) -> int:
    return sum(
        build.insert(
            JobZone,
            {
                "zone": file.integer("job_zone"),
                "name": file.c.name,
                "experience": file.c.experience,
                "education": file.c.education,
                "job_training": file.c.job_training,
                "examples": file.c.examples,
                "svp_range": file.c.svp_range,
            },
            file.rows,
        )
        for file in build.load.having("job_zone_reference")
    )


STEPS = (
    Step("elements", elements, (Element,)),
    Step("scales", scales, (Scale,)),
    Step("categories", categories, (ElementCategory,)),
    Step("job zones", job_zones, (JobZone,)),
)
