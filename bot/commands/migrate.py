"""`ieum migrate`: bring the database to this version's schema."""

import argparse
import asyncio

from sqlalchemy.exc import SQLAlchemyError

from bot.commands.common import OperatorError, read_settings
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Migrates."""
    asyncio.run(migrate(read_settings()))
    print("the database is up to date")
    return 0


async def migrate(settings: Settings) -> None:
    """Applies what is missing. Raises OperatorError when the database cannot be reached or written."""
    from storage import migrate as migrations
    from storage.database import Database

    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.url)
    try:
        await migrations.upgrade(database)
    except (SQLAlchemyError, OSError) as error:
        why = str(getattr(error, "orig", error)).splitlines()[0]
        raise OperatorError(
            f"the database cannot be used ({why}): check IEUM_DATABASE_URL and free disk space."
        ) from None
    finally:
        await database.close()
