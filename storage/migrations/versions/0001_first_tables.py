"""The first tables: inbox, chats, outbox, people, dialogues, threads, cases, turns, leases."""

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ready_at", storage.base.Instant(), nullable=True),
        sa.Column("waiting_since", storage.base.Instant(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", storage.base.Instant(), nullable=True),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", storage.base.Instant(), nullable=True),
        sa.Column("paused_until", storage.base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chats")),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chats_lease_owner"), ["lease_owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_ready_at"), ["ready_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("until", storage.base.Instant(), nullable=True),
        sa.Column("done_at", storage.base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "persons",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", storage.base.Instant(), nullable=False),
        sa.Column("last_seen_at", storage.base.Instant(), nullable=False),
        sa.Column("unreachable_since", storage.base.Instant(), nullable=True),
        sa.Column("consent_asked_at", storage.base.Instant(), nullable=True),
        sa.Column("consent_profile_at", storage.base.Instant(), nullable=True),
        sa.Column("consent_share_at", storage.base.Instant(), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_persons_chat_id")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_persons_telegram_id")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_last_seen_at"), ["last_seen_at"], unique=False)

    op.create_table(
        "updates",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("raw", storage.base.Json, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("received_at", storage.base.Instant(), nullable=False),
        sa.Column("answered_at", storage.base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("update_id", name=op.f("uq_updates_update_id")),
    )
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index("ix_updates_status_chat_id_id", ["status", "chat_id", "id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=True),
        sa.Column("facts", storage.base.Json, nullable=False),
        sa.Column("opened_at", storage.base.Instant(), nullable=False),
        sa.Column("waiting_since", storage.base.Instant(), nullable=True),
        sa.Column("assignee", sa.String(length=60), nullable=True),
        sa.Column("closed_at", storage.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_cases_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_waiting_since"), ["waiting_since"], unique=False)
        batch_op.create_index(
            "uq_cases_one_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "dialogues",
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("state", storage.base.Json, nullable=False),
        sa.Column("updated_at", storage.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_dialogues_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_dialogues")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=True),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("payload", storage.base.Json, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("forget", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", storage.base.Instant(), nullable=False),
        sa.Column("timed_at", storage.base.Instant(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", storage.base.Instant(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", storage.base.Instant(), nullable=False),
        sa.Column("sent_at", storage.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_outbox_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_chat_id_status", ["chat_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_outbox_status_priority_id", ["status", "priority", "id"], unique=False)

    op.create_table(
        "profile_facts",
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", storage.base.Json, nullable=False),
        sa.Column("said_at", storage.base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_profile_facts_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "field", name=op.f("pk_profile_facts")),
    )
    op.create_table(
        "turns",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=True),
        sa.Column("at", storage.base.Instant(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("intent", sa.String(length=30), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("lane", sa.String(length=20), nullable=True),
        sa.Column("flow", sa.String(length=30), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("degraded", sa.String(length=60), nullable=True),
        sa.Column("timings", storage.base.Json, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_turns_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_turns_person_id"), ["person_id"], unique=False)

    op.create_table(
        "entries",
        sa.Column("id", storage.base.Id, nullable=False),
        sa.Column("person_id", storage.base.Id, nullable=False),
        sa.Column("case_id", storage.base.Id, nullable=True),
        sa.Column("at", storage.base.Instant(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("event", sa.String(length=30), nullable=True),
        sa.Column("data", storage.base.Json, nullable=True),
        sa.CheckConstraint("author IN ('person','ieum','counselor','event','note')", name=op.f("ck_entries_author")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_entries_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_entries_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_entries_person_id_id", ["person_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index("ix_entries_person_id_id")
        batch_op.drop_index(batch_op.f("ix_entries_case_id"))

    op.drop_table("entries")
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turns_person_id"))
        batch_op.drop_index(batch_op.f("ix_turns_at"))

    op.drop_table("turns")
    op.drop_table("profile_facts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_status_priority_id")
        batch_op.drop_index(batch_op.f("ix_outbox_person_id"))
        batch_op.drop_index("ix_outbox_chat_id_status")

    op.drop_table("outbox")
    op.drop_table("dialogues")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cases_one_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cases_waiting_since"))
        batch_op.drop_index(batch_op.f("ix_cases_person_id"))

    op.drop_table("cases")
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index("ix_updates_status_chat_id_id")

    op.drop_table("updates")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_persons_last_seen_at"))

    op.drop_table("persons")
    op.drop_table("leases")
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chats_ready_at"))
        batch_op.drop_index(batch_op.f("ix_chats_lease_owner"))

    op.drop_table("chats")
