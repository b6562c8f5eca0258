"""the O*NET platform: loads, landing tables, releases and their facts, what is joined to them, machine clients.

What a release says about a skill moves from ``skills`` to ``release_skills``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmate_agent.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEARCH_COLUMNS = ("title_terms", "alternate_terms", "description_terms")
SKILL_COLUMNS = (
    *("name", "normalized_name", "description", "framework", "external_id", "major_group"),
    *("hot_technology", "in_demand", "transferable", "needs_context"),
)

NEW_TABLES = (
    "task_ratings",
    "task_activities",
    "skill_sources",
    "skill_relations",
    "skill_merges",
    "run_results",
    "release_skills",
    "release_occupations",
    "related_occupations",
    "onet_scales",
    "onet_publications",
    "onet_job_zones",
    "onet_elements",
    "onet_categories",
    "occupation_titles",
    "occupation_technologies",
    "occupation_tasks",
    "occupation_skills",
    "occupation_search",
    "occupation_requirements",
    "occupation_facts",
    "job_occupations",
    "feedback",
    "family_skills",
    "onet_quarantine",
    "onet_load_steps",
    "onet_load_files",
    "occupation_wages",
    "landing_tool",
    "landing_technology",
    "landing_task_rating",
    "landing_task_category",
    "landing_task_activity",
    "landing_task",
    "landing_survey_rating",
    "landing_survey_item",
    "landing_software",
    "landing_scale",
    "landing_reported_title",
    "landing_related_occupation",
    "landing_plain_rating",
    "landing_occupation_metadata",
    "landing_occupation",
    "landing_level_anchor",
    "landing_job_zone_reference",
    "landing_job_zone",
    "landing_job_title",
    "landing_intermediate_activity",
    "landing_interest_occupation",
    "landing_interest_keyword",
    "landing_interest_activity",
    "landing_emerging_task",
    "landing_element_rating",
    "landing_element_category",
    "landing_element",
    "landing_detailed_activity",
    "landing_crosswalk",
    "landing_context_rating",
    "landing_commodity",
    "landing_category_rating",
    "landing_alternate_title",
    "jaat_summaries",
    "web_services_answers",
    "service_tokens",
    "schedules",
    "reference_imports",
    "onet_loads",
    "occupations",
)


def upgrade() -> None:
    op.create_table(
        "occupations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("onet_code", jobmate_agent.columns.Identifier(length=10), nullable=False),
        sa.Column("soc_code", jobmate_agent.columns.Identifier(length=7), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupations")),
        sa.UniqueConstraint("onet_code", name=op.f("uq_occupations_onet_code")),
    )
    op.create_index("ix_occupations_soc_code", "occupations", ["soc_code"], unique=False)

    op.create_table(
        "onet_loads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_sha256", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("version", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("layout", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("state", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.Column("gate", sa.JSON(), nullable=True),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onet_loads")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_onet_loads_content_sha256")),
    )
    op.create_table(
        "reference_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("current_key", jobmate_agent.columns.Identifier(length=20), nullable=True),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_imports")),
        sa.UniqueConstraint("current_key", name=op.f("uq_reference_imports_current_key")),
        sa.UniqueConstraint("kind", "sha256", name=op.f("uq_reference_imports_kind_sha256")),
    )
    op.create_table(
        "schedules",
        sa.Column("name", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("next_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("last_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("last_outcome", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"], unique=False)

    op.create_table(
        "service_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("last_used_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_tokens")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_service_tokens_token_sha256")),
    )
    op.create_table(
        "web_services_answers",
        sa.Column("onet_code", jobmate_agent.columns.Identifier(length=10), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fetched_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("onet_code", name=op.f("pk_web_services_answers")),
    )
    op.create_table(
        "jaat_summaries",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_code", jobmate_agent.columns.Identifier(length=10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["reference_imports.id"], name=op.f("fk_jaat_summaries_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "onet_code", name=op.f("pk_jaat_summaries")),
    )
    op.create_table(
        "landing_alternate_title",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("alternate_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("short_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("source_s", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_alternate_title_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_alternate_title")),
    )
    op.create_table(
        "landing_category_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("standard_error", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("lower_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("upper_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("recommend_suppress", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_category_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_category_rating")),
    )
    op.create_table(
        "landing_commodity",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commodity_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("commodity_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("class_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("class_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("family_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("family_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("segment_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("segment_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_commodity_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_commodity")),
    )
    op.create_table(
        "landing_context_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("standard_error", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("lower_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("upper_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("recommend_suppress", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("not_relevant", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_context_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_context_rating")),
    )
    op.create_table(
        "landing_crosswalk",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("from_element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("to_element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("to_element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_crosswalk_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_crosswalk")),
    )
    op.create_table(
        "landing_detailed_activity",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("iwa_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("dwa_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("dwa_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_detailed_activity_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_detailed_activity")),
    )
    op.create_table(
        "landing_element",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_element_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_element")),
    )
    op.create_table(
        "landing_element_category",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category_description", jobmate_agent.columns.LongText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_element_category_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_element_category")),
    )
    op.create_table(
        "landing_element_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("standard_error", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("lower_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("upper_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("recommend_suppress", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("not_relevant", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_element_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_element_rating")),
    )
    op.create_table(
        "landing_emerging_task",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("task", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("original_task_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("original_task", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_emerging_task_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_emerging_task")),
    )
    op.create_table(
        "landing_interest_activity",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("interest_type", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("activity", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_interest_activity_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_interest_activity")),
    )
    op.create_table(
        "landing_interest_keyword",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("keyword", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("keyword_type", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_interest_keyword_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_interest_keyword")),
    )
    op.create_table(
        "landing_interest_occupation",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("interest_type", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_interest_occupation_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_interest_occupation")),
    )
    op.create_table(
        "landing_intermediate_activity",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("iwa_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("iwa_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_intermediate_activity_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_intermediate_activity")),
    )
    op.create_table(
        "landing_job_title",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("job_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("short_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("source_s", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_job_title_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_job_title")),
    )
    op.create_table(
        "landing_job_zone",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("job_zone", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_job_zone_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_job_zone")),
    )
    op.create_table(
        "landing_job_zone_reference",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_zone", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("experience", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("education", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("job_training", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("examples", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("svp_range", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_job_zone_reference_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_job_zone_reference")),
    )
    op.create_table(
        "landing_level_anchor",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("anchor_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("anchor_description", jobmate_agent.columns.LongText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_level_anchor_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_level_anchor")),
    )
    op.create_table(
        "landing_occupation",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_occupation_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_occupation")),
    )
    op.create_table(
        "landing_occupation_metadata",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("item", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("response", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("percent", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_occupation_metadata_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_occupation_metadata")),
    )
    op.create_table(
        "landing_plain_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_plain_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_plain_rating")),
    )
    op.create_table(
        "landing_related_occupation",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("related_onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("relatedness_tier", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("index", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_related_occupation_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_related_occupation")),
    )
    op.create_table(
        "landing_reported_title",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("reported_job_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("shown_in_my_next_move", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_reported_title_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_reported_title")),
    )
    op.create_table(
        "landing_scale",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("minimum", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("maximum", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_scale_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_scale")),
    )
    op.create_table(
        "landing_software",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("workplace_example", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("hot_technology", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("in_demand", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_software_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_software")),
    )
    op.create_table(
        "landing_survey_item",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("survey_item_number", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_survey_item_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_survey_item")),
    )
    op.create_table(
        "landing_survey_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("element_name", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("standard_error", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("lower_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("upper_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("recommend_suppress", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_survey_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_survey_rating")),
    )
    op.create_table(
        "landing_task",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("task_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("task", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("task_type", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("incumbents_responding", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_task_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_task")),
    )
    op.create_table(
        "landing_task_activity",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("task_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("dwa_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_task_activity_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_task_activity")),
    )
    op.create_table(
        "landing_task_category",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category_description", jobmate_agent.columns.LongText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_task_category_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_task_category")),
    )
    op.create_table(
        "landing_task_rating",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("task_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("category", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("data_value", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("n", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("standard_error", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("lower_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("upper_ci_bound", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("recommend_suppress", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("date", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("domain_source", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_task_rating_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_task_rating")),
    )
    op.create_table(
        "landing_technology",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("example", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("commodity_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("commodity_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("hot_technology", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("in_demand", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_technology_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_technology")),
    )
    op.create_table(
        "landing_tool",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("onet_soc_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("example", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("commodity_code", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.Column("commodity_title", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_landing_tool_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_landing_tool")),
    )
    op.create_table(
        "occupation_wages",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("soc_code", jobmate_agent.columns.Identifier(length=7), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("median_wage", sa.Double(), nullable=True),
        sa.Column("wage_10th_percentile", sa.Double(), nullable=True),
        sa.Column("wage_90th_percentile", sa.Double(), nullable=True),
        sa.Column("employment", sa.Integer(), nullable=True),
        sa.Column("annual_openings", sa.Integer(), nullable=True),
        sa.Column("outlook_percent", sa.Double(), nullable=True),
        sa.Column("typical_entry_education", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["reference_imports.id"], name=op.f("fk_occupation_wages_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "soc_code", name=op.f("pk_occupation_wages")),
    )
    op.create_table(
        "onet_load_files",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", jobmate_agent.columns.Identifier(length=100), nullable=False),
        sa.Column("layout", jobmate_agent.columns.Identifier(length=30), nullable=False),
        sa.Column("sha256", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("landed_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_onet_load_files_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "name", name=op.f("pk_onet_load_files")),
    )
    op.create_table(
        "onet_load_steps",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("finished_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_onet_load_steps_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "step", name=op.f("pk_onet_load_steps")),
    )
    op.create_table(
        "onet_quarantine",
        sa.Column("load_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", jobmate_agent.columns.Identifier(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["onet_loads.id"], name=op.f("fk_onet_quarantine_load_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("load_id", "file", "line", name=op.f("pk_onet_quarantine")),
    )
    op.create_table(
        "family_skills",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("major_group", jobmate_agent.columns.Identifier(length=2), nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("importance", sa.Double(), nullable=True),
        sa.Column("onet_level", sa.Double(), nullable=True),
        sa.Column("occupations", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_family_skills_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_family_skills_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "major_group", "skill_id", name=op.f("pk_family_skills")),
    )
    op.create_index("ix_family_skills_skill_id", "family_skills", ["skill_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", jobmate_agent.columns.Identifier(length=191), nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=True),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_feedback_release_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["service_tokens.id"], name=op.f("fk_feedback_token_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_feedback_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_subject", "feedback", ["subject"], unique=False)
    op.create_index("ix_feedback_user_id", "feedback", ["user_id"], unique=False)

    op.create_table(
        "job_occupations",
        sa.Column("job_listing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_version", sa.Integer(), nullable=False),
        sa.Column("classifier_version", sa.Integer(), nullable=False),
        sa.Column("occupation_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_listing_id"], ["job_listings.id"], name=op.f("fk_job_occupations_job_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_job_occupations_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_job_occupations_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_listing_id", "release_id", name=op.f("pk_job_occupations")),
    )
    op.create_index("ix_job_occupations_occupation_id", "job_occupations", ["occupation_id"], unique=False)

    op.create_table(
        "occupation_facts",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=3), nullable=False),
        sa.Column("category", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("domain", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.Column("not_relevant", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_occupation_facts_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_facts_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "occupation_id", "element_id", "scale_id", "category", name=op.f("pk_occupation_facts")
        ),
    )
    op.create_index("ix_occupation_facts_occupation_id", "occupation_facts", ["occupation_id"], unique=False)

    op.create_table(
        "occupation_requirements",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("importance", sa.Double(), nullable=True),
        sa.Column("onet_level", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"],
            ["occupations.id"],
            name=op.f("fk_occupation_requirements_occupation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_requirements_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_occupation_requirements_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "skill_id", "occupation_id", name=op.f("pk_occupation_requirements")),
    )
    op.create_index(
        "ix_occupation_requirements_occupation_id", "occupation_requirements", ["occupation_id"], unique=False
    )
    op.create_index(
        "ix_occupation_requirements_release_occupation",
        "occupation_requirements",
        ["release_id", "occupation_id"],
        unique=False,
    )
    op.create_index("ix_occupation_requirements_skill_id", "occupation_requirements", ["skill_id"], unique=False)

    op.create_table(
        "occupation_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("occupation_id", sa.Integer(), nullable=False),
        sa.Column("title_terms", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("alternate_terms", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("alternate_titles", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("description_terms", jobmate_agent.columns.LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_occupation_search_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_search_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupation_search")),
        sa.UniqueConstraint("release_id", "occupation_id", name=op.f("uq_occupation_search_release_id_occupation_id")),
    )
    op.create_index("ix_occupation_search_occupation_id", "occupation_search", ["occupation_id"], unique=False)

    op.create_table(
        "occupation_skills",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("importance", sa.Double(), nullable=True),
        sa.Column("onet_level", sa.Double(), nullable=True),
        sa.Column("importance_suppressed", sa.Boolean(), nullable=False),
        sa.Column("level_suppressed", sa.Boolean(), nullable=False),
        sa.Column("not_relevant", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_occupation_skills_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_skills_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_occupation_skills_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "occupation_id", "skill_id", name=op.f("pk_occupation_skills")),
    )
    op.create_index("ix_occupation_skills_occupation_id", "occupation_skills", ["occupation_id"], unique=False)
    op.create_index("ix_occupation_skills_release_skill", "occupation_skills", ["release_id", "skill_id"], unique=False)
    op.create_index("ix_occupation_skills_skill_id", "occupation_skills", ["skill_id"], unique=False)

    op.create_table(
        "occupation_tasks",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("text", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("task_type", jobmate_agent.columns.Identifier(length=20), nullable=True),
        sa.Column("incumbents", sa.Integer(), nullable=True),
        sa.Column("original_task_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_occupation_tasks_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_tasks_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "file", "line", name=op.f("pk_occupation_tasks")),
    )
    op.create_index("ix_occupation_tasks_occupation_id", "occupation_tasks", ["occupation_id"], unique=False)
    op.create_index(
        "ix_occupation_tasks_release_occupation", "occupation_tasks", ["release_id", "occupation_id"], unique=False
    )
    op.create_index("ix_occupation_tasks_release_task", "occupation_tasks", ["release_id", "task_id"], unique=False)

    op.create_table(
        "occupation_technologies",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("example", sa.String(length=200), nullable=False),
        sa.Column("commodity_code", jobmate_agent.columns.Identifier(length=8), nullable=True),
        sa.Column("commodity_title", sa.String(length=200), nullable=True),
        sa.Column("hot_technology", sa.Boolean(), nullable=False),
        sa.Column("in_demand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"],
            ["occupations.id"],
            name=op.f("fk_occupation_technologies_occupation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_technologies_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_occupation_technologies_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "file", "line", name=op.f("pk_occupation_technologies")),
    )
    op.create_index(
        "ix_occupation_technologies_occupation_id", "occupation_technologies", ["occupation_id"], unique=False
    )
    op.create_index(
        "ix_occupation_technologies_release_occupation",
        "occupation_technologies",
        ["release_id", "occupation_id"],
        unique=False,
    )
    op.create_index(
        "ix_occupation_technologies_release_skill", "occupation_technologies", ["release_id", "skill_id"], unique=False
    )
    op.create_index("ix_occupation_technologies_skill_id", "occupation_technologies", ["skill_id"], unique=False)

    op.create_table(
        "occupation_titles",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", jobmate_agent.columns.Identifier(length=60), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lookup_title", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("short_title", sa.String(length=200), nullable=True),
        sa.Column("sources", jobmate_agent.columns.Identifier(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_occupation_titles_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_occupation_titles_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "file", "line", name=op.f("pk_occupation_titles")),
    )
    op.create_index("ix_occupation_titles_occupation_id", "occupation_titles", ["occupation_id"], unique=False)
    op.create_index(
        "ix_occupation_titles_release_lookup", "occupation_titles", ["release_id", "lookup_title"], unique=False
    )
    op.create_index(
        "ix_occupation_titles_release_occupation", "occupation_titles", ["release_id", "occupation_id"], unique=False
    )

    op.create_table(
        "onet_categories",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=3), nullable=False),
        sa.Column("category", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_onet_categories_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "element_id", "scale_id", "category", name=op.f("pk_onet_categories")),
    )
    op.create_table(
        "onet_elements",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_onet_elements_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "element_id", name=op.f("pk_onet_elements")),
    )
    op.create_table(
        "onet_job_zones",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("experience", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("education", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("job_training", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("examples", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("svp_range", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_onet_job_zones_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "zone", name=op.f("pk_onet_job_zones")),
    )
    op.create_table(
        "onet_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("action", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("published_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_onet_publications_release_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onet_publications")),
    )
    op.create_index("ix_onet_publications_published_at", "onet_publications", ["published_at"], unique=False)

    op.create_table(
        "onet_scales",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=3), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_onet_scales_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "scale_id", name=op.f("pk_onet_scales")),
    )
    op.create_table(
        "related_occupations",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("related_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tier", jobmate_agent.columns.Identifier(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"],
            ["occupations.id"],
            name=op.f("fk_related_occupations_occupation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["related_id"], ["occupations.id"], name=op.f("fk_related_occupations_related_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_related_occupations_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "occupation_id", "related_id", name=op.f("pk_related_occupations")),
    )
    op.create_index("ix_related_occupations_occupation_id", "related_occupations", ["occupation_id"], unique=False)
    op.create_index("ix_related_occupations_related_id", "related_occupations", ["related_id"], unique=False)

    op.create_table(
        "release_occupations",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("major_group", jobmate_agent.columns.Identifier(length=2), nullable=False),
        sa.Column("job_zone", sa.SmallInteger(), nullable=True),
        sa.Column("has_skills", sa.Boolean(), nullable=False),
        sa.Column("requirement_count", sa.Integer(), nullable=False),
        sa.Column("requirement_weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"],
            ["occupations.id"],
            name=op.f("fk_release_occupations_occupation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_release_occupations_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "occupation_id", name=op.f("pk_release_occupations")),
    )
    op.create_index("ix_release_occupations_occupation_id", "release_occupations", ["occupation_id"], unique=False)
    op.create_index(
        "ix_release_occupations_release_group", "release_occupations", ["release_id", "major_group"], unique=False
    )

    op.create_table(
        "release_skills",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("normalized_name", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("framework", jobmate_agent.columns.Identifier(length=40), nullable=False),
        sa.Column("external_id", jobmate_agent.columns.Identifier(length=40), nullable=True),
        sa.Column("major_group", jobmate_agent.columns.Identifier(length=2), nullable=True),
        sa.Column("hot_technology", sa.Boolean(), nullable=False),
        sa.Column("in_demand", sa.Boolean(), nullable=False),
        sa.Column("transferable", sa.Boolean(), nullable=False),
        sa.Column("needs_context", sa.Boolean(), nullable=False),
        sa.Column("difficulty", sa.SmallInteger(), nullable=True),
        sa.Column("cluster", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_release_skills_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_release_skills_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "skill_id", name=op.f("pk_release_skills")),
    )
    op.create_index("ix_release_skills_release_name", "release_skills", ["release_id", "normalized_name"], unique=False)
    op.create_index("ix_release_skills_skill_id", "release_skills", ["skill_id"], unique=False)

    op.create_table(
        "run_results",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", jobmate_agent.columns.EncryptedJson(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_results_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_results")),
    )
    op.create_table(
        "skill_merges",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("rule", jobmate_agent.columns.Identifier(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["skills.id"], name=op.f("fk_skill_merges_into_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_skill_merges_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_skill_merges_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "skill_id", name=op.f("pk_skill_merges")),
    )
    op.create_index("ix_skill_merges_into_id", "skill_merges", ["into_id"], unique=False)
    op.create_index("ix_skill_merges_skill_id", "skill_merges", ["skill_id"], unique=False)

    op.create_table(
        "skill_relations",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("related_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("reason", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["related_id"], ["skills.id"], name=op.f("fk_skill_relations_related_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_skill_relations_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_skill_relations_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "skill_id", "related_id", name=op.f("pk_skill_relations")),
    )
    op.create_index("ix_skill_relations_related_id", "skill_relations", ["related_id"], unique=False)
    op.create_index("ix_skill_relations_skill_id", "skill_relations", ["skill_id"], unique=False)

    op.create_table(
        "skill_sources",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("name", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_skill_sources_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_skill_sources_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "kind", "name", name=op.f("pk_skill_sources")),
    )
    op.create_index("ix_skill_sources_skill_id", "skill_sources", ["skill_id"], unique=False)

    op.create_table(
        "task_activities",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skill_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_task_activities_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_task_activities_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_task_activities_skill_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("release_id", "occupation_id", "task_id", "skill_id", name=op.f("pk_task_activities")),
    )
    op.create_index("ix_task_activities_occupation_id", "task_activities", ["occupation_id"], unique=False)
    op.create_index("ix_task_activities_skill_id", "task_activities", ["skill_id"], unique=False)

    op.create_table(
        "task_ratings",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occupation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scale_id", jobmate_agent.columns.Identifier(length=3), nullable=False),
        sa.Column("category", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("suppressed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_task_ratings_occupation_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name=op.f("fk_task_ratings_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "occupation_id", "task_id", "scale_id", "category", name=op.f("pk_task_ratings")
        ),
    )
    op.create_index("ix_task_ratings_occupation_id", "task_ratings", ["occupation_id"], unique=False)
    with op.batch_alter_table("onet_releases") as batch_op:
        batch_op.add_column(sa.Column("version", jobmate_agent.columns.Identifier(length=20), nullable=True))
        batch_op.add_column(sa.Column("released_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("state", jobmate_agent.columns.Identifier(length=20), nullable=False, server_default="ready")
        )
        batch_op.add_column(sa.Column("load_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("changelog", sa.JSON(), nullable=True))
        batch_op.create_index("ix_onet_releases_version", ["version"])
        batch_op.create_unique_constraint("uq_onet_releases_load_id", ["load_id"])
        batch_op.create_foreign_key("fk_onet_releases_load_id", "onet_loads", ["load_id"], ["id"], ondelete="RESTRICT")
    with op.batch_alter_table("runs") as batch_op:
        batch_op.add_column(sa.Column("token_id", sa.Integer(), nullable=True))
        batch_op.alter_column("user_id", existing_type=jobmate_agent.columns.Identifier(length=36), nullable=True)
        batch_op.create_index("ix_runs_token_id", ["token_id"])
        batch_op.create_foreign_key("fk_runs_token_id", "service_tokens", ["token_id"], ["id"], ondelete="CASCADE")
    _move_skills()
    _move_aliases()
    _make_search_indexes()


def _published() -> str:
    return "(SELECT id FROM onet_releases WHERE published_key = 'published')"


def _move_skills() -> None:
    """The served vocabulary becomes that of the published release."""
    columns = ", ".join(SKILL_COLUMNS)
    op.execute(
        f"INSERT INTO release_skills (release_id, skill_id, {columns}) "
        f"SELECT {_published()}, id, {columns} FROM skills "
        f"WHERE is_active AND EXISTS {_published()}"
    )
    op.drop_index("ix_skills_normalized_name", table_name="skills")
    for column in (*SKILL_COLUMNS, "is_active"):
        op.drop_column("skills", column)


def _move_aliases() -> None:
    op.create_table(
        "skill_aliases_moved",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("normalized_label", jobmate_agent.columns.Identifier(length=200), nullable=False),
    )
    op.execute("INSERT INTO skill_aliases_moved SELECT id, skill_id, label, normalized_label FROM skill_aliases")
    op.drop_table("skill_aliases")
    op.create_table(
        "skill_aliases",
        sa.Column("release_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("skill_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("normalized_label", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["onet_releases.id"], name="fk_skill_aliases_release_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name="fk_skill_aliases_skill_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("release_id", "skill_id", "normalized_label", name="pk_skill_aliases"),
    )
    op.create_index("ix_skill_aliases_skill_id", "skill_aliases", ["skill_id"])
    op.create_index("ix_skill_aliases_release_label", "skill_aliases", ["release_id", "normalized_label"])
    op.execute(
        "INSERT INTO skill_aliases (release_id, skill_id, normalized_label, label, position) "
        f"SELECT {_published()}, skill_id, normalized_label, label, id FROM skill_aliases_moved "
        f"WHERE EXISTS {_published()}"
    )
    op.drop_table("skill_aliases_moved")


def _make_search_indexes() -> None:
    """The database's own full-text index over the three columns of terms."""
    backend = op.get_bind().dialect.name
    columns = ", ".join(SEARCH_COLUMNS)
    if backend == "sqlite":
        op.execute(
            f"CREATE VIRTUAL TABLE occupation_search_fts USING fts5({columns}, "
            "content='occupation_search', content_rowid='id', tokenize='unicode61')"
        )
    elif backend == "postgresql":
        weighted = " || ".join(
            f"setweight(to_tsvector('simple', {column}), '{weight}')"
            for column, weight in zip(SEARCH_COLUMNS, "ABD", strict=True)
        )
        op.execute(
            f"ALTER TABLE occupation_search ADD COLUMN document tsvector GENERATED ALWAYS AS ({weighted}) STORED"
        )
        op.execute("CREATE INDEX ft_occupation_search ON occupation_search USING gin (document)")
    else:
        op.execute(f"CREATE FULLTEXT INDEX ft_occupation_search ON occupation_search ({columns})")
        for column in SEARCH_COLUMNS:
            op.execute(f"CREATE FULLTEXT INDEX ft_occupation_search_{column} ON occupation_search ({column})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE occupation_search_fts")
    _restore_skills()
    with op.batch_alter_table("runs") as batch_op:
        batch_op.drop_constraint("fk_runs_token_id", type_="foreignkey")
        batch_op.drop_index("ix_runs_token_id")
        batch_op.drop_column("token_id")
    op.execute("DELETE FROM runs WHERE user_id IS NULL")
    with op.batch_alter_table("runs") as batch_op:
        batch_op.alter_column("user_id", existing_type=jobmate_agent.columns.Identifier(length=36), nullable=False)
    with op.batch_alter_table("onet_releases") as batch_op:
        batch_op.drop_constraint("fk_onet_releases_load_id", type_="foreignkey")
    for table in NEW_TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM onet_releases WHERE load_id IS NOT NULL")
    with op.batch_alter_table("onet_releases") as batch_op:
        batch_op.drop_constraint("uq_onet_releases_load_id", type_="unique")
        batch_op.drop_index("ix_onet_releases_version")
        for column in ("changelog", "load_id", "state", "released_on", "version"):
            batch_op.drop_column(column)


