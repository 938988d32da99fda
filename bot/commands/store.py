"""The database as a command needs it: there, and with this version's tables; else one sentence that says what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import OperatorError
from storage import migrate
from storage.database import Database, UnavailableError, is_passing

AWAY = "the database is away or in use: start it, or check IEUM_DATABASE_URL."
OLD = "the database has not the tables of this version: run `ieum migrate`."


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database at a SQLAlchemy URL. Raises OperatorError when it is away or of another version."""
    database = Database(url)
    try:
        if not await _is_current(database):
            raise OperatorError(OLD)
        yield database
    except UnavailableError:
        raise OperatorError(AWAY) from None
    finally:
        await database.close()


async def _is_current(database: Database) -> bool:
    try:
        return await migrate.is_current(database)
    except Exception as error:
        raise OperatorError(AWAY if is_passing(error) or isinstance(error, OSError) else OLD) from None
