"""Appointments: centers, counselors, leave, cells of time, the waiting list, reminders."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "centers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("districts", storage.base.Json, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centers")),
    )
    op.create_table(
        "kind_rules",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("data", storage.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kind_rules")),
    )
    op.create_table(
        "counselors",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("center_id", sa.String(length=40), nullable=False),
        sa.Column("plan", storage.base.Json, nullable=False),
        sa.Column("kinds", storage.base.Json, nullable=False),
        sa.Column("skills", storage.base.Json, nullable=False),
        sa.Column("languages", storage.base.Json, nullable=False),
        sa.Column("districts", storage.base.Json, nullable=False),
        sa.Column("a_day", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name=op.f("fk_counselors_center_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counselors")),
    )
    with op.batch_alter_table("counselors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counselors_center_id"), ["center_id"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("due_at", storage.base.Instant(), nullable=False),
        sa.Column("not_after", storage.base.Instant(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("done_at", storage.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_reminders_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminders_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_reminders_status_due_at", ["status", "due_at"], unique=False)
        batch_op.create_index("uq_reminders_once", ["subject", "subject_id", "version", "name"], unique=True)

    op.create_table(
        "appointments",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("uid", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("counselor_id", sa.String(length=24), nullable=False),
        sa.Column("center_id", sa.String(length=40), nullable=False),
        sa.Column("start_at", storage.base.Instant(), nullable=False),
        sa.Column("end_at", storage.base.Instant(), nullable=False),
        sa.Column("busy_from", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("held_until", storage.base.Instant(), nullable=True),
        sa.Column("moves_id", storage.base.Id, nullable=True),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("booked_at", storage.base.Instant(), nullable=True),
        sa.Column("marked_at", storage.base.Instant(), nullable=True),
        sa.Column("reminder_answer", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "status IN ('held','expired','done','booked','displaced',"
            "'cancelled','cancelled_by_us','met','missed','excused')",
            name=op.f("ck_appointments_status"),
        ),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name=op.f("fk_appointments_center_id")),
        sa.ForeignKeyConstraint(["counselor_id"], ["counselors.id"], name=op.f("fk_appointments_counselor_id")),
        sa.ForeignKeyConstraint(
            ["moves_id"], ["appointments.id"], name=op.f("fk_appointments_moves_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_appointments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointments_uid")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index("ix_appointments_counselor_id_start_at", ["counselor_id", "start_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_held_until"), ["held_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_moves_id"), ["moves_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_appointments_status_end_at", ["status", "end_at"], unique=False)
        batch_op.create_index(
            "uq_appointments_live",
            ["counselor_id", "start_at"],
            unique=True,
            sqlite_where=sa.text("status IN ('held','booked')"),
            postgresql_where=sa.text("status IN ('held','booked')"),
        )

    op.create_table(
        "freed_slots",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("counselor_id", sa.String(length=24), nullable=False),
        sa.Column("start_at", storage.base.Instant(), nullable=False),
        sa.Column("end_at", storage.base.Instant(), nullable=False),
        sa.Column("freed_at", storage.base.Instant(), nullable=False),
        sa.Column("refilled_at", storage.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["counselor_id"], ["counselors.id"], name=op.f("fk_freed_slots_counselor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_slots")),
    )
    with op.batch_alter_table("freed_slots", schema=None) as batch_op:
        batch_op.create_index("ix_freed_slots_counselor_id_start_at", ["counselor_id", "start_at"], unique=False)

    op.create_table(
        "leaves",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("counselor_id", sa.String(length=24), nullable=False),
        sa.Column("start_at", storage.base.Instant(), nullable=False),
        sa.Column("end_at", storage.base.Instant(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["counselor_id"], ["counselors.id"], name=op.f("fk_leaves_counselor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index("ix_leaves_counselor_id_end_at", ["counselor_id", "end_at"], unique=False)

    op.create_table(
        "appointment_events",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("appointment_id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("at", storage.base.Instant(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("data", storage.base.Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_appointment_events_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_appointment_events_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_events")),
    )
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_events_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_events_person_id"), ["person_id"], unique=False)

    op.create_table(
        "booked_cells",
        sa.Column("resource", sa.String(length=60), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", storage.base.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_booked_cells_appointment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource", "cell", name=op.f("pk_booked_cells")),
    )
    with op.batch_alter_table("booked_cells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booked_cells_appointment_id"), ["appointment_id"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("center_id", sa.String(length=40), nullable=False),
        sa.Column("counselor_id", sa.String(length=24), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("skill", sa.String(length=40), nullable=False),
        sa.Column("wish", storage.base.Json, nullable=False),
        sa.Column("details", storage.base.Json, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("since", storage.base.Instant(), nullable=False),
        sa.Column("until", storage.base.Instant(), nullable=True),
        sa.Column("hold_id", storage.base.Id, nullable=True),
        sa.Column("moves_id", storage.base.Id, nullable=True),
        sa.Column("offered_on", sa.String(length=10), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('waiting','done','left','passed')", name=op.f("ck_waiting_status")),
        sa.ForeignKeyConstraint(["hold_id"], ["appointments.id"], name=op.f("fk_waiting_hold_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["moves_id"], ["appointments.id"], name=op.f("fk_waiting_moves_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_waiting_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_hold_id"), ["hold_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_moves_id"), ["moves_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_waiting_status_since", ["status", "since"], unique=False)
        batch_op.create_index(
            "uq_waiting_live",
            ["person_id", "kind"],
            unique=True,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiting_live",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index("ix_waiting_status_since")
        batch_op.drop_index(batch_op.f("ix_waiting_person_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_moves_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_hold_id"))

    op.drop_table("waiting")
    with op.batch_alter_table("booked_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booked_cells_appointment_id"))

    op.drop_table("booked_cells")
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_events_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_events_appointment_id"))

    op.drop_table("appointment_events")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index("ix_leaves_counselor_id_end_at")

    op.drop_table("leaves")
    with op.batch_alter_table("freed_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_freed_slots_counselor_id_start_at")

    op.drop_table("freed_slots")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointments_live",
            sqlite_where=sa.text("status IN ('held','booked')"),
            postgresql_where=sa.text("status IN ('held','booked')"),
        )
        batch_op.drop_index("ix_appointments_status_end_at")
        batch_op.drop_index(batch_op.f("ix_appointments_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_moves_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_held_until"))
        batch_op.drop_index("ix_appointments_counselor_id_start_at")

    op.drop_table("appointments")
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index("uq_reminders_once")
        batch_op.drop_index("ix_reminders_status_due_at")
        batch_op.drop_index(batch_op.f("ix_reminders_person_id"))

    op.drop_table("reminders")
    with op.batch_alter_table("counselors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counselors_center_id"))

    op.drop_table("counselors")
    op.drop_table("kind_rules")
    op.drop_table("centers")