def _restore_skills() -> None:
    """What the published release says moves back; entries that it does not have are switched off."""
    text = {"server_default": "", "nullable": False}
    flag = {"server_default": sa.false(), "nullable": False}
    op.add_column("skills", sa.Column("name", sa.String(length=200), **text))
    op.add_column("skills", sa.Column("normalized_name", jobmate_agent.columns.Identifier(length=200), **text))
    op.add_column("skills", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("skills", sa.Column("framework", jobmate_agent.columns.Identifier(length=40), **text))
    op.add_column("skills", sa.Column("external_id", jobmate_agent.columns.Identifier(length=40), nullable=True))
    op.add_column("skills", sa.Column("major_group", jobmate_agent.columns.Identifier(length=2), nullable=True))
    for name in ("hot_technology", "in_demand", "transferable", "needs_context", "is_active"):
        op.add_column("skills", sa.Column(name, sa.Boolean(), **flag))
    op.execute("UPDATE skills SET name = key, normalized_name = key, description = ''".replace("key", _quoted("key")))
    has_row = f"EXISTS (SELECT 1 FROM release_skills r WHERE r.release_id = {_published()} AND r.skill_id = skills.id)"
    values = ", ".join(
        f"{column} = (SELECT {column} FROM release_skills r "
        f"WHERE r.release_id = {_published()} AND r.skill_id = skills.id)"
        for column in SKILL_COLUMNS
    )
    op.execute(f"UPDATE skills SET {values} WHERE {has_row}")
    op.execute(f"UPDATE skills SET is_active = {_true()} WHERE {has_row}")
    op.create_index("ix_skills_normalized_name", "skills", ["normalized_name"])
    op.create_table(
        "skill_aliases_moved",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("normalized_label", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.execute(
        "INSERT INTO skill_aliases_moved SELECT skill_id, label, normalized_label, position FROM skill_aliases "
        f"WHERE release_id = {_published()}"
    )
    op.drop_table("skill_aliases")
    op.create_table(
        "skill_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("normalized_label", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name="fk_skill_aliases_skill_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_skill_aliases"),
        sa.UniqueConstraint("skill_id", "normalized_label", name="uq_skill_aliases_skill_id_normalized_label"),
    )
    op.create_index("ix_skill_aliases_normalized_label", "skill_aliases", ["normalized_label"])
    op.execute(
        "INSERT INTO skill_aliases (skill_id, label, normalized_label) "
        "SELECT skill_id, label, normalized_label FROM skill_aliases_moved ORDER BY skill_id, position"
    )
    op.drop_table("skill_aliases_moved")


def _quoted(name: str) -> str:
    return op.get_bind().dialect.identifier_preparer.quote(name)


def _true() -> str:
    return "1" if op.get_bind().dialect.name == "sqlite" else "TRUE"
