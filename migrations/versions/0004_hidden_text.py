"""what resumes and pages of postings hold beside their visible text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import jobmate_agent.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resumes", sa.Column("hidden_text", jobmate_agent.columns.EncryptedJson(), nullable=True))
    op.add_column("job_listings", sa.Column("hidden_text", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("job_listings") as batch_op:
        batch_op.drop_column("hidden_text")
    with op.batch_alter_table("resumes") as batch_op:
        batch_op.drop_column("hidden_text")
