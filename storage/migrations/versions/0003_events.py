"""Events: sittings as people were told of them, and sign-ups."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVE = sa.text("status IN ('going','offered','waiting')")


def upgrade() -> None:
    op.create_table(
        "event_sittings",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("starts_at", storage.base.Instant(), nullable=False),
        sa.Column("ends_at", storage.base.Instant(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_event_sittings")),
    )
    with op.batch_alter_table("event_sittings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_sittings_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "event_signups",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("sitting_key", sa.String(length=40), nullable=False),
        sa.Column("claim", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("held_until", storage.base.Instant(), nullable=True),
        sa.Column("agreed_at", storage.base.Instant(), nullable=False),
        sa.Column("created_at", storage.base.Instant(), nullable=False),
        sa.Column("changed_at", storage.base.Instant(), nullable=False),
        sa.Column("coming_at", storage.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "(seat IS NOT NULL) = (status IN ('going','offered'))", name=op.f("ck_event_signups_seated")
        ),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_event_signups_seat")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_event_signups_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sitting_key"], ["event_sittings.key"], name=op.f("fk_event_signups_sitting_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_signups")),
        sa.UniqueConstraint("sitting_key", "seat", name=op.f("uq_event_signups_sitting_key_seat")),
    )
    with op.batch_alter_table("event_signups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_signups_held_until"), ["held_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_signups_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_event_signups_sitting_key_status_id", ["sitting_key", "status", "id"], unique=False)
        batch_op.create_index(
            "uq_event_signups_one", ["person_id", "claim"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        )


def downgrade() -> None:
    op.drop_table("event_signups")
    op.drop_table("event_sittings")
