"""Looks for traces of a person: every column of every table, as text."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from storage.database import Database
from storage.tables import metadata


async def traces(database: Database, wanted: Iterable[Any]) -> list[str]:
    """Where any of the wanted values stands in the database: "table.column: value", once each."""
    words = [str(value) for value in wanted]
    found: set[str] = set()
    async with database.transaction() as session:
        for table in metadata.sorted_tables:
            for row in (await session.execute(select(table))).mappings():
                found |= {f"{table.name}.{name}: {w}" for name, value in row.items() for w in words if _holds(value, w)}
    return sorted(found)


def _holds(value: Any, word: str) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, dict | list):
        return word in json.dumps(value, ensure_ascii=False)
    return word in str(value)
