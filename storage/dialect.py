"""The few statements that SQLite and PostgreSQL spell differently."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base


def _insert(session: AsyncSession, table: type[Base]) -> Any:
    name = session.get_bind().dialect.name
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)


async def insert_ignore(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows that break no unique rule. Returns how many went in."""
    if not rows:
        return 0
    statement = _insert(session, table).values(list(rows)).on_conflict_do_nothing()
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount


async def upsert(session: AsyncSession, table: type[Base], row: Mapping[str, Any], keys: Sequence[str]) -> None:
    """Inserts a row, or overwrites the one with the same `keys`."""
    statement = _insert(session, table).values(dict(row))
    rest = {name: statement.excluded[name] for name in row if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=rest))


def is_postgresql(session: AsyncSession) -> bool:
    """Whether this session speaks to PostgreSQL, where rows can be locked and skipped."""
    return session.get_bind().dialect.name == "postgresql"
