"""core tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmate_agent.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instance_facts",
        sa.Column("name", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_instance_facts")),
    )
    op.create_table(
        "onet_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", jobmate_agent.columns.Identifier(length=100), nullable=False),
        sa.Column("vocabulary_version", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("published_key", jobmate_agent.columns.Identifier(length=20), nullable=True),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onet_releases")),
        sa.UniqueConstraint("published_key", name=op.f("uq_onet_releases_published_key")),
        sa.UniqueConstraint("vocabulary_version", name=op.f("uq_onet_releases_vocabulary_version")),
    )
    op.create_table(
        "skills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("key", jobmate_agent.columns.Identifier(length=150), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("normalized_name", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("framework", jobmate_agent.columns.Identifier(length=40), nullable=False),
        sa.Column("external_id", jobmate_agent.columns.Identifier(length=40), nullable=True),
        sa.Column("major_group", jobmate_agent.columns.Identifier(length=2), nullable=True),
        sa.Column("hot_technology", sa.Boolean(), nullable=False),
        sa.Column("in_demand", sa.Boolean(), nullable=False),
        sa.Column("transferable", sa.Boolean(), nullable=False),
        sa.Column("needs_context", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["skills.id"], name=op.f("fk_skills_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_skills_kind_key")),
    )
    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skills_normalized_name"), ["normalized_name"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("email", jobmate_agent.columns.EncryptedText(), nullable=True),
        sa.Column("email_index", jobmate_agent.columns.Identifier(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("name", jobmate_agent.columns.EncryptedText(), nullable=True),
        sa.Column("phone_number", jobmate_agent.columns.EncryptedText(), nullable=True),
        sa.Column("location", jobmate_agent.columns.EncryptedText(), nullable=True),
        sa.Column("llm_consent", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_index", name=op.f("uq_users_email_index")),
    )
    op.create_table(
        "worker_heartbeats",
        sa.Column("name", jobmate_agent.columns.Identifier(length=100), nullable=False),
        sa.Column("beat_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_heartbeats")),
    )
    op.create_table(
        "auth_sessions",
        sa.Column("id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_auth_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_sessions")),
    )
    with op.batch_alter_table("auth_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auth_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_auth_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "document_extractions",
        sa.Column("cache_key", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("owner_id", jobmate_agent.columns.Identifier(length=36), nullable=True),
        sa.Column("extraction", jobmate_agent.columns.EncryptedJson(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_document_extractions_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cache_key", name=op.f("pk_document_extractions")),
    )
    with op.batch_alter_table("document_extractions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_extractions_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "job_listings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", jobmate_agent.columns.Identifier(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("import_key", jobmate_agent.columns.Identifier(length=64), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("company", sa.String(length=300), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("job_type", sa.String(length=50), nullable=True),
        sa.Column("description", jobmate_agent.columns.LongText(), nullable=False),
        sa.Column("requirements", jobmate_agent.columns.LongText(), nullable=True),
        sa.Column("salary_min", sa.Double(), nullable=True),
        sa.Column("salary_max", sa.Double(), nullable=True),
        sa.Column("salary_currency", sa.String(length=3), nullable=True),
        sa.Column("external_url", sa.String(length=2000), nullable=True),
        sa.Column("external_id", jobmate_agent.columns.Identifier(length=255), nullable=True),
        sa.Column("source", jobmate_agent.columns.Identifier(length=100), nullable=True),
        sa.Column("company_logo_url", sa.String(length=2000), nullable=True),
        sa.Column("company_website", sa.String(length=2000), nullable=True),
        sa.Column("required_skills", sa.JSON(), nullable=False),
        sa.Column("preferred_skills", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("date_posted", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("date_expires", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_job_listings_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_listings")),
        sa.UniqueConstraint("import_key", name=op.f("uq_job_listings_import_key")),
    )
    with op.batch_alter_table("job_listings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_listings_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "resumes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("original_filename", jobmate_agent.columns.EncryptedText(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("content", jobmate_agent.columns.EncryptedBytes(), nullable=False),
        sa.Column("text", jobmate_agent.columns.EncryptedText(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_resumes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resumes")),
    )
    with op.batch_alter_table("resumes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resumes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=40), nullable=False),
        sa.Column("subject", jobmate_agent.columns.Identifier(length=191), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("step", jobmate_agent.columns.Identifier(length=60), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", jobmate_agent.columns.Identifier(length=100), nullable=True),
        sa.Column("lease_until", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.Column("isolated", sa.Boolean(), nullable=False),
        sa.Column("error_code", jobmate_agent.columns.Identifier(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active_key", jobmate_agent.columns.Identifier(length=191), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("llm_calls", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.Column("finished_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_runs_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("active_key", name=op.f("uq_runs_active_key")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_state_lease", ["state", "lease_until"], unique=False)
        batch_op.create_index("ix_runs_user_id_subject", ["user_id", "subject"], unique=False)

    op.create_table(
        "skill_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("normalized_label", jobmate_agent.columns.Identifier(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_skill_aliases_skill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_aliases")),
        sa.UniqueConstraint("skill_id", "normalized_label", name=op.f("uq_skill_aliases_skill_id_normalized_label")),
    )
    with op.batch_alter_table("skill_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_aliases_normalized_label"), ["normalized_label"], unique=False)

    op.create_table(
        "user_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", jobmate_agent.columns.Identifier(length=255), nullable=False),
        sa.Column("subject", jobmate_agent.columns.Identifier(length=255), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_user_identities_issuer_subject")),
    )
    with op.batch_alter_table("user_identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_identities_user_id"), ["user_id"], unique=False)

    op.create_table(
        "default_resumes",
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("resume_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resumes.id"], name=op.f("fk_default_resumes_resume_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_default_resumes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_default_resumes")),
    )
    with op.batch_alter_table("default_resumes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_default_resumes_resume_id"), ["resume_id"], unique=False)

    op.create_table(
        "job_collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("job_listing_id", sa.Integer(), nullable=False),
        sa.Column("added_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_listing_id"],
            ["job_listings.id"],
            name=op.f("fk_job_collections_job_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_job_collections_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_collections")),
        sa.UniqueConstraint("user_id", "job_listing_id", name=op.f("uq_job_collections_user_id_job_listing_id")),
    )
    with op.batch_alter_table("job_collections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_collections_job_listing_id"), ["job_listing_id"], unique=False)

    op.create_table(
        "refresh_tokens",
        sa.Column("jti", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("session_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("used_at", jobmate_agent.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["auth_sessions.id"],
            name=op.f("fk_refresh_tokens_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_refresh_tokens")),
    )
    with op.batch_alter_table("refresh_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refresh_tokens_session_id"), ["session_id"], unique=False)

    op.create_table(
        "skill_gap_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("resume_id", sa.Integer(), nullable=False),
        sa.Column("job_listing_id", sa.Integer(), nullable=False),
        sa.Column("job_version", sa.Integer(), nullable=False),
        sa.Column("vocabulary_version", jobmate_agent.columns.Identifier(length=64), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("degraded_reason", jobmate_agent.columns.Identifier(length=60), nullable=True),
        sa.Column("analysis", jobmate_agent.columns.EncryptedJson(), nullable=False),
        sa.Column("report_md", jobmate_agent.columns.EncryptedText(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_listing_id"],
            ["job_listings.id"],
            name=op.f("fk_skill_gap_reports_job_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resume_id"], ["resumes.id"], name=op.f("fk_skill_gap_reports_resume_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_skill_gap_reports_run_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_skill_gap_reports_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_gap_reports")),
        sa.UniqueConstraint("run_id", name=op.f("uq_skill_gap_reports_run_id")),
    )
    with op.batch_alter_table("skill_gap_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_gap_reports_resume_id"), ["resume_id"], unique=False)
        batch_op.create_index("ix_skill_gap_reports_user_job", ["user_id", "job_listing_id", "id"], unique=False)

    op.create_table(
        "skill_gap_statuses",
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("job_listing_id", sa.Integer(), nullable=False),
        sa.Column("status", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("error", jobmate_agent.columns.Identifier(length=60), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_listing_id"],
            ["job_listings.id"],
            name=op.f("fk_skill_gap_statuses_job_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["skill_gap_reports.id"],
            name=op.f("fk_skill_gap_statuses_report_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_skill_gap_statuses_run_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_skill_gap_statuses_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "job_listing_id", name=op.f("pk_skill_gap_statuses")),
    )


def downgrade() -> None:
    op.drop_table("skill_gap_statuses")
    op.drop_table("skill_gap_reports")
    op.drop_table("refresh_tokens")
    op.drop_table("job_collections")
    op.drop_table("default_resumes")
    op.drop_table("user_identities")
    op.drop_table("skill_aliases")
    op.drop_table("runs")
    op.drop_table("resumes")
    op.drop_table("job_listings")
    op.drop_table("document_extractions")
    op.drop_table("auth_sessions")
    op.drop_table("worker_heartbeats")
    op.drop_table("users")
    op.drop_table("skills")
    op.drop_table("onet_releases")
    op.drop_table("instance_facts")
