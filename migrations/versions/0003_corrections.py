"""what users say against reports, and what reports were worked out from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmate_agent.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "skill_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", jobmate_agent.columns.Identifier(length=36), nullable=False),
        sa.Column("job_listing_id", sa.Integer(), nullable=True),
        sa.Column("kind", jobmate_agent.columns.Identifier(length=20), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("custom_name", jobmate_agent.columns.EncryptedText(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("right_id", sa.Integer(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("created_at", jobmate_agent.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_listing_id"],
            ["job_listings.id"],
            name=op.f("fk_skill_corrections_job_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["skills.id"], name=op.f("fk_skill_corrections_right_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_skill_corrections_skill_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_skill_corrections_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_corrections")),
    )
    op.create_index("ix_skill_corrections_job_listing_id", "skill_corrections", ["job_listing_id"], unique=False)
    op.create_index("ix_skill_corrections_user_job", "skill_corrections", ["user_id", "job_listing_id"], unique=False)
    with op.batch_alter_table("skill_gap_reports") as batch_op:
        batch_op.add_column(sa.Column("reading", jobmate_agent.columns.EncryptedBytes(), nullable=True))
        batch_op.add_column(sa.Column("reading_version", jobmate_agent.columns.Identifier(length=64), nullable=True))
        batch_op.add_column(sa.Column("corrections", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("skill_gap_reports") as batch_op:
        batch_op.drop_column("corrections")
        batch_op.drop_column("reading_version")
        batch_op.drop_column("reading")
    op.drop_table("skill_corrections")
