"""Brings a database to the schema of this version, and tells whether it is there."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.tables import metadata

FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database) -> None:
    """Applies every migration that is missing, in one transaction."""
    async with database.connection() as connection:
        await connection.run_sync(lambda c: command.upgrade(_config(c), "head"))


async def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    async with database.connection() as connection:
        return head == await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


async def differences(database: Database) -> list[Any]:
    """What the tables in code have and the migrated database has not, or the other way round."""

    def compare(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.connection() as connection:
        return await connection.run_sync(compare)


async def new_revision(database: Database, message: str) -> None:
    """Writes a migration from the difference between the tables in code and this database."""
    async with database.connection() as connection:
        await connection.run_sync(lambda c: command.revision(_config(c), message=message, autogenerate=True))
