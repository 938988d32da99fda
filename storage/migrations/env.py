"""Alembic's entry. The connection is handed in by `storage.migrate`, so both databases run the same way."""

from typing import Any, Literal

from alembic import context

from storage.base import Id, Instant, Json
from storage.tables import metadata


def render_item(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """Writes our own column types by their names, so that a migration reads like the tables."""
    names = {id(Json): "storage.base.Json", id(Id): "storage.base.Id"}
    if kind == "type" and isinstance(item, Instant):
        return "storage.base.Instant()"
    return names.get(id(item), False) if kind == "type" else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
