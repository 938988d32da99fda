"""The migrations make what the tables say, and every table with a person's traces is known to the erasing."""

from storage import migrate, personal_data
from storage.database import Database
from storage.tables import metadata


async def test_migrations_make_what_the_tables_say(database: Database) -> None:
    assert await migrate.differences(database) == []
    assert await migrate.is_current(database)


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate.upgrade(database)
    assert await migrate.differences(database) == []


def test_every_table_with_a_chat_is_cleaned_by_name() -> None:
    with_chat = {table.name for table in metadata.sorted_tables if "chat_id" in table.columns}
    assert with_chat == personal_data.CHAT_TABLES


def test_every_table_that_points_at_a_person_is_erased() -> None:
    pointing = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "persons"
    }
    assert pointing == {table.name for table in personal_data.person_tables()}
