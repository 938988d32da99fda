"""Notices: what people asked to be told once."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("program", sa.String(length=60), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=True),
        sa.Column("asked_at", storage.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "program", name=op.f("pk_notices")),
    )


def downgrade() -> None:
    op.drop_table("notices")
